"""Which workspace of the desk's a Slack team is, and with which token it is spoken to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from bot.settings import SlackApp
from bot.words import WORKSPACE

log = structlog.get_logger()


class Teams(Protocol):
    """The teams in which the app is installed."""

    async def start(self) -> None:
        """Find out what has to be known before anything is taken; raises what Slack says."""

    def workspace(self, team: str) -> str:
        """The desk's workspace of a team id; ready at once, since every request asks."""

    async def token(self, workspace: str) -> str:
        """The bot token of a workspace; "" when the app is not installed there."""

    async def gone(self, team: str, event: str, at: datetime) -> None:
        """The team has removed the app (`app_uninstalled`) or taken its token back (`tokens_revoked`).

        `at` is the event's own time: an old one that is delivered again ends no newer installation.
        """


class OneTeam:
    """The one team whose token stands in the settings."""

    def __init__(self, app: Callable[[], SlackApp]) -> None:
        self._app = app

    async def start(self) -> None:
        """Nothing: there is but one."""

    def workspace(self, team: str) -> str:
        return WORKSPACE

    async def token(self, workspace: str) -> str:
        return self._app().bot_token.get_secret_value() if workspace == WORKSPACE else ""

    async def gone(self, team: str, event: str, at: datetime) -> None:
        log.error("the app was removed from Slack: install it again and give the desk its new token", slack=event)
