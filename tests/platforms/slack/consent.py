"""The page on which a person lets the app into their workspace (oauth/v2/authorize)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack
    from tests.platforms.slack.someone import Someone


def agree(slack: Slack, person: Someone, url: str, denied: bool = False) -> str:
    """Where the person's browser is sent after they clicked Allow (or Cancel) at an authorize URL.

    AssertionError for what Slack shows an error page for: another client, scopes that the app has not.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    scopes = frozenset(filter(None, asked.get("scope", "").split(",")))
    assert urlsplit(url).path.endswith("/oauth/v2/authorize"), f"no authorize address: {url}"
    assert asked.get("client_id") == slack.app.client_id, "invalid_client_id"
    assert scopes and scopes <= slack.app.scopes, f"invalid_scope: {sorted(scopes - slack.app.scopes)}"
    redirect = asked.get("redirect_uri", "")
    state = {"state": asked["state"]} if "state" in asked else {}
    code = slack.grants.consent(person.team.id, person.id, scopes, redirect)
    given = {"error": "access_denied"} if denied else {"code": code}
    return f"{redirect or slack.redirect_url}?{urlencode(given | state)}"


async def page(slack: Slack, request: web.Request) -> web.Response:
    """The same for a browser: whoever comes is the first person of the first team, and agrees."""
    person = next(iter(slack.people()))
    return web.Response(status=302, headers={"Location": agree(slack, person, str(request.url))})
