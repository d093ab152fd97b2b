"""The auditor: whatever is wrong is known within a minute, in the log, over HTTP and in the escalation room.

BEHAVIOUR 30.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlmodel import Session, col, delete, update
from structlog.testing import capture_logs

import commands
from bot import audit
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.server import application
from bot.words import Post, SendFailed
from storage.database import StorageFailed
from storage.tables import Chore, Clock, Entry, Escalation
from tests.stories.company import MONDAY, Company, on_both

pytestmark = pytest.mark.told_in("web", why="the auditor knows no channel")


@pytest.fixture
async def watched(company: Company) -> Company:
    """One in which every cycle has run."""
    for name in company.heartbeat.cycles:
        await company.heartbeat.beat(name)
    return company


async def within_a_minute(company: Company, *, but: str = "") -> list[str]:
    """Each cycle (but one) beats every five seconds, for a minute; what the auditor finds then."""
    for step in range(1, 13):
        company.clock.move_to(company.clock.now() + timedelta(seconds=5))
        for name in company.heartbeat.cycles:
            if name != but and (name != "audit" or step % 3 == 0):
                await company.heartbeat.beat(name)
    await company.heartbeat.beat("posts")
    return company.heartbeat.auditor.findings


async def get(company: Company, path: str) -> tuple[int, str]:
    """What a watcher is answered, by the application that the desk serves."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "root_path": ""}
    await application([], company.heartbeat)(scope, receive, send)
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]).decode()


async def change(company: Company, statement: Any) -> None:
    await company.database.write(lambda db: db.execute(statement) and None)


async def test_30_what_was_found_is_known_while_the_auditor_looks_again(watched: Company) -> None:
    """BEHAVIOUR 30: the heartbeat address is not called because a look takes its time."""
    await watched["ana"].says("/ticket my laptop is broken")
    await change(watched, update(Clock).values(next_at=None))
    found = await within_a_minute(watched)
    heartbeat, now = watched.heartbeat, watched.clock.now()
    looking = asyncio.create_task(heartbeat.auditor.look(heartbeat._stage(now), now))
    await asyncio.sleep(0)
    assert not looking.done() and heartbeat.auditor.known(now) == found != []
    await looking


@on_both
async def test_30_a_clock_that_looks_after_its_deadline(watched: Company) -> None:
    """BEHAVIOUR 30: it would be announced too late."""
    await watched["ana"].says("/ticket my laptop is broken")
    late = update(Clock).where(col(Clock.kind) == "resolution").values(next_at=MONDAY + timedelta(days=30))
    await change(watched, late)
    assert await within_a_minute(watched) == ["running clocks without a valid next look: 1"]
    watched.room("escalations").hears("running clocks without a valid next look: 1", times=1)


@on_both
async def test_30_a_ladder_without_a_next_look(watched: Company) -> None:
    """BEHAVIOUR 30: with a level to come, or with a lease that nobody ends; a ladder that rests is none."""
    await watched["ana"].says("/ticket my laptop is broken")
    await watched.time_passes(hours=5)
    assert await within_a_minute(watched) == []
    await change(watched, update(Escalation).values(next_at=None, level=1))
    assert await within_a_minute(watched) == ["running escalations without a next look: 1"]
    await change(watched, update(Escalation).values(level=2))
    assert await within_a_minute(watched) == []
    await change(watched, update(Escalation).values(lease_until=MONDAY, acknowledged_by="lena"))
    assert await within_a_minute(watched) == ["running escalations without a next look: 1"]


@pytest.mark.parametrize(("cycle", "what"), [("sla", "clocks"), ("escalation", "escalations")])
async def test_30_a_sweep_that_is_late(watched: Company, cycle: str, what: str) -> None:
    """BEHAVIOUR 30."""
    await watched["ana"].says("/ticket my laptop is broken")
    await watched.time_passes(hours=4, minutes=10)
    table: Any = Clock if cycle == "sla" else Escalation
    running = (Clock.kind == "resolution") if cycle == "sla" else (Escalation.clock == "first_response")
    await change(watched, update(table).where(running).values(next_at=watched.clock.now()))
    found = await within_a_minute(watched, but=cycle)
    assert any(finding.startswith(f"the sweep of the {what} is late") for finding in found), found
    assert any(finding.startswith(f"cycle {cycle} has not run since") for finding in found), found
    status, body = await get(watched, "/readyz")
    assert status == 503 and f"cycle {cycle} has not run" in body
    assert await within_a_minute(watched) == []


