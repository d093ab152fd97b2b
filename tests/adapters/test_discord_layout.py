"""Cards as Discord shows them: components of version 2, and what strict servers refuse."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.ids import aside, unpack
from adapters.discord.layout import HEAD, PICTURE, allowed, attached, too_long, view
from adapters.discord.marks import carries, mark, nonce
from bot.words import Button, Card, Fact, Kept, Mention, moment
from tests.adapters.discord_shapes import LIVE, NASTY, every, fits_a_message, inert, texts

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
PICTURES = st.sampled_from(["", "<svg/>"])
CARDS = st.builds(Card, WORDS, WORDS, FACTS.map(tuple), BUTTONS.map(tuple), st.just(()), TONES, PICTURES)
KINDS = st.sampled_from(["image/png", "text/html", ""])
FILES = st.lists(st.builds(Kept, st.integers(0), WORDS | st.just(PICTURE), KINDS, st.just(b"")), max_size=12)


def shown(card: Card, *mentions: Mention, **more: Any) -> list[dict[str, Any]]:
    components = view(card, mentions, **more).to_components()
    fits_a_message(components)
    inert(components[-1:])
    return components


def inside(card: Card, **more: Any) -> list[dict[str, Any]]:
    """What stands in the container."""
    (container,) = shown(card, **more)
    return list(container["components"])


def pressed(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [component for component in every(components) if component["type"] == 2]


@settings(max_examples=100, deadline=None)
@given(CARDS, FILES, st.text(max_size=20))
def test_any_card_is_within_every_limit_and_pings_nobody(card: Card, files: list[Kept], key: str) -> None:
    """BEHAVIOUR 39, and the numbers: 40 components, 4,000 characters of text, custom ids of 100."""
    components = view(card, key=key, files=files).to_components()
    fits_a_message(components)
    inert(components)
    assert not key or carries(components, key)
    named = re.findall(r"attachment://([\w.-]+)", str(components))
    assert set(named) <= {name for name, _ in attached(card, files)} | {PICTURE} and len(set(named)) == len(named)


def test_a_name_that_ends_in_what_is_not_shown_leaves_no_blank_behind() -> None:
    assert texts(shown(Card("A title"), Mention("", "Ben \x1b")))[0] == "Ben"


@settings(max_examples=100, deadline=None)
@given(CARDS, st.lists(st.builds(Mention, NASTY | st.sampled_from(["1", "&3", "42", ""]), NASTY), max_size=80))
def test_only_mentions_ping_and_they_stand_first(card: Card, mentions: list[Mention]) -> None:
    """BEHAVIOUR 27: one ping that mentions the lead. BEHAVIOUR 39: and nobody whom it does not mean."""
    components = view(card, mentions).to_components()
    fits_a_message(components)
    inert(components[-1:])
    meant = {f"<@{mention.id}>" for mention in mentions}
    for text in texts(components[:-1]):
        live = re.findall(r"<@&?[0-9]+>", text)
        assert set(live) <= meant and not LIVE.search(re.sub(r"<@&?[0-9]+>", "", text))


def test_a_ping_comes_before_all_else_and_only_it_is_allowed() -> None:
    mentions = [Mention("1", "Ana"), Mention("&2", "IT"), Mention("", "Ben <@9> @here"), Mention("ana", "*Cy*")]
    first, card = shown(Card("Late", "Please <@3> act"), *mentions)
    assert first["content"] == "<@1> <@&2> Ben \\<\u200b@9> @\u200bhere \\*Cy\\*" and card["type"] == 17
    assert allowed([*mentions, mentions[0]]).to_dict() == {"parse": [], "users": [1], "roles": [2]}
    assert allowed([]).to_dict() == {"parse": [], "users": [], "roles": []}


def test_too_many_mentions_are_counted() -> None:
    mentions = [Mention(f"{10**17 + number}", "") for number in range(300)]
    pinged = shown(Card("x"), *mentions)[0]["content"]
    assert len(pinged) <= HEAD + 20 and pinged.endswith(f" and {300 - pinged.count('<@')} more")
    assert len(allowed(mentions).to_dict()["users"]) == 100


def test_a_triage_card() -> None:
    """BEHAVIOUR 15: status, owner, priority, time left, buttons."""
    known = {"ticket": "1042"}
    card = Card(
        "IT-1042 VPN *down* & out :tada:",
        f"Since {moment(NINE)}.\n\n> it is **down**",
        (Fact("Status", "New"), Fact("First answer due", NINE), Fact("Link", "https://a.example/?a=1&b")),
        tuple(Button(label, label.lower(), known, "primary" if label == "Claim" else "plain") for label in LABELS),
        tone="danger",
    )
    (container,) = shown(card)
    title, body, facts, *rows = container["components"]
    assert container["accent_color"] == 0xF23F43 and title["content"] == r"### IT-1042 VPN \*down\* & out \:tada:"
    assert body["content"] == "Since <t:1795424400:f>.\n\n> it is **down**"
    assert facts["content"].split("\n") == [
        "**Status:** New",
        "**First answer due:** <t:1795424400:f> (<t:1795424400:R>)",
        "**Link:** <https://a.example/?a=1&b>",
    ]
    assert [len(row["components"]) for row in rows] == [5, 2]
    assert [button["style"] for button in pressed(rows)] == [1, 2, 2, 2, 2, 2, 2]
    assert pressed(rows)[0]["custom_id"] == "do:claim:ticket=1042" and pressed(rows)[0]["label"] == "Claim"


LABELS = ("Claim", "Reply", "Ask", "Note", "Resolve", "Impact", "Assign")


def test_buttons_that_do_the_same_are_told_apart() -> None:
    """Discord refuses a message in which two components have one custom id."""
    row = inside(Card("x", buttons=(Button("A", "go"), Button("B", "go"), Button("C", "go", {"a": "1"}))))[-1]
    assert [button["custom_id"] for button in pressed([row])] == ["do:go:", "do:go::2", "do:go:a=1"]


def test_what_no_custom_id_holds_is_put_aside_or_named() -> None:
    """BEHAVIOUR 22: nothing is dropped silently."""
    huge = Button("Huge", "go", {"a": "y" * 200})
    card = Card("x", buttons=(Button("A", "go"), huge))
    assert too_long(card) == [huge]
    assert [b["custom_id"] for b in pressed(shown(card, ids=["", aside("n1")]))] == ["do:go:", "do:~n1"]
    assert texts(shown(card))[-1] == "-# 1 more did not fit here: Huge"


def test_more_buttons_than_fit_are_in_a_select() -> None:
    many = tuple(Button(f"B{number}", "go", {"ticket": str(number)}) for number in range(50))
    *_, note, first, _, _, _, last = inside(Card("x", buttons=many))
    (select,) = last["components"]
    assert len(first["components"]) == 5 and note["content"] == "-# 5 more did not fit here: B45, B46, B47, B48, B49"
    assert [option["label"] for option in select["options"]] == [f"B{number}" for number in range(20, 45)]
    assert unpack(select["options"][0]["value"]) == ("go", {"ticket": "20"}, "")
    assert len(pressed(shown(Card("x", buttons=many[:25])))) == 25


@pytest.mark.parametrize(
    "line", ["word " * 50 + "\n\n", "x" * 9000, "@everyone & " * 40, "*_[" * 900 + "\n\n", "🔥" * 500 + "\n"]
)
def test_what_no_message_holds_is_cut_and_keeps_its_buttons(line: str) -> None:
    components = shown(Card("Long", line * 200, (Fact("Status", "New"),), (Button("Claim", "claim"),)))
    said = texts(components)
    assert re.fullmatch(r"-# Cut here: [\d,]+ characters more\.", said[-1]) and said[1].endswith("…")
    assert said[2] == "**Status:** New" and len(pressed(components)) == 1 and sum(map(len, said)) > 1_500


def test_code_that_is_cut_is_closed() -> None:
    body = texts(shown(Card(body="```sh\n" + "echo 1\n" * 2000 + "```")))[0]
    assert body.startswith("```sh\necho 1\n") and body.endswith("…\n```")


def test_what_is_to_be_typed_looks_like_it() -> None:
    card = Card(
        "x", facts=(Fact("Say", "`/ticket *vpn* <@1>`"), Fact("Not", "`a` **b**"), Fact("", "c"), Fact("d", ""))
    )
    assert texts(shown(card))[1].split("\n") == [
        "**Say:** `/ticket *vpn* <\u200b@1>`",
        r"**Not:** \`a\` \*\*b\*\*",
        "c",
        "**d:** –",
    ]


def test_many_facts_are_counted() -> None:
    said = texts(shown(Card("x", facts=(Fact("Big", "y" * 5000),) * 9)))
    assert said[1].count("**Big:** ") == 4 and said[2] == "-# 5 more did not fit here: Big, Big, Big, Big, Big"


def test_pictures_and_files_are_named_by_components() -> None:
    """With components Discord shows no attachment that none of them names."""
    card = Card("Report *May*", picture="<svg/>", files=(1, 2, 3))
    kept = [Kept(1, "a b.png", "image/png", b""), Kept(2, "picture.png", "text/plain", b""), Kept(3, "..", "", b"")]
    assert [name for name, _ in attached(card, kept)] == ["a_b.png", "1-picture.png", "file"]
    _, gallery, *files = inside(card, files=kept)
    assert [(item["media"]["url"], item["description"]) for item in gallery["items"]] == [
        ("attachment://picture.png", "Report *May*"),
        ("attachment://a_b.png", "a b.png"),
    ]
    assert [file["file"]["url"] for file in files] == ["attachment://1-picture.png", "attachment://file"]
    assert len(attached(card, kept * 9)) == 9


def test_an_empty_card_still_says_something() -> None:
    assert texts(shown(Card())) == ["Firstline"] and texts(shown(Card("\u200b", picture="<svg/>"))) == ["Firstline"]


def test_a_post_is_known_again_by_its_mark() -> None:
    """BEHAVIOUR 29, and the issue: unknown fates are looked up by the key in the message's own components."""
    key = "breach:1042:resolution:2026-11-23T15:00Z:level2"
    for mentions in ((), (Mention("1", "Ana"),)):
        components = shown(Card("x", "y"), *mentions, key=key)
        assert carries(components, key) and not carries(components, key + "0")
    assert not carries(shown(Card("x")), key) and not carries([], key) and not carries([{"type": 17}], key)
    assert re.fullmatch(r"[a-z2-7]{25}", nonce(key)) and nonce(key) != nonce(key + "0") and nonce(key) == nonce(key)


@given(st.text())
def test_a_mark_is_two_numbers_that_discord_takes(key: str) -> None:
    assert 0 < mark(key).container < 2**31 and 0 < mark(key).text < 2**31 and mark(key).container != mark(key).text


async def test_discords_library_keeps_nothing_of_a_view() -> None:
    """The trap: buttons survive a restart only as DynamicItem; so nothing need be remembered."""
    made = view(Card("x", buttons=(Button("A", "go"),)))
    assert made.is_finished() and made.is_persistent() and made.has_components_v2()
    assert isinstance(made, discord.ui.LayoutView)
