"""What the doctor finds out in the server itself: the bot's place in it, its channels, roles and people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import discord

from adapters.discord import doctor_rooms
from adapters.discord.doctor_rooms import finding, role_of
from adapters.discord.login import INVITE
from bot.configuration.discord import CHANNEL, people, roles
from bot.configuration.problems import dotted
from bot.doctor import Finding
from bot.settings import Settings, Team, staff

MOST = 10
"""So many people are named; of the others their number is told."""

COPY_ROLE = "Server Settings → Roles → ⋯ → Copy Role ID, with Developer Mode on (User Settings, Advanced)"
COPY_USER = "right-click them, Copy User ID, and give it: people: {HANDLE: {identities: {discord: ID}}}"


async def examine(settings: Settings, client: discord.Client, guild: discord.Guild) -> AsyncIterator[Finding]:
    me = await guild.fetch_member(client.user.id if client.user else 0)
    for found in (*_bot(me), *doctor_rooms.examine(settings, me, await guild.fetch_channels())):
        yield found
    for found in (*await _own_commands(client, guild), *_roles(settings, me), *_nobody(settings)):
        yield found
    async for found in _people(settings, guild):
        yield found


def _bot(me: discord.Member) -> Iterator[Finding]:
    if me.guild_permissions.administrator:
        hint = f"take Administrator from the role {role_of(me)}: it needs no more than the invitation asks for"
        yield finding("warning", "the bot is an administrator, and may do everything", hint)


async def _own_commands(client: discord.Client, guild: discord.Guild) -> list[Finding]:
    """Commands of this server alone: the desk makes none, and without the scope they cannot even be listed."""
    try:
        found = await client.http.get_guild_commands(client.application_id or 0, guild.id)
    except discord.Forbidden:
        return [finding("error", "the bot was added without its commands (the scope applications.commands)", INVITE)]
    if not found:
        return []
    names = ", ".join(f"/{each['name']}" for each in found[:MOST])
    hint = "another tool made them for this server alone: delete them with it"
    return [finding("warning", f"commands that are not the desk's stand beside its own: {names}", hint)]


def _roles(settings: Settings, me: discord.Member) -> Iterator[Finding]:
    """Those that the settings name: whether they are there, and whether they can be pinged where that is wanted."""
    for path, id in roles(settings):
        role = me.guild.get_role(int(id)) if id.isdecimal() else None
        if role is None:
            named = next((each.id for each in me.guild.roles if each.name == id), None)
            hint = f"write {named}" if named else COPY_ROLE
            yield finding("error", f"{dotted(path)} names {id}, and no role has this id", hint)
        elif "user_groups" in path and not (role.mentionable or me.guild_permissions.mention_everyone):
            hint = f"Server Settings → Roles → {role.name} → Display: Allow anyone to @mention this role"
            yield finding("error", f"nobody is pinged by @{role.name} ({dotted(path)})", hint)
        else:
            yield finding("ok", f"{dotted(path)} is @{role.name}")


def _nobody(settings: Settings) -> Iterator[Finding]:
    """Who works at the desk and has no id on Discord: a stranger there, unless for a role of theirs."""
    known = {str(path[1]) for path, _ in people(settings)}
    strangers = [handle for handle in settings.workers() if handle not in known]
    by_role = [handle for handle in strangers if _stands_in(settings, handle)]
    nobody = [handle for handle in strangers if handle not in by_role]
    if nobody:
        text = f"no id on Discord is known of {_listed(nobody)}, and no role: they cannot work there"
        yield finding("warning", text, f"{COPY_USER}; or give their team agent_roles: {{discord: [ID]}}")
    if by_role:
        text = f"no id on Discord is known of {_listed(by_role)}: a role lets them work, but nothing pings them"
        yield finding("warning", text, COPY_USER)


def _stands_in(settings: Settings, handle: str) -> bool:
    """Whether a role may make somebody on Discord what they are by the settings."""
    if handle in settings.admins and settings.admin_roles.get(CHANNEL):
        return True
    return any(_team_roles(team) for team in settings.teams.values() if handle in staff(team))


def _team_roles(team: Team) -> tuple[str, ...]:
    return (*team.agent_roles.get(CHANNEL, ()), *team.lead_roles.get(CHANNEL, ()))


def _listed(handles: Sequence[str]) -> str:
    return ", ".join(handles[:MOST]) + (f" and {len(handles) - MOST} more" if len(handles) > MOST else "")


async def _people(settings: Settings, guild: discord.Guild) -> AsyncIterator[Finding]:
    for path, id in people(settings):
        try:
            if id.isdecimal():
                await guild.fetch_member(int(id))
        except discord.NotFound:
            hint = f"right-click them, Copy User ID, and mend {dotted(path)}"
            yield finding("error", f"nobody in the server has the id {id} of {path[1]}", hint)
