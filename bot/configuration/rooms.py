"""The rooms that the settings name."""

from __future__ import annotations

from collections.abc import Iterator

from bot.configuration.problems import KeyPath, dotted
from bot.settings import Settings
from bot.words import Address

DISCORD = "discord"


def named_rooms(settings: Settings, channel: str) -> dict[str, tuple[str, ...]]:
    """A channel's rooms by name or id, each with every place that names it, as `teams.it.triage[0]`."""
    found: dict[str, tuple[str, ...]] = {}
    for path, room in rooms(settings, channel):
        found[room] = (*found.get(room, ()), dotted(path))
    return found


def rooms(settings: Settings, channel: str) -> Iterator[tuple[KeyPath, str]]:
    """Every use of one of a channel's rooms: where it stands, and the room without its channel."""
    for key, team in settings.teams.items():
        yield from _of(channel, ("teams", key, "triage"), team.triage)
    for key, ladder in settings.ladders.items():
        yield from _of(channel, ("ladders", key, "rooms"), ladder.rooms)
    if own := settings.channels.get(channel):
        lone = (("escalations", own.escalations), ("panel", own.panel))
        yield from ((("channels", channel, key), room) for key, room in lone if room)
        yield from ((("channels", channel, "watched", number), room) for number, room in enumerate(own.watched))
    if channel == DISCORD and settings.discord.tickets:
        yield (DISCORD, "tickets"), settings.discord.tickets


def _of(channel: str, at: KeyPath, written: tuple[str, ...]) -> Iterator[tuple[KeyPath, str]]:
    addresses = ((number, Address.parse(room)) for number, room in enumerate(written))
    return (((*at, number), address.room) for number, address in addresses if address.channel == channel)
