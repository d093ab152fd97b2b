"""Floods: what is folded, when, and that nothing is left out (BEHAVIOUR 29)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import limits
from adapters.discord.markup import discord
from bot.flood import ALONE, CHARACTERS, FULL, LINES, SPAN, Tally, pages, weigh

same_every_time = settings(derandomize=True, deadline=None, database=None)
SECOND = timedelta(seconds=1)
T = datetime(2026, 11, 23, 15, tzinfo=UTC)


def arriving(counts: list[int]) -> tuple[list[tuple[int, int]], list[tuple[int, int]], int]:
    """So many each second; (second, how many) alone, and in digests; and how many wait at the end."""
    tally: Tally | None = None
    alone, digests, waiting = list[tuple[int, int]](), list[tuple[int, int]](), 0
    for second, count in enumerate(counts):
        waiting += count
        if not waiting:
            continue
        tally, how = weigh(tally, waiting, T + second * SECOND)
        if how != "later":
            (alone if how == "alone" else digests).append((second, waiting))
            waiting = 0
    return alone, digests, waiting


def test_behaviour_29_a_thousand_in_a_minute_are_a_few_messages() -> None:
    """17 a second: the first few are said at once, the rest when they fill messages or the minute is over."""
    alone, digests, waiting = arriving([17] * 60 + [0] * 61)
    assert not alone and not waiting and digests[0] == (0, 17)
    assert sum(count for _, count in digests) == 60 * 17
    assert all(count >= FULL for _, count in digests[1:-1])


def test_behaviour_29_a_trickle_stays_messages_of_their_own() -> None:
    alone, digests, _ = arriving([1 if second % 10 == 0 else 0 for second in range(600)])
    assert len(alone) == 60 and not digests


def test_behaviour_29_one_more_than_stand_alone_is_no_digest_of_one() -> None:
    """It would be the message itself, without its buttons."""
    alone, digests, _ = arriving([1] * (ALONE + 1))
    assert len(alone) == ALONE + 1 and not digests
    assert arriving([1] * (ALONE + 2))[2] == 1, "what follows waits for the end of the minute"


def test_behaviour_29_one_a_second_is_a_digest_a_minute_after_the_first_few() -> None:
    alone, digests, waiting = arriving([1] * 300 + [0] * 61)
    assert not waiting and len(alone) + len(digests) <= 5 * (ALONE + 2)
    assert sum(count for _, count in alone + digests) == 300


@given(st.lists(st.integers(0, 30), max_size=200))
@same_every_time
def test_behaviour_29_everything_is_said_within_a_minute_and_few_are_alone(counts: list[int]) -> None:
    tally, waiting = None, list[int]()
    said, alone = 0, list[int]()
    for second, count in enumerate([*counts, *[0] * 61]):
        waiting += [second] * count
        if not waiting:
            continue
        tally, how = weigh(tally, len(waiting), T + second * SECOND)
        if how == "later":
            assert second - waiting[0] <= SPAN.seconds and tally.over > T + second * SECOND
            continue
        alone += [second] * len(waiting) if how == "alone" else []
        said, waiting = said + len(waiting), []
    assert not waiting and said == sum(counts)
    for second in alone:
        assert len([other for other in alone if second <= other < second + SPAN.seconds]) <= 2 * ALONE


@given(st.integers(-100_000, 100_000), st.integers(1, 100))
@same_every_time
def test_behaviour_29_a_clock_that_was_set_back_holds_nothing_back_for_long(seconds: int, count: int) -> None:
    tally, how = weigh(Tally(T, ALONE, folded=True), count, T + seconds * SECOND)
    assert how != "later" or 0 <= seconds < SPAN.seconds
    assert tally.over - (T + seconds * SECOND) <= SPAN


@given(st.lists(st.text("x", min_size=0, max_size=600), max_size=150), st.integers(0, 200))
@same_every_time
def test_behaviour_29_pages_hold_every_line_in_order_and_none_is_too_long(lines: list[str], taken: int) -> None:
    made = pages(lines, taken)
    assert [line for page in made for line in page] == lines
    assert all(len(page) <= LINES and len("\n".join(page)) + taken <= CHARACTERS for page in made)
    assert all(made) or not lines


def test_behaviour_29_titles_full_of_signs_are_all_named() -> None:
    """Discord has a backslash before each."""
    lines = [f"- **IT-{number}** {'*_' * 30}: first response was due" for number in range(1000, 1040)]
    made = pages(lines)
    assert [line for page in made for line in page] == lines and len(made) > 1
    assert all(len(discord("\n".join(page))) <= limits.TEXTS for page in made)
