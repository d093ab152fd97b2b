"""What is wrong with the app on Slack: a token of another kind, or a way in without what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.configuration.problems import Finding
from bot.settings import Settings, SlackApp

KINDS = {
    "xoxb-": "the token of the bot",
    "xoxp-": "the token of a user",
    "xapp-": "the token of Socket Mode",
    "xoxe.": "a token that expires",
    "xoxe-": "a token for renewing another",
}
"""What Slack's tokens begin with (https://docs.slack.dev/authentication/tokens)."""

BOT = "copy the Bot User OAuth Token of the app's page OAuth & Permissions: it begins with xoxb-"
APP = "make an App-Level Token with connections:write on the app's page Basic Information: it begins with xapp-"
EXPIRES = "switch token rotation off for a token in the environment, or install the app over client_id"
SIGNED = "copy the Signing Secret of the app's page Basic Information"
CREDENTIALS = "both stand on the app's page Basic Information, under App Credentials"


def unsound(app: SlackApp) -> Iterator[Finding]:
    """Tokens that cannot be what they are given as, and what is missing. No finding holds any of a secret."""
    bot, socket = app.bot_token.get_secret_value(), app.app_token.get_secret_value()
    if bot and not bot.startswith("xoxb-"):
        yield Finding(("slack", "bot_token"), _other(bot), EXPIRES if bot.startswith("xoxe.") else BOT)
    if socket and not socket.startswith("xapp-"):
        yield Finding(("slack", "app_token"), _other(socket), APP)
    if app.on and app.mode == "socket" and not socket:
        hint = f"{APP}; give it as FIRSTLINE_SLACK__APP_TOKEN; or choose mode: http"
        yield Finding(("slack", "app_token"), "is missing: Socket Mode needs it", hint)
    if app.on and app.mode == "http" and not app.signing_secret.get_secret_value():
        hint = f"{SIGNED}; give it as FIRSTLINE_SLACK__SIGNING_SECRET"
        yield Finding(("slack", "signing_secret"), "is missing: the mode http needs it", hint)
    if bool(app.client_id) != bool(app.client_secret.get_secret_value()):
        lacking = "client_secret" if app.client_id else "client_id"
        yield Finding(("slack", lacking), "is missing: client_id and client_secret go together", CREDENTIALS)


def _other(token: str) -> str:
    kind = next((words for prefix, words in KINDS.items() if token.startswith(prefix)), "")
    return f"is {kind}" if kind else "is no token of Slack's that fits here"


def odd(settings: Settings) -> Iterator[Finding]:
    """Slack calls only addresses that begin with https://."""
    app, address = settings.slack, settings.organisation.address
    called = "Slack calls it" if app.mode == "http" else "Slack sends people back to it when they install the app"
    if app.on and (app.mode == "http" or app.client_id) and not address.startswith("https://"):
        yield Finding(("organisation", "address"), f"{called}, and takes only https://", "give the public address")
