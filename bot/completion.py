"""What fits the words that somebody is typing into a field of a command: tickets, articles, choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot import people
from bot.cards import title
from bot.context import Scene
from bot.forms import number_in
from bot.granted import granted
from bot.knowledge import Knowledge
from bot.people import Role
from bot.registry import Command
from bot.words import Sender
from storage import tickets as rows
from storage import worklists
from storage.tables import Ticket

SHOWN = 25
SEARCHED = 60
LIKELY = 0.15
"""Who types is shown what is only this sure."""


def tickets(scene: Scene, command: Command, channel: str, sender: Sender, words: str) -> list[tuple[str, str]]:
    """The tickets that the sender may use the command on: by number or words of the title, their own ones first."""
    person = people.recognised(scene.db, scene.workspace, channel, sender, scene.settings, scene.now)
    scene = replace(scene, settings=granted(scene.settings, person.id, channel, sender.roles))
    found: dict[str, str] = {}
    for ticket in _likely(scene, person.id, words):
        roles = people.ticket_roles(scene.db, person.id, ticket, scene.settings, scene.now)
        if roles & command.needs and roles is not Role.OUTSIDER:
            found.setdefault(str(ticket.number), title(ticket, scene.settings))
        if len(found) == SHOWN:
            break
    return list(found.items())


def _likely(scene: Scene, person: str, words: str) -> Iterator[Ticket]:
    prefix = scene.settings.organisation.prefix
    number = number_in(words, prefix)
    if number is not None and (named := scene.db.get(Ticket, (scene.workspace, number))):
        yield named
    mine = rows.Seen(person, scene.settings.teams_of(person), person in scene.settings.admins)
    if number is not None:
        yield from rows.numbered(scene.db, scene.workspace, number, mine, SEARCHED)
    if words.strip().strip("#-").casefold() not in ("", prefix.casefold()):
        yield from rows.find(scene.db, scene.workspace, words.split(), mine, SEARCHED)
        return
    yield from worklists.owned(scene.db, scene.workspace, person, SEARCHED).tickets
    yield from rows.of_requester(scene.db, scene.workspace, person, SEARCHED)
    yield from worklists.unclaimed(scene.db, scene.workspace, mine.teams, SEARCHED).tickets


def articles(knowledge: Knowledge, words: str, audiences: frozenset[str]) -> list[tuple[str, str]]:
    """(id, title) of the articles for these audiences that may be meant."""
    hits = [hit for hit in knowledge.search(words[:500], limit=5, audiences=audiences) if hit.confidence >= LIKELY]
    return [(hit.article_id, knowledge.title(hit.article_id)) for hit in hits]


def choices(known: tuple[tuple[str, str], ...], words: str) -> list[tuple[str, str]]:
    """Those that begin with the words, then those that hold them."""
    wanted = words.strip().casefold()
    holding = [pair for pair in known if wanted in pair[1].casefold()]
    return sorted(holding, key=lambda pair: not pair[1].casefold().startswith(wanted))[:SHOWN]
