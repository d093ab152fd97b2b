"""After a gap or a restart: what was missed on Slack is read up and heard like any event, and nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from adapters.slack import Slack as Adapter
from adapters.slack import catch_up
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from bot.words import WORKSPACE
from storage.database import StorageFailed
from tests.adapters.slack_company import QUICK, Company, company
from tests.platforms.slack import Person

both = pytest.mark.parametrize("way", ["socket", "http"])


def restarted(it: Company) -> Adapter:
    """The adapter of a desk that starts anew: it has nothing in memory."""
    return Adapter(
        lambda: it.live.current, it.wall, pace=Pace(free=True), timing=QUICK, parked=Parked((0.05, 0.1, 0.2))
    )


async def kept(it: Company) -> None:
    """How far was heard is on disk."""
    while await it.desk.hearing.until(WORKSPACE, "slack") is None:  # noqa: ASYNC110 - rows tell nobody
        await asyncio.sleep(0.01)


@asynccontextmanager
async def away(it: Company, minutes: int = 30) -> AsyncIterator[None]:
    """Inside of this, nothing reaches the desk; behind it, a new one has caught up."""
    await kept(it)
    told, it.slack.events.emit = it.slack.events.emit, lambda *args, **more: None
    it.now += timedelta(minutes=5)
    yield
    it.now += timedelta(minutes=minutes)
    it.slack.events.emit = told
    it.running.cancel()
    with suppress(asyncio.CancelledError):
        await it.running
    it.adapter = restarted(it)
    it.heartbeat.deliverer.adapters = {"slack": it.adapter}
    await caught_up(it)


async def caught_up(it: Company) -> None:
    """Let the new adapter run until it has noted that it has heard all."""
    it.running = asyncio.create_task(it.adapter.run(it.desk))
    async with asyncio.timeout(20):
        while await it.desk.hearing.until(WORKSPACE, "slack") != it.now:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
    await it.settles()


@both
async def test_what_was_said_while_the_desk_was_away_becomes_tickets_and_replies(it: Company) -> None:
    """BEHAVIOUR 4, 11, 17, 18: in order, through the same path."""
    ana, ben, erik = it.person("ana", "it-help"), it.person("ben", "triage-it"), it.person("erik", "it-help")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    async with away(it):
        await ana.says("it-help", "it is the battery", asked)
        new = await erik.says("it-help", "the vpn drops every hour")
        await erik.says("it-help", "since monday", new)
        await ben.says("triage-it", "she dropped it, surely", card)
        await erik.says("it-help", "thanks!")
    assert [t.title for t in await it.tickets()] == ["my laptop is broken", "the vpn drops every hour"]
    spoken = [(e.ticket, e.kind, e.text) for e in await it.timeline() if e.kind in ("opened", "reply", "note")]
    assert spoken == [
        (1001, "opened", "my laptop is broken"),
        (1001, "reply", "it is the battery"),
        (1002, "opened", "the vpn drops every hour"),
        (1002, "reply", "since monday"),
        (1001, "note", "she dropped it, surely"),
    ]
    assert "dropped it" not in ana.shown("it-help", asked)


@both
async def test_what_was_heard_is_not_heard_twice(it: Company) -> None:
    """(channel, ts) is the key: reading it up again has no effect and is not answered."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "it-help")
    asked = await ana.says("it-help", "my laptop is broken")
    await ana.says("it-help", "it is the battery", asked)
    await ana.says("@", "my screen is dark too")
    await ben.reacts(asked, "ticket")
    await it.settles()
    before, answers = len(await it.timeline()), (ana.ephemerals("it-help"), ben.ephemerals("it-help"), ana.shown())
    async with away(it, minutes=0):
        pass
    assert len(await it.timeline()) == before and len(await it.tickets()) == 1
    assert (ana.ephemerals("it-help"), ben.ephemerals("it-help"), ana.shown()) == answers


async def test_the_desks_own_files_are_not_caught_up_with(it: Company) -> None:
    """BEHAVIOUR 11: nor become a ticket by the emoji, although history does not say that a bot shared them."""
    ana = it.person("ana", "it-help")
    it.slack.faults.failing("users.info", times=None)
    bot = it.slack.installation.bot
    async with away(it):
        own = await Person(it.slack, bot).uploads("it-help", "report.csv", b"1,2", "The report of the week")
        await ana.reacts(own, "ticket")
    assert await it.tickets() == []


