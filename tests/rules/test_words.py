"""What people write, made harmless; and what is said, there and back through JSON."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.words import (
    MOMENT,
    Address,
    Button,
    Card,
    Fact,
    Incoming,
    Reply,
    Sender,
    blank,
    clean,
    following,
    left_out,
    moment,
    one_line,
    quote,
)
from bot.words_json import card_from_json, card_to_json, reply_from_json, reply_to_json

same_every_time = settings(derandomize=True, deadline=None, database=None)
NASTY = "\x00\x07\x0b\x1b\x85\ud800\u200b\u200e\u202e\u2028\u2066\u3164\ufe0f\ufeff⟦⟧ \t\r\na🔥é<@>"
texts = st.text(st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=())))
said = st.text()  # what JSON and UTF-8 can hold


@same_every_time
@given(texts)
@example("\ud83d\ude00")
def test_clean_text_can_be_stored_and_shown_and_holds_no_marks_of_ours(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert not set(cleaned) & set("\x00\x07\x0b\x1b\x85\r\u202e\u2066\ufeff⟦⟧")
    assert MOMENT.search(cleaned) is None
    assert clean(cleaned) == cleaned == cleaned.strip()


@same_every_time
@given(texts, st.integers(1, 60))
def test_a_text_that_was_cut_says_how_long_it_was_and_is_cut_but_once(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= max(limit, 50)
    if len(text) > limit:
        assert cleaned.endswith(f"… (cut: the text had {len(text):,} characters)")
        assert clean(cleaned, max(limit, 50)) == cleaned
        assert left_out(cleaned).endswith(f"of {len(text):,} characters were kept: please send all as a file.")
    else:
        assert not left_out(cleaned)


@same_every_time
@given(texts)
def test_cleaning_neither_makes_something_of_nothing_nor_nothing_of_something(text: str) -> None:
    assert blank(text) == blank(clean(text))


@pytest.mark.parametrize(
    "nothing", ["", " \t\n", "\u200b\u200d\ufeff", "\x00\x01", "\u202e\u202c", "\u3164", "\u2800\u00a0"]
)
def test_a_text_in_which_nobody_sees_anything_is_blank(nothing: str) -> None:
    assert blank(nothing)


@pytest.mark.parametrize("something", ["a", "🔥", "\u200bא", ".", "👨\u200d👩", "لا"])
def test_one_visible_character_is_enough(something: str) -> None:
    assert not blank(something)


@same_every_time
@given(texts, st.integers(1, 200))
def test_one_line_is_one_line_and_no_longer_than_asked(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit and len(line.splitlines()) <= 1
    assert one_line(line, limit) == line
    if len(" ".join(text.split())) <= limit:
        assert line.split() == text.split()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("the login page says account locked", "the login page says account…"),
        ("the login page says accounts locked out", "the login page says accounts…"),
        ("see https://intranet.example/a/very/long/way", "see https://intranet.example/…"),
    ],
)
def test_a_line_is_cut_behind_a_word_where_one_ends_near(text: str, line: str) -> None:
    assert one_line(text, 30) == line


@same_every_time
@given(texts, st.integers(2, 200))
def test_all_of_a_quotation_is_quoted(text: str, limit: int) -> None:
    quoted = quote(text, limit)
    assert all(line.startswith("> ") for line in quoted.splitlines())
    assert len(quoted) <= 3 * limit + 2


instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
buttons = st.builds(Button, said, said, st.dictionaries(said, said), st.sampled_from(["plain", "primary", "danger"]))
cards = st.builds(
    Card,
    title=said,
    body=said,
    facts=st.lists(st.builds(Fact, said, st.one_of(said, instants)), max_size=3).map(tuple),
    buttons=st.lists(buttons, max_size=3).map(tuple),
    mentions=st.lists(said, max_size=3).map(tuple),
    tone=st.sampled_from(["plain", "good", "warning", "danger"]),
    picture=said,
)


@same_every_time
@given(cards)
def test_a_card_is_the_same_after_a_way_through_json(card: Card) -> None:
    assert card_from_json(json.loads(json.dumps(card_to_json(card), ensure_ascii=False, sort_keys=True))) == card


@same_every_time
@given(st.none() | cards, st.booleans(), st.booleans(), st.booleans())
def test_a_reply_is_the_same_for_a_repeated_delivery(
    card: Card | None, private: bool, failed: bool, more: bool
) -> None:
    again = Incoming("d1", Sender("ana"), Address("web", "@ana"), "ticket")
    follow = following(again, "suggest", ticket="1001") if more else None
    reply = Reply(card, private=private, failed=failed, follow=follow)
    assert reply_from_json(json.loads(json.dumps(reply_to_json(reply))), again) == reply


@same_every_time
@given(instants)
def test_an_instant_in_a_text_is_found_again(instant: datetime) -> None:
    found = MOMENT.fullmatch(moment(instant))
    assert found and datetime.fromisoformat(found[1]) == instant.replace(microsecond=0)


def test_an_address_is_written_as_settings_write_it() -> None:
    assert Address.parse("web:#it-help") == Address.parse("web:it-help") == Address("web", "it-help")
    assert str(Address("slack", "C012", "17.5")) == "slack:C012"
    assert Address("web", "@ana").direct and not Address("web", "it-help").direct
    for wrong in ("it-help", "web:", ":it-help", "web:#"):
        with pytest.raises(ValueError, match="channel:room"):
            Address.parse(wrong)
