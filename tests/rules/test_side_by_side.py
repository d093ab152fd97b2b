"""Processes that go by different settings: who brings open tickets in line, and when (BEHAVIOUR 26). Pure."""

from datetime import UTC, datetime, timedelta

from bot.side_by_side import GONE, SIGN, Seen, SideBySide

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_another_change_of_the_newer_ones_is_given_its_time() -> None:
    older = SideBySide()
    for seconds in range(0, 60, 2):
        now = NOW + timedelta(seconds=seconds)
        assert not older.left_over(Seen("b", {"a": now, "b": now}), "a", now)
    begun = NOW + timedelta(minutes=1)
    unsigned = Seen("c", {"a": begun, "b": begun})
    assert not older.left_over(unsigned, "a", begun)
    assert not older.left_over(unsigned, "a", begun + GONE - SIGN)
    assert older.left_over(unsigned, "a", begun + GONE)


def test_who_is_alone_leaves_no_sign_and_takes_nothing_up() -> None:
    one = SideBySide()
    for seen in (Seen("a", {}), Seen("a", {"a": NOW - GONE})):
        assert not one.to_sign(seen, "a", NOW) and not one.left_over(seen, "a", NOW)


def test_the_last_of_several_others_counts() -> None:
    one, seen = SideBySide(), Seen("a", {"a": NOW, "b": NOW - GONE, "c": NOW - SIGN})
    assert not one.left_over(seen, "a", NOW)
    assert one.left_over(seen, "a", NOW + GONE)
