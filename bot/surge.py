"""A surge of similar tickets proposes a major incident to the lead (BEHAVIOUR 21)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz, process, utils
from sqlmodel import Session

from bot import cards, places, responders
from bot.context import Scene
from bot.installations import workspaces
from bot.words import Button, Card, one_line
from storage import announcements, state, tickets
from storage.tables import Ticket

SEEN = "surge"
ALIKE = 70
"""From this `token_set_ratio` (0 to 100) on, two titles are about the same."""
COMPARED = 200
"""At most so many of the newest tickets are looked at."""


def look(scene: Scene) -> int:
    """Compare the tickets that have come since the last look with their team's recent ones; how many these were."""
    fresh = _fresh(scene.db, scene.workspace, COMPARED)
    recent = {team: _recent(scene, team) for team in {team for _, _, team in fresh}}
    alike = {(title, team): like(title, recent[team]) for title, team in {(title, team) for _, title, team in fresh}}
    together: dict[tuple[int, ...], tuple[int, bool]] = {}
    for number, title, team in fresh:
        others = alike[title, team]
        together.setdefault(_together(number, others), (number, any(other.major for other in others)))
    for numbers, (number, known) in together.items():
        if len(numbers) >= scene.settings.limits.surge:
            _propose(scene, number, numbers, known=known)
    if fresh:
        state.keep(scene.db, scene.workspace, SEEN, str(fresh[-1][0]))
    return len(fresh)


def anything(db: Session, _now: datetime) -> bool:
    """Whether a ticket has come since the last look, in any workspace."""
    return any(_fresh(db, workspace, 1) for workspace in workspaces(db))


def _fresh(db: Session, workspace: str, most: int) -> list[tuple[int, str, str]]:
    last = int(state.get(db, workspace, SEEN) or 0)
    return tickets.behind(db, workspace, last, most)


def similar(scene: Scene, ticket: Ticket) -> list[tickets.Recent]:
    """The team's recent tickets whose titles say much the same as this one's, itself among them."""
    return like(ticket.title, _recent(scene, ticket.team))


def like(title: str, recent: Sequence[tickets.Recent]) -> list[tickets.Recent]:
    """Those of the recent tickets whose titles say much the same."""
    plain = [utils.default_process(other.title) for other in recent]
    wanted = utils.default_process(title)
    found = process.extract(wanted, plain, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=None)
    return [recent[at] for _, _, at in found]


def _recent(scene: Scene, team: str) -> list[tickets.Recent]:
    since = scene.now - scene.settings.limits.surge_within
    return tickets.recent(scene.db, scene.workspace, team, since, scene.now, COMPARED)


def _together(number: int, alike: Sequence[tickets.Recent]) -> tuple[int, ...]:
    """The numbers of those that come together."""
    return tuple(sorted({other.number for other in alike if other.merged_into is None} | {number}))


def _propose(scene: Scene, number: int, numbers: Sequence[int], *, known: bool) -> None:
    """Tell the lead, once for a surge, however long it goes on: not again while tickets of which they were told are
    part of it, nor where it is `known` as an incident.
    """
    first, *others = (f"surge:{each}" for each in numbers)
    new = announcements.announce(scene.db, scene.workspace, first, scene.now)
    # Any of them may be the first of what goes on.
    announcements.announce_all(scene.db, scene.workspace, others, scene.now)
    if new and not known:
        ticket = scene.db.get(Ticket, (scene.workspace, number))
        assert ticket is not None
        _tell(scene, ticket, numbers)


def _tell(scene: Scene, ticket: Ticket, numbers: Sequence[int]) -> None:
    refs = ", ".join(cards.reference(number, scene.settings) for number in numbers)
    lead = responders.lead_now(scene, ticket.team)
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
