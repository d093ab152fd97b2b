"""A surge of similar tickets proposes a major incident to the lead (BEHAVIOUR 21)."""

from __future__ import annotations

from rapidfuzz import fuzz, utils

from bot import cards, ladders, places
from bot.context import Scene
from bot.words import Button, Card, one_line
from storage import sweeps, tickets
from storage.tables import Ticket

ALIKE = 70
"""From this `token_set_ratio` (0 to 100) on, two titles are about the same."""
COMPARED = 200
"""At most so many of the newest tickets are looked at."""


def propose(scene: Scene, ticket: Ticket) -> None:
    """Tell the lead when so many similar tickets came lately; once for a first ticket of a surge."""
    limits = scene.settings.limits
    alike = sorted((t for t in like(scene, ticket) if t.merged_into is None), key=lambda t: t.number)
    numbers = {t.number for t in alike} | {ticket.number}
    if len(numbers) < limits.surge or any(t.major for t in alike):
        return
    if sweeps.announce(scene.db, scene.workspace, f"surge:{min(numbers)}", scene.now):
        _tell(scene, ticket, sorted(numbers))


def like(scene: Scene, ticket: Ticket) -> list[Ticket]:
    """The team's recent tickets whose titles say much the same, this one among them."""
    since = scene.now - scene.settings.limits.surge_within
    recent = tickets.opened_between(scene.db, scene.workspace, since, scene.now, COMPARED)
    return [t for t in recent if t.team == ticket.team and _likeness(t, ticket) >= ALIKE]


def _likeness(one: Ticket, other: Ticket) -> float:
    return fuzz.token_set_ratio(one.title, other.title, processor=utils.default_process)


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
