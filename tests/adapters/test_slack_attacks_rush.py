"""Slack that is slow and people who are quick: nobody waits too long, and no answer is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest

from adapters.slack.pace import Pace
from tests.adapters.slack_company import Company, company


@pytest.mark.parametrize("way", ["http"])
async def test_an_event_is_answered_in_time_however_slow_slack_is_itself(it: Company) -> None:
    """BEHAVIOUR 23: Slack waits for three seconds, and tells again of what was not taken: one ticket all the same."""
    ana, ben = it.person("ana"), it.person("ben")
    message = await ana.says(it.slack.channel("random", ana, ben), "my laptop is broken again")
    it.slack.faults.slow("conversations.replies", 4)
    begun = monotonic()
    await ben.reacts(message, "ticket")
    assert monotonic() - begun < 3
    await it.settles()
    assert len(await it.tickets()) == 1
    assert {one.error for one in it.slack.violations.take("dispatch_failed")} == {"dispatch_failed"}


async def test_who_writes_a_lot_at_once_is_answered_each_time(sqlite_database_url: str, tmp_path: Path) -> None:
    """BEHAVIOUR 5, 40: a talk takes one message a second; who pastes twelve lines is asked about all of them."""
    async with company(sqlite_database_url, tmp_path, pace=Pace()) as it:
        ana = it.person("ana")
        it.slack.faults.limited("chat.postMessage", 1)
        for number in range(11):
            await ana.says("@", f"laptop number {number} is broken")
        async with asyncio.timeout(20):
            while ana.shown().count("Shall I open a ticket for this?") < 11:  # noqa: ASYNC110 - Slack tells nobody
                await asyncio.sleep(0.1)
