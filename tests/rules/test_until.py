"""Until when, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.until import Over, parse

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 11, 26, 13, 20, tzinfo=UTC)  # 14:20 in Berlin


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("45m", "2026-11-26 15:05"),
        ("for 2h", "2026-11-26 16:20"),
        ("3d", "2026-11-29 14:20"),
        ("1h 30m", "2026-11-26 15:50"),
        ("until 18:00", "2026-11-26 18:00"),
        ("9:30", "2026-11-27 09:30"),
        ("14:20", "2026-11-27 14:20"),
        ("Tomorrow", "2026-11-27 00:00"),
        ("until Monday", "2026-11-30 00:00"),
        ("thursday", "2026-12-03 00:00"),
        ("till 2026-12-24", "2026-12-24 00:00"),
        ("30 min", "2026-11-26 14:50"),
        ("2 hours", "2026-11-26 16:20"),
        ("2 h", "2026-11-26 16:20"),
        ("1h30m", "2026-11-26 15:50"),
        ("for 2 hours", "2026-11-26 16:20"),
        ("in 20 minutes", "2026-11-26 14:40"),
        ("2 hours and 5 min", "2026-11-26 16:25"),
        ("1.5 hours", "2026-11-26 15:50"),
        ("an hour", "2026-11-26 15:20"),
        ("2 weeks", "2026-12-10 14:20"),
        ("16.00", "2026-11-26 16:00"),
        ("at 4pm", "2026-11-26 16:00"),
        ("12:30 am", "2026-11-27 00:30"),
        ("until at 9", "2026-11-27 09:00"),
        ("until tomorrow", "2026-11-27 00:00"),
        ("tomorrow 9:00", "2026-11-27 09:00"),
        ("tomorrow at 9", "2026-11-27 09:00"),
        ("today, 18:30", "2026-11-26 18:30"),
        ("thursday 15:00", "2026-11-26 15:00"),
        ("next thu at 9", "2026-12-03 09:00"),
        ("2026-12-24 14:00", "2026-12-24 14:00"),
    ],
)
def test_what_is_parse(said: str, there: str) -> None:
    assert parse(said, THURSDAY, BERLIN) == datetime.fromisoformat(there).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "25:00",
        "9",
        "tomorrow at 25",
        "13:60",
        "2 months",
        "30 minis",
        "2026-02-30",
        "9999999999d",
        "-2h",
        "until",
    ],
)
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid|isoformat|out of range|must be in|no time of day"):
        parse(said, THURSDAY, BERLIN)


@pytest.mark.parametrize("said", ["0m", "2026-11-26", "today", "today 9:00", "2020-01-01 9:00"])
def test_what_is_over_is_told_apart_from_what_is_not_understood(said: str) -> None:
    with pytest.raises(Over):
        parse(said, THURSDAY, BERLIN)


@pytest.mark.parametrize(
    ("said", "now", "then"),
    [
        ("02:45", "2026-10-25T00:30+00:00", "2026-10-25T00:45+00:00"),  # in the first of the two hours
        ("02:45", "2026-10-25T01:30+00:00", "2026-10-25T01:45+00:00"),  # in the second
        ("02:15", "2026-10-25T00:30+00:00", "2026-10-25T01:15+00:00"),  # over in the first, to come in the second
        ("02:15", "2026-10-25T01:30+00:00", "2026-10-26T01:15+00:00"),  # over in both
    ],
)
def test_an_hour_that_comes_twice_is_the_next_one(said: str, now: str, then: str) -> None:
    assert parse(said, datetime.fromisoformat(now), BERLIN) == datetime.fromisoformat(then)


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("02:30", "2026-03-29T00:59+00:00"),
        ("tomorrow 2:30", "2026-03-28T12:00+00:00"),
        ("2:30", "2026-03-28T01:30+00:00"),
    ],
)
def test_an_hour_that_is_skipped_is_over_when_it_would_begin(said: str, now: str) -> None:
    """As in the settings."""
    assert parse(said, datetime.fromisoformat(now), BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
