"""What readers' verdicts add to how sure a match is: bounded, fading, a voice for each person (BEHAVIOUR 34)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from bot.verdicts import DOUBT, FORGOTTEN, MOST, PRIOR, REWRITTEN, WORTH, Said, learned, log_odds

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HALF_LIFE = timedelta(days=180)
LONG_AGO = NOW - timedelta(days=10_000)
INSTANTS = some.datetimes(datetime(2020, 1, 1), NOW.replace(tzinfo=None), timezones=some.just(UTC))
KINDS = some.sampled_from(["helped", "unhelped", "answered", "opened"])
SAID = some.lists(some.builds(Said, some.sampled_from("abcdefgh"), KINDS, INSTANTS), max_size=30)
SURENESS = some.floats(0, 1)


def added(said: list[Said], now: datetime = NOW, written_at: datetime = LONG_AGO) -> float:
    return log_odds(said, now, HALF_LIFE, written_at)


def by_many(kind: str, people: int, at: datetime = NOW) -> list[Said]:
    return [Said(f"p{n}", kind, at) for n in range(people)]


@given(SAID, SURENESS)
def test_34_no_verdicts_move_a_confidence_by_more_than_the_prior(said: list[Said], sure: float) -> None:
    """BEHAVIOUR 34."""
    weight = added(said)
    assert -MOST <= weight <= MOST
    assert 0 <= learned(sure, weight) <= 1
    assert abs(learned(sure, weight) - sure) <= PRIOR + 1e-12


def test_34_thousands_of_people_come_near_the_bound() -> None:
    assert learned(0.5, added(by_many("helped", 100_000))) - 0.5 == pytest.approx(PRIOR, abs=0.01)
    assert max(learned(p / 100, MOST) - p / 100 for p in range(101)) == pytest.approx(PRIOR, abs=1e-3)


@given(SAID, KINDS, some.lists(INSTANTS, min_size=1, max_size=50))
def test_34_one_person_s_clicking_is_one_voice(said: list[Said], kind: str, clicks: list[datetime]) -> None:
    """BEHAVIOUR 34: over tickets and days."""
    clicking = [Said("clicker", kind, at) for at in clicks]
    assert added(said + clicking) == added([*said, Said("clicker", kind, max(clicks))])


@given(SAID, some.lists(some.tuples(KINDS, INSTANTS), min_size=1, max_size=50))
def test_34_nobody_moves_an_article_further_than_two_voices(said: list[Said], acts: list[tuple[str, datetime]]) -> None:
    """BEHAVIOUR 34: whatever somebody clicks, from a voice against to a voice for."""
    others = [one for one in said if one.person != "a"]
    mine = [Said("a", kind, at) for kind, at in acts]
    for known in ("helped", "unhelped"):
        assert abs(added(others + mine) - added([*others, Said("a", known, NOW)])) <= MOST * 2 / (DOUBT + 1) + 1e-12


def test_34_an_agent_alone_buries_no_article() -> None:
    """BEHAVIOUR 34: a thousand clicks of theirs are undone by two readers whom it helped."""
    buried = [Said("agent", "unhelped", NOW - timedelta(minutes=n)) for n in range(1000)]
    assert learned(0.5, added(buried)) > 0.46
    assert added(buried + by_many("helped", 2)) > 0


@given(SAID, INSTANTS, some.integers(0, 2000), some.integers(0, 2000))
def test_34_what_was_said_fades(said: list[Said], at: datetime, sooner: int, later: int) -> None:
    """BEHAVIOUR 34: one way, and to nothing."""
    assume(sooner <= later)
    first, then = (abs(added(by_many("helped", 3, at), NOW + timedelta(days=n))) for n in (sooner, later))
    assert then <= first
    assert added(said, NOW + FORGOTTEN * HALF_LIFE) == 0


def test_34_after_a_half_life_a_voice_counts_half() -> None:
    fresh, old = by_many("unhelped", 2), by_many("unhelped", 4, NOW - HALF_LIFE)
    assert added(old) == pytest.approx(added(fresh)) == pytest.approx(-MOST * 2 / (2 + DOUBT))


def test_34_the_newest_word_of_a_person_counts() -> None:
    """BEHAVIOUR 34: in whatever order the rows come; who only opened it has taken nothing back."""
    said = [Said("ana", "unhelped", NOW - timedelta(hours=1)), Said("ana", "helped", NOW), Said("ana", "opened", NOW)]
    assert added(said) == added(said[::-1]) == added(by_many("helped", 1)) > 0
    assert added(by_many("opened", 100)) == 0


def test_34_an_agent_s_word_is_worth_half_of_a_reader_s() -> None:
    assert added(by_many("answered", 2)) == pytest.approx(added(by_many("helped", 1)))
    assert WORTH["answered"] < WORTH["helped"]


def test_34_a_new_text_is_not_blamed_for_the_old_one() -> None:
    """BEHAVIOUR 34: what was said against the old text counts a quarter, what spoke for it goes on counting."""
    before = NOW - timedelta(hours=1)
    against, praised = by_many("unhelped", 8, before), by_many("helped", 8, before)
    assert added(against, written_at=NOW) == pytest.approx(-MOST * 8 * REWRITTEN / (8 * REWRITTEN + DOUBT), rel=1e-3)
    assert added(against, written_at=before) < added(against, written_at=NOW) < 0
    assert added(praised, written_at=NOW) == added(praised, written_at=LONG_AGO)


@given(some.lists(SURENESS, min_size=2, max_size=2), some.floats(-MOST, MOST))
def test_34_the_same_verdicts_leave_the_order_as_it_was(sure: list[float], weight: float) -> None:
    low, high = sorted(sure)
    assert learned(low, weight) <= learned(high, weight)
    assert learned(learned(low, weight), -weight) == pytest.approx(low)
