"""oauth.v2.*: a code or a refresh token becomes a token."""

from __future__ import annotations

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused


@method("oauth.v2.access", tier=4, token="none")
def access(call: Call) -> Json:
    """The app's token in the workspace of whoever consented, or the next one in a rotation."""
    _client(call)
    if call.arguments.text("grant_type") == "refresh_token":
        installed = call.slack.grants.refresh(call.arguments.text("refresh_token", None))
        user = ""
    else:
        code, redirect = call.arguments.text("code", None), call.arguments.text("redirect_uri")
        installed, consent = call.slack.grants.exchange(code, redirect)
        user = consent.user
    team = call.slack.world.teams[installed.team]
    said: Json = {"app_id": call.slack.app.id, "authed_user": {"id": user} if user else {}}
    said |= {"scope": ",".join(sorted(installed.scopes)), "token_type": "bot", "access_token": installed.token}
    said |= {"bot_user_id": installed.bot.id, "team": {"id": team.id, "name": team.name}, "enterprise": None}
    said |= {"is_enterprise_install": False}
    if installed.expires:
        said |= {
            "refresh_token": installed.refresh,
            "expires_in": int(installed.expires - call.slack.world.clock.now()),
        }
    return said


def _client(call: Call) -> None:
    given = call.arguments.text("client_id"), call.arguments.text("client_secret")
    if given[0] != call.slack.app.client_id:
        raise Refused("invalid_client_id")
    if given[1] != call.slack.app.client_secret:
        raise Refused("bad_client_secret")
