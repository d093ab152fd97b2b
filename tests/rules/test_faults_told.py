"""A fault that stays does not fill the log: told when it begins or changes, now and then, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from bot.faults import Faults, kind

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AWAY, BUSY = "StorageFailed: The database cannot be reached", "StorageFailed: The database is busy"


def told(minutes: int, *, a_beat: tuple[str, ...] = (AWAY,), cycles: tuple[str, ...] = ("sla",)) -> list[Any]:
    """What is logged of faults that come each second, one after the other in turn, and then end."""
    faults, error, instant = Faults(), ValueError(), NOW
    with capture_logs() as logs:
        for second in range(60 * minutes):
            instant = NOW + timedelta(seconds=second)
            for cycle in cycles:
                faults.tell(cycle, error, a_beat[second % len(a_beat)], instant)
        for _ in range(2):
            for cycle in cycles:
                faults.over(cycle, instant + timedelta(seconds=1))
    return logs


def test_a_fault_is_told_when_it_begins_now_and_then_and_when_it_is_over() -> None:
    first, again, over = told(11)
    assert (first["event"], first["error"]) == ("cycle failed", AWAY) and isinstance(first["exc_info"], ValueError)
    assert (again["event"], again["times"], again["since"]) == ("cycle still fails", 601, NOW.isoformat())
    assert (over["event"], over["failed"], over["after"]) == ("cycle works again", 660, "0:11:00")


def test_a_fault_that_changes_is_told_once_for_each_thing_it_is() -> None:
    assert [line["error"] for line in told(1, a_beat=(AWAY, BUSY))[:-1]] == [AWAY, BUSY]
    figures = tuple(f"Timeout: after {second} s" for second in range(60))
    assert len(told(1, a_beat=figures)) == 2, "figures make no other fault"


def test_what_names_an_object_or_an_id_anew_each_time_is_one_fault() -> None:
    for words in ("no {} here", "<Thing at 0x{}>", "no row {0}-{1}-{1}-{1}-{0}{1}", "Key (id)=({0}{0})"):
        names = (words.format(f"{n * 0x9E3779B1 % 2**32:08x}", f"{n * 0x9E37 % 2**16:04X}") for n in range(60))
        assert len(told(1, a_beat=tuple(names))) == 2
    assert kind("a defaced facade at 10:30") == "a defaced facade at :"


def test_of_what_many_fail_of_there_is_one_traceback() -> None:
    lines = told(1, cycles=("sla", "posts", "audit"))
    assert [line["event"] for line in lines] == ["cycle failed"] * 3 + ["cycle works again"] * 3
    assert [bool(line["exc_info"]) for line in lines[:3]] == [True, False, False]
