"""/oncall: who is called at this minute, and standing in for somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot import ladders, people, places
from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.oncall import handovers
from bot.people import LEADS, WORKERS, Role
from bot.registry import NoForm, command
from bot.settings import Duration
from bot.words import Card, Reply, moment, tell
from commands.choices import rotation_choices
from storage.tables import StandIn


class Standing(Form):
    rotation: Annotated[str, Ask("Rotation", "choice", choices=rotation_choices)]
    person: Annotated[str, Ask("Who stands in?", "person", hint="@ben")]
    hours: Annotated[Duration, Ask("For how long?", hint="8h or 2d")] = timedelta(hours=8)


@command("oncall", "Show who is on call", needs=WORKERS, group="The desk", reads=True)
def oncall(ctx: Context, asked: NoForm) -> Reply:
    lines = [f"- **{team.name}**: {_called(ctx, key)}" for key, team in ctx.settings.teams.items()]
    for name, rotation in ctx.settings.on_call.items():
        shifts = handovers(rotation, ctx.now, ctx.now + timedelta(days=14), ctx.settings.organisation.zone)
        lines.append(f"\n**{name}**")
        lines += [f"- {places.their_name(ctx, shift.person)} until {moment(shift.end)}" for shift in shifts[:4]]
    return Reply(Card("On call", "\n".join(lines)))


def _called(ctx: Context, team: str) -> str:
    who = ladders.lead_now(ctx, team)
    return places.their_name(ctx, who) if who else "nobody: name a lead in the settings"


@command(
    "oncall override",
    "Let somebody stand in on call from now on",
    needs=LEADS,
    group="The desk",
    form=Standing,
    sample="network @ben 8h",
)
def override(ctx: Context, asked: Standing) -> Reply:
    _must_lead(ctx, asked.rotation)
    who = people.named(ctx.db, ctx.workspace, ctx.at.channel, asked.person)
    if not people.works_here(who.id, ctx.settings):
        raise Wrong(f"{who.name} is in no team, and could do nothing about a ticket.", "person")
    until = ctx.now + asked.hours
    ctx.db.add(StandIn(workspace=ctx.workspace, rotation=asked.rotation, person=who.id, start=ctx.now, end=until))
    return tell(f"{who.name} is on call for {asked.rotation} until {moment(until)}.")


def _must_lead(ctx: Context, rotation: str) -> None:
    """A lead decides for the teams they lead, as everywhere."""
    led = (
        t.lead == ctx.sender.id or t.manager == ctx.sender.id
        for t in ctx.settings.teams.values()
        if t.on_call == rotation
    )
    if not (ctx.roles & Role.ADMIN or any(led)):
        raise people.Denied(f"The rotation {rotation} is another team's: its lead and the admins can do that.")
