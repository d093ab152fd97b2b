"""Warnings, breaches and ladders: BEHAVIOUR 27 to 31."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, update

from storage.tables import Chore, Clock, Escalation, Post
from tests.stories.company import MONDAY, Company, Message, on_both, refused, words_of

pytestmark = pytest.mark.told_once(why="ladders know no channel")


LEAD_THEN_OWNER = "steps: [{tell: lead}, {tell: owner, after: 30m}]"


async def overdue(company: Company, words: str = "my laptop is broken") -> None:
    """Ana has asked something and nobody answered for four hours."""
    await company["ana"].says(f"/ticket {words}")
    await company.time_passes(hours=4)


def ping(company: Company, *, mentioning: str = "", times: int | None = None) -> Message:
    return company.room("escalations").hears("First response overdue: IT-1001", mentioning=mentioning, times=times)


@on_both
async def test_27_warned_at_75_percent_then_one_ping_then_level_by_level(company: Company) -> None:
    """BEHAVIOUR 27: the owner is warned; the breach is one ping that mentions the lead; then the manager's turn."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.clicks("Claim", in_="triage-it")
    await company.time_passes(hours=2, minutes=59)
    ben.talk.never_hears("Soon due")
    await company.time_passes(minutes=2)
    ben.heard("Soon due: IT-1001", pinged=True)
    company.room("escalations").never_hears("IT-1001")
    await company.time_passes(hours=1)
    ping(company, mentioning="lena", times=1).shows(Level="1 · Lena Vogt", Owner="Ben Adler", Deadline="Mon 13:00")
    company.room("triage-it").hears("first response deadline has passed", mentioning="ben")
    assert company.room("triage-it").card("IT-1001").card.tone == "danger"
    await company.time_passes(minutes=30)
    ping(company, mentioning="max", times=1).shows(Level="2 · Max Stein")
    await company.time_passes(hours=3)
    company.room("escalations").hears("First response overdue: IT-1001", times=2)
    ben.talk.hears("oon due", times=1)


async def test_27_the_lead_is_warned_of_what_nobody_has(company: Company) -> None:
    """BEHAVIOUR 27."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=3)
    warning = company["lena"].heard("nobody has claimed it", pinged=True)
    assert warning.buttons == ["Claim"]


@on_both
async def test_27_a_warning_says_what_has_become_of_it(company: Company) -> None:
    """BEHAVIOUR 27. Nobody is led to a button that is refused; what holds again is said again, in its place."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    for words in ("my laptop is broken", "my screen is dark", "my mouse is gone", "my keyboard is loud"):
        await ana.says(f"/ticket {words}")
    await company.time_passes(hours=3)

    def warned(number: int) -> Message:
        return lena.heard(f"oon due: IT-{number}")

    assert [warned(number).buttons for number in (1001, 1002, 1003, 1004)] == [["Claim"]] * 4
    await ben.says("/claim IT-1001")
    await lena.says("/claim IT-1002")
    await ben.says("/close IT-1003")
    assert "Was soon due" in warned(1001).words and "Ben Adler has it now." in warned(1001).words
    assert warned(1002).words.startswith("Soon due") and warned(1002).buttons == ["Reply"]
    assert "It is Closed." in warned(1003).words
    await lena.says("/takeover IT-1001")
    assert warned(1001).words.startswith("Soon due") and warned(1001).buttons == ["Reply"]
    await lena.says("/ask IT-1001 Which one?")
    assert "That is done." in warned(1001).words, "the first response is given"
    await company.time_passes(hours=1)
    assert "first response has passed" in warned(1004).words
    assert not any(warned(number).buttons for number in (1001, 1003, 1004))
    lena.talk.hears("oon due: IT-1001", times=1)


async def test_29_a_warning_that_comes_late_says_what_has_become_of_it(company: Company) -> None:
    """BEHAVIOUR 29: state is looked at when it is sent, and not when it was to be."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    company.holds_up("oon due")
    await company.time_passes(hours=3, minutes=1)
    await lena.says("/resolve IT-1001 A new one.")
    await company.time_passes(minutes=2)
    company.fault = None
    await company.time_passes(minutes=10)
    warned = ben.talk.hears("oon due: IT-1001", times=1)
    assert "Was soon due" in warned.words and "It is Resolved." in warned.words
    assert not warned.buttons and not warned.mentions


async def test_29_a_ping_that_comes_late_calls_nobody_for_what_is_over(company: Company) -> None:
    """BEHAVIOUR 29: it stands there, as something that was."""
    await company["ana"].says("/ticket my laptop is broken")
    company.holds_up("overdue")
    await company.time_passes(hours=4, minutes=1)
    await company["ben"].says("/reply IT-1001 A new one is on its way.")
    await company.time_passes(minutes=1)
    company.fault = None
    await company.time_passes(minutes=10)
    assert "State: Over" in ping(company, times=1).words
    assert not ping(company).mentions and not ping(company).buttons


@pytest.mark.parametrize("words", ["/resolve IT-1001 A new one.", "/ack IT-1001", "/escalate IT-1001"])
async def test_29_a_reminder_of_a_lease_that_comes_late_does_not_ask_for_what_was_done(
    company: Company, words: str
) -> None:
    """BEHAVIOUR 28, 29: neither where the ticket is resolved, nor where the lease is another or over."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=1)
    await lena.says("/ack IT-1001")
    company.holds_up("Your acknowledgement")
    await company.time_passes(minutes=26)
    await (lena if words.startswith("/ack") else ben).says(words)
    company.fault = None
    await company.time_passes(minutes=3)
    late = lena.talk.hears("Your acknowledgement", times=1)
    assert "was about to end: IT-1001" in late.words and not late.buttons and not late.mentions


