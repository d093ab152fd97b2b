"""Everything that comes from Slack, by whichever way: through Bolt, written down by the desk, then acknowledged."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack import events, read, typed
from adapters.slack.acts import Acts, refusal
from adapters.slack.answers import ephemeral
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.read import Act, Payload
from bot.requests import Junk
from bot.words import Card, Reply

log = structlog.get_logger()

T = TypeVar("T")

ANYTHING = re.compile("")
TELLING = {"app_uninstalled", "tokens_revoked"}
ABSENT = Card(body="Firstline is not installed in this workspace any more. Please ask an admin to install it again.")

Receive = Callable[[Any, int], Awaitable[BoltResponse]]
"""Takes what came from Slack, and which attempt of Slack's at it this is; see Listening.receive."""
Listener = Callable[[Payload, int], Awaitable[BoltResponse]]
Hook = Callable[[str, Payload], Coroutine[Any, Any, None] | None]
"""What else is done with an event or a click: the workspace, the payload. It runs beside, when Slack has its answer.

What the hook reads of the payload before that may be junk, and is answered as such.
"""

RateLimited = Callable[[str, float], None]
"""What is done where Slack holds back a workspace's events for the minute that begins then (Unix seconds)."""


class Listening:
    """Bolt's app with a listener for each kind of payload. The desk's own registry knows the verbs."""

    def __init__(self, acts: Acts, calls: Calls, emoji: Callable[[], str]) -> None:
        self.hooks: dict[str, Hook] = {}
        self.rate_limited: RateLimited = lambda _workspace, _since: None
        self._acts, self._calls, self._emoji = acts, calls, emoji
        self.app = AsyncApp(
            name="firstline",
            logger=_quiet(),
            signing_secret="",
            authorize=_authorized,
            process_before_response=True,  # else each acknowledgement waits for a poll every 10 ms
            # The signature is checked before anything is parsed, in http.py; what the bot said itself is read.py's.
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
        )
        self.app.command(ANYTHING)(self._listener(self._command))
        self.app.event(ANYTHING)(self._listener(self._event))
        self.app.action(ANYTHING)(self._listener(self._action))
        self.app.view(ANYTHING)(self._listener(self._submission))
        self.app.view_closed(ANYTHING)(self._listener(self._closed))
        self.app.shortcut(ANYTHING)(self._listener(self._shortcut))
        self.app.options(ANYTHING)(self._listener(self._options))

    async def receive(self, payload: Any, attempt: int = 0) -> BoltResponse:
        """Slack's answer to a payload: 200 when it is on disk or nothing to keep, 4xx for junk, 500 for once more."""
        try:
            if limited := read.rate_limited(payload):
                return self._held_back(*limited)
            body = read.check(payload)
            request = AsyncBoltRequest(mode="socket_mode", body=body, context={"attempt": attempt})
            if not isinstance(request.context.team_id, str | None):
                raise Junk("A team has a name of letters and figures.")
        except Junk as junk:
            return BoltResponse(status=junk.status, body=str(junk))
        except (AttributeError, KeyError, TypeError, ValueError):
            return BoltResponse(status=400, body="That payload has a part that is not what Slack sends.")
        return await self.app.async_dispatch(request)

    def _listener(self, receive: Listener) -> Callable[..., Coroutine[Any, Any, BoltResponse]]:
        async def listener(body: dict[str, Any], context: dict[str, Any]) -> BoltResponse:
            try:
                if not await self._installed(body):
                    return self._absent(body)
                return await receive(body, context["attempt"])
            except Junk as junk:
                return BoltResponse(status=junk.status, body=str(junk))

        return listener

    async def _installed(self, payload: Payload) -> bool:
        """Whether the desk has a token where this comes from; events that tell of its end are heard without one."""
        if payload.get("type") == "event_callback" and payload["event"]["type"] in TELLING:
            return True
        teams = self._calls.teams
        return bool(await teams.token(teams.workspace(_read(read.team, payload))))

    def _absent(self, payload: Payload) -> BoltResponse:
        """Told wherever Slack takes an answer without a token (BEHAVIOUR 23)."""
        if "command" in payload:
            return _said(ephemeral(ABSENT))
        if payload["type"] == "view_submission":
            return _said(refusal(_read(read.submission, payload), Reply(ABSENT, failed=True)))
        if url := payload.get("response_url"):
            self._acts.beside.begin(self._calls.respond(str(url), {**ephemeral(ABSENT), "replace_original": False}))
        return _said()

    def _held_back(self, team: str, since: float) -> BoltResponse:
        log.warning("Slack holds back events: there are more than 30,000 in an hour", team=team)
        self.rate_limited(self._calls.teams.workspace(team), since)
        return _said()

    async def _command(self, payload: Payload, _attempt: int) -> BoltResponse:
        return _said(await self._acts.command(_read(read.command, payload)))

    async def _action(self, payload: Payload, _attempt: int) -> BoltResponse:
        act = _read(read.pressed, payload)
        if act is not None:
            await self._acts.click(act)
        elif payload.get("view"):
            self._acts.suggesting.typed(_read(typed.typed, payload))
        self._beside(payload["type"], payload)
        return _said()

    async def _submission(self, payload: Payload, _attempt: int) -> BoltResponse:
        return _said(await self._acts.submit(_read(read.submission, payload)))

    async def _closed(self, _payload: Payload, _attempt: int) -> BoltResponse:
        return _said()

    async def _shortcut(self, payload: Payload, _attempt: int) -> BoltResponse:
        act = _read(read.shortcut, payload)
        await self._acts.click(act, _read(events.given, payload), str(payload.get("api_app_id", "")))
        return _said()

    async def _options(self, payload: Payload, _attempt: int) -> BoltResponse:
        asked = _read(typed.lookup, payload)
        return _said(await self._acts.completion.answer(asked) if asked else {"options": []})

    async def _event(self, payload: Payload, attempt: int) -> BoltResponse:
        kind, team = payload["event"]["type"], read.team(payload)
        if kind in TELLING:
            await self._gone(kind, team, payload)
        elif act := self._spoken(kind, payload):
            try:
                kept = await self._acts.hear(act, attempt, str(payload.get("api_app_id", "")))
            except Fault as fault:
                log.warning("an event could not be looked into: Slack is asked for it again", slack=fault.code)
                return BoltResponse(status=503)
            return _said() if kept else BoltResponse(status=500)
        self._beside(kind, payload)
        return _said()

    def _beside(self, kind: str, payload: Payload) -> None:
        if hook := self.hooks.get(kind):
            workspace = self._calls.teams.workspace(read.team(payload))
            if work := _read(partial(hook, workspace), payload):
                self._acts.beside.begin(work)

    def _spoken(self, kind: str, payload: Payload) -> Act | None:
        if kind in ("message", "app_mention"):
            own = self._own(payload)
            return _read(lambda told: events.message(told, own), payload)
        if kind == "reaction_added":
            return _read(lambda told: events.reaction(told, self._emoji()), payload)
        return None

    def _own(self, payload: Payload) -> set[str]:
        """The bot's own users there, as far as they are known or told."""
        me = self._calls.known_me(self._calls.teams.workspace(read.team(payload))).get("user_id")
        return _read(read.bots, payload) | ({str(me)} if me else set())

    async def _gone(self, kind: str, team: str, payload: Payload) -> None:
        if kind == "app_uninstalled" or _read(lambda told: (told["event"].get("tokens") or {}).get("bot"), payload):
            at = _read(lambda told: events.instant(str(told.get("event_time") or 0)), payload)
            await self._calls.teams.gone(team, kind, at)


async def _authorized() -> AuthorizeResult:
    """For Bolt, which speaks with no token: whether there is one is asked in Listening._installed."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _read(reading: Callable[[Payload], T], payload: Payload) -> T:
    """What a payload says; Junk for one that is signed and still not what Slack sends."""
    try:
        return reading(payload)
    except (AttributeError, KeyError, TypeError, ValueError, StopIteration, OverflowError, RecursionError) as error:
        raise Junk("That payload has a part that is not what Slack sends.") from error


def _said(body: Any = None) -> BoltResponse:
    if body is None:
        return BoltResponse(status=200, body="")
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json;charset=utf-8"}
    return BoltResponse(status=200, body=json.dumps(body), headers=headers)


def _quiet() -> logging.Logger:
    """Bolt's own log: what goes wrong, and not what people wrote."""
    logger = logging.getLogger("firstline.slack.bolt")
    logger.setLevel(logging.ERROR)
    return logger
