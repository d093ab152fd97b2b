"""What to try first: seven steps through the whole desk, told with the people and rooms of the settings."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.web.places import Persona, Room, direct_room, here, personas, shared_rooms
from bot.settings import Settings

PRESSES = "four or five"
"""Hours until the first answer is overdue by the example's settings, in which it is due after four working hours."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step: whom to put into which pane, what to type there, and which buttons to point at (a label, or "clock").

    `sign` is what progress.py calls it, `after` the step without which it makes no sense, `does` what it does, in the
    words of "First open a ticket". `both` is the label of a link that has the page press the buttons.
    """

    title: str
    text: str
    sign: str
    does: str
    left: tuple[str, str]
    right: tuple[str, str]
    side: str = "left"
    type: str = ""
    point: str = ""
    after: int = 1
    both: str = ""


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
        own = next((r for r in rooms if r.id in here(team.triage)), triage)
        if asking and escalations and own and lead and len(agents) > 1:
            return _Cast(asking, agents[0], agents[1], lead, own, escalations)
    return None


def _steps(cast: _Cast) -> list[Step]:
    ana, ben, chris = (p.name.split()[0] for p in (cast.asking, cast.agent, cast.other))
    with_desk = (cast.asking.id, direct_room(cast.asking.id).id)
    in_triage = (cast.agent.id, cast.triage.id)
    opened = Step(
        "Ask for help",
        f"{ana} opens a ticket. A fix is offered at once; say that it is none of these.",
        "opened",
        "open a ticket",
        with_desk,
        in_triage,
        type="/ticket Outlook does not sync my mail since this morning",
        after=0,
    )
    claimed = Step(
        "Claim it twice",
        f"{chris} and {ben} press Claim at the same moment. One of them owns it; the other is told who was first.",
        "claimed",
        "claim the ticket",
        (cast.other.id, cast.triage.id),
        in_triage,
        "right",
        point="Claim",
        both="Press both",
    )
    return [opened, claimed, *_overdue(cast), *_solved(cast)]


def _overdue(cast: _Cast) -> list[Step]:
    lena, in_triage = cast.lead.name.split()[0], (cast.agent.id, cast.triage.id)
    in_escalations = (cast.lead.id, cast.escalations.id)
    passed = Step(
        "Let time pass",
        f"Press +1 h until {cast.escalations.name} pings {lena}, then stop: {PRESSES} times, more over a night.",
        "pinged",
        "let time pass",
        in_triage,
        in_escalations,
        point="clock",
        both="Press for me",
    )
    acknowledged = Step(
        "Acknowledge",
        f"{lena} is pinged. Acknowledge stops the ladder, not the clock.",
        "acknowledged",
        "acknowledge it",
        in_triage,
        in_escalations,
        "right",
        point="Acknowledge",
        after=3,
    )
    return [passed, acknowledged]


def _solved(cast: _Cast) -> list[Step]:
    ana, ben, lena = (p.name.split()[0] for p in (cast.asking, cast.agent, cast.lead))
    places = (cast.asking.id, direct_room(cast.asking.id).id), (cast.agent.id, cast.triage.id)
    solved, how = "resolve it", f"{ben} says in words how it was solved."
    rated = f"{ana} presses Fixed, and gives it some stars."
    figures = (places[0], (cast.lead.id, cast.escalations.id))
    return [
        Step("Resolve", how, "resolved", solved, *places, side="right", point="Resolve"),
        Step("Confirm and rate", rated, "rated", "rate it", *places, point="Fixed", after=5),
        Step("See the figures", f"{lena} asks for the report.", "reported", "", *figures, "right", "/report", after=0),
    ]
