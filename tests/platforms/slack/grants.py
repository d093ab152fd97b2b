"""Tokens: given over OAuth, rotated, revoked, gone with the app."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.platforms.slack.app import Installation
from tests.platforms.slack.refused import Refused

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

CODE_LIVES = 600.0
OVERLAP = 12 * 3600.0


@dataclass(frozen=True)
class Code:
    """A person's consent: a code of ten minutes, good for one exchange."""

    team: str
    user: str
    scopes: frozenset[str]
    redirect: str
    until: float


@dataclass
class Grants:
    """All consents and tokens."""

    slack: Slack
    codes: dict[str, Code] = field(default_factory=dict)

    def holder(self, token: str) -> Installation:
        """The installation that a token stands for; Refused when it stands for none (any more)."""
        installed = self.slack.world.tokens.get(token)
        if installed is None:
            raise Refused("invalid_auth")
        if installed.uninstalled:
            raise Refused("account_inactive")
        if installed.revoked:
            raise Refused("token_revoked")
        if installed.expires and self.slack.world.clock.now() > installed.expires:
            raise Refused("token_expired")
        return installed

    def consent(self, team: str, user: str, scopes: frozenset[str], redirect: str) -> str:
        """A code for a person's consent."""
        code = f"{self.slack.world.random.randrange(10**11)}.{self.slack.world.secret()}"
        self.codes[code] = Code(team, user, scopes, redirect, self.slack.world.clock.now() + CODE_LIVES)
        return code

    def exchange(self, code: str, redirect: str) -> tuple[Installation, Code]:
        """The app installed for a code."""
        consent = self.codes.pop(code, None)
        if consent is None:
            raise Refused("invalid_code")
        if self.slack.world.clock.now() > consent.until:
            raise Refused("code_expired")
        if consent.redirect and redirect != consent.redirect:
            raise Refused("bad_redirect_uri")
        return self.slack.world.install(self.slack.world.teams[consent.team], consent.scopes), consent

    def refresh(self, token: str) -> Installation:
        """A new token for a refresh token; the old one lives on for a while, the refresh token does not."""
        old = next((one for one in self.slack.world.tokens.values() if one.refresh == token and token), None)
        if old is None or old.uninstalled or old.revoked:
            raise Refused("invalid_refresh_token")
        now, world = self.slack.world.clock.now(), self.slack.world
        new = replace(
            old, token=f"xoxe.xoxb-1-{world.secret()}", refresh=f"xoxe-1-{world.secret()}", expires=now + 43200
        )
        old.refresh = ""
        world.tokens[new.token] = new
        return new

    def revoke(self, installed: Installation) -> None:
        """A token is revoked; the app hears of it as tokens_revoked."""
        installed.revoked = True
        tokens = {"oauth": [], "bot": [installed.bot.id]}
        self.slack.events.emit(installed.team, "tokens_revoked", {"type": "tokens_revoked", "tokens": tokens})

    def uninstall(self, installed: Installation) -> None:
        """The app is taken out of a workspace: its tokens die, and it hears of it."""
        for one in self.slack.world.tokens.values():
            one.uninstalled |= one.team == installed.team
        self.slack.events.emit(installed.team, "app_uninstalled", {"type": "app_uninstalled"}, installed)
        tokens = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [installed.bot.id]}}
        self.slack.events.emit(installed.team, "tokens_revoked", tokens, installed)
