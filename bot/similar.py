"""Which resolved tickets are like another one, for those who may see them, and which category they speak for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot import cards, people
from bot.context import Scene
from bot.people import WORKERS
from bot.precedents import Precedents
from bot.settings import Team
from bot.triage import NEAREST, Guess, nearest
from bot.words import one_line
from storage import precedents as stored
from storage.tables import Ticket

ON_CARD, ON_CARD_AT = 2, 0.3
"""So many stand on a ticket's card, if they are so sure."""
LISTED, LISTED_AT = 5, 0.15
"""The same for who asks, who is shown what is less sure."""
SPARE = 10
"""So many more are looked up, as some may be the ticket itself, reopened a moment ago, or the same as another."""


class Similar(NamedTuple):
    """A resolved ticket. sure: the probability that it is the same matter, 0 to 1."""

    ticket: Ticket
    sure: float


def for_card(scene: Scene, precedents: Precedents, words: str, team: str, but: int) -> list[tuple[int, float]]:
    """(number, sure) of what a team has resolved that is like some words, without ticket `but`."""
    found = precedents.nearest(words, ON_CARD + SPARE, _of(scene, precedents, [scene.settings.team_for(team)]))
    likely = [(number, round(sure, 2)) for number, sure in found if sure >= ON_CARD_AT and number != but]
    return [(similar.ticket.number, similar.sure) for similar in _apart(_there(scene, likely))][:ON_CARD]


def for_person(scene: Scene, precedents: Precedents, words: str, person: str, but: int | None) -> list[Similar]:
    """The tickets that are like some words among those that somebody may work on, without ticket `but`."""
    teams = scene.settings.teams
    own = teams.values() if person in scene.settings.admins else map(teams.__getitem__, scene.settings.teams_of(person))
    found = precedents.nearest(words, LISTED + SPARE, _of(scene, precedents, list(own)))
    likely = [(number, sure) for number, sure in found if sure >= LISTED_AT and number != but]
    workable = [
        similar
        for similar in _there(scene, likely)
        if people.ticket_roles(scene.db, person, similar.ticket, scene.settings, scene.now) & WORKERS
    ]
    return _apart(workable)[:LISTED]


def lines(scene: Scene, team: str, found: Iterable[tuple[int, float]]) -> list[str]:
    """What a card says of these, as they are now: those that the card's team may see."""
    return [
        f"- {cards.reference(ticket, scene.settings)} {one_line(ticket.title, 60)} ({sure:.0%} sure): "
        f"{one_line(ticket.resolution, 120)}"
        for ticket, sure in _there(scene, found)
        if people.team_of(ticket, scene.settings) is scene.settings.team_for(team)
    ]


def category(scene: Scene, precedents: Precedents, words: str) -> Guess | None:
    """What the nearest past tickets say that some words are about, by the categories that these tickets have now."""
    near = _there(scene, precedents.nearest(words, NEAREST))
    return nearest([(similar.ticket.category, similar.sure) for similar in near], scene.settings)


def _there(scene: Scene, found: Iterable[tuple[int, float]]) -> list[Similar]:
    found = list(found)
    rows = stored.rows(scene.db, scene.workspace, [number for number, _ in found])
    return [Similar(rows[number], sure) for number, sure in found if number in rows]


def _apart(found: Iterable[Similar]) -> list[Similar]:
    """Of those that were asked and resolved in the same words only the newest, where the first of them stood."""
    newest: dict[tuple[str, str], Similar] = {}
    for similar in found:
        told = similar.ticket.title, similar.ticket.resolution
        if told not in newest or similar.ticket.number > newest[told].ticket.number:
            newest[told] = similar
    return list(newest.values())


def _of(scene: Scene, precedents: Precedents, own: list[Team]) -> frozenset[str]:
    """The keys of these teams among those that tickets were resolved in."""
    mine = {id(team) for team in own}
    return frozenset(key for key in precedents.teams if id(scene.settings.teams.get(key)) in mine)
