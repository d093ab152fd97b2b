"""Installing the app in a workspace: /slack/install sends to Slack, and Slack sends back to /slack/oauth_redirect.

https://docs.slack.dev/authentication/installing-with-oauth. The state is signed, good for ten minutes, for one use and
for the browser that began.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import urlencode

import structlog
from slack_sdk.oauth import OAuthStateUtils, RedirectUriPageRenderer
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.contract import Desk
from adapters.slack.installed import InstalledTeams
from adapters.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.oauth import NoInstallation
from adapters.slack.scopes import SCOPES
from bot.words import WORKSPACE

log = structlog.get_logger()

LASTS = OAuthStateUtils.default_expiration_seconds
COOKIE = OAuthStateUtils()
PAGES = RedirectUriPageRenderer(install_path=INSTALL_PATH, redirect_uri_path=REDIRECT_PATH)

REFUSED = {
    "access_denied": "it was cancelled",
    "browser": "another browser began it, or this one keeps no cookies",
    "state": "this way back has been used, or is older than ten minutes",
    "code": "Slack gave no code",
    "own": "the desk works in this workspace with its own token",
}


class Install:
    """The two pages. The settings may change while the desk runs: without a client_id there is nothing to install."""

    def __init__(self, desk: Desk, teams: InstalledTeams) -> None:
        self._desk, self._teams = desk, teams

    def routes(self) -> list[Route]:
        return [Route(INSTALL_PATH, self.begin), Route(REDIRECT_PATH, self.end)]

    async def begin(self, _request: Request) -> Response:
        """Send the browser to Slack, where somebody consents."""
        app = self._desk.settings.slack
        if not app.client_id:
            return PlainTextResponse("This desk is for one workspace: slack.client_id is not set.", 404)
        state = issue(self._secret, self._desk.now())
        asked = {
            "client_id": app.client_id,
            "scope": ",".join(sorted(SCOPES)),
            "redirect_uri": self._redirect,
            "state": state,
        }
        where = f"{app.api_url.removesuffix('api/')}oauth/v2/authorize?{urlencode(asked)}"
        sent = RedirectResponse(where, 302, {"Cache-Control": "no-store"})
        sent.headers.append("set-cookie", COOKIE.build_set_cookie_for_new_state(state))
        return sent

    async def end(self, request: Request) -> Response:
        """Slack's answer: a code for the tokens, or why there is none."""
        given = request.query_params
        if not self._desk.settings.slack.client_id:
            return PlainTextResponse("Nothing can be installed here.", 404)
        if error := given.get("error"):
            return _failed(error)
        state = given.get("state", "")
        if not good(self._secret, state, self._desk.now()):
            return _failed("state")
        if not COOKIE.is_valid_browser(state, {"cookie": request.headers.get("cookie", "")}):
            return _failed("browser")
        if not given.get("code"):
            return _failed("code")
        if not await self._desk.installations.first_use(state.partition(".")[0]):
            return _failed("state")
        return await self._take(given["code"])

    async def _take(self, code: str) -> Response:
        try:
            installation = await self._teams.oauth.installed(code, self._redirect)
        except NoInstallation as refused:
            log.warning("app not installed", reason=str(refused))
            return _failed(str(refused))
        if self._teams.workspace(installation.workspace) == WORKSPACE:
            return _failed("own")
        app, team = installation.app, installation.workspace
        await self._desk.installations.save(installation)
        self._teams.installed(team)
        done = HTMLResponse(PAGES.render_success_page(app, team))
        done.headers.append("set-cookie", COOKIE.build_set_cookie_for_deletion())
        return done

    @property
    def _secret(self) -> str:
        return self._desk.settings.slack.client_secret.get_secret_value()

    @property
    def _redirect(self) -> str:
        return self._desk.settings.organisation.address + REDIRECT_PATH


def issue(secret: str, now: datetime) -> str:
    """A state that only this desk can have made: nonce, end in Unix seconds, signature."""
    text = f"{secrets.token_hex(16)}.{int(now.timestamp()) + LASTS}"
    return f"{text}.{_signed(secret, text)}"


def good(secret: str, state: str, now: datetime) -> bool:
    """Whether it is a state of ours that has not ended."""
    text, _, signature = state.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signed(secret, text).encode()):
        return False
    return int(text.rpartition(".")[2]) > now.timestamp()


def _signed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _failed(reason: str) -> Response:
    return HTMLResponse(PAGES.render_failure_page(REFUSED.get(reason, reason)[:200]), 400)
