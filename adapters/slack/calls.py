"""Calls of Slack's Web API, through the SDK: with the workspace's token, no faster than Slack lets us, never twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.faults import AGAIN, DOOR, FAST, METHOD, PLACE, Fault, fault, of_answer
from adapters.slack.pace import Pace
from adapters.slack.teams import Teams
from bot import turns
from bot.settings import SlackApp

log = structlog.get_logger()

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
"""Less than the ten seconds that bot.posts gives a send, so that it is told what happened."""

READS = frozenset(
    [
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.replies",
        "files.info",
        "users.conversations",
        "users.info",
        "users.list",
        "users.lookupByEmail",
    ]
)
UPLOADS = frozenset(["files.getUploadURLExternal", "files.completeUploadExternal"])
"""Neither these nor those take JSON."""

REFUSED = re.compile(r'\A\s*\{\s*"ok"\s*:\s*false\b.*?"error"\s*:\s*"(\w+)"', re.DOTALL)
"""What a response_url may answer, with whatever status, in place of `ok`."""

Answer = Mapping[str, Any]
A = TypeVar("A", Answer, AsyncSlackResponse)


class Calls:
    """The Web API. Every call returns Slack's answer or raises a `Fault`; none is repeated here."""

    def __init__(self, app: Callable[[], SlackApp], teams: Teams, pace: Pace) -> None:
        self.teams, self._app, self._pace = teams, app, pace
        self._http: aiohttp.ClientSession | None = None
        self._clients: dict[tuple[str, str], AsyncWebClient] = {}
        self._me: dict[str, Answer] = {}
        self._tokens: dict[str, str] = {}

    async def do(self, workspace: str, method: str, /, *, patience: float = 0.0, **args: Any) -> Answer:
        """Call a method, waiting up to `patience` seconds for its turn; else a Fault that says how long it would be."""
        channel = str(args.get("channel", ""))
        token = await self.teams.token(workspace)
        if not token:
            raise Fault("app_not_installed", retry_after=AGAIN)
        if self._tokens.setdefault(workspace, token) != token:  # what was said of the one before is over
            self._tokens[workspace] = token
            self._me.pop(workspace, None)
            self._pace.release(workspace)
        await self._turn(workspace, method, channel, patience)
        try:
            return _data(await self._send(self._client(token), method, args))
        except Fault as failed:
            self._heed(failed, workspace, method, channel)
            raise

    async def me(self, workspace: str) -> Answer:
        """Who the bot is there (auth.test): `team_id`, `user_id`, `bot_id`; asked once for each workspace."""
        if workspace not in self._me:
            self._me[workspace] = await self.do(workspace, "auth.test", patience=1.0)
        return self._me[workspace]

    def known_me(self, workspace: str) -> Answer:
        """The same where nothing is asked for; empty until it is known."""
        return self._me.get(workspace, {})

    async def may(self, workspace: str, scope: str) -> bool:
        """Whether the token has a scope now; asked each time, as a new token may have it."""
        token = await self.teams.token(workspace)
        answer = await self._send(self._client(token), "auth.test", {})
        return scope in str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")

    async def socket(self) -> str:
        """The address of a new Socket Mode connection."""
        token = self._app().app_token.get_secret_value()
        answer = _data(await self._send(self._client(""), "apps.connections.open", {"app_token": token}))
        return str(answer.get("url", ""))

    async def respond(self, url: str, message: Mapping[str, Any]) -> None:
        """Post to the response_url of something that somebody did: it works wherever they did it, for half an hour."""
        client = AsyncWebhookClient(url, session=self.http, retry_handlers=[])
        try:
            answer = await client.send_dict(dict(message))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise broken(error) from error
        refused = REFUSED.search(answer.body)
        if answer.status_code != 200 or refused:
            raise fault(refused[1] if refused else answer.body.strip()[:80], answer.status_code)

    @property
    def http(self) -> aiohttp.ClientSession:
        """The one session of all connections to Slack."""
        if self._http is None or self._http.closed:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_leaves)  # which aiohttp calls just before
            self._http = aiohttp.ClientSession(timeout=TIMEOUT, trace_configs=[trace])
            self._clients.clear()
        return self._http

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def _turn(self, workspace: str, method: str, channel: str, patience: float) -> None:
        seconds = self._pace.wait(workspace, method, channel)
        while seconds > 0:
            if seconds > patience:
                raise Fault("not our turn yet", retry_after=self._pace.promise(workspace, method, channel))
            await asyncio.sleep(seconds)
            patience -= seconds
            seconds = self._pace.wait(workspace, method, channel)

    def _heed(self, failed: Fault, workspace: str, method: str, channel: str) -> None:
        if failed.code in FAST and failed.retry_after:
            self._pace.hold(failed.retry_after, workspace, method, channel)
        elif failed.code in METHOD or (failed.code in PLACE and channel):
            if method not in UPLOADS:  # of a file that is refused a link is said: it must not wait
                self._pace.hold(AGAIN, workspace, method, channel)
        elif failed.code in DOOR - PLACE:
            log.error("Slack does not let the app in", workspace=workspace, reason=failed.code)
            self._pace.hold(AGAIN, workspace)

    def _client(self, token: str) -> AsyncWebClient:
        http, url = self.http, self._app().api_url
        if (token, url) not in self._clients:
            self._clients[token, url] = AsyncWebClient(token or None, url, session=http, retry_handlers=[])
        return self._clients[token, url]

    @staticmethod
    async def _send(client: AsyncWebClient, method: str, args: Mapping[str, Any]) -> AsyncSlackResponse:
        given = {name: value for name, value in args.items() if value is not None}
        try:
            if method == "apps.connections.open":
                return await client.apps_connections_open(**given)
            if method in READS:
                return await client.api_call(method, http_verb="GET", params=given)
            if method in UPLOADS:
                return await client.api_call(method, data={name: str(value) for name, value in given.items()})
            return await client.api_call(method, json=given)
        except SlackApiError as error:
            raise of_answer(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise broken(error) from error
        except (ValueError, AttributeError, TypeError) as error:  # what the SDK does with an answer that is no JSON
            raise Fault("no answer that can be read", fate="unknown") from error


async def _leaves(*_: Any) -> None:
    turns.check()


def _data(answer: AsyncSlackResponse) -> Answer:
    return answer.data if isinstance(answer.data, dict) else {}


async def pages(ask: Callable[..., Awaitable[A]], most: int) -> AsyncIterator[A]:
    """The pages of a list, at most so many: each is what `ask(cursor=…)` answers."""
    cursor: str | None = None
    for _ in range(most):
        page = await ask(cursor=cursor)
        yield page
        cursor = next_cursor(page)
        if cursor is None:
            return


def next_cursor(page: Answer | AsyncSlackResponse) -> str | None:
    """Where the next page of a list begins; None behind the last one."""
    return str((page.get("response_metadata") or {}).get("next_cursor") or "") or None


def broken(error: Exception) -> Fault:
    """What a connection that failed says: what was never connected was never sent."""
    unsent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return Fault(f"{type(error).__name__}: {error}"[:200], fate="not sent" if unsent else "unknown")
