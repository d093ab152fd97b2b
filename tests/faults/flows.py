"""What people do with a desk, one flow a function: first in peace, and from `await it.danger()` on the desk may die.

Each opens tickets of its own, and can be told many times in one company.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.words import Reply
from tests.faults.company import Company

Flow = Callable[[Company], Awaitable[None]]
FLOWS: dict[str, Flow] = {}
PICTURE = b"\x89PNG" + bytes(range(256)) * 8


def flow(tell: Flow) -> Flow:
    FLOWS[tell.__name__] = tell
    return tell


async def opened(it: Company, words: str = "my laptop is broken") -> str:
    """Ana's new ticket."""
    await it["ana"].says(f"/ticket {words}")
    return await it.newest()


async def owned(it: Company) -> str:
    """Ana's ticket, which Ben has."""
    ticket = await opened(it)
    await it["ben"].says(f"/claim {ticket}")
    return ticket


async def breached(it: Company) -> str:
    """Ana's ticket, of which Lena has heard that nobody answers."""
    ticket = await opened(it)
    await it.time_passes(hours=4, seconds=1)
    return ticket


@flow
async def a_ticket_by_command(it: Company) -> None:
    await it.danger()
    await it["ana"].says("/ticket my laptop is broken")


@flow
async def a_ticket_by_form(it: Company) -> None:
    ana = it["ana"]
    await it.danger()
    form = await until_form(lambda: ana.says("/ticket"))
    await ana.submits(form, text="my laptop is broken")


@flow
async def a_ticket_by_message(it: Company) -> None:
    await it.time_passes(minutes=5)  # else it would join the ticket of the last one
    await it.danger()
    await it["ana"].says("my laptop is broken since noon", in_="#it-help")


@flow
async def a_direct_message_that_is_confirmed(it: Company) -> None:
    ana = it["ana"]
    await it.danger()
    await ana.says("the printer is on fire")
    await it.sees("ana", "Open a ticket")  # when the desk has read what it may have missed
    await ana.clicks("Open a ticket")


@flow
async def a_claim(it: Company) -> None:
    ticket = await opened(it)
    await it.danger()
    await it["ben"].clicks("Claim", in_="#triage-it", on=ticket)


@flow
async def a_reply_and_an_answer_to_it(it: Company) -> None:
    ticket = await owned(it)
    await it.danger()
    await it["ben"].says(f"/reply {ticket} Is it plugged in?")
    await it["ana"].says("It is.", under=it.room("@ana").card(ticket))


@flow
async def a_question_and_its_answer(it: Company) -> None:
    ticket = await owned(it)
    await it.danger()
    await it["ben"].says(f"/ask {ticket} Which one?")
    await it["ana"].says("The grey one.", under=it.room("@ana").card(ticket))


@flow
async def resolved_and_fixed(it: Company) -> None:
    ticket = await owned(it)
    await it.danger()
    await it["ben"].says(f"/resolve {ticket} Changed the battery.")
    await it["ana"].clicks("Fixed", on=f"{ticket} is resolved")
    await it["ana"].says(f"/rate {ticket} 5")


@flow
async def resolved_and_not_fixed(it: Company) -> None:
    ticket = await owned(it)
    await it["ben"].says(f"/resolve {ticket} Changed the battery.")
    await it.danger()
    await it["ana"].clicks("Not fixed", on=f"{ticket} is resolved")


@flow
async def a_warning_a_breach_and_both_levels(it: Company) -> None:
    await opened(it)
    await it.danger()
    await it.time_passes(hours=4, minutes=31)


@flow
async def an_acknowledgement_that_runs_out(it: Company) -> None:
    ticket = await breached(it)
    await it.danger()
    await it["lena"].clicks("Acknowledge", in_="#escalations", on=ticket)
    await it.time_passes(minutes=31)


@flow
async def a_snooze(it: Company) -> None:
    ticket = await breached(it)
    await it.danger()
    await it["lena"].clicks("Snooze", in_="#escalations", on=ticket)
    await it.time_passes(minutes=31)


@flow
async def an_escalation_at_once(it: Company) -> None:
    ticket = await breached(it)
    await it.danger()
    await it["lena"].clicks("Escalate now", in_="#escalations", on=ticket)


@flow
async def reminders_and_silence(it: Company) -> None:
    ticket = await owned(it)
    await it["ben"].says(f"/ask {ticket} Which one?")
    await it.danger()
    await it.time_passes(hours=25)


@flow
async def closed_by_silence(it: Company) -> None:
    ticket = await owned(it)
    await it["ben"].says(f"/resolve {ticket} Changed the battery.")
    await it.danger()
    await it.time_passes(hours=25)


@flow
async def a_surge_that_is_an_incident(it: Company) -> None:
    await it.time_passes(hours=1)  # what was alike before is no part of this surge
    for number in range(4):
        await it["erik"].says(f"/ticket outlook shows no mail, {number}")
    await it.danger()
    await it["erik"].says("/ticket outlook shows no mail, 4")
    await it["lena"].clicks("Make it a major incident", on=(await it.newest()))


@flow
async def a_merge(it: Company) -> None:
    first, second = await opened(it, "the printer is jammed"), await opened(it, "paper stuck on floor 3")
    await it.danger()
    await it["ben"].says(f"/merge {second} {first}")


@flow
async def a_file(it: Company) -> None:
    await it.time_passes(minutes=5)
    await it.danger()
    await it.uploads("ana", "it-help", "screen.png", PICTURE, "my screen is dark")


@flow
async def a_change_of_priority(it: Company) -> None:
    ticket = await owned(it)
    await it.danger()
    await it["ben"].says(f"/impact {ticket} high")


async def until_form(ask: Callable[[], Awaitable[Reply]]) -> Reply:
    """Whoever sees nothing come of a click clicks again."""
    for _ in range(5):
        reply = await ask()
        if reply.form:
            return reply
    raise AssertionError("no form comes")
