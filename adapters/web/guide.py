"""What to try first: seven steps through the whole desk, told with the people and rooms of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.places import Persona, Room, direct_room, personas, shared_rooms
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Step:
    """A step: whom to put into which pane, what to type there, and which buttons to point at (a label, or "clock")."""

    title: str
    text: str
    left: tuple[str, str] = ("", "")
    right: tuple[str, str] = ("", "")
    side: str = "left"
    type: str = ""
    point: str = ""


@dataclass(frozen=True, slots=True)
class _Cast:
    asking: Persona
    agent: Persona
    other: Persona
    lead: Persona
    triage: Room
    escalations: Room


def guide(settings: Settings) -> list[Step]:
    """The steps; none when the settings have too few people or rooms to tell it."""
    cast = _cast(settings)
    return _steps(cast) if cast else []


def _cast(settings: Settings) -> _Cast | None:
    people, rooms = personas(settings), shared_rooms(settings).values()
    asking = next((p for p in people.values() if not p.staff), None)
    escalations = next((r for r in rooms if r.kind == "escalations"), None)
    triage = next((r for r in rooms if r.kind == "triage"), None)
    for team in settings.teams.values():
        agents = [people[handle] for handle in team.members if handle in people]
        lead = people.get(team.lead or "")
        own = next((r for r in rooms if any(at.endswith(f":{r.id}") for at in team.triage)), triage)
        if asking and escalations and own and lead and len(agents) > 1:
            return _Cast(asking, agents[0], agents[1], lead, own, escalations)
    return None


def _steps(cast: _Cast) -> list[Step]:
    ana, ben, chris, lena = (p.name.split()[0] for p in (cast.asking, cast.agent, cast.other, cast.lead))
    with_desk = (cast.asking.id, direct_room(cast.asking.id).id)
    in_triage = (cast.agent.id, cast.triage.id)
    in_escalations = (cast.lead.id, cast.escalations.id)
    return [
        Step(
            "Ask for help",
            f"{ana} opens a ticket. A fix is offered at once; say that it is none of these.",
            with_desk,
            in_triage,
            type="/ticket Outlook does not sync my mail since this morning",
        ),
        Step(
            "Claim it twice",
            f"{chris} and {ben} both press Claim. One of them owns it; the other is told who was first.",
            (cast.other.id, cast.triage.id),
            in_triage,
            "right",
            point="Claim",
        ),
        Step(
            "Let time pass",
            f"Move the clock, a day and then by the hour, until the card turns red and {cast.escalations.name} hears.",
            in_triage,
            in_escalations,
            point="clock",
        ),
        Step(
            "Acknowledge",
            f"{lena} is pinged. Acknowledge stops the ladder, not the clock.",
            in_triage,
            in_escalations,
            "right",
            point="Acknowledge",
        ),
        Step("Resolve", f"{ben} says in words how it was solved.", with_desk, in_triage, "right", point="Resolve"),
        Step("Confirm and rate", f"{ana} presses Fixed, and gives it some stars.", with_desk, in_triage, point="Fixed"),
        Step("See the figures", f"{lena} asks for the report.", with_desk, in_escalations, "right", type="/report"),
    ]
