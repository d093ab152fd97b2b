"""Ladders over a night: quiet hours, leases that end, and who is reminded: BEHAVIOUR 27 to 29."""

from datetime import timedelta

import pytest

from storage.tables import Announcement, Escalation
from tests.stories.company import MONDAY, Company, Message, on_both, words_of

pytestmark = pytest.mark.told_once(why="time knows no channel")


LADDER = "steps: [{tell: lead}, {tell: manager, after: 30m}]"
QUIET = "steps: [{tell: lead}, {tell: manager, after: 30m, quiet: ['18:00-07:00']}]"
ALL_DAY = ('office:\n    mon: ["09:00-17:00"]', 'office:\n    mon: ["00:00-24:00"]')


async def overdue_at_eight(company: Company, *, quiet: str = QUIET) -> None:
    """Ana asks at four in the afternoon, and Monday is worked until midnight: her answer is due at eight."""
    await company.settings_change((LADDER, quiet), ALL_DAY)
    await company.it_is(MONDAY + timedelta(hours=7))
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4)


def ping(company: Company, *, mentioning: str = "", times: int | None = None) -> Message:
    return company.room("escalations").hears("First response overdue: IT-1001", mentioning=mentioning, times=times)


@on_both
async def test_27_a_level_in_its_quiet_hours_waits_until_they_end_and_says_so(company: Company) -> None:
    """BEHAVIOUR 27: the lead hears at eight, the manager at seven in the morning, and nothing is left out."""
    await overdue_at_eight(company)
    ping(company, mentioning="lena", times=1)
    await company.time_passes(hours=10)
    assert "held back by quiet hours" in ping(company, times=1).words, "whoever looks sees when it goes on"
    assert "Level 2 of the escalation is held back" in company.room("triage-it").thread("IT-1001")[-1]
    await company.time_passes(hours=2)
    ping(company, mentioning="max", times=1).shows(Level="2 · Max Stein")
    assert "Held back since: Mon 20:30" in ping(company).words
    assert [entry.kind for entry in await company.timeline("IT-1001")].count("held") == 1


async def test_27_a_level_is_held_in_the_look_that_tells_the_one_before_it(company: Company) -> None:
    """BEHAVIOUR 27: after missed sweeps the lead hears, and the timeline says that the manager will hear later."""
    await overdue_at_eight(company, quiet=QUIET.replace("18:00", "20:30"))
    await company.it_is(MONDAY + timedelta(hours=10))
    await company["ana"].says("/ticket my screen is broken")
    await company.the_machine_sleeps(hours=5)
    kinds = [entry.kind for entry in await company.timeline("IT-1002")]
    assert (kinds.count("escalated"), kinds.count("held")) == (1, 1)
    assert "Level 2 of the escalation is held back" in company.room("triage-it").thread("IT-1002")[-1]


async def test_27_a_critical_ticket_has_no_quiet_hours(company: Company) -> None:
    """BEHAVIOUR 27: unless the ladder says otherwise."""
    urgent = "steps: [{tell: on-call}, {tell: manager, after: 15m}]"
    quiet = "steps: [{tell: on-call}, {tell: manager, after: 15m, quiet: ['18:00-07:00']}]"
    await company.settings_change((urgent, quiet))
    await company.it_is(MONDAY + timedelta(hours=12))
    ana, ben = company.people("ana", "ben")
    await ana.submits(await ana.says("/ticket"), text="the boiler is broken", urgency="high")
    await ben.says("/impact IT-1001 high")
    await company.time_passes(minutes=31)
    ping(company, mentioning="max", times=1)


async def test_28_escalate_now_is_heard_in_quiet_hours(company: Company) -> None:
    """BEHAVIOUR 28: somebody decided that it cannot wait."""
    await overdue_at_eight(company)
    await company.time_passes(minutes=40)
    assert "Told: Max Stein" in words_of(await company["ben"].clicks("Escalate now", in_="escalations"))
    ping(company, mentioning="max", times=1)


async def test_27_a_quiet_ladder_that_is_running_keeps_its_hours(company: Company) -> None:
    """BEHAVIOUR 27: the settings of later are for the next one."""
    await overdue_at_eight(company)
    await company.settings_change((QUIET, LADDER))
    await company.time_passes(hours=10)
    ping(company, times=1)


@on_both
async def test_28_who_acknowledged_is_reminded_before_it_ends_and_the_end_is_told(company: Company) -> None:
    """BEHAVIOUR 28: an acknowledgement is a lease."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    lena = company["lena"]
    await lena.clicks("Acknowledge", in_="escalations")
    await company.time_passes(minutes=24)
    lena.talk.never_hears("acknowledgement ends soon")
    await company.time_passes(minutes=2)
    reminder = lena.heard("Your acknowledgement ends soon: IT-1001", pinged=True)
    assert reminder.buttons == ["Reply", "Acknowledge"]
    ping(company, times=1)
    await company.time_passes(minutes=5)
    ping(company, mentioning="max", times=1)
    assert "The acknowledgement of Lena Vogt has ended" in " ".join(company.room("triage-it").thread("IT-1001"))
    await company.restarts()
    await company.time_passes(hours=2)
    lena.talk.hears("Your acknowledgement", times=1)


async def test_28_acknowledging_again_from_the_reminder_holds_the_ladder_on(company: Company) -> None:
    """BEHAVIOUR 28."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    lena = company["lena"]
    await lena.clicks("Acknowledge", in_="escalations")
    await company.time_passes(minutes=26)
    await lena.clicks("Acknowledge", in_="@lena")
    await company.time_passes(minutes=29)
    ping(company, times=1)
    lena.talk.hears("Your acknowledgement", times=2)


async def test_28_a_snooze_lasts_as_long_as_it_says_whoever_has_acknowledged(company: Company) -> None:
    """BEHAVIOUR 28."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    lena, ben = company.people("lena", "ben")
    await lena.clicks("Acknowledge", in_="escalations")
    await company.time_passes(minutes=20)
    await ben.says("/snooze IT-1001")
    await company.time_passes(minutes=29)
    ping(company, times=1)
    await company.time_passes(minutes=2)
    ping(company, mentioning="max", times=1)


async def test_29_a_held_level_is_announced_once_over_a_restart(company: Company) -> None:
    """BEHAVIOUR 29."""
    await overdue_at_eight(company)
    await company.time_passes(hours=1)
    await company.restarts()
    await company.time_passes(hours=12)
    ping(company, mentioning="max", times=1)
    keys = [row.key for row in await company.reads(Announcement, Announcement.key)]
    assert len([key for key in keys if key.startswith("breach:1001:first_response")]) == 2
    [row] = [r for r in await company.reads(Escalation, Escalation.id) if r.clock == "first_response"]
    assert row.level == 2 and not row.plan["held"]
