"""/api/<method>: who calls, may they, does a fault befall them, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from tests.platforms.slack.app import Installation
from tests.platforms.slack.arguments import Arguments, read
from tests.platforms.slack.befall import limited
from tests.platforms.slack.calls import METHODS, Call, Method
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

READ = frozenset(
    [
        *("conversations", "get", "getPermalink", "getUploadURLExternal", "history"),
        *("info", "list", "lookupByEmail", "members", "replies", "revoke"),
    ]
)
"""How the names of those methods end whose pages say GET."""


@dataclass(frozen=True)
class Api:
    """The Web API."""

    slack: Slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        return await self._answer(request, request.match_info["method"])

    async def _answer(self, request: web.Request, name: str) -> web.Response:
        try:
            arguments = await read(request)
            method, installed = self._admit(request, name, arguments)
        except Refused as refused:
            return self._refuse(name, refused)
        team = installed.team if installed else ""
        if wait := self.slack.rates.wait(name, method.tier, team, arguments.text("channel")):
            self.slack.world.violations.note(name, "ratelimited", f"{arguments.text('channel')} for {wait} s")
            return limited(wait)
        call = Call(self.slack, name, arguments, installed)
        self.slack.calls.append((name, dict(arguments.given)))
        return self._done(method, call)

    def _admit(self, request: web.Request, name: str, arguments: Arguments) -> tuple[Method, Installation | None]:
        if name not in METHODS:
            raise Refused("unknown_method", req_method=name)
        method = METHODS[name]
        if request.method == "GET" and name.rpartition(".")[2] not in READ:
            raise Refused("method_not_allowed", "its page knows POST alone")
        if method.token == "none":
            return method, None
        return method, self._authorize(_token(request, arguments), method)

    def _authorize(self, token: str, method: Method) -> Installation | None:
        if not token:
            raise Refused("not_authed")
        if method.token == "app":
            if token != self.slack.app.app_token:
                raise Refused("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
            return None
        return self.slack.grants.holder(token)

    def _done(self, method: Method, call: Call) -> web.Response:
        try:
            if method.scopes:
                call.needs(*method.scopes)
            said: Json = {"ok": True} | method.answer(call)
        except Refused as refused:
            return self._refuse(call.name, refused, call.installed)
        if warning := call.arguments.warning:
            said["warning"] = warning
            said["response_metadata"] = said.get("response_metadata", {}) | {"warnings": [warning]}
        return web.json_response(said, headers=_scopes(call.installed, method))

    def _refuse(self, name: str, refused: Refused, installed: Installation | None = None) -> web.Response:
        details = [*refused.problems, *(f"{key}={value}" for key, value in refused.more.items())]
        self.slack.world.violations.note(name, refused.error, details)
        return web.json_response(refused.answer(), headers=_scopes(installed, METHODS.get(name)))


def _token(request: web.Request, arguments: Arguments) -> str:
    bearer = request.headers.get("Authorization", "")
    return bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else arguments.text("token")


def _scopes(installed: Installation | None, method: Method | None) -> dict[str, str]:
    if installed is None:
        return {}
    accepted = ",".join(method.scopes) if method else ""
    return {"x-oauth-scopes": ",".join(sorted(installed.scopes)), "x-accepted-oauth-scopes": accepted}
