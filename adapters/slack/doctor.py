"""What `firstline doctor` finds out at Slack, and how to mend it: tokens, scopes, rooms, people, the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import pages
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, NAME
from adapters.slack.rooms import CHANNEL
from adapters.slack.scopes import OPTIONAL, SCOPES
from bot.configuration.rooms import named_rooms
from bot.configuration.slack import APP, BOT
from bot.doctor import Finding, Level, clock, roomless
from bot.installations import Installation
from bot.settings import Settings
from bot.words import WORKSPACE

SECONDS = 10
PAGES = 50
MEND = {
    "invalid_auth": BOT,
    "not_authed": BOT,
    "account_inactive": "the app was removed from the workspace: install it again, and give the desk the new token",
    "token_revoked": "install the app again, and give the desk the new token",
    "token_expired": f"switch token rotation off for the app, or install it over {INSTALL_PATH}",
    "not_allowed_token_type": APP,
    "missing_scope": "give the app the scopes of the manifest (`firstline slack manifest`) and install it again",
    "ratelimited": "Slack is asked too often at the moment: try again in a minute",
}
REACH = "look at slack.api_url, and whether this machine may reach it: proxy, firewall, DNS"
RESCOPE = "paste `firstline slack manifest` under App Manifest on the app's page, and install the app again"
FAILED = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
"""What a call raises that Slack refused, or that did not reach it."""


@dataclass(frozen=True)
class Room:
    """A channel of Slack's as conversations.list tells of it."""

    name: str
    joined: bool
    archived: bool


async def examine(
    settings: Settings, installations: Sequence[Installation], now: Callable[[], datetime]
) -> list[Finding]:
    """All that can be found out without changing anything. `now` is the machine's clock."""
    if not settings.slack.on:
        return [Finding("ok", CHANNEL, "not set up; docs/slack.md shows how")]
    found = [await _way_in(settings)]
    if token := settings.slack.bot_token.get_secret_value():
        found += [finding async for finding in _Workspace(settings, WORKSPACE, token, now).examine()]
    for each in installations:
        if each.expires_at and each.expires_at <= now():
            hint = "run the desk: it renews the token when it next speaks there"
            found.append(Finding("warning", CHANNEL, f"in {each.workspace}, the token has ended", hint))
        else:
            found += [finding async for finding in _Workspace(settings, each.workspace, each.token, now).examine()]
    return found + list(_installable(settings, installations))


def _installable(settings: Settings, installations: Sequence[Installation]) -> Iterator[Finding]:
    if not settings.slack.client_id:
        return
    page = f"{settings.organisation.address}{INSTALL_PATH}"
    if installations or settings.slack.bot_token.get_secret_value():
        yield Finding("ok", CHANNEL, f"further workspaces install the app at {page}")
    else:
        yield Finding("warning", CHANNEL, "no workspace has installed the app yet", f"open {page} in a browser")


async def _way_in(settings: Settings) -> Finding:
    """Socket Mode: a connection is given an address, and not made, or Slack would send events to it."""
    app, address = settings.slack, settings.organisation.address
    if app.mode == "http":
        return Finding("ok", CHANNEL, f"the signing secret is there; Slack calls {address}{EVENTS_PATH}")
    try:
        await _client(settings, "").apps_connections_open(app_token=app.app_token.get_secret_value())
    except FAILED as error:
        code = _code(error)
        hint = REACH if not code else MEND["ratelimited"] if code == "ratelimited" else APP
        return Finding("error", CHANNEL, f"the app token opens no socket: {code or _kind(error)}", hint)
    return Finding("ok", CHANNEL, "the app token opens sockets")


def _client(settings: Settings, token: str) -> AsyncWebClient:
    return AsyncWebClient(token or None, base_url=settings.slack.api_url, retry_handlers=[], timeout=SECONDS)


def _code(error: Exception) -> str:
    """Slack's word for what is wrong; "" when there was no answer of Slack's."""
    data = error.response.data if isinstance(error, SlackApiError) else None
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _kind(error: Exception) -> str:
    return type(error).__name__