async def test_30_an_audit_that_stands_still_is_told_by_the_probe(watched: Company) -> None:
    """BEHAVIOUR 30: who asks learns it though nobody looks any more."""
    for _ in range(2):
        watched.clock.move_to(watched.clock.now() + timedelta(seconds=30))
        for name in watched.heartbeat.cycles.keys() - {"audit"}:
            await watched.heartbeat.beat(name)
    status, body = await get(watched, "/health")
    assert status == 503 and json.loads(body)["findings"] == ["cycle audit has not run since 09:00:00 UTC"]


async def test_30_the_sweeps_go_on_when_the_machines_clock_is_set_back(
    watched: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BEHAVIOUR 29, 30: APScheduler, which reads it by itself, would wait until it shows the hour again."""
    beaten = asyncio.Event()

    async def count() -> int:
        beaten.set()
        return 0

    class AnHourAgo(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=1)

    watched.heartbeat.cycles["sla"].run = count
    watched.heartbeat.start()
    async with asyncio.timeout(10):
        await beaten.wait()
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", AnHourAgo)
        for _ in range(3):
            beaten.clear()
            await beaten.wait()


async def test_30_a_ping_that_waits(watched: Company) -> None:
    """BEHAVIOUR 30: sooner than another message would be noticed."""

    def lost(post: Post, sent: bool) -> None:
        if "First response overdue" in post.card.title:
            raise SendFailed("away", fate="not sent")

    watched.fault = lost
    await watched["ana"].says("/ticket my laptop is broken")
    await watched.time_passes(hours=4)
    assert await within_a_minute(watched) == ["pings of escalations that have waited for more than 45 seconds: 1"]
    watched.fault = None
    await watched.time_passes(minutes=10)
    assert await within_a_minute(watched) == []


async def test_30_a_channel_that_says_nothing(watched: Company) -> None:
    """BEHAVIOUR 30: connected, but not even a sign of life comes."""
    quiet = 0.0
    line: Any = watched.heartbeat.deliverer.adapters["web"]
    line.silent = lambda: quiet
    assert await within_a_minute(watched) == []
    quiet = 70.2
    assert await within_a_minute(watched) == ["nothing has been heard from web for 70 seconds, not even a sign of life"]
    line.silent = lambda: None
    assert await within_a_minute(watched) == []


async def test_30_a_database_that_does_not_answer(watched: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """BEHAVIOUR 30: known, logged once and told over HTTP, though no room can hear of it."""

    async def fails(fn: Any) -> Any:
        raise StorageFailed("The database cannot be reached")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(watched.database, "read", fails)
        patch.setattr(watched.database, "write", fails)
        for name in ("verdicts", "audit") * 4:
            await watched.heartbeat.beat(name)
        assert [log["cycle"] for log in logs if log["event"] == "cycle failed"] == ["verdicts"]
        last = watched.heartbeat.auditor.findings[-1:]
        assert last == ["the database does not answer: The database cannot be reached"]
        status, body = await get(watched, "/readyz")
        assert status == 503 and "the database does not answer" in body
        status, body = await get(watched, "/metrics")
        assert status == 200 and 'firstline_cycle_failing{cycle="verdicts"} 1.0' in body
        assert "firstline_due" not in body and "firstline_oldest_unsent" not in body
        assert (await get(watched, "/healthz"))[0] == 200
        assert len([log for log in logs if log["event"] == "the auditor found something"]) == 1
    assert await within_a_minute(watched) == []


async def test_30_what_is_wrong_is_logged_once_whatever_numbers_grow(watched: Company) -> None:
    """BEHAVIOUR 30."""
    ana = watched["ana"]
    with capture_logs() as logs:
        for _ in range(3):
            await ana.says("/ticket my laptop is broken")
            await change(watched, update(Clock).where(col(Clock.state) == "running").values(next_at=None))
            await within_a_minute(watched)
    assert [log["log_level"] for log in logs if "auditor" in log["event"]] == ["warning"]
    watched.room("escalations").hears("The auditor found something", times=1)


async def test_30_an_error_that_names_another_object_each_time_is_said_once(watched: Company) -> None:
    """BEHAVIOUR 30: so many a minute would hide all else in the room."""
    names = iter(range(0x7F8A00ABCDEF, 2**48, 0xFEDCBA))

    async def fails() -> int:
        raise LookupError(f"<Thing at {next(names):#x}>")

    watched.heartbeat.cycles["knowledge"].run = fails
    await within_a_minute(watched)
    await within_a_minute(watched)
    watched.room("escalations").hears("The auditor found something", times=1)


@on_both
async def test_30_several_processes_tell_the_room_as_one(watched: Company) -> None:
    """BEHAVIOUR 30: what is wrong in one of them is, though another is well; of one that died it is not for ever."""
    room, other = watched.room("escalations"), another(watched)

    async def fails() -> int:
        raise LookupError("no articles")

    async def go_on(*those: Heartbeat) -> None:
        for _ in range(5):
            for each in those:
                watched.clock.move_to(watched.clock.now() + timedelta(seconds=7))
                for name in each.cycles:
                    await each.beat(name)

    as_it_was, other.cycles["knowledge"].run = other.cycles["knowledge"].run, fails
    await go_on(watched.heartbeat, other)
    room.hears("cycle knowledge fails: LookupError: no articles", times=1)
    room.never_hears("All that was wrong is right again")
    other.cycles["knowledge"].run = as_it_was
    await go_on(watched.heartbeat, other)
    room.hears("All that was wrong is right again", times=1)
    other.cycles["knowledge"].run = fails
    await go_on(other, watched.heartbeat)
    room.hears("The auditor found something", times=2)
    await go_on(watched.heartbeat)
    await go_on(watched.heartbeat)
    room.hears("All that was wrong is right again", times=2)


def another(company: Company) -> Heartbeat:
    """A second process on the same database."""
    desk = Desk(company.database, lambda: company.settings, REGISTRY.load(commands), company.clock.now)
    return Heartbeat(desk, Deliverer(company.database, company.heartbeat.deliverer.adapters), company.live)


async def test_30_a_machine_that_slept_is_not_accused(watched: Company) -> None:
    """BEHAVIOUR 30: what was missed is made up for; a look a little later tells whether it was."""
    await watched["ana"].says("/ticket my laptop is broken")
    watched.clock.move_to(watched.clock.now() + timedelta(hours=6))
    await watched.heartbeat.beat("audit")
    assert watched.heartbeat.auditor.findings == []
    assert await within_a_minute(watched) == []


async def test_30_the_probes_of_a_desk_that_is_well(watched: Company) -> None:
    """BEHAVIOUR 30: alive, ready, and as healthy as before."""
    assert await get(watched, "/healthz") == (200, '{"status":"alive"}')
    assert await get(watched, "/health") == (200, '{"status":"ok","findings":[]}')
    status, body = await get(watched, "/readyz")
    assert status == 200 and json.loads(body) == {"status": "ready", "reasons": [], "findings": []}


async def test_30_a_desk_on_an_older_database_is_not_ready(watched: Company) -> None:
    """BEHAVIOUR 30: and one on a newer one is: two versions may run side by side."""
    for revision, status in (("0001", 503), ("9999", 200)):
        await change(watched, _revision(revision))
        assert (await get(watched, "/readyz"))[0] == status


def _revision(name: str) -> Any:
    return text("UPDATE alembic_version SET version_num = :name").bindparams(name=name)


async def test_30_figures_for_whoever_watches(watched: Company) -> None:
    """BEHAVIOUR 30: in Prometheus' format, with labels that are bounded and name nobody."""
    ana, ben = watched.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await ben.says("/claim IT-9999")
    await ana.says("/queue")
    await watched.settles()
    status, said = await get(watched, "/metrics")
    assert status == 200 and not [word for word in ("ana", "ben", "IT-", "1001", "laptop") if word in said]
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(said)
        for sample in family.samples
    }
    commands = {name[1:]: value for name, value in values.items() if name[0] == "firstline_commands_total"}
    counted = {frozenset(labels): value for labels, value in commands.items()}
    for labels in (("ticket", "done"), ("claim", "done"), ("claim", "wrong")):
        assert counted[frozenset(labels)] == 1, counted
    assert values["firstline_findings",] == 0 and values["firstline_oldest_unsent_post_seconds",] == 0
    assert values["firstline_due", "clock"] == 0
    assert values["firstline_cycle_lag_seconds", "sla"] == 0
    assert sum(value for name, value in values.items() if name[0] == "firstline_posts_total") > 0
    watched.clock.move_to(MONDAY + timedelta(hours=5))
    later = (await get(watched, "/metrics"))[1]
    assert 'firstline_due{kind="clock"} 1.0' in later or 'firstline_due{kind="clock"} 2.0' in later
    assert f'firstline_cycle_lag_seconds{{cycle="sla"}} {5 * 3600}.0' in later


