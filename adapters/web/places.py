"""Who is in the playground and which rooms they see, by the settings of this minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.people import works_here
from bot.requests import Junk
from bot.settings import Settings
from bot.words import Address

CHANNEL = "web"
BOT = "firstline"

RoomKind = Literal["direct", "help", "triage", "escalations"]


@dataclass(frozen=True, slots=True)
class Room:
    """A room: `id` as in an Address, `name` as shown, what it is `about`, and what to `type` there first."""

    id: str
    name: str
    kind: RoomKind
    about: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody as the others see them. `hue` (0 to 7) is the colour of their picture."""

    id: str
    name: str
    role: str
    zone: ZoneInfo
    hue: int = 0
    staff: bool = False

    @property
    def initials(self) -> str:
        """One or two letters for the picture."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def city(self) -> str:
        """`Lisbon`, for `Europe/Lisbon`; `UTC` as it is."""
        return self.zone.key.rpartition("/")[2].replace("_", " ")


def personas(settings: Settings) -> dict[str, Persona]:
    """Everybody in the settings by handle, in their order there."""
    return {
        handle: Persona(
            handle,
            entry.name,
            role_of(settings, handle),
            _zone(entry.zone, settings),
            number % 8,
            works_here(handle, settings),
        )
        for number, (handle, entry) in enumerate(settings.people.items())
    }


def _zone(name: str, settings: Settings) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.organisation.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def role_of(settings: Settings, person: str) -> str:
    """`Agent · IT Help`, the highest part first; `Employee` for who has none."""
    for part in ("Manager", "Lead"):
        led = [team.name for team in settings.teams.values() if getattr(team, part.lower()) == person]
        if led:
            return f"{part} · {', '.join(led)}"
    member = [team.name for team in settings.teams.values() if person in team.members]
    if member:
        return f"Agent · {', '.join(member)}"
    return "Admin" if person in settings.admins else "Employee"


def shared_rooms(settings: Settings) -> dict[str, Room]:
    """The rooms that settings name on this channel, by id: watched ones, then triage, then escalations."""
    own = settings.channels.get(CHANNEL)
    found = [_help_room(name) for name in settings.watched(CHANNEL)]
    for team in settings.teams.values():
        found += [_triage_room(room, team.name) for room in here(team.triage)]
    heard = {own.escalations} - {""} if own else set()
    heard |= {room for ladder in settings.ladders.values() for room in here(ladder.rooms)}
    found += [_escalations_room(name) for name in sorted(heard)]
    return _first_of_each(found)


def _first_of_each(rooms: list[Room]) -> dict[str, Room]:
    named: dict[str, Room] = {}
    for room in rooms:
        named.setdefault(room.id, room)
    return named


def here(rooms: tuple[str, ...]) -> list[str]:
    """The ids of those rooms that are on this channel, of `channel:room`s as the settings have them."""
    addresses = [Address.parse(room) for room in rooms]
    return [at.room for at in addresses if at.channel == CHANNEL]


def _help_room(name: str) -> Room:
    about = "Everyone may ask here. Each new message of an employee becomes a ticket; the talk goes on in its thread."
    return Room(name, f"#{name}", "help", about, "My laptop no longer finds the office Wi-Fi")


def _triage_room(name: str, team: str) -> Room:
    about = (
        f"{team}'s tickets, one live card each. Talk in a card's thread is internal: only Reply reaches the requester."
    )
    return Room(name, f"#{name}", "triage", about, "/queue")


def _escalations_room(name: str) -> Room:
    about = (
        "Deadlines that are broken, or about to be. Whoever is responsible is pinged here until somebody acknowledges."
    )
    return Room(name, f"#{name}", "escalations", about, "/report")


def direct_room(person: str) -> Room:
    """Somebody's talk with the desk."""
    about = "Your talk with the desk: only you see it. Ask with /ticket, or just write what is wrong."
    return Room(f"@{person}", "Firstline", "direct", about, "/ticket The printer on floor 3 has a paper jam")


class Places:
    """Everybody and every room of one version of the settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.people = personas(settings)
        self._shared = shared_rooms(settings)

    def rooms_of(self, person: str) -> dict[str, Room]:
        """The rooms somebody sees: their talk with the desk, the rooms for everyone; all, if they work here."""
        own = direct_room(person)
        inside = person in self.people and self.people[person].staff
        return {own.id: own} | {key: room for key, room in self._shared.items() if inside or room.kind == "help"}

    def sees(self, person: str, room: str) -> bool:
        return room in self.rooms_of(person)

    def person(self, handle: str) -> Persona:
        """Somebody of the settings; `Junk` (403) for anybody else."""
        known = self.people.get(handle)
        if known is None:
            raise Junk(f"Nobody here is called “{handle[:64]}”.", 403)
        return known

    def room(self, room: str) -> Room | None:
        """A room for several; None for somebody's talk with the desk."""
        return self._shared.get(room)

    def exists(self, room: str) -> bool:
        """Whether there is such a room at all; everybody's talk with the desk is one."""
        return room in self._shared or (room.startswith("@") and room[1:] in self.people)
