"""users.*, usergroups.*, team.* and bots.*: who is there."""

from __future__ import annotations

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.records import Json, User
from tests.platforms.slack.refused import Refused


@method("users.info", "users:read", tier=4)
def info(call: Call) -> Json:
    """One person; the e-mail needs users:read.email."""
    return {"user": _shown(call, call.user())}


@method("users.list", "users:read", tier=2)
def list_(call: Call) -> Json:
    """Everybody, page by page."""
    page = call.page(list(call.team.users.values()), "members", lambda user: _shown(call, user))
    return page | {"cache_ts": call.slack.world.clock.seconds()}


@method("users.lookupByEmail", "users:read.email", tier=3)
def lookup(call: Call) -> Json:
    """The person with this e-mail address."""
    wanted = call.arguments.text("email", None).lower()
    for user in call.team.users.values():
        if user.email.lower() == wanted and not user.deleted:
            return {"user": _shown(call, user)}
    raise Refused("users_not_found")


@method("usergroups.list", "usergroups:read", tier=2)
def groups(call: Call) -> Json:
    """The user groups."""
    users = call.arguments.flag("include_users")
    return {"usergroups": [group.shown(users) for group in call.team.groups.values()]}


@method("usergroups.users.list", "usergroups:read", tier=2)
def group_users(call: Call) -> Json:
    """Who is in a user group."""
    group = call.team.groups.get(call.arguments.text("usergroup", None))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": group.users}


@method("team.info", "team:read", tier=3)
def team(call: Call) -> Json:
    """The workspace."""
    domain = call.team.domain
    said = {"id": call.team.id, "name": call.team.name, "domain": domain, "email_domain": "", "icon": {}}
    return {"team": said | {"url": f"https://{domain}.slack.com/"}}


@method("bots.info", "users:read", tier=3)
def bot(call: Call) -> Json:
    """The bot itself, by its bot id."""
    if call.arguments.text("bot", None) != call.bot.bot_id:
        raise Refused("bot_not_found")
    said = {"id": call.bot.bot_id, "deleted": False, "name": call.bot.name, "updated": 1700000000}
    return {"bot": said | {"app_id": call.slack.app.id, "user_id": call.bot.id, "icons": {}}}


def _shown(call: Call, user: User) -> Json:
    email = "users:read.email" in call.installation.scopes
    return user.shown(email, call.arguments.flag("include_locale"))