async def test_a_direct_message_that_was_missed_is_asked_about(it: Company) -> None:
    """BEHAVIOUR 5: in the talks with those whom the desk knows."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "my chair squeaks", "it-help")
    await it.settles()
    async with away(it):
        await ana.says("@", "my screen is dark")
    await ana.clicks(await ana.sees("Shall I open a ticket for this?"), "Open a ticket")
    await it.settles()
    assert [t.title for t in await it.tickets()] == ["my chair squeaks", "my screen is dark"]


async def test_who_spoke_to_the_bot_in_a_thread_meanwhile_is_asked(it: Company) -> None:
    """In a ticket's thread it is a reply."""
    ana, bot = it.person("ana", "it-help", "random"), it.slack.installation.bot
    it.slack.channel("random", bot)
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    async with away(it):
        top = await ana.says("random", "who else is without vpn?")
        await ana.says("random", f"@{bot.name} the vpn is down", top)
        await ana.says("it-help", f"@{bot.name} it is the battery", asked)
    await ana.sees("Shall I open a ticket for this?", "random", thread=top)
    assert [e.text for e in await it.timeline() if e.kind == "reply"] == ["it is the battery"]


async def test_people_whom_the_desk_does_not_know_are_found_where_it_may_ask(it: Company) -> None:
    """im:read is not in the manifest: with it, all talks are looked into."""
    it.slack.installation.__dict__["scopes"] = it.slack.installation.scopes | {"im:read"}
    zoe = it.person("zoe")
    async with away(it):
        await zoe.says("@", "my screen is dark")
    await zoe.sees("Shall I open a ticket for this?")


async def test_a_reaction_that_was_missed_makes_one_ticket(it: Company) -> None:
    """BEHAVIOUR 3: also on what was said before the gap; on the desk's own messages nothing is made of it."""
    ana, ben = it.person("ana"), it.person("ben", "triage-it")
    room = it.slack.channel("random", ana, ben)
    asked, other = await ana.says(room, "my laptop is broken"), await ana.says(room, "lunch?")
    async with away(it):
        await ben.reacts(asked, "ticket")
        await ben.reacts(other, "thumbsup")
    assert [(t.requester, t.submitter) for t in await it.tickets()] == [("ana", "ben")]
    card = await ben.sees("my laptop is broken", "triage-it")
    async with away(it):
        await ben.reacts(card, "ticket")
    assert len(await it.tickets()) == 1 and len(ben.ephemerals(room)) == 1


async def test_edits_that_were_missed_reach_the_ticket_once(it: Company) -> None:
    """BEHAVIOUR 10, 11: as far as history shows them."""
    ana = it.person("ana", "it-help")
    asked = await ana.says("it-help", "my laptop is broken")
    reply = await ana.says("it-help", "it is the battery", asked)
    await it.settles()
    async with away(it):
        await ana.edits(asked, "my old laptop is broken")
        await ana.edits(reply, "it is the charger")
    async with away(it):
        pass
    edited = [e.text for e in await it.timeline() if e.kind == "edited"]
    assert sorted(edited) == ["it is the charger", "my old laptop is broken"]


async def test_a_thread_from_long_ago_is_looked_into(it: Company) -> None:
    """As long as its ticket is open, however far back it began."""
    ana = it.person("ana", "it-help")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    it.now += timedelta(days=20)
    await it.desk.hearing.keep(WORKSPACE, "slack", it.now)
    async with away(it):
        await ana.says("it-help", "it is still broken", asked)
    assert "it is still broken" in [e.text for e in await it.timeline()]


async def test_what_was_said_before_the_first_start_is_none_of_the_desks(it: Company) -> None:
    """And what was said days ago is too old to make a ticket of."""
    ana = it.person("ana", "it-help")
    async with away(it, minutes=5 * 24 * 60):
        await ana.says("it-help", "my laptop is broken")
    assert await it.tickets() == []


async def test_a_dead_connection_is_caught_up_with(it: Company) -> None:
    """One can be dead while it looks connected: what Slack sent there is read when that is noticed."""
    await kept(it)
    ana = it.person("ana", "it-help")
    for number in (0, 1):
        it.slack.sockets.die(number)
    it.slack.delivery.patience = 0.1
    it.slack.events.retries = ()
    it.now += timedelta(seconds=1)
    await ana.says("it-help", "my laptop is broken")
    for _ in range(500):
        if await it.tickets():
            break
        await asyncio.sleep(0.02)
    await it.settles()
    assert [t.title for t in await it.tickets()] == ["my laptop is broken"]
    it.slack.violations.clear()


