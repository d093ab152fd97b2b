"""A surge of similar tickets proposes a major incident to the lead (BEHAVIOUR 21)."""

from __future__ import annotations

from rapidfuzz import fuzz, process, utils

from bot import cards, ladders, places
from bot.context import Scene
from bot.words import Button, Card, one_line
from storage import sweeps, tickets
from storage.tables import Ticket

ALIKE = 70
"""From this `token_set_ratio` (0 to 100) on, two titles are about the same."""
COMPARED = 200
"""At most so many of the newest tickets are looked at."""


def seen(scene: Scene, ticket: Ticket) -> list[int]:
    """The numbers of the tickets that make a surge with this one.

    None when they are too few, or an incident already.
    """
    alike = [other for other in like(scene, ticket) if other.merged_into is None]
    numbers = sorted({other.number for other in alike} | {ticket.number})
    if len(numbers) < scene.settings.limits.surge or any(other.major for other in alike):
        return []
    return numbers


def like(scene: Scene, ticket: Ticket) -> list[tickets.Recent]:
    """The team's recent tickets whose titles say much the same, this one among them."""
    since = scene.now - scene.settings.limits.surge_within
    recent = tickets.recent(scene.db, scene.workspace, ticket.team, since, scene.now, COMPARED)
    titles = [other.title for other in recent]
    found = process.extract(
        ticket.title,
        titles,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=None,
    )
    return [recent[at] for _, _, at in found]


def propose(scene: Scene, ticket: Ticket, numbers: list[int]) -> None:
    """Tell the lead of a surge; once for a first ticket of it."""
    if sweeps.announce(scene.db, scene.workspace, f"surge:{numbers[0]}", scene.now):
        _tell(scene, ticket, numbers)


def _tell(scene: Scene, ticket: Ticket, numbers: list[int]) -> None:
    refs = ", ".join(cards.reference(number, scene.settings) for number in numbers)
    lead = ladders.lead_now(scene, ticket.team)
    card = Card(
        f"{len(numbers)} similar tickets: is this a major incident?",
        f"{refs}\n\nThe latest: {one_line(ticket.title)}\n\n"
        "Making it one joins the others to it: its updates and its resolution reach everybody.",
        buttons=(Button("Make it a major incident", "major", {"ticket": str(numbers[0])}, "primary"),),
        mentions=(lead,) if lead else (),
        tone="warning",
    )
    if not (lead and places.to_person(scene, lead, f"surge:{numbers[0]}", card, ticket)):
        places.to_agents(scene, ticket, "surge", card)
