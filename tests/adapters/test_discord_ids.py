"""Custom ids: what a button or a modal does, for years, and nothing but what this project has written there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.dynamic_items import ITEMS, Choose, Press
from adapters.discord.ids import (
    Packed,
    aside,
    aside_form,
    distinct,
    pack,
    pack_form,
    unpack,
    unpack_form,
)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANSWERS = st.dictionaries(WORDS, WORDS, max_size=3)


@pytest.mark.parametrize(
    ("custom_id", "packed"),
    [
        ("do:claim:ticket=1042", Packed("claim", {"ticket": "1042"})),
        ("do:rate:stars=5&ticket=1042", Packed("rate", {"stars": "5", "ticket": "1042"})),
        ("do:kb+show:article=reset-vpn", Packed("kb show", {"article": "reset-vpn"})),
        ("do:ticket:", Packed("ticket", {})),
        ("do:ticket::2", Packed("ticket", {})),
        ("do:claim:ticket=1042:3", Packed("claim", {"ticket": "1042"})),
        ("do:~3kq7", Packed("", {}, "3kq7")),
        ("do:~3kq7:2", Packed("", {}, "3kq7")),
    ],
)
def test_a_button_of_a_year_ago_does_what_it_did(custom_id: str, packed: Packed) -> None:
    """BEHAVIOUR 22: every button works after a restart and a redeploy. These forms may never change."""
    assert unpack(custom_id) == packed and unpack_form(custom_id.replace("do:", "form:")) == packed


def test_answers_are_sorted_by_name() -> None:
    assert pack("rate", {"ticket": "1042", "stars": "5"}) == "do:rate:stars=5&ticket=1042"
    assert pack_form("kb show", {"article": "a b"}) == "form:kb+show:article=a+b"
    assert aside("a b:~") == "do:~a+b%3A%7E" and aside_form("x") == "form:~x"


@given(WORDS, ANSWERS)
def test_what_is_packed_comes_back_in_a_hundred_plain_characters(verb: str, answers: dict[str, str]) -> None:
    for made, back in ((pack(verb, answers), unpack), (pack_form(verb, answers), unpack_form)):
        assert made is None or (made.isascii() and made.isprintable() and len(made) <= 96)
        assert made is None or back(made) == Packed(verb, answers)


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=25))
def test_a_name_comes_back(name: str) -> None:
    assert unpack(aside(name)) == unpack_form(aside_form(name)) == Packed("", {}, name)


def test_what_is_too_long_is_not_packed() -> None:
    assert pack("ticket", {"text": "x" * 80}) == f"do:ticket:text={'x' * 80}"
    assert pack("ticket", {"text": "x" * 82}) is None and pack("", {}) is None
    assert (pack("x", {"a": "\ud800"}) or "").isascii()


@pytest.mark.parametrize(
    "custom_id",
    ["", ":", "do", "do:", "do::", "do::ticket=1", "form:x:", "x:claim:", "do:a:b", "do:a:b=1&c", "do:a:%", "DO:a:"],
)
def test_what_is_not_ours_is_none(custom_id: str) -> None:
    assert unpack(custom_id) is None


@given(st.text() | st.text("do:~&=%+form ", max_size=30).map("do:".__add__))
def test_no_foreign_custom_id_is_an_error(custom_id: str) -> None:
    for unpacked in (unpack(custom_id), unpack_form(custom_id), unpack("do:x:" + custom_id)):
        assert unpacked is None or bool(unpacked.verb) or unpacked.answers == {}
    assert unpack("do:x:" + "y" * 100) is None


@given(st.lists(st.sampled_from(["do:a:", "do:a::2", "do:a:x=1", "do:~n"]), max_size=40))
def test_no_two_are_equal_in_a_message(custom_ids: list[str]) -> None:
    made = distinct(custom_ids)
    assert len(set(made)) == len(made) == len(custom_ids)
    assert [unpack(id) for id in made] == [unpack(id) for id in custom_ids]


def test_every_custom_id_of_ours_and_no_other_is_listened_to() -> None:
    patterns: list[re.Pattern[str]] = [item.__discord_ui_compiled_template__ for item in ITEMS]
    assert list(ITEMS) == [Press, Choose]
    assert all(patterns[0].fullmatch(id) for id in ("do:a:", "do:~n", "do:a:x=1:2")) and patterns[1].fullmatch("more:1")
    assert not any(pattern.fullmatch(id) for pattern in patterns for id in ("form:a:", "other", "more:x", "do"))
