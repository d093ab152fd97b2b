"""Other settings, holidays or time zones: what is open is worked out anew, once, and somebody hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot import grounds, retiming, side_by_side
from bot.configuration.reading import Live, read
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.words import Address, Incoming, Sender
from storage import state
from storage.tables import Clock, State
from tests.stories.company import MONDAY, Company, on_both
from tests.stories.test_sla import clock

pytestmark = pytest.mark.told_once(why="what deadlines rest on knows no channel")


NEWS = "Deadlines were worked out anew"


async def retimed(company: Company, reference: str) -> list[str]:
    return [entry.text for entry in await company.timeline(reference) if entry.kind == "retimed"]


async def kept(company: Company) -> dict[str, str]:
    return await company.database.read(retiming.kept)


async def test_26_a_new_day_off_moves_deadlines_and_the_lead_reads_which_and_why(company: Company) -> None:
    """BEHAVIOUR 26: one message for all of them, and a line in each ticket's own timeline."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    await ana.says("/ticket the printer has a paper jam")
    await company.settings_change(("    fri: [", "    holidays: {extra: [2026-11-24]}\n    fri: ["))
    assert await clock(company, "IT-1001", "resolution") == ("running", "Thu 17:00")
    told = company.room("escalations").hears(NEWS, times=1)
    assert "2 open tickets have another deadline (of 2): IT-1001, IT-1002." in told.words
    assert "the calendars in the settings" in told.words and "policies" not in told.words
    [line] = await retimed(company, "IT-1001")
    assert "resolution 2026-11-25 17:00 UTC → 2026-11-26 17:00 UTC (the calendars in the settings)" in line
    assert "first response" not in line, "that one has not moved"
    await company.restarts()
    await company.settles()
    company.room("escalations").hears(NEWS, times=1)
    assert len(await retimed(company, "IT-1001")) == 1


async def test_26_what_moves_no_deadline_is_told_nobody(company: Company) -> None:
    """BEHAVIOUR 26: it stands in the log, and that is enough."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.settings_change(("    fri: [", "    holidays: {extra: [2027-11-24]}\n    fri: ["))
    company.room("escalations").never_hears(NEWS)
    assert await retimed(company, "IT-1001") == []
    assert (await kept(company))[grounds.CALENDARS] == grounds.grounds(company.settings)[grounds.CALENDARS]


async def test_19_a_new_day_off_puts_off_reminders_and_the_end_of_waiting(company: Company) -> None:
    """BEHAVIOUR 19, 26: they count working time too."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.time_passes(days=1, hours=1)
    ana.talk.hears("A reminder", times=1)
    await company.settings_change(("    fri: [", "    holidays: {extra: [2026-11-24]}\n    fri: ["))
    await company.time_passes(days=1)
    ana.talk.hears("A reminder", times=1)
    await company.time_passes(days=1)
    ana.talk.hears("A reminder", times=2)
    ana.talk.never_hears("unanswered")
    await company.time_passes(days=1)
    ana.talk.hears("IT-1001 is resolved as unanswered", times=1)


async def test_19_a_new_day_off_puts_off_what_counts_from_a_second_question(company: Company) -> None:
    """BEHAVIOUR 19, 26."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.time_passes(days=1)
    await ben.says("/ask IT-1001 Or does it say so on the label?")
    await company.settings_change(("    fri: [", "    holidays: {extra: [2026-11-25]}\n    fri: ["))
    await company.it_is(MONDAY + timedelta(days=4, hours=7))
    ana.talk.never_hears("unanswered")
    await company.it_is(MONDAY + timedelta(days=4, hours=8))
    ana.talk.hears("IT-1001 is resolved as unanswered", times=1)


async def test_19_shorter_waiting_and_fewer_reminders_end_nothing_that_waits_already(company: Company) -> None:
    """BEHAVIOUR 19: nobody is given up on because a setting has changed."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Ask", in_="triage-it", text="Which model?")
    await company.time_passes(days=1, hours=1)
    await company.settings_change(("pending: [8h, 16h], give_up: 24h", "pending: [4h], give_up: 5h"))
    ana.talk.never_hears("unanswered")
    await company.time_passes(days=1)
    ana.talk.hears("A reminder", times=2)
    await company.time_passes(days=1)
    ana.talk.hears("IT-1001 is resolved as unanswered", times=1)


