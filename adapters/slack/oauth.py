"""oauth.v2.access: a code becomes an installation, a renewal token becomes the next token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.rooms import CHANNEL
from bot.installations import Installation, Renewed
from bot.settings import SlackApp

log = structlog.get_logger()

SECONDS = 8
UNANSWERED = (TimeoutError, SlackClientError, aiohttp.ClientError, OSError)
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What comes of an answer that is no JSON, or lacks a part."""


class NoInstallation(Exception):
    """Slack gave no installation; the text is for whoever wanted to install the app."""


class OAuth:
    """The app's own dealings with Slack, by its client_id and client_secret. `now` is the desk's clock."""

    def __init__(self, app: Callable[[], SlackApp], now: Callable[[], datetime]) -> None:
        self._app, self._now = app, now

    async def installed(self, code: str, redirect: str) -> Installation:
        """The installation that a code stands for; NoInstallation when there is none that the desk can work with."""
        try:
            return self._installation(await self._access(code=code, redirect_uri=redirect))
        except (*UNANSWERED, *UNREADABLE) as error:
            raise NoInstallation(_why(error)) from error

    def _installation(self, answer: Mapping[str, Any]) -> Installation:
        team = answer.get("team") or {}
        if answer.get("is_enterprise_install") or not team.get("id"):
            raise NoInstallation("please install it in a workspace, not in the whole organisation")
        return Installation(
            workspace=str(team["id"]),
            channel=CHANNEL,
            app=str(answer.get("app_id", "")),
            name=str(team.get("name", "")),
            bot=str(answer.get("bot_user_id", "")),
            scopes=str(answer.get("scope", "")),
            token=str(answer["access_token"]),
            renew_token=str(answer.get("refresh_token") or ""),
            expires_at=self._end(answer),
            installed_by=str((answer.get("authed_user") or {}).get("id", "")),
            installed_at=self._now(),
        )

    async def renew(self, installation: Installation) -> Renewed | None:
        """The next token in a rotation; None when Slack gives none."""
        try:
            answer = await self._access(grant_type="refresh_token", refresh_token=installation.renew_token)
            end = self._end(answer)
            return Renewed(answer["access_token"], answer["refresh_token"], end) if end else None
        except (*UNANSWERED, *UNREADABLE) as error:
            log.error("Slack renews no token", workspace=installation.workspace, reason=_why(error))
            return None

    async def _access(self, **given: str) -> Mapping[str, Any]:
        app = self._app()
        client = AsyncWebClient(base_url=app.api_url, retry_handlers=[], timeout=SECONDS)
        known = {"client_id": app.client_id, "client_secret": app.client_secret.get_secret_value()}
        # Not the SDK's oauth_v2_access: its basic authentication is on its way out of aiohttp, and warns.
        answer = await client.api_call("oauth.v2.access", data=known | given)
        return answer.data if isinstance(answer.data, dict) else {}

    def _end(self, answer: Mapping[str, Any]) -> datetime | None:
        seconds = answer.get("expires_in")
        return self._now() + timedelta(seconds=int(seconds)) if seconds else None


def _why(error: Exception) -> str:
    """Slack's word for it, and nothing of what was sent."""
    answer = getattr(error, "response", None)
    data = getattr(answer, "data", None)
    if isinstance(error, UNREADABLE):
        return "Slack gave no answer that can be read"
    return str(data.get("error", "")) if isinstance(data, dict) else type(error).__name__
