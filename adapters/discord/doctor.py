"""What `firstline doctor` finds out at Discord, and how to mend it: the token, the application, its server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import discord

from adapters.discord import commands, doctor_server
from adapters.discord.doctor_rooms import finding
from adapters.discord.login import FAILED, INVITE, mend, signed_in, why
from bot.doctor import Finding, clock
from bot.registry import Registry
from bot.settings import Settings

SHOWN = 3
FEW = 0.1
"""The part of a day's log-ins to the gateway below which something is wrong."""

WORDS = (
    "without the words of messages: those of watched channels make no tickets, and what is said in a ticket's thread "
    "is not heard. Commands, forms, buttons, direct messages and words that mention the bot work all the same"
)
"""What is lost without the privileged intent MESSAGE_CONTENT."""

GRANT = "switch Message Content Intent on, on the application's page Bot; or let people use /reply and the buttons"
SEVERAL = "name the desk's: FIRSTLINE_DISCORD__GUILD, or discord: {guild: ID} in settings.yaml"
NOT_NEEDED = {
    "Server Members Intent": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Presence Intent": ("gateway_presence", "gateway_presence_limited"),
}


async def examine(settings: Settings, registry: Registry, now: Callable[[], datetime]) -> list[Finding]:
    """All that can be found out without changing anything. `now` is the machine's clock."""
    if not settings.discord.on:
        return [finding("ok", "not set up; docs/discord.md shows how")]
    return [found async for found in _Examined(settings, registry, now).all()]


class _Examined:
    """One application, asked with its bot's token."""

    def __init__(self, settings: Settings, registry: Registry, now: Callable[[], datetime]) -> None:
        self.settings, self.registry, self.now = settings, registry, now
        self.apart: timedelta | None = None
        self.let_in = False

    async def all(self) -> AsyncIterator[Finding]:
        """What a look at it fails on ends the look."""
        try:
            async with signed_in(self.settings.discord, self._trace()) as client:
                async for found in self._application(client):
                    yield found
        except FAILED as error:
            text = "Discord does not answer as it should" if self.let_in else _not_let_in(error)
            yield finding("error", f"{text}: {why(error)}", mend(error))

    def _trace(self) -> aiohttp.TraceConfig:
        """Discord's clock stands in the head of each answer."""

        async def ends(_session: Any, _context: Any, params: aiohttp.TraceRequestEndParams) -> None:
            try:
                self.apart = self.now() - parsedate_to_datetime(params.response.headers.get("Date", "")).astimezone(UTC)
            except ValueError:
                return

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(ends)
        return trace

    async def _application(self, client: discord.Client) -> AsyncIterator[Finding]:
        about, user = client.application, client.user
        if about is None or user is None:
            return
        self.let_in = True
        yield finding("ok", f"the token works: {user.name}, application {about.id}")
        for found in (*_intents(about), *_doors(about), *self._clock()):
            yield found
        async for found in self._asked(client, about.id):
            yield found

    async def _asked(self, client: discord.Client, application: int) -> AsyncIterator[Finding]:
        for found in await self._gateway(client):
            yield found
        for found in await self._commands(client, application):
            yield found
        guild, found = await self._guild(client)
        yield found
        if guild:
            async for found in doctor_server.examine(self.settings, client, guild):
                yield found

    def _clock(self) -> Iterator[Finding]:
        if self.apart is not None:
            yield finding(*clock("Discord", self.apart))

    async def _gateway(self, client: discord.Client) -> list[Finding]:
        """How many more times the desk may log in to the gateway today, over all replicas."""
        wanted, _, limit = await client.http.get_bot_gateway()
        left, all_, shards = limit["remaining"], limit["total"], self.settings.discord.shards
        hours = max(1, round(limit["reset_after"] / 3_600_000))
        text = f"{left} of {all_} log-ins to the gateway are left for the next {hours} h"
        found = []
        if left <= all_ * FEW:
            hint = "something starts the desk over and over: its log says why; Discord resets the token after the last"
            found.append(finding("error" if left < shards else "warning", f"only {text}", hint))
        else:
            found.append(finding("ok", text))
        if wanted > shards:
            found.append(finding("warning", f"Discord wants {wanted} shards", f"set discord.shards to {wanted}"))
        return found

    async def _commands(self, client: discord.Client, application: int) -> list[Finding]:
        there = {each["name"] for each in await client.http.get_global_commands(application)}
        ours = [each["name"] for each in commands.payloads(self.registry, self.settings)]
        if lacking := [name for name in ours if name not in there]:
            text = f"{len(lacking)} of {len(ours)} commands are not at Discord: {_some(lacking)}"
            return [finding("warning", text, "start the desk: it tells Discord of its commands")]
        if other := sorted(there.difference(ours)):
            text = f"commands of another tool are there: {_some(other)}"
            return [finding("warning", text, "give each tool an application of its own: the desk overwrites all")]
        return [finding("ok", f"Discord has all {len(ours)} commands")]

    async def _guild(self, client: discord.Client) -> tuple[discord.Guild | None, Finding]:
        wanted = self.settings.discord.guild
        known = {str(guild.id): guild.name async for guild in client.fetch_guilds(with_counts=False)}
        if wanted and wanted not in known:
            return None, finding("error", f"the bot is not in the server {wanted}", INVITE)
        if not known:
            return None, finding("error", "the bot is in no server", INVITE)
        if not wanted and len(known) > 1:
            listed = ", ".join(f"{name} ({id})" for id, name in known.items())
            return None, finding("error", f"the bot is in several servers: {listed}", SEVERAL)
        guild = await client.fetch_guild(int(wanted or next(iter(known))), with_counts=False)
        return guild, finding("ok", f"the bot is in {guild.name} ({guild.id})")


def _not_let_in(error: BaseException) -> str:
    return "the token does not work" if isinstance(error, discord.DiscordException) else "Discord is not reached"


def _intents(about: discord.AppInfo) -> Iterator[Finding]:
    flags = about.flags
    if flags.gateway_message_content:
        yield finding("ok", "the words of messages are heard: the intent Message Content is granted")
    elif flags.gateway_message_content_limited:
        yield finding("ok", "the words of messages are heard, as long as the bot is in fewer than 100 servers")
    else:
        yield finding("warning", f"the desk works {WORDS}", GRANT)
    for name, each in NOT_NEEDED.items():
        if any(getattr(flags, flag) for flag in each):
            hint = "switch it off on the application's page Bot: the desk never asks for it"
            yield finding("warning", f"the {name} is granted and not needed", hint)


def _doors(about: discord.AppInfo) -> Iterator[Finding]:
    """What makes clicks go elsewhere, or an invitation fail."""
    if about.interactions_endpoint_url:
        hint = "empty Interactions Endpoint URL on the application's page General Information"
        yield finding("error", "commands and clicks go to another address, and do not reach the desk", hint)
    if about.bot_require_code_grant:
        hint = "switch Requires OAuth2 Code Grant off, on the application's page Bot"
        yield finding("warning", "the link of the invitation does not work", hint)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
