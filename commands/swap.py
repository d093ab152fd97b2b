"""/oncall swap, agree: two people exchange their shifts, with the other's yes or by a lead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from bot import places, swaps
from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.oncall import Shift
from bot.people import WORKERS, Denied
from bot.posts import URGENT, Wanted, say
from bot.registry import command
from bot.swaps import Swap
from bot.words import Button, Card, Reply, moment, tell
from commands.choices import rotation_choices
from commands.oncall import leads

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Swapped(Form):
    rotation: Annotated[str, Ask("Rotation", "choice", choices=rotation_choices)]
    days: Annotated[str, Ask("A day of each of the two shifts", hint="For example: 2026-12-07 2026-12-14")]


class Agreed(Form):
    swap: Annotated[str, Ask("Which exchange?", limit=100)]


@command(
    "oncall swap",
    "Exchange two shifts; the other person is asked, unless a lead says it",
    needs=WORKERS,
    group="The desk",
    form=Swapped,
    sample="network 2026-12-07 2026-12-14",
    title="Exchange shifts",
)
def swap(ctx: Context, asked: Swapped) -> Reply:
    one, other = _shifts(ctx, asked)
    wanted = Swap(asked.rotation, ctx.sender.id, one, other, ctx.now.isoformat())
    if leads(ctx, asked.rotation):
        swaps.exchange(ctx, wanted)
        _tell_both(ctx, wanted)
        return tell(f"Exchanged:\n{_told(ctx, wanted, ctx.sender.id)}")
    if ctx.sender.id not in (one.person, other.person):
        raise Denied("Neither of the two shifts is yours: whose they are, and the team's lead, can exchange them.")
    return _ask(ctx, wanted)


def _shifts(ctx: Context, asked: Swapped) -> tuple[Shift, Shift]:
    days = DAY.findall(asked.days)
    if len(days) != 2:
        raise Wrong("A day of each of the two shifts: write two days, like 2026-12-07 2026-12-14.", "days")
    one, other = (_shift_on(ctx, asked.rotation, day) for day in days)
    if one.person == other.person:
        raise Wrong(f"Both shifts are {places.their_name(ctx, one.person)}'s: there is nothing to exchange.", "days")
    return one, other


def _shift_on(ctx: Context, rotation: str, day: str) -> Shift:
    try:
        found = swaps.shift_on(ctx, rotation, datetime.fromisoformat(day))
    except ValueError:
        raise Wrong(f"{day} is no day of the calendar.", "days") from None
    if found is None:
        raise Wrong(f"No shift of {rotation} on {day} is still to come, within a year.", "days")
    return found


def _ask(ctx: Context, wanted: Swap) -> Reply:
    name = places.their_name(ctx, wanted.asked)
    place = places.direct(ctx, wanted.asked, ctx.at.channel)
    if place is None:
        raise Wrong(f"{name} cannot be asked on any channel: please ask the team's lead to exchange the shifts.")
    wanted = swaps.propose(ctx, wanted)
    card = Card(
        f"{ctx.sender.name} would like to exchange shifts with you",
        _told(ctx, wanted, wanted.asked),
        buttons=(
            Button("Agree", "oncall agree", {"swap": wanted.name}, "primary"),
            Button("Decline", "oncall decline", {"swap": wanted.name}),
        ),
        mentions=(wanted.asked,),
    )
    say(ctx, Wanted(f"swap:{wanted.key}", place, card, urgency=URGENT))
    return tell(f"{name} is asked. Once they agree:\n{_told(ctx, wanted, ctx.sender.id)}")


@command(
    "oncall agree",
    "Agree to an exchange of shifts that somebody has asked you for",
    needs=WORKERS,
    group="The desk",
    form=Agreed,
    sample="20261214T080000-0123456789ab",
    title="Agree to an exchange",
)
def agree(ctx: Context, asked: Agreed) -> Reply:
    wanted = _asked_of_sender(ctx, asked)
    if not swaps.stands(ctx, wanted):
        return _nothing_exchanged(ctx, wanted, "who is on call then has changed since it was asked for")
    swaps.exchange(ctx, wanted)
    _tell_both(ctx, wanted)
    return tell(f"Exchanged:\n{_told(ctx, wanted, ctx.sender.id)}")


@command(
    "oncall decline",
    "Decline an exchange of shifts that somebody has asked you for",
    needs=WORKERS,
    group="The desk",
    form=Agreed,
    sample="20261214T080000-0123456789ab",
    title="Decline an exchange",
)
def decline(ctx: Context, asked: Agreed) -> Reply:
    return _nothing_exchanged(ctx, _asked_of_sender(ctx, asked), f"{ctx.sender.name} keeps their shift")


def _asked_of_sender(ctx: Context, asked: Agreed) -> Swap:
    wanted = swaps.proposed(ctx, asked.swap.strip())
    if wanted is None:
        raise Wrong("That exchange is not open any more.", "swap")
    if ctx.sender.id != wanted.asked:
        raise Denied(f"{places.their_name(ctx, wanted.asked)} was asked, and nobody else can answer.")
    return wanted


def _nothing_exchanged(ctx: Context, wanted: Swap, why: str) -> Reply:
    """The question is over: its buttons go, and whoever asked is told."""
    swaps.forget(ctx, wanted)
    words = f"{why[0].upper()}{why[1:]}: the on-call shifts of {wanted.rotation} stay as they are."
    card = Card("No shifts exchanged", words)
    for key, person in ((f"swap:{wanted.key}", wanted.asked), (f"unswapped:{wanted.key}", wanted.asker)):
        if place := places.direct(ctx, person, ctx.at.channel):
            say(ctx, Wanted(key, place, replace(card, mentions=() if person == wanted.asked else (person,))))
    return tell(f"Nothing was exchanged: {why}.")


def _told(ctx: Context, done: Swap, reader: str) -> str:
    """Who has which shift then, one a line, as the reader is told."""
    taken = ((done.other.person, done.one), (done.one.person, done.other))
    return "\n".join(
        f"- {'You are' if person == reader else f'{places.their_name(ctx, person)} is'} on call for {done.rotation} "
        f"from {moment(max(shift.start, ctx.now))} to {moment(shift.end)}"
        for person, shift in taken
    )


def _tell_both(ctx: Context, done: Swap) -> None:
    """Whoever did not do it themselves is told; where somebody was asked, in the place of the question."""
    for person in (done.one.person, done.other.person):
        place = places.direct(ctx, person, ctx.at.channel)
        asked = person == done.asked != done.asker
        key = f"swap:{done.key}" if asked else f"swapped:{done.name}:{ctx.now.isoformat()}"
        if place:
            card = Card("Shifts exchanged", _told(ctx, done, person), tone="good", mentions=(person,))
            say(ctx, Wanted(key, place, card))
