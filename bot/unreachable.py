"""Rooms that a platform does not let the desk into: those who can mend it are told, elsewhere, once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot import cards, places
from bot.context import Scene
from bot.posts import URGENT, Wanted, say
from bot.words import Address, Card
from storage import posts

LATELY = timedelta(hours=24)
NAMED = 20


def tell(scene: Scene) -> int:
    """Tell of the rooms for which something is parked; how many there are. A person's own talk is nobody else's."""
    found = [room for room in posts.unreachable(scene.db, scene.workspace, scene.now - LATELY) if room[1][:1] != "@"]
    for channel, room, reason in found:
        words = f"{reason}.\n\nWhat is to be said there is kept back. Mend it, or name another room in the settings."
        if kept := posts.kept_back(scene.db, scene.workspace, channel, room, scene.now - LATELY):
            more = f" and {len(kept) - NAMED} more" if len(kept) > NAMED else ""
            named = ", ".join(cards.reference(number, scene.settings) for number in kept[:NAMED])
            words += f"\n\nIt is about {named}{more}."
        card = Card(f"{channel}:{room} cannot be reached", words, tone="danger")
        key = f"{posts.UNREACHABLE}{channel}:{room}:{scene.now:%Y-%m-%d}"
        say(scene, *(Wanted(f"{key}:{at}", at, card, urgency=URGENT) for at in _others(scene, channel, room)))
    return len(found)


def _others(scene: Scene, channel: str, room: str) -> Iterator[Address]:
    """The escalation rooms but this one, and the leads of the teams whose room it is; of all teams, if none's."""
    for name, other in scene.settings.channels.items():
        if other.escalations and (name, other.escalations) != (channel, room):
            yield Address(name, other.escalations)
    teams = scene.settings.teams.values()
    theirs = [team for team in teams if f"{channel}:{room}" in team.triage] or list(teams)
    for lead in sorted({team.lead for team in theirs if team.lead}):
        if at := places.direct(scene, lead, channel):
            yield at
