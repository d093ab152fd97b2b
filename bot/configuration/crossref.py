"""The names that settings use for one another: which are used where, and which of them nobody has declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from bot.configuration.problems import Finding, KeyPath, did_you_mean, nearest
from bot.settings import Ladder, Rotation, Settings, SlaPolicy, Team
from bot.words import Address

CHANNELS = ("web", "slack", "discord", "email")
"""The channels that come with Firstline; an adapter of one's own is declared under `channels`."""

NOBODY = {
    "people": "nobody in people is called",
    "teams": "no team is called",
    "calendars": "no calendar is called",
    "categories": "no category is called",
    "ladders": "no ladder is called",
    "on_call": "no rotation in on_call is called",
    "channels": "no channel is called",
}

Known = Mapping[str, Collection[str]]
"""What is declared, by section: those of NOBODY, but for what could not be read."""


class Reference(NamedTuple):
    path: KeyPath
    section: str
    name: str


def known(settings: Settings, values: Any = None) -> Known:
    """What the settings declare, and what the values that they were read from tried to."""
    written = values if isinstance(values, dict) else {}
    names = {section: [*getattr(settings, section), *(written.get(section) or ())] for section in _usable(written)}
    if "channels" in names:
        names["channels"] += CHANNELS
    return {section: list(dict.fromkeys(found)) for section, found in names.items()}


def _usable(written: Mapping[str, Any]) -> Iterator[str]:
    """The sections that are blocks or left out; not those that are something else, or likely to be there misspelt."""
    misspelt = {nearest(key, NOBODY) for key in written if key not in Settings.model_fields}
    for section in NOBODY:
        if isinstance(written.get(section), dict | None) and not (section in misspelt and section not in written):
            yield section


def unknown(settings: Settings, declared: Known) -> Iterator[Finding]:
    """References to what is not declared, with the nearest name that is."""
    for path, section, name in references(settings):
        if name and section in declared and name not in declared[section]:
            yield Finding(path, f"{NOBODY[section]} {name}", did_you_mean(name, declared[section]))


def references(settings: Settings) -> Iterator[Reference]:
    """Every use of a declared name; the name is "" where it was left out."""
    yield from _listed(("admins",), "people", settings.admins)
    for channel in settings.admin_roles:
        yield Reference(("admin_roles", channel), "channels", channel)
    yield Reference(("default_team",), "teams", settings.default_team)
    for key, team in settings.teams.items():
        yield from _in_team(("teams", key), team)
    for key, category in settings.categories.items():
        yield Reference(("categories", key, "team"), "teams", category.team)
    for number, policy in enumerate(settings.sla):
        yield from _in_policy(("sla", number), policy)
    for key, ladder in settings.ladders.items():
        yield from _in_ladder(("ladders", key), ladder)
    for key, rotation in settings.on_call.items():
        yield from _in_rotation(("on_call", key), rotation)
    for key, person in settings.people.items():
        for channel in person.identities:
            yield Reference(("people", key, "identities", channel), "channels", channel)


def _in_team(at: KeyPath, team: Team) -> Iterator[Reference]:
    yield Reference((*at, "lead"), "people", team.lead or "")
    yield Reference((*at, "manager"), "people", team.manager or "")
    yield from _listed((*at, "deputies"), "people", team.deputies)
    yield Reference((*at, "on_call"), "on_call", team.on_call or "")
    yield Reference((*at, "calendar"), "calendars", team.calendar)
    for member in team.members:
        yield Reference((*at, "members", member), "people", member)
    for name in ("user_groups", "agent_roles", "lead_roles"):
        for channel in getattr(team, name):
            yield Reference((*at, name, channel), "channels", channel)
    yield from _rooms((*at, "triage"), team.triage)


def _in_policy(at: KeyPath, policy: SlaPolicy) -> Iterator[Reference]:
    yield from _listed((*at, "when", "category"), "categories", policy.when.category)
    yield from _listed((*at, "when", "team"), "teams", policy.when.team)
    yield Reference((*at, "calendar"), "calendars", policy.calendar)
    yield Reference((*at, "ladder"), "ladders", policy.ladder)


def _in_ladder(at: KeyPath, ladder: Ladder) -> Iterator[Reference]:
    for number, step in enumerate(ladder.steps):
        if step.tell.startswith("person:"):
            yield Reference((*at, "steps", number, "tell"), "people", step.tell.removeprefix("person:"))
    yield from _rooms((*at, "rooms"), ladder.rooms)


def _in_rotation(at: KeyPath, rotation: Rotation) -> Iterator[Reference]:
    yield from _listed((*at, "people"), "people", rotation.people)
    for number, layer in enumerate(rotation.layers):
        yield from _listed((*at, "layers", number, "people"), "people", layer.people)
    for number, override in enumerate(rotation.overrides):
        yield Reference((*at, "overrides", number, "person"), "people", override.person)


def _listed(at: KeyPath, section: str, names: Collection[str]) -> Iterator[Reference]:
    return (Reference((*at, number), section, name) for number, name in enumerate(names))


def _rooms(at: KeyPath, rooms: Collection[str]) -> Iterator[Reference]:
    return _listed(at, "channels", [Address.parse(room).channel for room in rooms])
