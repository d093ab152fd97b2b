"""Installations: kept by workspace, renewed by one at a time, gone when they are taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.installations import Installation, Installations, Renewed
from storage.database import Database

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def made(workspace: str = "T1", *, token: str = "xoxb-1", lasts: timedelta | None = None) -> Installation:
    return Installation(
        workspace=workspace,
        channel="slack",
        app="A1",
        name=f"Company {workspace}",
        bot="UBOT",
        scopes="chat:write,commands",
        token=token,
        renew_token="xoxe-1" if lasts else "",
        expires_at=NOW + lasts if lasts else None,
        installed_at=NOW,
    )


class Slack:
    """Gives new tokens, as slowly as it likes."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.asked: list[str] = []
        self.refuses, self.busy, self.free = refuses, asyncio.Event(), asyncio.Event()
        self.free.set()

    async def renew(self, installation: Installation) -> Renewed | None:
        self.asked.append(installation.renew_token)
        self.busy.set()
        await self.free.wait()
        number = len(self.asked) + 1
        return None if self.refuses else Renewed(f"xoxb-{number}", f"xoxe-{number}", NOW + 24 * HOUR)


async def test_workspaces_are_the_one_and_those_installed(database: Database) -> None:
    desk = Installations(database, lambda: NOW)
    assert await desk.workspaces() == ["main"]
    await desk.save(made("T2"))
    await desk.save(made("T1"))
    await desk.save(made("T1", token="xoxb-again"))
    assert await desk.workspaces() == ["main", "T1", "T2"]
    found = await desk.find("T1")
    assert found and (found.token, found.installed_at, found.expires_at) == ("xoxb-again", NOW, None)
    assert await desk.find("T3") is None


async def test_a_newcomer_is_made_at_home(database: Database) -> None:
    desk, furnished = Installations(database, lambda: NOW), []

    async def furnish(workspace: str) -> None:
        furnished.append(workspace)

    desk.newcomer = furnish
    await desk.save(made("T2"))
    assert furnished == ["T2"]


async def test_removed_and_revoked_are_worked_in_no_more(database: Database) -> None:
    desk = Installations(database, lambda: NOW)
    for workspace in ("T1", "T2", "T3"):
        await desk.save(made(workspace))
    await desk.remove("T1", NOW + HOUR)
    await desk.disable("T2", NOW + HOUR)
    assert await desk.workspaces() == ["main", "T3"]
    assert await desk.find("T1") is await desk.find("T2") is None
    assert [row.workspace for row in await desk.all()] == ["T3"]


async def test_an_old_farewell_ends_no_new_installation(database: Database) -> None:
    """TRAPS: Slack delivers events again, up to an hour later."""
    desk = Installations(database, lambda: NOW)
    await desk.save(made("T1"))
    await desk.remove("T1", NOW - HOUR)
    await desk.disable("T1", NOW - HOUR)
    assert await desk.workspaces() == ["main", "T1"]


async def test_a_revoked_token_is_kept_nowhere(database: Database) -> None:
    desk = Installations(database, lambda: NOW)
    await desk.save(made("T1", lasts=HOUR))
    await desk.disable("T1", NOW + HOUR)
    tokens = await database.read(lambda db: (db.get_one(Installation, "T1").token, db.get_one(Installation, "T1")))
    assert tokens[0] == "" and tokens[1].renew_token == ""


async def test_a_token_is_renewed_before_it_ends(database: Database) -> None:
    desk, slack = Installations(database, lambda: NOW), Slack()
    await desk.save(made("T1", lasts=3 * HOUR))
    found = await desk.current("T1", slack.renew)
    assert found and found.token == "xoxb-1" and not slack.asked
    await desk.save(made("T1", lasts=HOUR))
    found = await desk.current("T1", slack.renew)
    assert found and (found.token, found.renew_token, found.expires_at) == ("xoxb-2", "xoxe-2", NOW + 24 * HOUR)
    assert slack.asked == ["xoxe-1"]


async def test_one_renews_and_the_others_go_on_with_the_old_token(database: Database) -> None:
    """A renewal token is good for one use: two who use it lose the workspace."""
    here, there, slack = Installations(database, lambda: NOW), Installations(database, lambda: NOW), Slack()
    await here.save(made("T1", lasts=HOUR))
    slack.free.clear()
    first = asyncio.create_task(here.current("T1", slack.renew))
    await slack.busy.wait()
    others = await asyncio.gather(*(there.current("T1", slack.renew) for _ in range(5)))
    assert {other.token for other in others if other} == {"xoxb-1"}
    slack.free.set()
    found = await first
    assert found and found.token == "xoxb-2" and slack.asked == ["xoxe-1"]


async def test_with_an_ended_token_the_others_wait_for_the_new_one(database: Database) -> None:
    desk, slack = Installations(database, lambda: NOW), Slack()
    await desk.save(made("T1", lasts=-HOUR))
    found = await asyncio.gather(*(desk.current("T1", slack.renew) for _ in range(4)))
    assert {one.token for one in found if one} == {"xoxb-2"} and len(found) == 4
    assert slack.asked == ["xoxe-1"]


async def test_a_refused_renewal_is_tried_again_after_a_minute(database: Database) -> None:
    now = [NOW]
    desk, slack = Installations(database, lambda: now[0]), Slack(refuses=True)
    await desk.save(made("T1", lasts=HOUR))
    for _ in range(3):
        found = await desk.current("T1", slack.renew)
        assert found and found.token == "xoxb-1"
    assert len(slack.asked) == 1
    now[0] += timedelta(minutes=2)
    await desk.current("T1", slack.renew)
    assert len(slack.asked) == 2


async def test_an_ended_token_that_cannot_be_renewed_is_none(database: Database) -> None:
    desk, slack = Installations(database, lambda: NOW), Slack(refuses=True)
    await desk.save(made("T1", lasts=-HOUR))
    assert await desk.current("T1", slack.renew) is None


async def test_a_sign_is_good_once_on_all_replicas(database: Database) -> None:
    here, there = Installations(database, lambda: NOW), Installations(database, lambda: NOW)
    assert await here.first_use("abc")
    assert not await there.first_use("abc")
    assert sorted(await asyncio.gather(*(desk.first_use("xyz") for desk in (here, there, here)))) == [False] * 2 + [
        True
    ]
