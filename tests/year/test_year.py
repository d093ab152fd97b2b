"""Ten days of the year, in which clocks are changed on two continents and four days are holidays somewhere.

Whatever the desk announces, keeps and says is compared at each step; docs/testing.md says with what. `make soak` runs
the whole year.
"""

from datetime import UTC, datetime
from pathlib import Path

from tests.year.year import Year

EASTER = datetime(2026, 3, 28, tzinfo=UTC)
"""Clocks go forward in Berlin on 29 March and back on Lord Howe on 5 April; 3 to 6 April are holidays."""
RARE = ("breached", "level", "held", "close", "remind", "restarts", "sends that failed")


async def test_days_of_a_year_go_as_expected(database_url: str, tmp_path: Path) -> None:
    """BEHAVIOUR 29, and 9, 10, 14, 17, 19 to 28 and 30: nothing is missed, nothing is early, nothing is said twice."""
    days = 10 if database_url.startswith("sqlite") else 7  # what takes twice as long is asked for less
    seen = await Year(database_url, tmp_path, EASTER, days, seed=2026, trouble=5).runs()
    rare = {what: seen[what] for what in RARE}
    assert all(rare.values()), f"too little happened for the comparison to say much: {rare}"
