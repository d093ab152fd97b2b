"""Guilds: their channels, roles, members and active threads."""

from __future__ import annotations

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.refused import Refused


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Answer:
    """A guild."""
    found = call.guild()
    counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return found.shown() | (counts if call.flag("with_counts") else {})


@route("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> Answer:
    """Its channels without threads; the bot gets those that it does not see as well."""
    return [one.shown() for one in call.guild().places() if not one.deleted]


@route("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> Answer:
    """Its roles."""
    return [one.shown() for one in call.guild().roles.values()]


@route("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> Answer:
    """Its members by id; for an app with the intent GUILD_MEMBERS only."""
    found = call.guild()
    if "guild_members" not in call.world.app.granted:
        raise Refused(50001)
    after = call.number("after", 0)
    known = sorted((one for one in found.members.values() if int(one.id) > after), key=lambda one: int(one.id))
    return [one.shown() for one in known[: call.number("limit", 1)]]


@route("GET", "/guilds/{guild_id}/members/search")
def search(call: Call) -> Answer:
    """Members whose name begins so."""
    begins = call.query["query"].lower()
    known = [one for one in call.guild().members.values() if (one.nick or one.user.name).lower().startswith(begins)]
    return [one.shown() for one in known[: call.number("limit", 1)]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Answer:
    """One member."""
    return call.member(call.guild()).shown()


@route("GET", "/guilds/{guild_id}/threads/active")
def active(call: Call) -> Answer:
    """Its active threads that the bot sees, newest first."""
    seen = [one for one in call.guild().active() if one.seen_by(call.me)]
    seen.sort(key=lambda one: -int(one.id))
    joined = [one.membership(call.me) for one in seen if call.me in one.members]
    return {"threads": [one.shown(call.me) for one in seen], "members": joined, "has_more": False}
