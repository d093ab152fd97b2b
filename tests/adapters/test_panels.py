"""A panel that somebody has deleted is said again, in Slack and in Discord: it is the way in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.context import Scene
from bot.cycles import Heartbeat
from bot.places import panels
from storage.posts import stuck, unreachable
from tests.adapters import discord_company, slack_company
from tests.platforms.discord import Permission


async def look(heartbeat: Heartbeat) -> None:
    """Ten minutes have passed."""
    await heartbeat.beat("panels")
    await heartbeat.beat("posts")
    await heartbeat.deliverer.finish()
    assert not heartbeat.cycles["panels"].error


async def stand(it: Any, database: Any) -> None:
    """The settings want one in #it-help, where it is said."""
    it.file.write_text(it.file.read_text().replace("watched: [it-help]", "watched: [it-help], panel: it-help"))
    it.live.refresh()
    scene = {"now": it.now, "workspace": "main", "settings": it.settings, "worktime": it.desk.worktime}
    await database.write(lambda db: panels(Scene(db=db, **scene)))


async def test_01_a_deleted_panel_is_said_again_in_slack(it: slack_company.Company) -> None:
    """BEHAVIOUR 1. Also where a thread keeps its tombstone, and not where nobody has deleted it."""
    await stand(it, it.database)
    ana = it.person("ana")
    room = it.slack.channel("it-help", ana)
    await look(it.heartbeat)
    for answered in (False, True):
        (panel,) = [m for m in room.messages.values() if m.metadata and m.subtype != "tombstone"]
        await look(it.heartbeat)
        assert [m for m in room.messages.values() if m.metadata] == [panel], "it stands"
        if answered:
            await ana.says(room, "can I ask here?", panel)
        it.slack.talk.remove(room, panel)
        await look(it.heartbeat)
        (again,) = [m for m in room.messages.values() if m.metadata]
        assert again.ts != panel.ts and "Need help?" in again.text
    it.slack.violations.clear()  # it was to be edited first


async def test_01_a_deleted_panel_is_said_again_in_discord(sqlite_database_url: str, tmp_path: Path) -> None:
    """BEHAVIOUR 1. Where the bot may not look, nothing is said twice."""
    async with discord_company.company(sqlite_database_url, tmp_path) as it:
        await stand(it, it.first.database)
        room = it.rooms["it-help"]
        await look(it.heartbeat)
        (panel,) = room.messages()
        await look(it.heartbeat)
        assert room.messages() == [panel], "it stands"
        it.discord.posting.remove(panel)
        await look(it.heartbeat)
        (again,) = room.messages()
        assert again.id != panel.id
        it.discord.allow(room, {"bot": (0, Permission.VIEW_CHANNEL)})
        await look(it.heartbeat)
        assert room.messages() == [again]
        it.discord.violations.clear()


async def test_30_a_panel_that_cannot_be_said_again_is_told_of_and_tried_on(
    sqlite_database_url: str, tmp_path: Path
) -> None:
    """BEHAVIOUR 30. However long ago it was said first."""
    async with discord_company.company(sqlite_database_url, tmp_path) as it:
        await stand(it, it.first.database)
        room = it.rooms["it-help"]
        await look(it.heartbeat)
        it.now += timedelta(days=60)
        it.discord.posting.remove(room.messages()[0])
        it.discord.allow(room, {"bot": (0, Permission.SEND_MESSAGES)})
        for _ in range(2):
            await look(it.heartbeat)
            assert await it.first.database.read(lambda db: unreachable(db, "main", it.now - timedelta(hours=24)))
            assert await it.first.database.read(lambda db: stuck(db, it.now, it.now + timedelta(1))) == (0, 0)
        it.discord.allow(room, {"bot": (Permission.SEND_MESSAGES, 0)})
        it.now += timedelta(minutes=10)
        await look(it.heartbeat)
        assert len(room.messages()) == 1
        it.discord.violations.clear()
