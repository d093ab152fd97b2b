"""Cards as Slack shows them: docs.slack.dev/reference/block-kit, and what strict servers refuse."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from adapters.slack.blocks import HEAD, message, size
from adapters.slack.limits import MESSAGE, SECTION
from bot.words import Button, Card, Fact, Mention, moment
from tests.adapters.slack_shapes import LIVE, NASTY, RAW, fits_a_message, inert

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORDS = NASTY | st.text(max_size=30)
FACTS = st.lists(st.builds(Fact, WORDS, WORDS | st.datetimes(timezones=st.just(UTC))), max_size=30)
BUTTONS = st.lists(
    st.builds(
        Button,
        WORDS,
        WORDS,
        st.dictionaries(st.text(max_size=5), WORDS, max_size=3),
        st.sampled_from(["plain", "primary", "danger"]),
    ),
    max_size=60,
)
TONES = st.sampled_from(["plain", "good", "warning", "danger"])
CARDS = st.builds(Card, WORDS, WORDS, FACTS.map(tuple), BUTTONS.map(tuple), st.just(()), TONES, st.just(""))


def shown(card: Card, *mentions: Mention) -> list[dict[str, Any]]:
    blocks = message(card, mentions).blocks
    fits_a_message(blocks)
    inert([b for b in blocks if not (mentions and b is blocks[0])])
    return blocks


def kinds(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in blocks]


@settings(max_examples=300, deadline=None)
@given(CARDS)
def test_any_card_is_within_every_limit_and_pings_nobody(card: Card) -> None:
    """BEHAVIOUR 39, and the trap: a section holds 3,000, a message 50 blocks, an actions block 25 elements."""
    made = message(card)
    fits_a_message(made.blocks)
    inert(made.blocks)
    assert made.text.strip() and len(made.text) <= 4000
    assert not LIVE.search(made.text) and not RAW.search(made.text) and "<!date" not in made.text


@settings(max_examples=100, deadline=None)
@given(CARDS, st.lists(st.builds(Mention, NASTY | st.sampled_from(["U1", "W2", "S3", ""]), NASTY), max_size=80))
def test_only_mentions_ping_and_they_stand_first(card: Card, mentions: list[Mention]) -> None:
    """BEHAVIOUR 27: one ping that mentions the lead. BEHAVIOUR 39: and nobody whom it does not mean."""
    made = message(card, mentions)
    fits_a_message(made.blocks)
    assert all(
        re.fullmatch(r"<(@[UW]\d|!subteam\^S\d)>", ping) for ping in re.findall(r"<[@!](?!date)[^>]*>", made.text)
    )
    body = [block for block in made.blocks if block != message(Card("x"), mentions).blocks[0]]
    inert(body)


def test_a_ping_comes_before_all_else() -> None:
    card = Card("Late", "Please act")
    made = message(card, [Mention("U1", "Ana"), Mention("S1", "IT"), Mention("", "Ben <!here>"), Mention("ana", "Cy")])
    pinged = "<@U1> <!subteam^S1> Ben &lt;!here&gt; Cy"
    assert made.blocks[0]["text"]["text"] == pinged and made.text == f"{pinged} Late\nPlease act"


@pytest.mark.parametrize(
    ("card", "text"),
    [
        (Card(body="Ana Costa wrote:\n> No"), "<@U1>\nIT-1002 · Ana Costa wrote:\n> No"),
        (Card(body="The deadline has passed.", tone="warning"), "<@U1>\nIT-1002 · ⚠️ The deadline has passed."),
        (Card("Late", "Please act"), "<@U1> IT-1002 · Late\nPlease act"),
        (Card(body="IT-10021 is like it."), "<@U1>\nIT-1002 · IT-10021 is like it."),
        (Card("IT-1002 · vpn", "Down."), "<@U1> IT-1002 · vpn\nDown."),
        (Card(body="IT-1002 is yours."), "<@U1>\nIT-1002 is yours."),
    ],
)
def test_a_notification_names_its_ticket(card: Card, text: str) -> None:
    assert message(card, [Mention("U1", "Ana")], about="IT-1002").text == text


def test_slack_folds_nothing_of_what_is_to_be_shown_whole() -> None:
    body = "\n\n".join(["word " * 500, "more " * 500, "x" * 15_000])
    made = message(Card("Help", body), whole=True).blocks
    fits_a_message(made)
    assert [block["expand"] for block in made if block["type"] == "section"] == [True] * (len(made) - 2)
    assert "expand" not in str(message(Card("Help", body)).blocks)


def test_too_many_mentions_are_counted() -> None:
    made = message(Card("x"), [Mention(f"U{number:09}", "") for number in range(100)])
    pinged = made.blocks[0]["text"]["text"]
    assert len(pinged) <= HEAD + 20 and pinged.endswith(f" and {100 - pinged.count('<@')} more")


def test_a_triage_card() -> None:
    """BEHAVIOUR 15: status, owner, priority, time left, buttons."""
    known = {"ticket": "1042"}
    card = Card(
        "IT-1042 VPN <down> & out :tada:",
        f"Since {moment(NINE)}.\n\n> it is **down**",
        (Fact("Status", "New"), Fact("First answer due", NINE), Fact("Link", "https://a.example/?a=1&b")),
        tuple(Button(label, label.lower(), known, "primary" if label == "Claim" else "plain") for label in LABELS),
        tone="danger",
    )
    header, body, facts, *actions = shown(card)
    assert header["text"] == {"type": "plain_text", "text": "🔴 IT-1042 VPN <down> & out :tada:", "emoji": False}
    date = "<!date^1795424400^{date_short_pretty}, {time}|2026-11-23 09:00 UTC>"
    assert body["text"]["text"] == f"Since {date}.\n\n> it is *down*"
    assert [field["text"] for field in facts["fields"]] == [
        "*Status*\nNew",
        f"*First answer due*\n{date}",
        "*Link*\n<https://a.example/?a=1&amp;b>",
    ]
    assert kinds(actions) == ["actions", "actions"] and [len(row["elements"]) for row in actions] == [5, 2]
    first = actions[0]["elements"][0]
    assert first["style"] == "primary" and "style" not in actions[0]["elements"][1]
    assert json.loads(first["value"]) == {"v": "claim", "a": known} and first["action_id"] == "do:0:claim"
    assert message(card).text.startswith("🔴 IT-1042 VPN &lt;down&gt; &amp; out :tada:\nSince 2026-11-23 09:00 UTC.")


LABELS = ("Claim", "Reply", "Ask", "Note", "Resolve", "Impact", "Assign")


def test_a_value_comes_back_whatever_a_server_escapes() -> None:
    answers = {"a": '<b> & "c" é \\u003c'}
    value = shown(Card("x", buttons=(Button("Go", "go", answers),)))[-1]["elements"][0]["value"]
    assert not set("<>&") & set(value) and json.loads(value) == {"v": "go", "a": answers} and "é" in value


def test_a_label_without_words_is_read_out_as_what_it_does() -> None:
    row = shown(Card("How?", buttons=(Button("👍", "fixed"), Button("★★ 2 of 5", "rate"))))[-1]
    assert [button.get("accessibility_label") for button in row["elements"]] == ["fixed", None]


def test_a_long_title_is_bold_instead() -> None:
    assert shown(Card("x" * 148, tone="good"))[0]["type"] == "header"
    title = shown(Card("word " * 40))[0]
    assert title["type"] == "section" and title["text"]["text"] == "*" + ("word " * 40).strip() + "*"
    assert len(shown(Card("&" * 9000))[0]["text"]["text"]) <= HEAD + 2


def test_without_a_title_the_tone_stands_before_the_words() -> None:
    assert shown(Card(body="No such ticket.", tone="danger"))[0]["text"]["text"] == "🔴 No such ticket."
    assert shown(Card(body="> so", tone="warning"))[0]["text"]["text"] == "⚠️\n> so"


def test_a_long_body_breaks_where_paragraphs_end_and_keeps_code_whole() -> None:
    code = "```\n" + "\n".join(f"line {n}" for n in range(200)) + "\n```"
    body = "\n\n".join(["word " * 200, "word " * 300, code, "the end"])
    sections = [block["text"]["text"] for block in shown(Card(body=body))]
    assert sections[0] == f"{('word ' * 200).strip()}\n\n{('word ' * 300).strip()}"
    assert sections[1].startswith(code) and sections[-1].endswith("the end")


def test_code_longer_than_a_section_is_closed_and_opened_again() -> None:
    code = "\n".join(f"line {n} & more" for n in range(300))
    sections = [block["text"]["text"] for block in shown(Card(body=f"```\n{code}\n```"))]
    assert len(sections) > 1 and all(s.startswith("```\n") and s.endswith("\n```") for s in sections)
    assert "\n".join(s[4:-4] for s in sections) == code.replace("&", "&amp;")


@pytest.mark.parametrize(
    "line", ["word " * 50 + "\n\n", "x" * 9000, "<!here> & " * 40, '"\\' * 900 + "\n\n", "🔥" * 500 + "\n"]
)
def test_what_no_message_holds_is_cut_and_says_so(line: str) -> None:
    blocks = shown(Card("Long", line * 200))
    assert re.fullmatch(r"_Cut here: [\d,]+ characters more._", blocks[-1]["elements"][0]["text"])
    assert MESSAGE // 3 < size(blocks) <= MESSAGE
    assert all(len(block["text"]["text"]) <= SECTION for block in blocks[1:-1])


def test_facts_go_ten_to_a_section() -> None:
    blocks = shown(Card("x", facts=tuple(Fact(f"F{n}", "v") for n in range(23))))
    assert [len(block["fields"]) for block in blocks[1:]] == [10, 10, 3]


def test_what_does_not_fit_is_named() -> None:
    """Nothing is dropped silently: BEHAVIOUR 22 gives every button a command."""
    card = Card("x", facts=(Fact("Big", "y" * 5000),) * 9, buttons=(Button("Huge", "go", {"a": "y" * 2000}), *MANY))
    told = [block["elements"][0]["text"] for block in shown(card) if block["type"] == "context"]
    assert len(told) == 2 and "more did not fit here: Big, Big" in told[0] and "Huge, " in told[1]


MANY = tuple(Button(f"B{number}", "go", {"ticket": str(number)}) for number in range(60))


def test_every_button_has_a_name_of_its_own() -> None:
    buttons = [e for row in shown(Card("x", buttons=MANY[:25]))[1:] for e in row["elements"]]
    assert len({button["action_id"] for button in buttons}) == 25


def test_an_empty_card_still_says_something() -> None:
    assert message(Card()).text == "Firstline" and shown(Card())[0]["text"]["text"] == "Firstline"
    assert message(Card("\u200b", picture="<svg/>")).blocks == message(Card()).blocks
    assert message(Card(facts=(Fact("Status", "New"),))).text == "Status: New"


def test_slacks_own_library_reads_the_same_blocks_back() -> None:
    card = Card("Title", "Body", (Fact("a", "b"),), (Button("Go", "go", style="danger"),), tone="warning")
    blocks = shown(card)
    assert [parsed.to_dict()["type"] for parsed in Block.parse_all(blocks)] == kinds(blocks)
    assert kinds(blocks) == ["header", "section", "section", "actions"]
