"""Who may read which article (BEHAVIOUR 32)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.readers import audiences, may_read
from bot.settings import Settings
from storage.knowledge import ArticleRow

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "organisation": {"name": "The Company"},
        "calendars": {"office": {"mon": ["09:00-17:00"]}},
        "people": {name: {"name": name} for name in ("ana", "ben", "dev", "lena", "ada", "dora")},
        "admins": ["ada"],
        "teams": {
            "it-help": {"name": "IT Help", "members": {"ben": {}}},
            "network": {"name": "Network", "lead": "lena", "deputies": ["dora"], "members": {"dev": {}}},
        },
        "default_team": "it-help",
    }
)


def test_32_a_team_is_its_agents_leads_and_deputies() -> None:
    """BEHAVIOUR 32."""
    assert audiences("ana", SETTINGS) == {"everyone"}
    assert audiences("ben", SETTINGS) == {"everyone", "it-help"}
    assert audiences("ada", SETTINGS) == {"everyone", "it-help", "network"}
    assert all(audiences(who, SETTINGS) == {"everyone", "network"} for who in ("dev", "lena", "dora"))


@pytest.mark.parametrize(
    ("audience", "status", "readers"),
    [
        ("everyone", "published", {"ana", "ben", "dev", "lena", "ada"}),
        ("everyone", "draft", {"ben", "dev", "lena", "ada"}),
        ("everyone", "archived", {"ben", "dev", "lena", "ada"}),
        ("network", "published", {"dev", "lena", "ada"}),
        ("network", "draft", {"dev", "lena", "ada"}),
        ("gone", "published", {"ada"}),
    ],
)
def test_32_who_reads_what(audience: str, status: str, readers: set[str]) -> None:
    """BEHAVIOUR 32: what is not published is for who works here, and never for another team."""
    row = ArticleRow(workspace="main", id="x", title="X", body="", audience=audience, status=status, at=NOW)
    assert {who for who in ("ana", "ben", "dev", "lena", "ada") if may_read(who, row, SETTINGS)} == readers
