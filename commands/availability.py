"""/availability: whether somebody can be given tickets."""

from __future__ import annotations

from typing import Annotated

from bot import people, places
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import WORKERS, Denied, Role
from bot.posts import Wanted, say
from bot.registry import command
from bot.settings import staff
from bot.until import until
from bot.words import Card, Reply, moment, tell
from storage.tables import Person

STATES = (("here", "Here: I can be given tickets"), ("away", "Away: give me none"))


class Available(Form):
    state: Annotated[str, Ask("Are you here?", "choice", choices=STATES)]
    person: Annotated[str, Ask("Who?", "person", hint="For leads: @ben; empty: you")] = ""
    until: Annotated[str, Ask("Until when?", hint="2h, 14:00 or monday; empty: until you say so")] = ""


@command(
    "availability",
    "Say whether you, or somebody you lead, can be given tickets",
    needs=WORKERS,
    group="The desk",
    form=Available,
    sample="away 2h",
)
def availability(ctx: Context, asked: Available) -> Reply:
    """Leads say it for their teams' people, as when somebody is ill; these are told."""
    who = _whose(ctx, asked.person)
    if asked.state == "here":
        who.away_since = who.away_until = None
    else:
        who.away_since = ctx.now
        who.away_until = until(ctx, asked.until, "until") if asked.until else None
    ctx.db.add(who)
    if who.id == ctx.sender.id:
        return tell(_said("You are", "you", who))
    if place := places.direct(ctx, who.id, ctx.at.channel):
        card = Card(body=f"{ctx.sender.name} said: {_said('You are', 'you', who)}", mentions=(who.id,))
        say(ctx, Wanted(f"availability:{who.id}:{ctx.now.isoformat()}", place, card))
    return tell(_said(f"{who.name} is", "they", who))


def _said(somebody_is: str, they: str, who: Person) -> str:
    """How it stands with somebody now; `somebody_is` begins the sentence."""
    if who.away_since is None:
        return f"{somebody_is} given tickets again."
    until = moment(who.away_until) if who.away_until else "`/availability here`"
    return f"{somebody_is} given no tickets until {until}. Those that {they} have stay: `/assign` hands them over."


def _whose(ctx: Context, person: str) -> Person:
    """The sender, or somebody of a team that they lead. `Denied` for anybody else."""
    named = people.named(ctx, person).id if person else ctx.sender.id
    led = (team for team in ctx.settings.teams.values() if ctx.sender.id in team.leads)
    if named != ctx.sender.id and not ctx.roles & Role.ADMIN and not any(named in staff(team) for team in led):
        raise Denied(f"{places.their_name(ctx, named)} is in no team of yours: their lead and the admins can say that.")
    return ctx.db.get_one(Person, (ctx.workspace, named))
