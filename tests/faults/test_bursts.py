"""The desk is killed at random moments while many people use it; `make soak` does so for hours."""

from pathlib import Path

import pytest

from tests.faults.burst import Burst
from tests.faults.company import a_company
from tests.faults.process import Spare

ROUNDS, KILLS = 5, 30
"""On both databases: 300 kills."""


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_29_random_kills_under_a_burst_lose_and_double_nothing(
    database_url: str, tmp_path: Path, spare: Spare, seed: int
) -> None:
    """BEHAVIOUR 23, 29."""
    async with a_company(database_url, tmp_path, spare) as it:
        burst = Burst(it, seed)
        await burst.goes_on(KILLS)
        assert it.process.starts > KILLS and len(burst.said) > KILLS / 2, burst.said
