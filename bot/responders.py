"""Who answers for a ticket at this instant: its owner, the team's lead or whoever is on call, the manager."""

from __future__ import annotations

from bot import rota
from bot.context import Scene
from bot.people import works_here
from storage.tables import Ticket

PERSON = "person:"
"""What a step begins with that names somebody."""


def owner_now(scene: Scene, ticket: Ticket) -> str | None:
    """Whose the ticket is; None also where that is somebody who works here no more."""
    return ticket.owner if ticket.owner and works_here(ticket.owner, scene.settings) else None


def lead_now(scene: Scene, team_key: str) -> str | None:
    """Who is called as the team's lead at this instant: whoever is on call, else the lead (BEHAVIOUR 31)."""
    team = scene.settings.team_for(team_key)
    if team.on_call not in scene.settings.on_call:
        return team.lead
    return rota.who(scene.db, scene.workspace, team.on_call, scene.settings, scene.now)


def part(scene: Scene, ticket: Ticket, tell: str) -> str:
    """Who hears of a ladder's step (`Step.tell`): the lead in place of a part that nobody has, or of who left."""
    team = scene.settings.team_for(ticket.team)
    if tell.startswith(PERSON):
        return tell if tell.removeprefix(PERSON) in scene.settings.people else "lead"
    nobody = {
        "owner": owner_now(scene, ticket) is None,
        "manager": not team.manager,
        "on-call": team.on_call not in scene.settings.on_call,
    }
    return "lead" if nobody.get(tell) else tell


def who_hears(scene: Scene, ticket: Ticket, tell: str) -> list[str]:
    """The people who hear of such a step, at this instant."""
    told = part(scene, ticket, tell)
    if told.startswith(PERSON):
        return [told.removeprefix(PERSON)]
    manager = scene.settings.team_for(ticket.team).manager
    match told:
        case "owner":
            who = owner_now(scene, ticket)
        case "manager":
            who = manager
        case _:
            who = lead_now(scene, ticket.team) or manager
    return [who] if who else []
