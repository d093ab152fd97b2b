"""A spare process for the tests of one worker, and a company whose desk can be killed."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.faults.company import Company, a_company
from tests.faults.process import Spare, a_spare


@pytest.fixture(scope="session")
def spare() -> Iterator[Spare]:
    with a_spare() as made:
        yield made


@pytest.fixture
async def it(database_url: str, spare: Spare, tmp_path: Path, flow: str) -> AsyncIterator[Company]:
    """On SQLite, and on PostgreSQL. Where a surge is no part of the flow, there is none."""
    async with a_company(database_url, tmp_path, spare, surge=5 if "surge" in flow else 1000) as company:
        yield company
