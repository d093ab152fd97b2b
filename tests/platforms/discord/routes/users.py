"""The gateway's address, and people."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.records import Json
from tests.platforms.discord.refused import Refused, form


@route("GET", "/gateway", open=True)
def gateway(call: Call) -> Answer:
    """Where the gateway is."""
    return {"url": call.discord.gateway_url}


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Answer:
    """Where the gateway is, and how many sessions may still be started."""
    limit = call.discord.gateway.start_limit()
    return {"url": call.discord.gateway_url, "shards": call.discord.shards, "session_start_limit": limit}


@route("GET", "/users/@me")
def me(call: Call) -> Answer:
    """The bot."""
    return call.world.app.user.shown() | {"mfa_enabled": True, "verified": True, "email": None, "locale": "en-US"}


@route("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> Answer:
    """The guilds that the bot is in."""
    mine = [guild for guild in call.world.guilds.values() if call.me in guild.members]
    return [_partial(call, guild.id) for guild in mine]


@route("POST", "/users/@me/channels")
def open_talk(call: Call) -> Answer:
    """The direct talk with somebody: opening it always works, writing to them may not."""
    user = call.world.users.get(str(call.body["recipient_id"]))
    if user is None:
        raise form("recipient_id", "USER_NOT_FOUND", "unknown recipient")
    if user.id == call.me:
        raise Refused(50007)
    return call.world.talk(user).shown()


@route("GET", "/users/{user_id}")
def user(call: Call) -> Answer:
    """Anybody."""
    found = call.world.users.get(call.params["user_id"])
    if found is None:
        raise Refused(10013)
    return found.shown()


def _partial(call: Call, guild: str) -> Json:
    from tests.platforms.discord.permissions import base

    found = call.world.guilds[guild]
    held = str(base(found, found.members[call.me]))
    told: Json = {"id": found.id, "name": found.name, "icon": None, "banner": None, "owner": found.owner == call.me}
    return told | {"permissions": held, "features": []}