@pytest.mark.parametrize(
    ("words", "became"),
    [
        ("/resolve IT-1001 A new one.", "Nothing is to be done about this deadline any more."),
        ("/ack IT-1001", "It lasts until"),
        ("", "It has ended: the escalation goes on."),
    ],
)
async def test_28_a_reminder_of_a_lease_that_was_sent_tells_what_has_become_of_it(
    company: Company, words: str, became: str
) -> None:
    """BEHAVIOUR 28."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=1)
    lena = company["lena"]
    await lena.says("/ack IT-1001")
    await company.time_passes(minutes=26)
    assert "Acknowledge" in lena.talk.hears("Your acknowledgement ends soon: IT-1001", times=1).buttons
    if words:
        await lena.says(words)
    await company.time_passes(minutes=1 if words else 5)
    reminder = lena.talk.hears("Your acknowledgement was about to end: IT-1001", times=1)
    assert became in reminder.words and not reminder.buttons
    lena.talk.never_hears("ends soon")


async def test_27_who_may_not_see_the_ticket_any_more_does_not_hear_how_it_goes_on(company: Company) -> None:
    """BEHAVIOUR 27, 17."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await company.time_passes(hours=3)
    ben.heard("Soon due: IT-1001", pinged=True)
    await ben.says("/category IT-1001 Network Access")
    await dev.says("/takeover IT-1001")
    warning = ben.heard("Was soon due: IT-1001")
    assert "It is another team’s now." in warning.words and "Dev" not in warning.words


@on_both
async def test_28_acknowledging_stops_the_ladder_not_the_clock_and_is_a_lease(company: Company) -> None:
    """BEHAVIOUR 28: with no progress when it ends, the ladder goes on."""
    await overdue(company)
    lena = company["lena"]
    reply = await lena.clicks("Acknowledge", in_="escalations")
    assert "The clock goes on" in words_of(reply)
    card = ping(company, times=1)
    assert "Acknowledged by Lena Vogt, until" in card.words and card.card.tone == "warning"
    assert "Lena Vogt acknowledged the escalation." in company.room("triage-it").thread("IT-1001")[-1]
    await company.time_passes(minutes=29)
    ping(company, times=1)
    [row] = [c for c in await company.reads(Clock, Clock.ticket) if c.kind == "first_response"]
    assert (row.state, row.breached) == ("running", True)
    await company.time_passes(minutes=2)
    ping(company, mentioning="max", times=1)
    await company.time_passes(days=1)
    company.room("escalations").hears("First response overdue: IT-1001", times=2)


async def test_27_pings_lead_to_the_card_of_the_ticket_and_watchers_nowhere(company: Company) -> None:
    """BEHAVIOUR 27. What somebody cannot open is not shown; the playground has no addresses of messages."""
    ana, erik, lena = company.people("ana", "erik", "lena")
    await ana.says("/ticket my laptop is broken")
    await lena.says("/watch IT-1001")
    await company.time_passes(hours=4)
    leads = company.chats[0].name != "web"
    for words in (ping(company).words, lena.heard("oon due: IT-1001").words):
        assert ("[Go to the ticket](https://" in words) is leads
    await company["ben"].says("/major IT-1001")
    await erik.says("/metoo IT-1001")
    await company["ben"].says("/resolve IT-1001 done")
    erik.heard("Resolved: IT-1001")
    assert not any("Go to the ticket" in m.words for who in (ana, erik) for m in who.talk.messages())


