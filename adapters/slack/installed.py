"""The teams that have installed the app over OAuth, beside the one whose token stands in the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.oauth import SECONDS, OAuth
from adapters.slack.teams import OneTeam
from bot.installations import Installations
from bot.settings import SlackApp
from bot.words import WORKSPACE

KEPT = timedelta(seconds=20)
"""So long a token is not looked up again: what another replica has learnt of it is known here by then."""


class InstalledTeams:
    """A team is a workspace of its own, but for the team of the settings' token, which is WORKSPACE."""

    def __init__(self, app: Callable[[], SlackApp], installations: Installations, now: Callable[[], datetime]) -> None:
        self.oauth = OAuth(app, now)
        self._app, self._installations, self._now, self._one = app, installations, now, OneTeam(app)
        self._own: str | None = None
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._changes = 0

    async def start(self) -> None:
        """Find out which team the settings' token is of. Before that no event may be taken; raises what Slack says."""
        token = self._app().bot_token.get_secret_value()
        if not token:
            self._own = ""
        elif self._own is None:
            client = AsyncWebClient(token, base_url=self._app().api_url, retry_handlers=[], timeout=SECONDS)
            self._own = str((await client.auth_test())["team_id"])

    def workspace(self, team: str) -> str:
        """The desk's workspace of a team id. LookupError before `start`: taken for another, it would be told of it."""
        if self._own is None:
            raise LookupError("the desk's own team is not known yet")
        return WORKSPACE if team == self._own else team

    async def token(self, workspace: str) -> str:
        """The bot token of a workspace, renewed where its end is near; "" when the app is not installed there."""
        if workspace == WORKSPACE:
            return await self._one.token(workspace)
        token, until = self._tokens.get(workspace, ("", self._now()))
        if until <= self._now():
            changes = self._changes
            found = await self._installations.current(workspace, self.oauth.renew)
            token = found.token if found else ""
            if changes == self._changes:  # else what was found may be what has just ended
                self._tokens[workspace] = token, self._now() + KEPT
        return token

    def installed(self, workspace: str) -> None:
        """The app is installed there, anew perhaps: what was known of its token is over."""
        self._forget(workspace)

    async def gone(self, team: str, event: str, at: datetime) -> None:
        """`app_uninstalled`: the installation is forgotten; `tokens_revoked`: it is disabled. Its tickets stay."""
        workspace = self.workspace(team)
        if workspace == WORKSPACE:
            await self._one.gone(team, event, at)
            return
        end = self._installations.remove if event == "app_uninstalled" else self._installations.disable
        await end(workspace, at)
        self._forget(workspace)

    def _forget(self, workspace: str) -> None:
        self._changes += 1
        self._tokens.pop(workspace, None)