async def test_26_what_was_changed_stands_in_the_log_and_what_is_odd_about_it(company: Company) -> None:
    """BEHAVIOUR 26: also where no deadline rests on it."""
    with capture_logs() as logs:
        await company.settings_change(("cap: 2", "cap: 3"), ("skills: [network]", "skills: [cables]"))
        await company.settings_change(("    fri: [", "    holidays: {extra: [2027-11-24]}\n    fri: ["))
    first, second = (log for log in logs if log["event"] == "settings taken up")
    assert (first["changed"], first["deadlines"]) == (["teams"], "as they were")
    assert (second["changed"], second["deadlines"]) == (["calendars"], ["the calendars in the settings"])
    odd = [log["problem"] for log in logs if log["event"] == "the settings are odd"]
    assert odd and "nobody in network has the skill network" in odd[0]


async def test_26_a_new_zone_database_counts_from_the_next_start_and_says_its_version(company: Company) -> None:
    """BEHAVIOUR 26: as after an upgrade of the system, by whose older rules a deadline was an hour later."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.closes()
    older = grounds.grounds(company.settings) | {grounds.ZONES: "1999z"}
    company.database = await _reopened(company, older)
    await company.opens()
    assert await clock(company, "IT-1001", "resolution") == ("running", "Wed 17:00")
    await company.settles()
    told = company.room("escalations").hears(NEWS, times=1)
    assert f"- time zones: 1999z → {grounds.zone_database()}" in told.words and "settings" not in told.words
    assert (await kept(company))[grounds.ZONES] == grounds.zone_database()


async def _reopened(company: Company, older: dict[str, str]) -> Any:
    await company.opens()

    def as_before(db: Any) -> None:
        state.keep(db, "main", grounds.KEPT, grounds.written(older))
        for row in db.exec(select(Clock)).all():
            if row.due_at:
                row.due_at += timedelta(hours=1)
                db.add(row)

    await company.database.write(as_before)
    await company.closes()
    return company.database


async def test_26_a_kill_in_the_middle_neither_loses_nor_doubles_a_ticket_of_the_count(company: Company) -> None:
    """BEHAVIOUR 26: how far it has come is kept with what was done."""
    for number in range(3):
        await company.time_passes(minutes=2)
        await company["ana"].says(f"/ticket my laptop is broken, for the {number}. time")
    company.edit_settings(("first_response: 4h", "first_response: 2h"))
    await cut_off(company)
    await company.restarts()
    await company.settles()
    told = company.room("escalations").hears(NEWS, times=1)
    assert "3 open tickets have another deadline (of 3)" in told.words
    assert [len(await retimed(company, f"IT-{number}")) for number in (1001, 1002, 1003)] == [1, 1, 1]
    assert [row.name for row in await company.reads(State, State.name) if row.name.startswith("retiming")] == []


async def cut_off(company: Company) -> None:
    """What the settings say by now has reached the first tickets when the process ends."""
    before = await kept(company)
    company.live.refresh()
    change = retiming.Change(before, grounds.grounds(company.settings))
    stage = company.heartbeat._stage(company.clock.now())
    await company.database.write(lambda db: retiming.begin(db, change))
    assert await company.database.write(lambda db: retiming.step(db, stage, change)), "not yet told"


async def targets(company: Company) -> set[float]:
    """The hours within which open tickets are to be answered."""
    return {row.target / 3600 for row in await company.reads(Clock, Clock.ticket) if row.kind == "first_response"}


async def test_26_a_change_that_was_cut_off_and_taken_back_leaves_no_trace(company: Company) -> None:
    """BEHAVIOUR 26: the settings are as they were, and so are all deadlines."""
    await company["ana"].says("/ticket my laptop is broken")
    company.edit_settings(("first_response: 4h", "first_response: 20h"))
    await cut_off(company)
    assert await targets(company) == {20}
    company.edit_settings(("first_response: 20h", "first_response: 4h"))
    await company.restarts()
    await company.settles()
    assert await targets(company) == {4}
    assert "- a change before this one was cut off" in company.room("escalations").hears(NEWS, times=1).words
    assert grounds.BEGUN not in await kept(company)


async def test_26_a_change_that_was_cut_off_begins_anew_behind_another(company: Company) -> None:
    """BEHAVIOUR 26: it does not go on where it was once, for another change has been there since."""
    await company["ana"].says("/ticket my laptop is broken")
    company.edit_settings(("first_response: 4h", "first_response: 2h"))
    await cut_off(company)
    company.edit_settings(("first_response: 2h", "first_response: 4h"), ("next_response: 8h", "next_response: 9h"))
    await company.restarts()
    await company.settles()
    assert await targets(company) == {4}
    await company.settings_change(
        ("first_response: 4h", "first_response: 2h"), ("next_response: 9h", "next_response: 8h")
    )
    assert await targets(company) == {2}


@on_both
async def test_26_what_an_older_process_wrote_beside_a_newer_one_is_brought_in_line(company: Company) -> None:
    """BEHAVIOUR 26: as in a rolling update. The older one opens a ticket, and sweeps, by the settings that it knows."""
    await company["ana"].says("/ticket my laptop is broken")
    older = await Older(company).starts()
    await company.settings_change(("first_response: 4h", "first_response: 1h"))
    await older.heartbeat.beat("settings")
    await older.opens_a_ticket()
    assert await targets(company) == {1, 4}
    await company.time_passes(seconds=25)
    await older.heartbeat.beat("settings")
    await company.time_passes(seconds=25)
    assert await targets(company) == {1, 4}, "it is there still"
    await company.time_passes(seconds=10)
    await company.heartbeat.beat("settings")
    assert await targets(company) == {1} and await signs(company) == []
    [line] = await retimed(company, "IT-1002")
    assert "a process with other settings, holidays or time zones was there until now" in line


@on_both
async def test_26_a_replica_that_takes_a_change_up_later_leaves_nothing_behind(company: Company) -> None:
    """BEHAVIOUR 26: between the two it worked by what was."""
    older = await Older(company).starts()
    await company.settings_change(("first_response: 4h", "first_response: 1h"))
    await older.opens_a_ticket()
    older.takes_up_the_settings()
    await older.heartbeat.beat("settings")
    assert await targets(company) == {4}
    await company.time_passes(seconds=30)
    await company.heartbeat.beat("settings")
    assert await targets(company) == {1}


async def signs(company: Company) -> list[str]:
    """The processes that go by some grounds or other, where there are several."""
    return list((await company.database.read(side_by_side.look)).signs)


async def test_26_a_change_under_way_beside_an_older_process_is_made_good(company: Company) -> None:
    """BEHAVIOUR 26: the older one works on while the first tickets have the new deadlines already, and then it ends."""
    await company["ana"].says("/ticket my laptop is broken")
    older = await Older(company).starts()
    company.edit_settings(("first_response: 4h", "first_response: 1h"))
    await cut_off(company)
    await older.heartbeat.beat("settings")
    await older.opens_a_ticket()
    await company.settles()
    await company.time_passes(seconds=30)
    await company.heartbeat.beat("settings")
    assert await targets(company) == {1} and await signs(company) == []


@pytest.mark.parametrize("half", [False, True])
async def test_26_who_is_left_of_an_update_that_was_given_up_goes_back_to_what_it_knows(
    company: Company, half: bool
) -> None:
    """BEHAVIOUR 26: the newer process ends, in the middle or after its change."""
    await company["ana"].says("/ticket my laptop is broken")
    older = await Older(company).starts()
    company.edit_settings(("first_response: 4h", "first_response: 1h"))
    await cut_off(company)
    if not half:
        await company.heartbeat.beat("settings")
    for _ in range(4):
        assert await targets(company) == {1}
        await older.heartbeat.beat("settings")
        await company.time_passes(seconds=10)
    await older.heartbeat.beat("settings")
    assert await targets(company) == {4}
    for _ in range(5):
        await older.heartbeat.beat("settings")
        await company.time_passes(seconds=10)
    assert await signs(company) == []


async def test_26_another_process_of_the_newer_ones_works_nothing_out_again(company: Company) -> None:
    """BEHAVIOUR 26: an older one is still there, and is waited for."""
    await company["ana"].says("/ticket my laptop is broken")
    older = await Older(company).starts()
    await company.settings_change(("first_response: 4h", "first_response: 1h"))
    await older.heartbeat.beat("settings")
    with capture_logs() as logs:
        await company.restarts()
    assert [log for log in logs if log["event"] == "deadlines worked out anew"] == []
    assert len(await signs(company)) == 1


class Older:
    """A process on the same database, with a file of its own that says what the settings said until now."""

    def __init__(self, company: Company) -> None:
        self._company, self._file = company, company.live.path.with_name("older.yaml")
        self._file.write_text(company.live.path.read_text())
        live = Live(self._file, {})
        self._desk = Desk(company.database, lambda: live.current, company.desk.registry, company.clock.now)
        self.heartbeat = Heartbeat(self._desk, Deliverer(company.database, {}), live)

    async def starts(self) -> Older:
        await self.heartbeat.beat("settings")
        return self

    def takes_up_the_settings(self) -> None:
        self._file.write_text(self._company.live.path.read_text())

    async def opens_a_ticket(self) -> None:
        asked = Incoming("older-1", Sender("ana"), Address("web", "@ana"), "ticket", text="my screen is broken")
        assert not (await self._desk.receive(asked)).failed


async def test_24_sla_that_is_switched_on_makes_no_backlog_late(company: Company) -> None:
    """BEHAVIOUR 24: tickets from before enforce_from get no deadline of it, and later ones do."""
    await company["ana"].says("/ticket my laptop is broken")
    text = ("  - name: Standard", "  - name: Standard\n    enforce_from: 2026-11-23 12:00")
    await company.settings_change(text)
    assert (await clock(company, "IT-1001", "resolution"))[0] == "idle"
    await company.time_passes(days=3)
    company.room("escalations").never_hears("overdue: IT-1001")
    await company["ana"].says("/ticket my screen is black")
    assert (await clock(company, "IT-1002", "resolution"))[0] == "running"


async def test_13_the_policy_decides_what_a_new_priority_does_with_the_time_that_has_passed(company: Company) -> None:
    """BEHAVIOUR 13: forward, so that a ticket that becomes critical is not late by that."""
    ana, ben = company.people("ana", "ben")
    text = ("  - name: Critical", "  - name: Critical\n    on_priority_change: forward")
    await company.settings_change(text)
    await ana.submits(await ana.says("/ticket"), text="my laptop is broken", urgency="high")
    await company.time_passes(minutes=45)
    await ben.says("/impact IT-1001 high")
    assert await clock(company, "IT-1001", "first_response") == ("running", "Mon 09:45")


def test_the_version_of_the_zone_database_is_found_wherever_it_stands(tmp_path: Any) -> None:
    """BEHAVIOUR 26: on Linux in tzdata.zi, on macOS in +VERSION, else in the package tzdata."""
    import tzdata

    assert grounds.zone_database((str(tmp_path),)) == tzdata.IANA_VERSION
    (tmp_path / "UTC").write_bytes(b"TZif2")
    assert grounds.zone_database((str(tmp_path),)).startswith("of ")
    (tmp_path / "+VERSION").write_text("2026b\n")
    assert grounds.zone_database((str(tmp_path),)) == "2026b"
    (tmp_path / "tzdata.zi").write_text("# version 2026c\nR d 1916 o\n")
    assert grounds.zone_database((str(tmp_path),)) == "2026c"


def test_what_changed_is_said_in_words_and_what_an_older_version_kept_says_nothing() -> None:
    """BEHAVIOUR 26."""
    settings = read("settings.yaml", {})
    now = grounds.grounds(settings)
    before = now | {grounds.HOLIDAYS: "0.60", grounds.POLICIES: "other"}
    assert grounds.changes(before, now) == [
        f"public holidays: 0.60 → {now[grounds.HOLIDAYS]}",
        "the policies in the settings",
    ]
    assert grounds.changes(now, now) == [] and grounds.read(grounds.written(now)) == now
    assert grounds.read("f00ba4") == grounds.read("") == {} and retiming.Change({}, now).why == []