def test_30_the_library_of_metrics_is_loaded_by_whoever_asks() -> None:
    """A desk that nobody scrapes does not hold it in memory."""
    asked = "import sys, bot.server, bot.cycles; print([m for m in sys.modules if m.startswith('prometheus')])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_30_the_heartbeat_waits_for_the_first_look(company: Company) -> None:
    """BEHAVIOUR 30: not every desk that starts is well."""
    assert company.heartbeat.auditor.problems(company.clock.now()) == ["the auditor has not looked yet"]
    for name in company.heartbeat.cycles:
        await company.heartbeat.beat(name)
    assert company.heartbeat.auditor.problems(company.clock.now()) == []


async def test_30_what_cannot_be_done_holds_up_nothing_else(watched: Company) -> None:
    """BEHAVIOUR 19, 27, 30: a clock and a chore that raise are put off, and told of; the others go on."""
    ana, erik, ben = watched.people("ana", "erik", "ben")
    for who in (ana, erik):
        await who.says("/ticket my laptop is broken")
        await who.says("/ticket my screen is broken")
        await who.says("/ticket my printer is broken")
    for number in (1002, 1005):
        await ben.says(f"/ask IT-{number} Which one?")
    await watched.time_passes(hours=3, minutes=5)

    def damage(db: Session) -> None:
        db.add(Entry(workspace="main", ticket=1001, at=watched.clock.now(), kind="status", data={"to": ["no status"]}))
        db.execute(update(Chore).where(col(Chore.ticket) == 1002, col(Chore.kind) == "remind").values(step=-9))

    def mend(db: Session) -> None:
        db.execute(delete(Entry).where(col(Entry.ticket) == 1001, col(Entry.kind) == "status"))

    def put_off() -> list[str]:
        """The cycles that have put something off; none of them keeps this process from serving."""
        beats = watched.heartbeat.beats()
        assert not [beat.error for beat in beats if beat.error]
        return [finding.partition(" has")[0] for finding in audit.put_off(beats)]

    await watched.desk.database.write(damage)
    await watched.time_passes(minutes=55)
    for number in (1003, 1004, 1006):
        watched.room("escalations").hears(f"First response overdue: IT-{number}")
    assert put_off() == ["cycle sla"]
    assert "running clocks without a valid next look: 1" in await within_a_minute(watched)
    await watched.desk.database.write(mend)
    await watched.it_is(MONDAY + timedelta(hours=8))
    watched.room("escalations").hears("First response overdue: IT-1001")
    erik.heard("A reminder: IT-1005")
    assert put_off() == ["cycle chores"]


async def test_30_what_was_put_off_is_told_until_it_could_be_done(watched: Company) -> None:
    """BEHAVIOUR 30: said once while each try of it fails, and called right when one has not."""
    await watched["ana"].says("/ticket my laptop is broken")
    await watched.time_passes(hours=4, minutes=1)
    whole = (await watched.reads(Escalation, Escalation.id))[0].plan
    await change(watched, update(Escalation).values(plan=whole | {"quiet": [[], ["25:99-xx"]]}))
    room = watched.room("escalations")

    async def minutes(count: int) -> None:
        for _ in range(count):
            await watched.time_passes(minutes=1)
            await watched.heartbeat.beat("audit")

    await minutes(65)
    room.hears("has put something off", times=1)
    await change(watched, update(Escalation).values(plan=whole))
    await minutes(16)
    assert watched.heartbeat.auditor.findings == []
    room.hears("has put something off", times=1)
    room.hears("All that was wrong is right again", times=1)
