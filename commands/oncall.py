"""/oncall: who is called at this minute, and standing in for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

from bot import feeds, people, places, responders, rota
from bot.context import Context
from bot.forms import Ask, Form, Wrong
from bot.lifecycle import Refused
from bot.oncall import Shift
from bot.people import LEADS, WORKERS, Role
from bot.posts import URGENT, Wanted, say
from bot.registry import command
from bot.until import until
from bot.words import Card, Reply, moment, tell
from commands.choices import rotation_choices

AHEAD = timedelta(days=14)


class Standing(Form):
    rotation: Annotated[str, Ask("Rotation", "choice", choices=rotation_choices)]
    person: Annotated[str, Ask("Who stands in?", "person", hint="@ben")]
    until: Annotated[str, Ask("Until when?", hint="8h, 18:00 or monday; empty: 8h")] = "8h"


class Shown(Form):
    rotation: Annotated[str, Ask("Rotation", "choice", choices=rotation_choices)] = ""


class Renewed(Form):
    rotation: Annotated[str, Ask("Rotation", "choice", choices=rotation_choices)]


@command("oncall", "Show who is on call", needs=WORKERS, group="The desk", form=Shown, reads=True, sample="")
def oncall(ctx: Context, asked: Shown) -> Reply:
    teams = {key: team for key, team in ctx.settings.teams.items() if asked.rotation in ("", team.on_call)}
    lines = [f"- **{team.name}**: {_called(ctx, key)}" for key, team in teams.items()]
    for name in (asked.rotation,) if asked.rotation else ctx.settings.on_call:
        lines += _coming(ctx, name)
    return Reply(Card("On call", "\n".join(lines)))


def _coming(ctx: Context, name: str) -> list[str]:
    """The next shifts of a rotation, and where its calendar is subscribed to."""
    shifts = rota.shifts(ctx.db, ctx.workspace, name, ctx.settings, ctx.now, ctx.now + AHEAD)
    lines = [f"- {places.their_name(ctx, shift.person)} until {moment(shift.end)}" for shift in shifts[:4]]
    address = feeds.address(ctx.db, ctx.workspace, name, ctx.settings)
    return [f"\n**{name}**", *lines, *([f"- Calendar to subscribe to: {address}"] if address else [])]


def _called(ctx: Context, team: str) -> str:
    who = responders.lead_now(ctx, team)
    return places.their_name(ctx, who) if who else "nobody: name a lead in the settings"


@command(
    "oncall override",
    "Let somebody stand in on call from now on",
    needs=LEADS,
    group="The desk",
    form=Standing,
    sample="network @ben 8h",
    title="Stand in on call",
)
def override(ctx: Context, asked: Standing) -> Reply:
    _must_lead(ctx, asked.rotation)
    who = people.named(ctx, asked.person)
    if not people.works_here(who.id, ctx.settings):
        raise Wrong(f"{who.name} is in no team, and could do nothing about a ticket.", "person")
    ends = until(ctx, asked.until, "until")
    before = _now(ctx, asked.rotation)
    rota.stand_in(ctx.db, ctx.workspace, asked.rotation, [Shift(who.id, ctx.now, ends)])
    words = f"{who.name} is on call for {asked.rotation} until {moment(ends)}."
    _tell_them(ctx, asked.rotation, (before, who.id), words)
    return tell(words)


@command(
    "oncall end",
    "End that somebody stands in on call: whose turn it is has it again",
    needs=LEADS,
    group="The desk",
    form=Renewed,
    sample="network",
    title="End a stand-in",
)
def end(ctx: Context, asked: Renewed) -> Reply:
    _must_lead(ctx, asked.rotation)
    before = _now(ctx, asked.rotation)
    if not rota.end(ctx.db, ctx.workspace, asked.rotation, ctx.settings, ctx.now):
        words = f"nobody was said to stand in for {asked.rotation} now; `/oncall swap` exchanges shifts, also back"
        raise Refused(words)
    now = _now(ctx, asked.rotation)
    words = f"{places.their_name(ctx, now)} is on call for {asked.rotation} again."
    _tell_them(ctx, asked.rotation, (before, now), words)
    return tell(words)


def _now(ctx: Context, rotation: str) -> str:
    return rota.who(ctx.db, ctx.workspace, rotation, ctx.settings, ctx.now)


def _tell_them(ctx: Context, rotation: str, whom: Iterable[str], words: str) -> None:
    """Whoever goes and whoever comes hear of it, unless they did it themselves; so do the calendars."""
    feeds.revise(ctx.db, ctx.workspace, rotation, ctx.now)
    for person in dict.fromkeys(who for who in whom if who != ctx.sender.id):
        if place := places.direct(ctx, person, ctx.at.channel):
            card = Card("On call", words, mentions=(person,))
            say(ctx, Wanted(f"stands in:{rotation}:{ctx.now.isoformat()}:{person}", place, card, urgency=URGENT))


@command(
    "oncall renew",
    "Give a rotation's calendar another address; the old one leads nowhere from then on",
    needs=LEADS,
    group="The desk",
    form=Renewed,
    sample="network",
    title="New calendar address",
)
def renew(ctx: Context, asked: Renewed) -> Reply:
    _must_lead(ctx, asked.rotation)
    feeds.renew(ctx.db, ctx.workspace, asked.rotation)
    address = feeds.address(ctx.db, ctx.workspace, asked.rotation, ctx.settings)
    return tell(f"The calendar of {asked.rotation} is now subscribed to at {address}")


def leads(ctx: Context, rotation: str) -> bool:
    """Whether the sender decides about a rotation: as everywhere, a lead does for the teams they lead."""
    teams = (team for team in ctx.settings.teams.values() if team.on_call == rotation)
    return bool(ctx.roles & Role.ADMIN) or any(ctx.sender.id in team.leads for team in teams)


def _must_lead(ctx: Context, rotation: str) -> None:
    if not leads(ctx, rotation):
        raise people.Denied(f"The rotation {rotation} is another team's: its lead and the admins can do that.")
