"""Markdown as Discord reads it, and what they say there, as Markdown. Its page: reference, "Message Formatting"."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import commands
from adapters.discord.markup import discord, escape, fitted, inert, line, markdown, moment
from bot.registry import REGISTRY
from tests.adapters.discord_shapes import LIVE, NASTY, units

NINE = "<t:1795424400:f>"


@settings(max_examples=200, deadline=None)
@given(NASTY)
def test_no_text_is_a_mention_and_no_code_is_left_open(text: str) -> None:
    """BEHAVIOUR 39, and the trap: @everyone in a person's text pings."""
    for made in (discord(text), discord(text, joined=True), line(text), escape(text), inert(text)):
        assert not LIVE.search(made)
        made.encode()
    assert discord(text).count("```") % 2 == 0 and "```" not in line(text)


@settings(max_examples=200, deadline=None)
@given(NASTY, st.dictionaries(st.sampled_from(["1", "12345678901234567"]), NASTY))
def test_what_people_say_pings_nobody_when_it_is_shown_again(text: str, names: dict[str, str]) -> None:
    """BEHAVIOUR 39: in neither direction."""
    assert not LIVE.search(discord(markdown(text, names)))
    assert not LIVE.search(discord(markdown(discord(text))))


@settings(max_examples=200, deadline=None)
@given(NASTY, st.integers(1, 4_000))
def test_a_cut_text_is_short_enough_and_leaves_nothing_open(text: str, limit: int) -> None:
    made, cut = fitted(text, limit, discord)
    assert units(made) <= limit and made.count("```") % 2 == 0 and not LIVE.search(made)
    assert (made == discord(text)) == (cut == 0) or cut > 0


def test_a_link_longer_than_all_that_is_shown_is_shown_in_part() -> None:
    shown, left = fitted("https://sso.example.com/?SAMLRequest=" + "A" * 4500, 3900, line)
    assert shown.count("A") > 3000 and left > 0


def test_a_text_is_cut_behind_a_word_and_nothing_of_an_instant_is_left() -> None:
    assert fitted("one two three", 9, line) == ("one two…", 6)
    assert fitted("when ⟦2026-11-23T09:00:00Z⟧", 20, line)[0] == "when…"
    assert fitted("```\n" + "code\n" * 100 + "```", 60, discord)[0].endswith("…\n```")


@pytest.mark.parametrize("link", ["[the page](https://example.org/324/there)", "https://example.org/324/there"])
def test_a_text_is_not_cut_in_a_link(link: str) -> None:
    """What is left of it would lead elsewhere."""
    for limit in range(10, 70):
        shown, _ = fitted(f"one two three {link} and four more words", limit, discord)
        assert "example" not in shown or "/324/there" in shown, shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("**b** *i* ~~s~~ `c`", "**b** *i* ~~s~~ `c`"),
        ("__b__ _i_", "**b** *i*"),
        ("***b***", "***b***"),
        ("**a**__b__", "**a**\u200b**b**"),
        ("in**side**word", "in**side**word"),
        ("# A **big** thing", "### A **big** thing"),
        ("### small\n\nx", "**small**\n\nx"),
        ("> # said", "> **said**"),
        (r"\# a \> b", r"\# a > b"),
        ("-# small", r"\-# small"),
        ("1986\\. A year", r"1986\. A year"),
        ("||hidden||", r"\|\|hidden\|\|"),
        ("[x](https://a.example/?a=1&b=2)", "[x](https://a.example/?a=1&b=2)"),
        ("[[a] *b*](https://a.example/(b))", "[(a) b](https://a.example/%28b%29)"),
        ("https://a.example/b_c_d.", "<https://a.example/b_c_d>."),
        ("<https://a.example>", "<https://a.example>"),
        ("<it@a.example>", "it@a.example"),
        ("[us](mailto:it@a.example)", "us (it@a.example)"),
        ("[https://bank.example](https://evil.example)", r"https\://bank.example (<https://evil.example>)"),
        ("[bank.example](https://evil.example)", "[bank.example (evil.example)](https://evil.example)"),
        ("[www.a.example/x](https://a.example)", "[www.a.example/x](https://a.example)"),
        ("[x](javascript:alert(1))", r"\[x](javascript:alert(1))"),
        ("https://a.example/@everyone", "<https://a.example/%40everyone>"),
        ("<@1> <@&2> <#3>", "\\<\u200b@1> \\<\u200b@&2> \\<\u200b#3>"),
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        ("</kb show:1> <id:home>", "\\<\u200b/kb show:1> \\<\u200bid:home>"),
        ("<:x:1> <t:1:R> :tada:", r"\<\:x:1> \<t\:1:R> \:tada:"),
        ("at 10:30, a < b & c > d", "at 10:30, a < b & c > d"),
        ("snake_case 2*3*4 ~x", r"snake\_case 2*3*4 \~x"),
        ("- a\n  - b\n- c", "- a\n  - b\n- c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> a\n> > b\n\nc", "> a\n> \n> b\n\nc"),
        ("> ```sh\n> a\n>\n> b\n> ```", "> ```sh\n> a\n> \n> b\n> ```"),
        ("```sh\na < b\n\n`c`\n```", "```sh\na < b\n\n`c`\u200b\n```"),
        ("~~~\n```\n~~~", "```\n``\u200b`\u200b\n```"),
        ("```\n@here <@1> <div>\n```", "```\n@\u200bhere <\u200b@1> <div>\n```"),
        ("```\n\n```", ""),
        ("`` a`b ``", "`` a`b ``"),
        ("``` a``b ```", "`aˋˋb`"),
        ("| a | bc |\n|---|---|\n| [d](https://d.example) | e |", None),
        ("one  \ntwo\nthree", "one\ntwo\nthree"),
        ("---", "────────────"),
        ("plain words: really, no marks.", "plain words: really, no marks."),
        ("⟦2026-11-23T09:00:00Z⟧ `⟦2026-11-23T09:00:00Z⟧`", f"{NINE} `2026-11-23 09:00 UTC`"),
        ("⟦9999-99-99T99:99:99Z⟧", r"9999-99-99T99\:99:99Z"),
    ],
)
def test_markdown_as_discord_shows_it(said: str, shown: str | None) -> None:
    table = "```\na                      bc\n─────────────────────  ──\nd (https://d.example)  e\n```"
    assert discord(said) == (table if shown is None else shown)


