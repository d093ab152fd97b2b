"""What a new gateway session is told, and what it may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.discord.records import Channel, Guild
from tests.platforms.discord.sessions import Json, Session

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

GUILDS, GUILD_MEMBERS, PRESENCES, MESSAGE_CONTENT = 1 << 0, 1 << 1, 1 << 8, 1 << 15
_PRIVILEGED = {"guild_members": GUILD_MEMBERS, "presences": PRESENCES, "message_content": MESSAGE_CONTENT}
_KNOWN = (1 << 26) - 1


def shard(data: Json) -> tuple[int, int] | None:
    """(number, count) that IDENTIFY asks for; None if it makes no sense."""
    given = data.get("shard", [0, 1])
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(one, int) for one in given):
        return None
    number, count = given
    return (number, count) if 0 <= number < count else None


def intents(data: Json) -> int | None:
    """The intents that IDENTIFY asks for; None if they make no sense."""
    given = data.get("intents")
    return given if isinstance(given, int) and not given & ~_KNOWN else None


def disallowed(asked: int | None, granted: set[str]) -> bool:
    """Whether a privileged intent is asked for that the application does not have."""
    return any((asked or 0) & bit and name not in granted for name, bit in _PRIVILEGED.items())


def ready(discord: Discord, session: Session) -> None:
    """READY, and the guilds of this shard if the session wants to hear of guilds."""
    app = discord.world.app
    guilds = [one for one in discord.world.guilds.values() if session.carries(one.id) and app.id in one.members]
    said: Json = {"v": 10, "user": app.user.shown() | {"verified": True, "mfa_enabled": True, "email": None}}
    said |= {"session_id": session.id, "resume_gateway_url": discord.gateway_url, "shard": list(session.shard)}
    said |= {"guilds": [{"id": one.id, "unavailable": True} for one in guilds], "private_channels": []}
    session.dispatch("READY", said | {"application": {"id": app.id, "flags": app.flags}, "_trace": []})
    for guild in guilds if session.intents & GUILDS else []:
        session.dispatch("GUILD_CREATE", guild_create(discord, guild, session))


def guild_create(discord: Discord, guild: Guild, session: Session) -> Json:
    """The guild as it is: members other than the bot itself only with the intent for them."""
    me = discord.world.app.id
    seen = [one for one in guild.channels.values() if one.seen_by(me) and not one.deleted]
    everybody = guild.members.values() if session.intents & GUILD_MEMBERS else [guild.members[me]]
    said = guild.shown() | {"joined_at": guild.members[me].joined, "large": False, "unavailable": False}
    said |= {"member_count": len(guild.members), "members": [one.shown() for one in everybody]}
    said |= {"channels": [one.shown() for one in seen if not one.is_thread]}
    said |= {"threads": [one.shown(me) for one in seen if _active(one)], "voice_states": [], "presences": []}
    return said | {"stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": []}


def members(discord: Discord, session: Session, data: Json) -> None:
    """GUILD_MEMBERS_CHUNK, in one chunk: by their ids or by how their names begin."""
    guild = discord.world.guilds.get(str(data.get("guild_id")))
    if guild is None:
        return
    asked = data.get("user_ids") or []
    ids = {str(one) for one in (asked if isinstance(asked, list) else [asked])}
    begins = data.get("query")
    if begins == "" and not session.intents & GUILD_MEMBERS:
        discord.world.violations.note("gateway", "REQUEST_GUILD_MEMBERS for all of them needs the intent GUILD_MEMBERS")
    found = [
        one
        for one in guild.members.values()
        if one.id in ids or (isinstance(begins, str) and one.user.name.startswith(begins.lower()))
    ]
    said: Json = {"guild_id": guild.id, "members": [one.shown() for one in found], "chunk_index": 0, "chunk_count": 1}
    said["not_found"] = sorted(ids - {one.id for one in found})
    session.dispatch("GUILD_MEMBERS_CHUNK", said | ({"nonce": data["nonce"]} if data.get("nonce") else {}))


def _active(channel: Channel) -> bool:
    return channel.is_thread and not channel.archived
