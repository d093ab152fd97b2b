"""Markdown as Slack reads it, and what they say there as Markdown. Slack's page: messaging/formatting-message-text."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.markup import cut, escape, inert, line, markdown, moment, mrkdwn, paragraphs, verbatim
from adapters.slack.pieces import SMALLEST, pieces
from bot.plain_text import true_host
from bot.transcript_page import words
from tests.adapters.slack_shapes import LIVE, NASTY, RAW

NINE = "<!date^1795424400^{date_short_pretty}, {time}|2026-11-23 09:00 UTC>"


@settings(max_examples=400)
@given(NASTY)
def test_no_text_pings_or_hides_where_a_link_leads(text: str) -> None:
    """BEHAVIOUR 39, and the trap: `<!here>`, `<!subteam^S1>` and `<@U1>` ping wherever a person wrote them."""
    for made in (mrkdwn(text), mrkdwn(text, zone_free=True, joined=True), line(text)):
        assert not LIVE.search(made) and not RAW.search(made)
        made.encode()
    assert not LIVE.search(escape(text)) and "<" not in escape(text) and not LIVE.search(inert(text))


@settings(max_examples=400)
@given(NASTY, st.dictionaries(st.sampled_from(["U1", "S1", "C1"]), NASTY))
def test_what_people_say_pings_nobody_when_it_is_shown_again(text: str, names: dict[str, str]) -> None:
    """BEHAVIOUR 39: in neither direction."""
    assert not LIVE.search(mrkdwn(markdown(text, names))) and not RAW.search(mrkdwn(markdown(text, names)))
    assert not LIVE.search(mrkdwn(markdown(mrkdwn(text)))) and "<!date" not in markdown("<!date^1^{date}|now>")


@settings(max_examples=300)
@given(NASTY, st.integers(SMALLEST, 3000))
def test_pieces_are_short_enough_and_leave_nothing_open(text: str, limit: int) -> None:
    whole = paragraphs(text)
    made = pieces(whole, limit)
    for piece in made:
        assert piece.strip() and len(piece) <= limit and not RAW.search(piece)
        assert (piece.count("\n```") + piece.startswith("```")) % 2 == 0
    kept = "".join("".join(made).replace("```", "").split())
    assert kept == "".join("".join(whole).replace("```", "").split())


def test_a_name_opens_no_block_of_code() -> None:
    assert verbatim("```\n<b>") == "ˋˋˋ\n&lt;b&gt;" and line("```x") == "ˋˋˋx"


@given(NASTY, st.integers(2, 200))
def test_a_cut_never_opens_a_link(text: str, limit: int) -> None:
    made = cut(mrkdwn(text), limit)
    assert len(made) <= limit and not RAW.search(made) and not LIVE.search(made)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("**b** *i* ~~s~~ `c`", "*b* _i_ ~s~ `c`"),
        ("in**side**word", "in\u200b*side*\u200bword"),
        ("**two\nlines**", "*two*\n*lines*"),
        ("# A **big** thing", "*A big thing*"),
        ("[x](https://a.example/?a=1&b=2)", "<https://a.example/?a=1&amp;b=2|x>"),
        ("[a|b <c>](https://a.example)", "<https://a.example|a¦b &lt;c&gt;>"),
        ("https://a.example/b.", "<https://a.example/b>."),
        ("<https://a.example>", "<https://a.example>"),
        ("<it@a.example>", "<mailto:it@a.example|it@a.example>"),
        ("[https://bank.example](https://evil.example)", "<https://evil.example|https://bank.example (evil.example)>"),
        ("[www.a.example/x](https://a.example)", "<https://a.example|www.a.example/x>"),
        ("[fix.txt](https://a.example/1)", "<https://a.example/1|fix.txt>"),
        ("[my Screen.1.PNG, b.mp4](https://a.example/1)", "<https://a.example/1|my Screen.1.PNG, b.mp4>"),
        ("[paypal.com](https://a.example/1.txt)", "<https://a.example/1.txt|paypal.com (a.example)>"),
        ("[paypal.com/1.txt](https://a.example)", "<https://a.example|paypal.com/1.txt (a.example)>"),
        ("[login.zip](https://a.example)", "<https://a.example|login.zip (a.example)>"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](//evil.example)", "[x](//evil.example)"),
        ("[x](http://[y) [z](https://)", "<http://%5By|x> [z](https://)"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("- a\n  - b\n    - c\n- d", "• a\n    ◦ b\n        ▪ c\n• d"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n  b", "• a\n    b"),
        ("> a\n> > b\n\nc", "> a\n>\n> &gt; b\n\nc"),
        ("> ```\n> a\n> ```", "> `a`"),
        ("```sh\na < b\n\n`c`\n```", "```\na &lt; b\n\n`c`\n```"),
        ("- a\n  ```\n  b\n    c\n  ```", "• a\n```\nb\n  c\n```"),
        ("`` a`b ``", "`aˋb`"),
        ("| a | bc |\n|---|---|\n| [d](https://d.example) | e |", None),
        ("one  \ntwo", "one\ntwo"),
        ("---", "────────────"),
        ("⟦2026-11-23T09:00:00Z⟧", NINE),
        ("⟦9999-99-99T99:99:99Z⟧", "9999-99-99T99:99:99Z"),
    ],
)
def test_markdown_as_slack_shows_it(said: str, shown: str | None) -> None:
    table = "```\na                      bc\n─────────────────────  ──\nd (https://d.example)  e\n```"
    assert mrkdwn(said) == (table if shown is None else shown)


def test_wrapped_prose_is_joined_where_the_web_joins_it() -> None:
    assert mrkdwn("a\nb\n_c_", joined=True) == "a b\n_c_"
    assert mrkdwn("> a\n> b", joined=True) == "> a\n> b" and mrkdwn("a\nb") == "a\nb"


def test_an_instant_is_in_the_readers_own_zone() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert moment(nine) == NINE and moment(nine, zone_free=True) == "2026-11-23 09:00 UTC"
    assert mrkdwn("⟦2026-11-23T09:00:00Z⟧", zone_free=True) == "2026-11-23 09:00 UTC"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("*b* _i_ ~s~ `c *d*`", "**b** _i_ ~~s~~ `c *d*`"),
        ("*<https://a.example>*", "**https://a.example**"),
        ("2 * 3 * 4 snake_case ~ x", "2 * 3 * 4 snake_case ~ x"),
        ("a &amp; b &lt;c&gt; &amp;lt;", "a & b <c> &amp;lt;"),
        ("# 1 priority\n`# 2`", "\\# 1 priority\n`# 2`"),
        ("nginx.conf:\n\n    # workers\n\t# 4", "nginx.conf:\n\n    # workers\n\t# 4"),
        ("<@U1> <@U2|bob> <@U3>", "@Ana @bob @U3"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1|@it> <!subteam^S2>", "@it @S2"),
        ("<!date^1^{date}|yesterday>", "yesterday"),
        ("<https://a.example|x>", "[x](https://a.example)"),
        ("<https://a.example/(b)|[x]>", r"[\[x\]](https://a.example/%28b%29)"),
        ("<https://a.example?a=1&amp;b>", "https://a.example?a=1&b"),
        ("<mailto:a@b.example|a@b.example> <tel:123|123>", "a@b.example 123"),
        ("```a &lt; b\n<https://c.example>```", "```\na < b\nhttps://c.example\n```"),
        ("so ```x``` there", "so \n```\nx\n```\n there"),
        ("• a\n    ◦ b", "- a\n    - b"),
        ("&gt; a\nb", "> a\n\nb"),
        ("<|x> <> <", "x <> <"),
    ],
)
def test_what_people_say_as_markdown(said: str, kept: str) -> None:
    """BEHAVIOUR 10: the record is Markdown, whatever the channel's own marks are."""
    assert markdown(said, {"U1": "Ana"}) == kept


