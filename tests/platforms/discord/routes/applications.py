"""The application and its commands, global and of one guild."""

from __future__ import annotations

from typing import Any

from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.records import Json
from tests.platforms.discord.refused import Refused
from tests.platforms.discord.rules import commands as rules

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("GET", "/oauth2/applications/@me")
def application_by_oauth(call: Call) -> Answer:
    """The application, as discord.py asks for it."""
    return _application(call)


@route("GET", "/applications/@me")
def application(call: Call) -> Answer:
    """The application."""
    return _application(call)


def _application(call: Call) -> Json:
    app, owner = call.world.app, next(iter(call.world.guilds.values())).owner
    scopes = ["applications.commands", "bot"]
    said: Json = {"id": app.id, "name": "Firstline", "icon": None, "description": "A service desk", "type": None}
    said |= {
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": app.flags,
        "flags_new": str(app.flags),
    }
    said |= {"bot": app.user.shown(), "owner": call.world.users[owner].shown(), "team": None, "redirect_uris": []}
    said |= {"interactions_endpoint_url": None, "role_connections_verification_url": None, "rpc_origins": []}
    said |= {"install_params": {"scopes": scopes, "permissions": str(app.permissions)}, "summary": "", "hook": True}
    install = {"oauth2_install_params": said["install_params"]}
    said |= {"flags_new": str(app.flags), "approximate_user_install_count": 0}
    said |= {"approximate_user_authorization_count": 0}
    said |= {"explicit_content_filter": 0, "eligible_oauth2_scopes": scopes}
    return said | {"approximate_guild_count": len(call.world.guilds), "integration_types_config": {"0": install}}


@route("GET", _GLOBAL)
def commands(call: Call) -> Answer:
    """The global commands."""
    return _listed(call)


@route("GET", _GUILD)
def guild_commands(call: Call) -> Answer:
    """A guild's own commands."""
    return _listed(call)


@route("PUT", _GLOBAL)
def overwrite(call: Call) -> Answer:
    """All global commands at once, in place of those that there were."""
    return _overwrite(call)


@route("PUT", _GUILD)
def overwrite_guild(call: Call) -> Answer:
    """All commands of a guild at once."""
    return _overwrite(call)


@route("POST", _GLOBAL, status=201)
def create(call: Call) -> Answer:
    """One more global command, or the one of this name anew."""
    return _create(call)


@route("POST", _GUILD, status=201)
def create_guild(call: Call) -> Answer:
    """One more command of a guild, or the one of this name anew."""
    return _create(call)


@route("GET", f"{_GLOBAL}/{{command_id}}")
def command(call: Call) -> Answer:
    """One global command."""
    return _known(call)


@route("DELETE", f"{_GLOBAL}/{{command_id}}")
def delete(call: Call) -> Answer:
    """Take a global command away."""
    _place(call).pop(_known(call)["id"])
    return None


@route("GET", f"{_GUILD}/{{command_id}}")
def guild_command(call: Call) -> Answer:
    """One command of a guild."""
    return _known(call)


@route("DELETE", f"{_GUILD}/{{command_id}}")
def delete_guild(call: Call) -> Answer:
    """Take a guild's command away."""
    _place(call).pop(_known(call)["id"])
    return None


def _place(call: Call) -> dict[str, Json]:
    if call.params["application_id"] != call.me:
        raise Refused(20012)
    place = call.params.get("guild_id", "")
    if place:
        call.guild()
    return call.world.app.commands.setdefault(place, {})


def _listed(call: Call) -> list[Json]:
    told = list(_place(call).values())
    if call.flag("with_localizations"):
        return told
    return [{name: value for name, value in one.items() if not name.endswith("_localizations")} for one in told]


def _overwrite(call: Call) -> list[Json]:
    place = _place(call)
    call.refuse(rules.problems(call.body or []))
    known = {(one["type"], one["name"]): one["id"] for one in place.values()}
    place.clear()
    for given in call.body or []:
        made = _made(call, given, known.get((given.get("type") or 1, given["name"]), ""))
        place[made["id"]] = made
    return list(place.values())


def _create(call: Call) -> Json:
    place, given = _place(call), call.body
    kind = given.get("type") or 1
    others = [one for one in place.values() if (one["type"], one["name"]) != (kind, given["name"])]
    call.refuse([(path[1:], code, text) for path, code, text in rules.problems([*others, given]) if path])
    known = next((one["id"] for one in place.values() if (one["type"], one["name"]) == (kind, given["name"])), "")
    made = _made(call, given, known)
    place[made["id"]] = made
    return made


def _known(call: Call) -> Json:
    place = _place(call)
    if call.params["command_id"] not in place:
        raise Refused(10063, status=404)
    return place[call.params["command_id"]]


def _made(call: Call, given: Json, known: str) -> Json:
    made: Json = {"type": 1, "description": "", "default_member_permissions": None, "nsfw": False, "contexts": None}
    made |= {"name_localizations": None, "description_localizations": None, "integration_types": [0]}
    made |= {name: value for name, value in given.items() if value is not None and name != "id"}
    made |= {
        "id": known or call.world.clock.snowflake(),
        "application_id": call.me,
        "version": call.world.clock.snowflake(),
    }
    if made["default_member_permissions"] is not None:
        made["default_member_permissions"] = str(made["default_member_permissions"])
    guild: Any = call.params.get("guild_id")
    return made | ({"guild_id": guild} if guild else {"dm_permission": given.get("dm_permission") is not False})
