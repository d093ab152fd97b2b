"""What a member may do, computed as Discord documents it: roles, then overwrites, then what follows from what."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.platforms.discord.people import Member
    from tests.platforms.discord.records import Channel, Guild


class Permission(IntFlag):
    """The permissions that matter to a service desk, under Discord's names."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


ALL = (1 << 53) - 1
DIRECT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.USE_APPLICATION_COMMANDS
)
"""In a direct message nobody has roles: both may do this."""

EVERYONE = DIRECT | Permission.SEND_MESSAGES_IN_THREADS | Permission.CREATE_PUBLIC_THREADS
"""What @everyone may do in a new guild here: less than on Discord, so that nothing is granted by accident."""


def inside(guild: Guild, member: Member, channel: Channel) -> int:
    """The permissions of a member in a channel; a thread has those of its parent."""
    place = channel.parent if channel.is_thread and channel.parent else channel
    held = _overwritten(base(guild, member), guild, member, place)
    if held & Permission.ADMINISTRATOR:
        return ALL
    if not held & Permission.VIEW_CHANNEL:
        return 0
    sends = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not held & sends:
        held &= ~(Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS)
    return int(held)


def base(guild: Guild, member: Member) -> int:
    """What a member's roles grant in the whole guild."""
    if guild.owner == member.id:
        return ALL
    held = guild.roles[guild.id].permissions
    for role in member.roles:
        held |= guild.roles[role].permissions
    return ALL if held & Permission.ADMINISTRATOR else held


def sees(guild: Guild, member: Member, channel: Channel) -> bool:
    """Whether a channel is there at all for a member; a private thread is for its members and for moderators."""
    held = inside(guild, member, channel)
    if not held & Permission.VIEW_CHANNEL:
        return False
    return not channel.is_private or member.id in channel.members or bool(held & Permission.MANAGE_THREADS)


def _overwritten(held: int, guild: Guild, member: Member, channel: Channel) -> int:
    if held == ALL:
        return held
    overwrites = channel.overwrites
    if everyone := overwrites.get(guild.id):
        held = held & ~everyone.deny | everyone.allow
    roles = [overwrites[role] for role in member.roles if role in overwrites]
    for one in roles:
        held &= ~one.deny
    for one in roles:
        held |= one.allow
    if own := overwrites.get(member.id):
        held = held & ~own.deny | own.allow
    return held