@pytest.mark.parametrize(
    "text", ["[" * 12_000, "*a_" * 4_000, ">" * 12_000, "`" * 11_999, "[a](" * 3_000, "_*" * 6_000]
)
def test_hostile_nesting_costs_no_time(text: str) -> None:
    started = time.process_time()
    mrkdwn(text)
    markdown(text)
    assert time.process_time() - started < 10


def test_a_label_of_many_signs_takes_no_time() -> None:
    started = time.process_time()
    for label in ("-" * 1500, "-." * 750, "a@" * 750, "." * 1500, "a." * 750):
        assert true_host(label, "https://example.com") in ("", "example.com")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("said", "shown"), [("a\n---", "a\n\n" + "─" * 12), ("a\n===", "a\n\n==="), ("a\n=== \nb", "a\n\n===\nb")]
)
def test_a_line_above_dashes_is_no_heading(said: str, shown: str) -> None:
    assert mrkdwn(markdown(said)) == shown


@pytest.mark.parametrize(
    "said",
    [
        "# 1 priority: the VPN",
        "it is so\n## urgent\n#\nvery",
        "> # 1 priority",
        "• # 1 priority",
        "1. # 1 priority",
        "• a\n    ◦ # 1 priority",
        "`x` # 1 priority",
        "#1 priority, #help",
        "it shows &amp;nbsp; and &amp;lt;b&amp;gt; and &amp;#35; and R&amp;D;",
        "`&amp;nbsp;`",
    ],
)
def test_what_means_nothing_in_slack_is_shown_as_it_was_typed(said: str) -> None:
    assert mrkdwn(markdown(said)) == said


@pytest.mark.parametrize(
    ("written", "shown", "page"),
    [
        ("1) first\n3) third", "1. first\n3. third", '<li value="3">third'),
        ("1. first\n1. second", "1. first\n2. second", "<li>second"),
        ("4. first\n5. second", "4. first\n5. second", "<li>second"),
        ("1. a\n   - b\n3. c", "1. a\n    ◦ b\n3. c", '<li value="3">c'),
    ],
)
def test_a_list_keeps_the_numbers_it_was_given(written: str, shown: str, page: str) -> None:
    assert mrkdwn(written) == shown and page in words(written)