async def test_28_progress_renews_the_lease(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    ben, lena = company.people("ben", "lena")
    await lena.clicks("Acknowledge", in_="escalations")
    await company.time_passes(minutes=20)
    await ben.says("/note IT-1001 looking for a spare")
    await company.time_passes(minutes=20)
    ping(company, times=1)
    await company.time_passes(minutes=15)
    ping(company, mentioning="max", times=1)


async def test_28_snooze_holds_the_next_level(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    await company.time_passes(minutes=20)
    reply = await company["lena"].clicks("Snooze", in_="escalations")
    assert "nobody else is told before" in words_of(reply)
    ping(company, times=1).shows(State="Snoozed by Lena Vogt: the manager is told ⟦2026-11-23T13:50:00Z⟧")
    again = await company["ben"].says("/snooze IT-1001")
    assert "a snooze changes nothing" in words_of(again), "a snooze ends when the one before does"
    ping(company, times=1).shows(State="Snoozed by Lena Vogt: the manager is told ⟦2026-11-23T13:50:00Z⟧")
    await company.time_passes(minutes=25)
    ping(company, times=1)
    await company.time_passes(minutes=10)
    ping(company, mentioning="max", times=1)
    await company.time_passes(minutes=10)
    await company["max"].says("/ack IT-1001")


async def test_28_a_snooze_is_as_long_as_one_says(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    lena = company["lena"]
    refused(await lena.says("/snooze IT-1001 8d"), "at most 7 days")
    refused(await lena.says("/snooze IT-1001 a while"), "I did not understand “a while”; write it like 45m")
    assert "before ⟦2026-11-23T15:00:00Z⟧" in words_of(await lena.says("/snooze IT-1001 until 15:00"))
    await company.it_is(datetime(2026, 11, 23, 14, 55, tzinfo=UTC))
    ping(company, times=1).shows(State="Snoozed by Lena Vogt: the manager is told ⟦2026-11-23T15:00:00Z⟧")
    await company.time_passes(minutes=10)
    ping(company, mentioning="max", times=1)


async def test_28_a_snooze_may_be_shortened_and_acknowledging_ends_it(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    lena = company["lena"]
    await lena.says("/snooze IT-1001 3d")
    assert "before ⟦2026-11-23T15:00:00Z⟧" in words_of(await lena.says("/snooze IT-1001 2h"))
    ping(company, times=1).shows(State="Snoozed by Lena Vogt: the manager is told ⟦2026-11-23T15:00:00Z⟧")
    assert "before ⟦2026-11-23T13:30:00Z⟧" in words_of(await lena.says("/snooze IT-1001 5m"))
    ping(company, times=1).shows(State="The manager is told ⟦2026-11-23T13:30:00Z⟧")
    await lena.says("/snooze IT-1001 3d")
    assert "waits until ⟦2026-11-23T13:30:00Z⟧" in words_of(await lena.says("/ack IT-1001"))
    await company.time_passes(minutes=31)
    ping(company, mentioning="max", times=1)


async def test_28_a_snooze_ends_when_people_really_say(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    lena = company["lena"]
    assert "before ⟦2026-11-23T14:00:00Z⟧" in words_of(await lena.says("/snooze IT-1001 for 1 hour"))
    assert "before ⟦2026-11-23T14:30:00Z⟧" in words_of(await lena.says("/snooze IT-1001 1h30m"))
    assert "before ⟦2026-11-24T09:00:00Z⟧" in words_of(await lena.says("/snooze IT-1001 tomorrow at 9"))


async def test_28_a_snooze_of_what_is_acknowledged_tells_of_its_lease(company: Company) -> None:
    """BEHAVIOUR 28. Before that ends nobody else is told: not when its owner is reminded."""
    await overdue(company)
    await company["lena"].says("/ack IT-1001")
    told = words_of(await company["lena"].says("/snooze IT-1001"))
    assert "a snooze changes nothing" in told and "⟦2026-11-23T13:30:00Z⟧" in told
    await company.time_passes(minutes=10)
    told = words_of(await company["lena"].says("/snooze IT-1001"))
    assert "Snoozed: nobody else is told before ⟦2026-11-23T13:40:00Z⟧" in told


async def test_28_where_nobody_is_told_any_more_a_snooze_says_so(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    await company.time_passes(hours=3)
    assert "the ladder has ended" in words_of(await company["lena"].says("/snooze IT-1001"))
    assert not [entry for entry in await company.timeline("IT-1001") if entry.kind == "snoozed"]


async def test_28_talk_below_a_ping_is_the_tickets_and_internal(company: Company) -> None:
    """BEHAVIOUR 28, 17, 18: the agents read it in their thread, also as it was changed; the requester never does."""
    await overdue(company)
    ana, lena = company.people("ana", "lena")
    await lena.says("on it, calling the vendor", under=ping(company))
    company.room("triage-it").hears("Lena Vogt noted:")
    assert "> on it, calling the vendor" in company.room("triage-it").thread("IT-1001")[-1]
    said = company.room("escalations").by("lena", "calling the vendor")
    await lena.edits(said, "on it, waiting for the vendor")
    assert "> on it, waiting for the vendor" in company.room("triage-it").thread("IT-1001")[-1]
    [note] = [e for e in await company.timeline("IT-1001") if e.kind == "note"]
    assert (note.text, note.author, note.public) == ("on it, calling the vendor", "lena", False)
    assert not any("the vendor" in m.words for m in ana.sees())
    await company.time_passes(days=130)
    await company.heartbeat.beat("retention")
    await lena.says("the vendor has called", under=ping(company))
    assert "> the vendor has called" in company.room("triage-it").thread("IT-1001")[-1]


async def test_28_why_somebody_escalates_is_kept(company: Company) -> None:
    """BEHAVIOUR 28: as an internal note."""
    await overdue(company)
    assert "Told: Max Stein" in words_of(await company["ben"].says("/escalate IT-1001 it is urgent"))
    assert "> it is urgent" in company.room("triage-it").thread("IT-1001")[-1]
    company["ana"].talk.never_hears("it is urgent")


async def test_28_who_is_pinged_reads_who_escalated_and_why(company: Company) -> None:
    """BEHAVIOUR 28. Whoever clicks without words takes none away."""
    await overdue(company)
    ben, chloe = company.people("ben", "chloe")
    assert "escalated it" not in ping(company).words
    await ben.says("/escalate IT-1001 the CFO waits\nin the lobby")
    asked = ping(company, mentioning="max", times=1)
    assert asked.card and asked.card.body.startswith(
        "**Ben Adler** escalated it:\n> the CFO waits\n> in the lobby\n\nNo answer has reached Ana Costa yet."
    )
    await chloe.clicks("Escalate now", in_="escalations")
    assert "**Ben Adler** escalated it:\n> the CFO waits" in ping(company, mentioning="max").words
    await chloe.says("/escalate IT-1001 he has left")
    assert "**Chloe Martin** escalated it:\n> he has left" in ping(company, mentioning="max").words


async def test_28_only_the_ladder_that_was_climbed_says_who_climbed_it(company: Company) -> None:
    """BEHAVIOUR 28. Of long words the first lines are told."""
    await overdue(company)
    await company.time_passes(days=2, hours=4, minutes=10)
    chloe, overdue_too = company["chloe"], "Resolution overdue: IT-1001"
    await chloe.clicks("Escalate now", in_="escalations", on=overdue_too)
    assert "**Chloe Martin** escalated it." in company.room("escalations").hears(overdue_too, mentioning="max").words
    assert "escalated it" not in ping(company, mentioning="max").words
    await chloe.says("/escalate IT-1001 " + "it burns\n" * 20)
    pinged = company.room("escalations").hears(overdue_too, mentioning="max").card
    assert pinged and pinged.body.startswith("**Chloe Martin** escalated it:\n> it burns")
    assert pinged.body.count("it burns") == 5


async def test_28_a_level_that_nobody_holds_is_the_leads(company: Company) -> None:
    """BEHAVIOUR 28: a ping says who is told next, as they will be."""
    await company.settings_change(("steps: [{tell: lead}, {tell: manager, after: 30m}]", LEAD_THEN_OWNER))
    await overdue(company)
    ping(company).shows(State="The lead is told ⟦2026-11-23T13:30:00Z⟧")
    await company.time_passes(minutes=30)
    ping(company, mentioning="lena", times=2).shows(Level="2 · Lena Vogt")


async def test_28_who_escalates_what_is_in_time_is_named(company: Company) -> None:
    """BEHAVIOUR 28."""
    await company["ana"].says("/ticket my laptop is broken")
    await company["lena"].says("/escalate IT-1001")
    escalated = company.room("escalations").hears("Escalated: IT-1001", mentioning="lena", times=1)
    assert escalated.card and escalated.card.body.startswith("**Lena Vogt** escalated it.\n\n")


@pytest.mark.told_in("web", "discord", why="Slack takes no command in a thread")
async def test_28_a_command_below_a_ping_is_about_its_ticket(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    reply = await company["lena"].says("/snooze 2h", under=ping(company))
    assert "nobody else is told before ⟦2026-11-23T15:00:00Z⟧" in words_of(reply)
    assert "Acknowledged" in words_of(await company["lena"].says("/ack", under=ping(company)))
    assert "IT-1001 is yours" in words_of(await company["ben"].says("/take", under=ping(company)))


async def test_28_take_claims_and_acknowledges(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    reply = await company["ben"].clicks("Take", in_="escalations")
    assert "is yours, and the ladder waits for you" in words_of(reply)
    company.room("triage-it").card("IT-1001").shows(Owner="Ben Adler", Status="In Progress")
    ping(company, times=1).shows(Owner="Ben Adler")
    await company.time_passes(minutes=29)
    ping(company, times=1)


async def test_28_escalate_now_tells_the_next_level_once_however_many_click(company: Company) -> None:
    """BEHAVIOUR 28."""
    await overdue(company)
    chloe, ben = company.people("chloe", "ben")
    message, button = ben.button("Escalate now", "escalations")
    assert "Told: Max Stein" in words_of(await ben.presses(button, message))
    assert "told already" in words_of(await chloe.presses(button, message))
    ping(company, mentioning="max", times=1)
    company.room("escalations").hears("First response overdue: IT-1001", times=2)
    assert "Told: Max Stein" in words_of(await ben.says("/escalate IT-1001"))


async def test_28_the_answer_ends_it_on_all_copies(company: Company) -> None:
    """BEHAVIOUR 28: all copies of the ping update in place."""
    await overdue(company)
    await company.time_passes(minutes=31)
    ben = company["ben"]
    message, button = ben.button("Acknowledge", "escalations")
    await ben.says("/reply IT-1001 Sorry for the wait.")
    copies = [m for m in company.room("escalations").messages() if "First response overdue" in m.words]
    assert len(copies) == 2 and not any(m.buttons for m in copies) and all("State: Over" in m.words for m in copies)
    refused(await ben.presses(button, message), "no escalation of IT-1001 is running")
    await company.time_passes(hours=2)
    company.room("escalations").hears("First response overdue: IT-1001", times=2)


async def test_28_a_ticket_still_in_time_can_be_escalated_by_hand(company: Company) -> None:
    """BEHAVIOUR 28, 22: what the button does, the command does."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    assert "is escalated. Told: Lena Vogt." in words_of(await ben.says("/escalate IT-1001"))
    company.room("escalations").hears("Escalated: IT-1001", mentioning="lena", times=1)
    refused(await ana.says("/escalate IT-1001"), "agents")
    await ben.says("/close IT-1001")
    refused(await ben.says("/escalate IT-1001"), "IT-1001 is Closed")


async def test_27_a_settings_change_does_not_corrupt_a_running_ladder(company: Company) -> None:
    """BEHAVIOUR 27: the chain was copied when it started."""
    await overdue(company)
    await company.settings_change(("steps: [{tell: lead}, {tell: manager, after: 30m}]", "steps: [{tell: owner}]"))
    await company.time_passes(minutes=31)
    ping(company, mentioning="max", times=1)


@on_both
async def test_29_a_flood_is_folded_into_one_digest_that_names_every_ticket(company: Company) -> None:
    """BEHAVIOUR 29: critical ones stand alone."""
    await company.settings_change(("knowledge:", "limits: {tickets_per_minute: 100, surge: 100}\nknowledge:"))
    ana, ben = company.people("ana", "ben")
    for number in range(20):
        await ana.says(f"/ticket something is odd, {number}")
    await ana.submits(await ana.says("/ticket"), text="the boiler is broken", urgency="high")
    await company.the_machine_sleeps(hours=3, minutes=50)
    await ben.says("/impact IT-1021 high")
    await company.the_machine_sleeps(minutes=10)
    room = company.room("escalations")
    digest = room.hears("20 deadlines have passed", mentioning="lena", times=1)
    assert all(f"[IT-{number}](" in digest.words for number in range(1001, 1021))
    for kind in ("First response", "Resolution"):
        room.hears(f"{kind} overdue: IT-1021", mentioning="lena", times=1)
    room.hears("overdue", times=2)


async def test_27_a_ladder_that_a_change_has_started_begins_with_that_change(company: Company) -> None:
    """BEHAVIOUR 13, 27: making it critical after hours of waiting does not wake the manager in the same minute."""
    ana, ben = company.people("ana", "ben")
    await ana.submits(await ana.says("/ticket"), text="the boiler is broken", urgency="high")
    await company.time_passes(hours=3, minutes=30)
    await ben.says("/impact IT-1001 high")
    await company.time_passes(minutes=14)
    ping(company, mentioning="lena", times=1)
    await company.time_passes(minutes=2)
    ping(company, mentioning="max", times=1)


@on_both
async def test_29_missed_sweeps_say_each_level_once_and_in_order(company: Company) -> None:
    """BEHAVIOUR 29: across a restart and an outage; a warning that the breach has overtaken is not said."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.closes()
    company.clock.move_to(MONDAY + timedelta(hours=6))
    await company.opens()
    await company.settles()
    room = company.room("escalations")
    levels = [m.mentions for m in room.messages() if "First response overdue: IT-1001" in m.words]
    assert levels == [("lena",), ("max",)]
    company["lena"].talk.never_hears("Soon due")
    await company.restarts()
    await company.settles()
    room.hears("First response overdue: IT-1001", times=2)


async def test_29_state_is_checked_again_when_it_is_sent(company: Company) -> None:
    """BEHAVIOUR 29: whoever answered a moment ago is not accused."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    company.clock.move_to(MONDAY + timedelta(hours=3, minutes=59, seconds=59))
    await company.heartbeat.beat("posts")
    await ben.says("/reply IT-1001 On my way.")
    await company.time_passes(hours=1)
    company.room("escalations").never_hears("First response overdue")


async def test_30_the_auditor_says_what_is_wrong_once_and_when_it_is_right_again(company: Company) -> None:
    """BEHAVIOUR 30: a running clock with no next look; in the escalation channel and for /health."""
    await company["ana"].says("/ticket my laptop is broken")
    room = company.room("escalations")
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == []
    row = next(c for c in await company.reads(Clock, Clock.kind) if c.kind == "first_response")
    await set_look(company, None)
    await company.heartbeat.beat("audit")
    await company.settles()
    await company.heartbeat.beat("audit")
    await company.settles()
    assert company.heartbeat.auditor.findings == ["running clocks without a valid next look: 2"]
    room.hears("running clocks without a valid next look: 2", times=1)
    await set_look(company, row.warn_at)
    await company.heartbeat.beat("audit")
    await company.settles()
    room.hears("All that was wrong is right again", times=1)


async def set_look(company: Company, at: object) -> None:
    statement = update(Clock).where(col(Clock.state) == "running").values(next_at=at)
    await company.database.write(lambda db: db.execute(statement) and None)


async def test_30_the_auditor_finds_what_could_not_be_sent(company: Company) -> None:
    """BEHAVIOUR 30: a team whose room is not there."""
    here = company.chat.name
    there = "slack" if here == "discord" else "discord"
    await company.settings_change((f"triage: [{here}:triage-it]", f"triage: [{here}:triage-it, {there}:C1]"))
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(minutes=6)
    await company.heartbeat.beat("audit")
    assert any("messages that have waited" in finding for finding in company.heartbeat.auditor.findings), (
        company.heartbeat.auditor.findings
    )
    assert len([p for p in await company.reads(Post, Post.key) if p.channel == there and not p.sent]) > 0


async def test_30_travelling_is_no_lateness(company: Company) -> None:
    """BEHAVIOUR 30: a demo's clock that is moved forward makes no cycle late."""
    for name in company.heartbeat.cycles:
        await company.heartbeat.beat(name)
    await company.time_passes(days=3)
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == []


async def test_31_who_is_on_call_is_pinged_in_the_leads_place(company: Company) -> None:
    """BEHAVIOUR 31: rotations, their handover and who stands in, at that minute."""
    lena, max_, chloe = company.people("lena", "max", "chloe")
    assert "**Network**: Dev Patel" in words_of(await lena.says("/oncall"))
    asked = words_of(await lena.says("/oncall network"))
    assert "**Network**: Dev Patel" in asked and "IT Help" not in asked
    await overdue(company, "the vpn is slow")
    ping(company, mentioning="dev", times=1)
    reply = await lena.says("/oncall override network @chloe 8h")
    assert "Chloe Martin is on call for network" in words_of(reply)
    assert "**Network**: Chloe Martin" in words_of(await chloe.says("/oncall"))
    await company["ana"].says("/ticket the vpn is slow at 13")
    await company.time_passes(hours=4)
    company.room("escalations").hears("First response overdue: IT-1002", mentioning="chloe", times=1)
    refused(await lena.says("/oncall override network @ana 8h"), "is in no team")
    refused(await chloe.says("/oncall override network @ben 8h"), "is for leads and admins only")
    await company.it_is(MONDAY + timedelta(days=7))
    assert "**Network**: Lena Vogt" in words_of(await max_.says("/oncall"))


async def test_27_plans_are_kept_with_the_escalation(company: Company) -> None:
    """BEHAVIOUR 27."""
    await overdue(company)
    [row] = await company.reads(Escalation, Escalation.id)
    assert row.plan["rungs"] == [["lead", 0], ["manager", 1800]] and row.plan["rooms"] == [
        f"{company.chat.name}:escalations"
    ]


@on_both
async def test_29_a_breach_that_a_priority_took_away_and_gave_back_goes_on(company: Company) -> None:
    """BEHAVIOUR 29, 27: the level that was said is not said again, the next one is."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/priority IT-1001 high high")
    await company.time_passes(minutes=16)
    ping(company, mentioning="lena", times=1)
    await ben.says("/priority IT-1001 high medium")
    assert "State: Over" in ping(company).words
    await ben.says("/priority IT-1001 high high")
    await company.settles()
    ping(company, times=1)
    assert "State: The manager is told" in ping(company).words and "Acknowledge" in ping(company).buttons
    await company.time_passes(minutes=16)
    ping(company, mentioning="max", times=1)
    company.room("escalations").hears("First response overdue: IT-1001", times=2)


async def resolution_overdue(company: Company) -> None:
    """Ben answered at once, and it is still not fixed on Thursday; everybody has been told."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await ben.says("/reply IT-1001 looking")
    await company.it_is(MONDAY + timedelta(days=3))
    company.room("escalations").hears("Resolution overdue: IT-1001", mentioning="max", times=1)
    company.room("escalations").hears("Resolution overdue: IT-1001", times=2)


async def test_29_a_breach_that_was_held_goes_on_with_the_answer(company: Company) -> None:
    """BEHAVIOUR 29, 26: all had been told, so the last is told once more; and /escalate tells somebody."""
    await resolution_overdue(company)
    ana, ben = company.people("ana", "ben")
    await ben.says("/ask IT-1001 which floor?")
    await ana.says("/reply IT-1001 the third")
    await company.time_passes(hours=2)
    company.room("escalations").hears("Resolution overdue: IT-1001", mentioning="max", times=2)
    assert "Told: Max Stein" in words_of(await ben.says("/escalate IT-1001"))
    company.room("escalations").hears("Resolution overdue: IT-1001", mentioning="max", times=3)


async def test_29_a_breach_of_a_ticket_that_was_not_fixed_goes_on(company: Company) -> None:
    """BEHAVIOUR 29."""
    await resolution_overdue(company)
    ana, ben = company.people("ana", "ben")
    await ben.says("/resolve IT-1001 done")
    await company.time_passes(hours=2)
    company.room("escalations").hears("Resolution overdue: IT-1001", times=2)
    await ana.says("/notfixed IT-1001 still broken")
    await company.time_passes(hours=2)
    company.room("escalations").hears("Resolution overdue: IT-1001", mentioning="max", times=2)


async def test_28_escalating_says_so_when_nobody_is_left_to_be_told(company: Company) -> None:
    """BEHAVIOUR 28, 29: a ladder without steps, as no settings can have it, but a stored one might."""
    await overdue(company)
    bare = update(Escalation).values(plan={"rungs": [], "rooms": [], "told": {}}, next_at=None)
    await company.database.write(lambda db: db.execute(bare) and None)
    refused(await company["ben"].says("/escalate IT-1001"), "nobody is left to be told")
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == []


async def test_30_the_auditor_finds_a_breach_that_nobody_hears_of(company: Company) -> None:
    """BEHAVIOUR 30."""
    await overdue(company)
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == []
    closed = update(Escalation).values(closed_at=company.clock.now(), next_at=None)
    await company.database.write(lambda db: db.execute(closed) and None)
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == ["clocks over their deadline without a running escalation: 1"]


async def test_29_a_ladder_ends_when_the_settings_move_its_deadline(company: Company) -> None:
    """BEHAVIOUR 29, 24: the ticket is in time again."""
    await overdue(company)
    await company.settings_change(("targets: {first_response: 4h", "targets: {first_response: 8h"))
    assert "State: Over" in ping(company, times=1).words
    await company.time_passes(hours=2)
    ping(company, times=1)


async def test_29_a_level_is_not_said_of_a_clock_that_no_longer_stands_over_its_deadline(company: Company) -> None:
    """BEHAVIOUR 29: state is checked again when it is sent, also before the sweep of the settings has come by."""
    await overdue(company)
    company.edit_settings(("targets: {first_response: 4h", "targets: {first_response: 8h"))
    company.live.refresh()
    await company.time_passes(minutes=31)
    assert "State: Over" in ping(company, times=1).words


async def test_30_what_was_parked_long_ago_is_no_finding_any_more(company: Company) -> None:
    """BEHAVIOUR 30: /health recovers; the next message that is stuck is seen."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.settles()
    parked = update(Post).values(parked="no such room")
    await company.database.write(lambda db: db.execute(parked) and None)
    await company.heartbeat.beat("audit")
    assert any(
        "of the last 24 hours that could not be sent" in finding for finding in company.heartbeat.auditor.findings
    )
    company.clock.move_to(MONDAY + timedelta(hours=25))
    await company.settles()
    await company.database.write(lambda db: db.execute(update(Post).values(next_at=None)) and None)
    await company.heartbeat.beat("audit")
    assert not any("parked" in finding for finding in company.heartbeat.auditor.findings), (
        company.heartbeat.auditor.findings
    )


QUIET = (
    "steps: [{tell: lead}, {tell: manager, after: 30m}]",
    "steps: [{tell: lead}, {tell: manager, after: 30m, quiet: ['12:00-15:00']}]",
)
HIGH = "  - name: High\n    when: {priority: [high]}\n"
ONE_POLICY = (f"{HIGH}    targets: {{first_response: 1h, next_response: 2h, resolution: 8h}}\n", "")


async def test_27_what_becomes_critical_is_held_back_no_longer(company: Company) -> None:
    """BEHAVIOUR 27: quiet hours are not for what is critical; the deadline is the same as before."""
    critical = "targets: {first_response: 15m, next_response: 30m, resolution: 4h}\n    ladder: urgent"
    standard = "targets: {first_response: 4h, next_response: 8h, resolution: 24h}"
    await company.settings_change(QUIET, ONE_POLICY, ("    calendar: always\n", ""), (critical, standard))
    ana, ben = company.people("ana", "ben")
    await ana.submits(await ana.says("/ticket"), text="the boiler is broken", urgency="high")
    await company.time_passes(hours=4, minutes=35)
    company.room("escalations").hears("held back by quiet hours", times=1)
    await ben.says("/impact IT-1001 high")
    await company.settles()
    company.room("escalations").hears("2 · Max Stein", mentioning="max")


@on_both
async def test_27_what_was_escalated_by_hand_goes_on_with_another_deadline(company: Company) -> None:
    """BEHAVIOUR 13, 27, 28: its ping tells the deadline that counts, and at the breach somebody hears once more."""
    ana, ben = company.people("ana", "ben")
    room = company.room("escalations")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/escalate IT-1001")
    room.hears("Escalated: IT-1001", times=1)
    await ben.says("/impact IT-1001 high")
    room.hears("Escalated: IT-1001", times=1)
    await company.time_passes(minutes=31)
    room.hears("Escalated: IT-1001", mentioning="max", times=1)
    await company.time_passes(minutes=30)
    room.hears("First response overdue: IT-1001", times=3)
    assert "told again" in room.hears("3 · Max Stein").words
    await ben.says("/reply IT-1001 A new one is on its way.")
    room.hears("Over", times=3)


@on_both
async def test_30_the_auditor_knows_a_ladder_that_was_begun_by_hand_by_its_moved_deadline(company: Company) -> None:
    """BEHAVIOUR 30: somebody hears of that breach."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await lena.says("/escalate IT-1001")
    await ben.says("/priority IT-1001 medium high")
    await company.time_passes(hours=2)
    company.room("escalations").hears("First response overdue: IT-1001")
    await company.heartbeat.beat("audit")
    assert company.heartbeat.auditor.findings == []


@on_both
async def test_27_what_was_escalated_by_hand_goes_on_when_its_clock_does(company: Company) -> None:
    """BEHAVIOUR 26, 27: it waits with the requester, as one after a breach does; what has met its clock has ended."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    room = company.room("escalations")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/reply IT-1001 Let me see.")
    await lena.says("/escalate IT-1001")
    await ben.says("/ask IT-1001 Which one?")
    await company.time_passes(minutes=40)
    room.hears("Escalated: IT-1001", times=1)
    assert "Over" in room.hears("Escalated: IT-1001").words
    await ana.says("/reply IT-1001 The grey one.")
    await company.time_passes(minutes=31)
    room.hears("Escalated: IT-1001", mentioning="max", times=1)
    await ben.says("/ask IT-1001 Is it at the wall?")
    await ben.says("/resolve IT-1001 A new one.")
    await ana.says("/notfixed IT-1001 It is dark again.")
    await company.time_passes(minutes=59)
    room.hears("Escalated: IT-1001", times=2)


async def test_28_who_presses_reads_whom_they_have_told(company: Company) -> None:
    """BEHAVIOUR 28: where several ladders run, those of the level that was pressed for."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    await company["lena"].says("/escalate IT-1001")
    await company.time_passes(days=3)
    first = company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena")
    second = company.room("escalations").hears("Resolution overdue: IT-1001", mentioning="lena")
    assert first.id != second.id
    assert "Told: Max Stein" in words_of(await ben.says("/escalate IT-1001"))


async def test_29_what_was_said_long_ago_is_not_said_again(company: Company) -> None:
    """BEHAVIOUR 29: its rows are forgotten by then, and the messages still stand."""
    ana, ben = company.people("ana", "ben")
    room = company.room("escalations")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(days=5)
    before = len(room.messages())
    await ben.says("/resolve IT-1001 A new one.")
    await company.time_passes(days=120)
    await company.heartbeat.beat("retention")
    await ben.says("/reopen IT-1001 It broke again.")
    await company.settles()
    assert len(room.messages()) == before, room.transcript()
    await company.time_passes(hours=2)
    room.hears("3 · Max Stein, told again", times=1)
    assert len(room.messages()) == before + 1, room.transcript()


@pytest.mark.told_in("web", why="the settings know no channel")
async def test_26_a_promise_that_is_shortened_was_not_broken_before(company: Company) -> None:
    """BEHAVIOUR 26, 27: one level after the other, from when the settings changed."""
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=3, minutes=30)
    await company.settings_change(("targets: {first_response: 4h", "targets: {first_response: 1h"))
    await company.settles()
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena", times=1)
    await company.time_passes(minutes=29)
    company.room("escalations").hears("overdue", times=1)
    await company.time_passes(minutes=2)
    company.room("escalations").hears("overdue", mentioning="max", times=1)


@pytest.mark.told_in("web", why="a journey knows no channel")
async def test_29_a_long_journey_stops_wherever_something_is_due(company: Company) -> None:
    """BEHAVIOUR 29: also at a breach that comes after five hundred other things."""
    await company["ana"].says("/ticket my laptop is broken")

    def add_chores(db: Session) -> None:
        for step in range(510):
            at = MONDAY + timedelta(seconds=15 * (step + 1))
            db.add(Chore(workspace="main", ticket=1001, kind=f"nothing {step}", next_at=at))

    await company.database.write(add_chores)
    await company.time_passes(days=1)
    breached = [entry for entry in await company.timeline("IT-1001") if entry.kind == "breached"]
    assert breached[0].at == MONDAY + timedelta(hours=4)
