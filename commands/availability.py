"""/availability: whether I can be given tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.people import WORKERS
from bot.registry import command
from bot.settings import Duration
from bot.words import Reply, moment, tell
from storage.tables import Person

STATES = (("here", "Here: I can be given tickets"), ("away", "Away: give me none"))


class Available(Form):
    state: Annotated[str, Ask("Are you here?", "choice", choices=STATES)]
    back_in: Annotated[str, Ask("Back in", hint="2h or 3d; empty: until you say so")] = ""


@command(
    "availability",
    "Say whether you can be given tickets",
    needs=WORKERS,
    group="The desk",
    form=Available,
    sample="away 2h",
)
def availability(ctx: Context, asked: Available) -> Reply:
    me = ctx.db.get(Person, (ctx.workspace, ctx.sender.id))
    assert me is not None
    if asked.state == "here":
        me.away_since = me.away_until = None
        return tell("Welcome back: you can be given tickets.")
    me.away_since = ctx.now
    me.away_until = ctx.now + _back_in(asked.back_in) if asked.back_in else None
    until = f" until {moment(me.away_until)}" if me.away_until else " until you say `/availability here`"
    return tell(f"You are given no tickets{until}. Those you have stay yours: `/assign` hands them over.")


def _back_in(text: str) -> timedelta:
    try:
        return TypeAdapter(Duration).validate_python(text)
    except (ValidationError, OverflowError):
        raise Wrong(f"Back in: “{text[:40]}” is no duration; write it like 45m, 2h or 3d.", "back_in") from None
