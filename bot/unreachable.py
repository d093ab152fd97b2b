"""Rooms and talks that a platform does not let the desk into: those who can mend it are told, elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot import cards, moves, places
from bot.context import Scene
from bot.posts import LATELY, URGENT, Wanted, say
from bot.words import Address, Card
from storage import people, posts
from storage.tables import Ticket

NAMED = 20


def tell(scene: Scene) -> None:
    """Tell of the rooms, and of the talks with people, for which something is parked."""
    for channel, room, reason in posts.unreachable(scene.db, scene.workspace, scene.now - LATELY):
        kept = posts.kept_back(scene.db, scene.workspace, channel, room, scene.now - LATELY)
        if room.startswith("@"):
            _tell_of_person(scene, channel, room[1:], reason, kept)
        else:
            _tell_of_room(scene, channel, room, reason, kept)


def _tell_of_room(scene: Scene, channel: str, room: str, reason: str, kept: Sequence[int]) -> None:
    words = f"{reason}.\n\nWhat is to be said there is kept back. Mend it, or name another room in the settings."
    if kept:
        more = f" and {len(kept) - NAMED} more" if len(kept) > NAMED else ""
        named = ", ".join(cards.reference(number, scene.settings) for number in kept[:NAMED])
        words += f"\n\nIt is about {named}{more}."
    card = Card(f"{channel}:{room} cannot be reached", words, tone="danger")
    key = f"{posts.UNREACHABLE}{channel}:{room}:{scene.now:%Y-%m-%d}"
    say(scene, *(Wanted(f"{key}:{at}", at, card, urgency=URGENT) for at in _others(scene, channel, room)))


def _tell_of_person(scene: Scene, channel: str, external: str, reason: str, kept: Sequence[int]) -> None:
    """In the threads of the tickets that it is about: what is said to a person is no escalation room's."""
    person = people.by_identity(scene.db, scene.workspace, channel, external)
    name = person.name if person else external
    for number in kept[-NAMED:]:
        ticket = scene.db.get(Ticket, (scene.workspace, number))
        assert ticket is not None
        words = f"{name} cannot be reached on {channel.capitalize()}: {reason}. What was said to them is kept back."
        called = moves.concerned(scene, ticket, "")
        moves.line(scene, ticket, f"unreachable:{channel}:{external}", words, mentions=called)


def _others(scene: Scene, channel: str, room: str) -> Iterator[Address]:
    """The escalation rooms but this one, and the leads of the teams whose room it is; of all teams, if none's."""
    yield from (other for other in scene.settings.own_escalation_rooms() if other != Address(channel, room))
    teams = scene.settings.teams.values()
    theirs = [team for team in teams if f"{channel}:{room}" in team.triage] or list(teams)
    for lead in sorted({team.lead for team in theirs if team.lead}):
        if at := places.direct(scene, lead, channel):
            yield at
