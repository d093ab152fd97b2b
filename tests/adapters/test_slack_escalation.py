"""Breaches on Slack: whom the pings mention, and that an acknowledgement shows on every copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.adapters.slack_company import Company, Way, company
from tests.platforms.slack.pings import pings
from tests.platforms.slack.records import Message

both = pytest.mark.parametrize("way", ["socket", "http"])
TWO_ROOMS = ("lease: 30m\n    snooze", "rooms: [slack:escalations, slack:triage-network]\n    lease: 30m\n    snooze")


async def overdue(it: Company, text: str = "my laptop is broken", **later: float) -> None:
    """A ticket of which the first answer is late."""
    await it.person("ana", "it-help").command("/ticket", text, "it-help")
    await it.settles()
    it.now += timedelta(hours=4, **later)
    await it.settles()


def copies(it: Company, *rooms: str) -> list[Message]:
    standing = [m for room in rooms for m in it.slack.channel(room).messages.values()]
    return [m for m in standing if "First response overdue" in it.slack.show(m)]


def changed(*changes: tuple[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for before, after in changes:
            assert before in text
            text = text.replace(before, after, 1)
        return text

    return change


async def test_a_ping_mentions_the_lead(it: Company) -> None:
    """BEHAVIOUR 27: one ping that mentions the team lead."""
    await overdue(it)
    (ping,) = copies(it, "escalations")
    assert pings(ping) == {f"@{it.person('lena').id}"}


async def test_a_ping_mentions_who_is_on_call(it: Company) -> None:
    """BEHAVIOUR 31: dev has this week."""
    dev = it.person("dev", "triage-network")
    await dev.command("/queue", "", "triage-network")
    await it.desk.meet("main", "slack", [it.adapter.people.cached("main", dev.id)])  # type: ignore[list-item]
    await overdue(it, "the vpn is down")
    assert [pings(one) for one in copies(it, "escalations")] == [{f"@{dev.id}"}]


@both
async def test_acknowledging_updates_every_copy(sqlite_database_url: str, tmp_path: Path, way: Way) -> None:
    """BEHAVIOUR 28: two levels in two rooms; nobody is pinged a second time by it."""
    async with company(sqlite_database_url, tmp_path, way, change=changed(TWO_ROOMS)) as it:
        rooms = "escalations", "triage-network"
        lena = it.person("lena", *rooms)
        await overdue(it)
        it.now += timedelta(minutes=31)
        await it.settles()
        standing = copies(it, *rooms)
        assert len(standing) == 4 and all("[Acknowledge]" in it.slack.show(one) for one in standing)
        before = len(it.called("chat.postMessage"))
        await lena.clicks(standing[0], "Acknowledge")
        await it.settles()
        assert [one.ts for one in copies(it, *rooms)] == [one.ts for one in standing]
        for one in copies(it, *rooms):
            shown = it.slack.show(one)
            assert "Acknowledged by Lena Vogt" in shown and "[Acknowledge]" not in shown and "[Take]" in shown
        said = it.called("chat.postMessage")[before:]
        assert ["acknowledged the escalation" in str(message["blocks"]) for message in said] == [True]


async def test_a_user_group_is_pinged_where_the_settings_name_one(sqlite_database_url: str, tmp_path: Path) -> None:
    """The lead's level pings the group; the manager's pings the manager, and what is acknowledged is theirs."""
    group = ("triage: [slack:triage-it]", "triage: [slack:triage-it]\n    user_groups: {slack: S0614TZR7}")
    async with company(sqlite_database_url, tmp_path, change=changed(group)) as it:
        lena, max_ = it.person("lena", "escalations"), it.person("max")
        await overdue(it)
        it.now += timedelta(minutes=31)
        await it.settles()
        first, second = copies(it, "escalations")
        assert (pings(first), pings(second)) == ({"!subteam^S0614TZR7"}, {f"@{max_.id}"})
        assert "Lena Vogt" in it.slack.show(first), "who it is this time is named"
        await lena.clicks(first, "Acknowledge")
        await it.settles()
        assert "Acknowledged by Lena Vogt" in it.slack.show(copies(it, "escalations")[0])
