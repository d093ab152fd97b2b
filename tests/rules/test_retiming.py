"""Open tickets are brought in line once, whoever does it, on both databases: BEHAVIOUR 26."""

import asyncio
import json
from collections import Counter
from functools import partial

from sqlmodel import Session, col, select

from bot import grounds, retiming
from bot.context import Scene
from bot.worktime import Worktime
from storage.database import Database
from storage.tables import Entry, Post, State
from tests.rules.desk_stories import NOW, Story, block, settings

TICKETS = 60


async def test_26_two_replicas_share_the_work_and_count_every_ticket_once(database: Database) -> None:
    """BEHAVIOUR 26: more tickets than fit in one step, and two who see the change at the same moment."""
    story = await Story(database).open()
    for number in range(TICKETS):
        assert not (await story.says("ana", "ticket", f"my laptop is broken, {number}")).failed
    before = grounds.grounds(story.settings)
    policies = block("sla")
    policies[-1]["targets"]["resolution"] = "12h"
    quicker = settings(sla=policies)
    change = retiming.Change(before, grounds.grounds(quicker))

    def stage(db: Session, workspace: str) -> Scene:
        return Scene(db=db, now=NOW, workspace=workspace, settings=quicker, worktime=Worktime(quicker))

    async def replica() -> None:
        await database.write(lambda db: retiming.begin(db, change))
        more = True
        while more:
            more = await database.write(lambda db: retiming.step(db, stage, change))

    await asyncio.gather(replica(), replica(), replica())
    noted = await database.read(lambda db: db.exec(select(Entry.ticket).where(Entry.kind == "retimed")).all())
    assert Counter(noted) == {1001 + number: 1 for number in range(TICKETS)}
    cards = await database.read(
        lambda db: db.exec(select(Post.card).where(col(Post.key).startswith("retiming:"))).all()
    )
    [body] = [json.loads(card)["body"] for card in cards]
    assert f"{TICKETS} open tickets have another deadline (of {TICKETS}): IT-1001, " in body and "and 50 more" in body
    left = await database.read(
        lambda db: db.exec(select(State.name).where(col(State.name).startswith("retiming"))).all()
    )
    assert list(left) == [] and await database.read(retiming.kept) == change.now


async def test_26_replicas_with_other_settings_do_not_hold_each_other_up(database: Database) -> None:
    """BEHAVIOUR 26: as while a new version is rolled out; whoever begins last is kept."""
    story = await Story(database).open()
    assert not (await story.says("ana", "ticket", "my laptop is broken")).failed
    changes = [retiming.Change({}, {grounds.ZONES: version}) for version in ("2026a", "2026b")]

    def stage(db: Session, workspace: str) -> Scene:
        worktime = story.desk.worktime
        return Scene(db=db, now=NOW, workspace=workspace, settings=story.settings, worktime=worktime)

    for change in changes:
        await database.write(partial(retiming.begin, change=change))
    more = [True, True]
    for _ in range(4):
        for number, change in enumerate(changes):
            more[number] = more[number] and await database.write(partial(retiming.step, stage=stage, change=change))
    assert more == [False, False] and await database.read(retiming.kept) == changes[-1].now