async def has_ticket(it: Company, title: str) -> None:
    """Wait until one is made of what was missed."""
    async with asyncio.timeout(20):
        while title not in [t.title for t in await it.tickets()]:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
    await it.settles()


async def test_connections_that_slack_ends_and_does_not_replace_are_caught_up_with(it: Company) -> None:
    """It says so before, and then offers no others for a while."""
    await kept(it)
    ana = it.person("ana", "it-help")
    it.slack.events.retries = ()
    it.slack.faults.refused("apps.connections.open", "internal_error", times=None)
    for number in (1, 0):
        await it.slack.sockets.refresh(number)
    await it.slack.until(lambda: len(it.slack.faults.done) > 5)
    it.now += timedelta(seconds=1)
    await ana.says("it-help", "my laptop is broken")
    it.slack.violations.clear()
    it.slack.faults.clear()
    await has_ticket(it, "my laptop is broken")


@both
@pytest.mark.usefixtures("often")
async def test_what_the_database_did_not_take_is_caught_up_with(it: Company) -> None:
    """Slack tells it three times within six minutes, and then never again."""
    await kept(it)
    ana = it.person("ana", "it-help")
    it.slack.events.retries = ()
    with pytest.MonkeyPatch.context() as patch:
        for way in ("write", "read", "glance"):
            patch.setattr(it.database, way, no_database)
        it.now += timedelta(minutes=5)
        await ana.says("it-help", "my laptop is broken")
        await it.slack.events.quiet()
        it.now += timedelta(minutes=5)
    await has_ticket(it, "my laptop is broken")
    it.slack.violations.clear()


async def no_database(_work: object) -> None:
    raise StorageFailed("the database is away")


@pytest.mark.usefixtures("often")
async def test_what_was_said_while_the_process_stood_still_is_caught_up_with(it: Company) -> None:
    """For longer than Slack tries, and it knows of no connection that broke off."""
    await kept(it)
    ana = it.person("ana", "it-help")
    told, it.slack.events.emit = it.slack.events.emit, lambda *args, **more: None
    await ana.says("it-help", "my laptop is broken")
    it.slack.events.emit = told
    it.now += timedelta(minutes=20)
    await has_ticket(it, "my laptop is broken")


@pytest.mark.usefixtures("often")
async def test_a_gap_that_takes_long_to_read_is_read_once(it: Company) -> None:
    """Meanwhile nothing is noted, which is no further gap."""
    await kept(it)
    it.slack.faults.limited("users.conversations", 1)
    it.now += timedelta(minutes=20)
    await it.slack.until(lambda: it.slack.faults.done)
    it.now += timedelta(minutes=10)
    await it.slack.until(lambda: it.called("users.conversations"))
    await asyncio.sleep(5 * catch_up.KEEP)
    assert len(it.called("users.conversations")) == 1


async def test_a_room_that_cannot_be_read_stops_nothing(it: Company) -> None:
    """Told to wait, it waits; what it may not read is left out, and the others are read."""
    await kept(it)
    ana = it.person("ana", "it-help")
    it.slack.faults.limited("users.conversations", 1)
    async with away(it):
        await ana.says("it-help", "my laptop is broken")
        it.slack.talk.leave(it.slack.channel("triage-network"), it.slack.installation.bot)
        it.slack.faults.refused("conversations.replies", "missing_scope", times=None)
        it.slack.faults.refused("conversations.history", "internal_error")
        it.slack.team.channels = dict(reversed(it.slack.team.channels.items()))
    assert len(await it.tickets()) == 1
    assert {kind for _, kind in it.slack.faults.done} >= {"limited", "refused"}


async def test_bots_that_spoke_meanwhile_are_not_heard(it: Company) -> None:
    """BEHAVIOUR 4, 11: the desk's own cards stand in the history as well."""
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    async with away(it):
        pass
    assert [e.kind for e in await it.timeline() if e.kind in ("opened", "reply", "note")] == ["opened"]


async def test_the_instant_is_one_for_all_replicas(sqlite_database_url: str, tmp_path: object) -> None:
    """Only ever moved forward."""
    async with company(sqlite_database_url, tmp_path, "http") as it:  # type: ignore[arg-type]
        await it.desk.hearing.keep(WORKSPACE, "slack", it.now + timedelta(hours=1))
        await it.desk.hearing.keep(WORKSPACE, "slack", it.now)
        assert await it.desk.hearing.until(WORKSPACE, "slack") == it.now + timedelta(hours=1)
