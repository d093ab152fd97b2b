"""The company on Slack, over either way in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack import catch_up
from tests.adapters.slack_company import Company, Way, company


@pytest.fixture
def way() -> Way:
    """How Slack reaches the desk: over sockets, unless a test says otherwise."""
    return "socket"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path, way: Way) -> AsyncIterator[Company]:
    """A company on Slack, on a Monday at nine."""
    async with company(sqlite_database_url, tmp_path, way) as made:
        yield made


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far was heard is noted many times a second."""
    monkeypatch.setattr(catch_up, "KEEP", 0.1)
