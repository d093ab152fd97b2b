"""Until when, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.until import parse

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
    ],
)
def test_what_is_parse(said: str, there: str) -> None:
    assert parse(said, THURSDAY, BERLIN) == datetime.fromisoformat(there).replace(tzinfo=BERLIN)


@pytest.mark.parametrize("said", ["", "0m", "soon", "25:00", "2026-11-26", "2026-02-30", "9999999999d", "until", "-2h"])
def test_what_is_no_time_or_is_over_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"is over|Invalid|isoformat|out of range|must be in"):
        parse(said, THURSDAY, BERLIN)