class _Workspace:
    """One workspace, asked with the token that the desk has for it."""

    def __init__(self, settings: Settings, workspace: str, token: str, now: Callable[[], datetime]) -> None:
        self.settings, self.workspace, self.now = settings, workspace, now
        self.client = _client(settings, token)
        self.where = "" if workspace == WORKSPACE else f"in {workspace}, "

    async def examine(self) -> AsyncIterator[Finding]:
        try:
            answer = await self.client.auth_test()
        except FAILED as error:
            code = _code(error)
            yield self.finding("error", f"the bot token does not work: {code or _kind(error)}", MEND.get(code, REACH))
            return
        yield self.finding("ok", f"the bot token works: {answer['user']} in {answer['team']} ({answer['team_id']})")
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        for finding in (*self.scopes(headers), *self.clock(headers)):
            yield finding
        async for finding in self.rooms():
            yield finding
        async for finding in self.people():
            yield finding

    def finding(self, level: Level, text: str, hint: str = "") -> Finding:
        return Finding(level, CHANNEL, f"{self.where}{text}", hint)

    def scopes(self, headers: Mapping[str, str]) -> Iterator[Finding]:
        if "x-oauth-scopes" not in headers:
            yield self.finding("warning", "Slack does not say what the token may do", "see OAuth & Permissions")
            return
        given = {scope.strip() for scope in headers["x-oauth-scopes"].split(",")} - {""}
        for scope in sorted(SCOPES.keys() - given):
            yield self.finding("error", f"the scope {scope} is missing, with which the desk {SCOPES[scope]}", RESCOPE)
        for scope in sorted(given - SCOPES.keys() - OPTIONAL.keys()):
            yield self.finding("warning", f"the scope {scope} is not needed", f"take it away: {RESCOPE}")
        if given - OPTIONAL.keys() == SCOPES.keys():
            yield self.finding("ok", f"the token has all {len(SCOPES)} scopes, and no other")

    def clock(self, headers: Mapping[str, str]) -> Iterator[Finding]:
        try:
            apart = self.now() - parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
        except ValueError:
            return
        yield self.finding(*clock("Slack", apart))

    async def rooms(self) -> AsyncIterator[Finding]:
        wanted = named_rooms(self.settings, CHANNEL)
        if not wanted:
            hint = "name channels: triage: [slack:triage-it], channels: {slack: {escalations: escalations}}"
            yield self.finding("warning", "the settings name no channel of Slack's, so that no card stands there", hint)
            return
        try:
            known = await self.known_rooms()
        except FAILED as error:
            code = _code(error)
            yield self.finding("error", f"the channels cannot be listed: {code or _kind(error)}", MEND.get(code, REACH))
            return
        for room, places in wanted.items():
            yield self.room(room, ", ".join(places), known.get(room))
        for told in roomless(self.settings, CHANNEL, "Slack"):
            yield self.finding(*told)

    def room(self, name: str, place: str, found: Room | None) -> Finding:
        if found is None:
            hint = f"if it is private, say `/invite @{NAME}` in it; if there is none, create it or mend {place}"
            return self.finding("error", f"{place} names {name}, and there is no such channel that the bot sees", hint)
        if found.archived:
            hint = f"unarchive it, or name another in {place}"
            return self.finding("error", f"#{found.name} ({place}) is archived", hint)
        if not found.joined:
            return self.finding("error", f"the bot is not in #{found.name} ({place})", f"say `/invite @{NAME}` in it")
        return self.finding("ok", f"the bot is in #{found.name} ({place})")

    async def known_rooms(self) -> dict[str, Room]:
        """The channels that the bot sees, by name and by id."""
        found: dict[str, Room] = {}
        ask = partial(self.client.conversations_list, types="public_channel,private_channel", limit=500)
        async for page in pages(ask, PAGES):
            for channel in page.get("channels") or ():
                found |= dict.fromkeys((channel["id"], channel["name"]), _room(channel))
        return found

    async def people(self) -> AsyncIterator[Finding]:
        """Those of the settings who have an id here, and who works at the desk: a wrong one is never pinged."""
        workers = self.settings.workers() if self.workspace == WORKSPACE else ()
        for handle, entry in self.settings.people.items():
            name = entry.ids_in(self.workspace).get(CHANNEL)
            try:
                if name:
                    await self.client.users_info(user=name)
                elif entry.email and handle in workers:
                    await self.client.users_lookupByEmail(email=entry.email)
            except FAILED as error:
                if _code(error) == "user_not_found":
                    hint = f"open their profile, ⋮, Copy member ID, and mend people.{handle}.identities"
                    yield self.finding("error", f"nobody has the id {name} of {handle}", hint)
                elif _code(error) == "users_not_found":
                    hint = f"mend people.{handle}.email, or give their member id: identities: {{slack: U024BE7LH}}"
                    text = f"nobody has the e-mail address {entry.email} of {handle}, who is not recognised here"
                    yield self.finding("warning", text, hint)


def _room(channel: Mapping[str, Any]) -> Room:
    return Room(str(channel["name"]), bool(channel.get("is_member")), bool(channel.get("is_archived")))
