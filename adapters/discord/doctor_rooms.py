"""What the doctor finds out about the channels that the settings name: whether they fit, what the bot lacks there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from adapters.discord import permissions
from bot.configuration.discord import CHANNEL
from bot.configuration.problems import nearest
from bot.configuration.rooms import named_rooms
from bot.doctor import Finding, Level, roomless
from bot.settings import Settings

Channel = discord.abc.GuildChannel

TICKETS = "discord.tickets"
ESCALATIONS = "channels.discord.escalations"
EVERYONE = "@everyone, or the role of those who ask for help"
ROOMS = "name channels: triage: [discord:triage-it], channels: {discord: {escalations: escalations}}"


def examine(settings: Settings, me: discord.Member, channels: Sequence[Channel]) -> Iterator[Finding]:
    """Each of them, and which are wanting. `me` is the bot in its server, `channels` are all that are there."""
    wanted = named_rooms(settings, CHANNEL)
    if not wanted:
        yield finding("warning", "the settings name no channel of Discord's, so that no card stands there", ROOMS)
        return
    for room, places in wanted.items():
        found = [channel for channel in channels if room in (channel.name, str(channel.id))]
        yield from _room(room, places, me, found) if found else [_nowhere(room, places, channels)]
    for told in roomless(settings, CHANNEL, "Discord"):
        yield finding(*told)
    if not settings.discord.tickets:
        text = "requesters hear of their tickets in direct messages only, which many people do not take"
        yield finding("warning", text, "name a text channel that everybody sees: discord: {tickets: help}")


def finding(level: Level, text: str, hint: str = "") -> Finding:
    """What is said of Discord."""
    return Finding(level, CHANNEL, text, hint)


def _nowhere(room: str, places: Sequence[str], channels: Sequence[Channel]) -> Finding:
    near = nearest(room, (channel.name for channel in channels))
    hint = (
        f"did you mean {near}?" if near else f"create it, or mend {places[0]}: a channel's name, without #, or its id"
    )
    names = "name" if len(places) > 1 else "names"
    return finding("error", f"{', '.join(places)} {names} {room}, and there is no such channel", hint)


def _room(room: str, places: Sequence[str], me: discord.Member, found: Sequence[Channel]) -> Iterator[Finding]:
    channel, named = found[0], f"#{found[0].name} ({', '.join(places)})"
    if len(found) > 1:
        listed = ", ".join(str(each.id) for each in found)
        text = f"{len(found)} channels are called {room} ({', '.join(places)}): {listed}; the desk takes the first"
        yield finding("warning", text, f"write the channel's id in {places[0]}")
    if wrong := _unfit(channel, tickets=TICKETS in places):
        yield finding("error", f"{named} {wrong}", f"name another in {places[0]}")
        return
    own = [*_lacking(channel, named, places, me), *_tags(channel, named)]
    problems = [*own, *_guests(channel, named, places), *_listeners(channel, named, places)]
    yield from problems or [finding("ok", f"all is well in {named}")]


def _unfit(channel: Channel, *, tickets: bool) -> str:
    """What is wrong with the kind of a channel; "" where it fits."""
    if tickets and not (isinstance(channel, discord.TextChannel) and not channel.is_news()):
        return "is no text channel: Discord has private threads in those only"
    fits = isinstance(channel, discord.TextChannel | discord.ForumChannel)
    return "" if fits else "is no channel of text, announcements or forum posts"


def _lacking(channel: Channel, named: str, places: Sequence[str], me: discord.Member) -> Iterator[Finding]:
    """What the bot lacks there, overwrites and all."""
    wanted = permissions.needed(
        forum=isinstance(channel, discord.ForumChannel), cards=set(places) != {TICKETS}, tickets=TICKETS in places
    )
    if lacking := permissions.missing(channel.permissions_for(me), wanted):
        text = f"in {named} the bot lacks {', '.join(lacking)}"
        yield finding("error", text, _allow(channel, role_of(me), lacking))


def _listeners(channel: Channel, named: str, places: Sequence[str]) -> Iterator[Finding]:
    """Notes and pings are for those who work at the desk."""
    inner = any(place == ESCALATIONS or place.startswith("teams.") for place in places)
    if inner and channel.permissions_for(channel.guild.default_role).view_channel:
        text = f"everybody in the server sees {named}, and with it what is said of tickets among agents"
        hint = (
            f"in #{channel.name} → Edit Channel → Permissions → Private Channel; then add the bot, and who works there"
        )
        yield finding("warning", text, hint)


def _guests(channel: Channel, named: str, places: Sequence[str]) -> Iterator[Finding]:
    """What everybody needs where private threads are."""
    given = channel.permissions_for(channel.guild.default_role)
    if TICKETS in places and (lacking := permissions.missing(given, permissions.GUESTS)):
        text = f"in {named} not everybody has {', '.join(lacking)}: who lacks it cannot use their own threads there"
        yield finding("warning", text, _allow(channel, EVERYONE, lacking))


def _tags(channel: Channel, named: str) -> Iterator[Finding]:
    if isinstance(channel, discord.ForumChannel) and channel.flags.require_tag:
        hint = f"in #{channel.name} → Edit Channel: switch “Require people to select tags when posting” off"
        yield finding("warning", f"{named} takes no post without a tag", hint)


def _allow(channel: Channel, whom: str, what: Sequence[str]) -> str:
    return f"in #{channel.name} → Edit Channel → Permissions → {whom}: allow {', '.join(what)}"


def role_of(me: discord.Member) -> str:
    """The role that came with the bot, which carries its permissions."""
    own = (role.name for role in me.roles if role.is_bot_managed())
    return next(own, me.display_name)