def test_wrapped_prose_is_joined_where_the_web_joins_it() -> None:
    assert discord("a\nb\n_c_", joined=True) == "a b\n*c*"
    assert discord("> a\n> b", joined=True) == "> a\n> b" and discord("a\nb") == "a\nb"


def test_a_name_is_shown_as_it_is_written() -> None:
    name = "*Ana* _B_ `c` ||d|| [e](f) https://evil.example # -# > <@1>"
    made = escape(name)
    assert r"\*Ana\* \_B\_ \`c\` \|\|d\|\| \[e](f) https\://evil.example" in made and not LIVE.search(made)
    assert escape("# x\n-# y\n> z\n- w") == "\\# x\n\\-# y\n\\> z\n\\- w"


def test_an_instant_is_in_the_readers_own_zone() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert moment(nine) == NINE and moment(nine, "R") == "<t:1795424400:R>"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("**b** *i* ~~s~~ `c <@1>`", "**b** *i* ~~s~~ `c <@1>`"),
        ("<@1> <@!2> <@&3> <#4>", "@Ana @Ben @IT #help"),
        ("<@99> <#98>", "@99 #98"),
        ("</kb show:1> <:tada:2> <a:wave:3>", "/kb show :tada: :wave:"),
        ("<t:1795424400:R> <t:99999999999999:f>", "2026-11-23 09:00 UTC <t:99999999999999:f>"),
        ("so ```x``` there", "so \n```\nx\n```\n there"),
        ("```js\na\n```", "```js\na\n```"),
        ("> a\nb", "> a\n\nb"),
        ("> ```\n> a\n> ```", "> ```\n> a\n> ```"),
        ("x\n>>> a\n\nb", "x\n> a\n> \n> b"),
        ("```\n>>> print(1)\n1\n```", "```\n>>> print(1)\n1\n```"),
        ("-# small", "small"),
        ("Hello\n---\nAna", "Hello\n\\---\nAna"),
        ("[x](https://a.example) <https://b.example>", "[x](https://a.example) <https://b.example>"),
        ("@everyone", "@everyone"),
        ("it shows &nbsp; and R&D `&nbsp;`", "it shows &amp;nbsp; and R&D `&nbsp;`"),
    ],
)
def test_what_people_say_as_markdown(said: str, kept: str) -> None:
    """BEHAVIOUR 10: the record is Markdown, whatever the channel's own marks are."""
    assert markdown(said, {"1": "Ana", "2": "Ben", "3": "IT", "4": "help"}) == kept


@pytest.mark.parametrize(
    "text",
    ["[" * 12_000, "*a_" * 4_000, ">" * 12_000, "`" * 11_999, "[a](" * 3_000, "_*" * 6_000, "<@" * 6_000, ":a" * 6_000],
)
def test_hostile_nesting_costs_no_time(text: str) -> None:
    started = time.process_time()
    fitted(text, 3_000, discord)
    markdown(text)
    assert time.process_time() - started < 10


def test_22_a_command_is_named_as_the_menu_has_it() -> None:
    """BEHAVIOUR 22: every button has a command that does the same, and people are told its name."""
    REGISTRY.load(commands)
    assert discord("Read it: `/kb show vpn`, or `/kb vpn`.") == "Read it: `/kb-show vpn`, or `/kb vpn`."
    assert discord("`/tickets find`") == "`/tickets-find`"
    assert discord("`cd /kb show`") == "`cd /kb show`"
