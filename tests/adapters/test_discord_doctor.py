"""What the doctor finds at a strict Discord, through the real discord.py, and that each finding says how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

import commands
from adapters.discord.calls import Calls
from adapters.discord.doctor import examine
from adapters.discord.permissions import SMALLEST
from adapters.discord.sync import sync
from bot.configuration.reading import parsed
from bot.doctor import Finding, failed
from bot.memory import Memory
from bot.registry import REGISTRY
from bot.settings import Settings
from storage.database import open_database
from tests.platforms.discord import Discord, Permission

KNOWN = REGISTRY.load(commands)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BASE = """
calendars: {office: {mon: ["09:00-17:00"]}}
people: {lena: {name: Lena, identities: {discord: LENA}}}
teams: {it: {name: IT, lead: lena, triage: [ROOMS]}}
sla: [{name: All, targets: {resolution: 4h}}]
channels: {discord: {escalations: "#escalations", watched: [it-help], panel: help}}
discord: {tickets: help}
"""
ROOMS = "discord:triage-it"
PRIVATE = {"@everyone": (0, Permission.VIEW_CHANNEL), "bot": (Permission.VIEW_CHANNEL, 0)}


def settings(discord: Discord | None, text: str = BASE, **more: str) -> Settings:
    app = {"token": discord.token, "api_url": discord.api_url} if discord else {}
    values = {f"FIRSTLINE_DISCORD__{name.upper()}": value for name, value in (app | more).items() if value}
    lena = discord.user("lena").id if discord else "1"
    return parsed(text.replace("LENA", lena).replace("ROOMS", ROOMS), values)


async def look(found: Settings, *, skew: float = 0) -> list[Finding]:
    return await examine(found, KNOWN, lambda: datetime.now(UTC) + timedelta(seconds=skew))


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """A Discord that the bot was invited to with the smallest permissions, with all channels of the settings."""
    async with Discord(permissions=SMALLEST.value) as server:
        for name in ("it-help", "help"):
            server.channel(name)
        for name in ("triage-it", "escalations"):
            server.channel(name, overwrites=PRIVATE)
        yield server


async def told_commands(discord: Discord, found: Settings, url: str) -> None:
    """As at the start of the desk."""
    calls, database = Calls(lambda: found), open_database(url)
    await calls.start()
    assert await sync(calls, Memory(database, lambda: NOW), KNOWN, found)
    await calls.close()
    database.close()


def told(findings: list[Finding], words: str) -> Finding:
    """The one finding that says this."""
    found = [finding for finding in findings if words in finding.text]
    assert len(found) == 1, "\n".join(map(str, findings))
    return found[0]


async def test_a_bot_of_our_invitation_is_well(discord: Discord, sqlite_database_url: str) -> None:
    """The smallest permissions are enough for all that the settings name."""
    await told_commands(discord, settings(discord), sqlite_database_url)
    findings = await look(settings(discord))
    assert {finding.level for finding in findings} == {"ok"}, "\n".join(map(str, findings))
    assert told(findings, f"the token works: firstline, application {discord.bot.id}")
    assert told(findings, f"the bot is in Example ({discord.guild.id})")
    assert told(findings, "1000 of 1000 log-ins to the gateway are left")
    assert told(findings, "Discord has all") and told(findings, "agrees with Discord's")
    assert told(findings, "all is well in #help (channels.discord.panel, discord.tickets)")
    assert told(findings, "all is well in #triage-it (teams.it.triage[0])")
    assert not discord.violations and not discord.gateway.connected, "a doctor's session would be told events"


async def test_who_is_not_on_discord_is_told_where_to_begin() -> None:
    assert [f.text for f in await look(settings(None))] == ["not set up; docs/discord.md shows how"]


@pytest.mark.parametrize(
    ("wrong", "words", "way_out"),
    [
        ({"token": "1.zzzz.zzzz"}, "the token does not work: 401 Unauthorized", "press Reset Token"),
        ({"api_url": "http://127.0.0.1:9"}, "Discord is not reached: ClientConnectorError", "firewall"),
    ],
)
async def test_a_token_that_does_not_work(discord: Discord, wrong: dict[str, str], words: str, way_out: str) -> None:
    (found,) = await look(settings(discord, **wrong))
    assert found.level == "error" and words in found.text and way_out in found.hint
    discord.violations.take(401)


async def test_an_address_that_is_not_discord_s_is_no_crash(discord: Discord) -> None:
    (found,) = await look(settings(discord, api_url=f"{discord.world.base}attachments/api/v10"))
    assert found.level == "error" and "404" in found.text and "discord.api_url" in found.hint


async def test_a_server_that_fails_ends_the_look(discord: Discord) -> None:
    """What was found before it failed is told, and so is the rest: that it is not known."""
    discord.faults.refused("GET /guilds/{guild_id}/channels", 50001)
    findings = await look(settings(discord))
    assert told(findings, "the token works") and told(findings, "Discord does not answer as it should: 403").hint
    discord.violations.take(50001)


async def test_what_is_lost_without_the_words_of_messages_is_said() -> None:
    """MESSAGE_CONTENT is privileged and optional."""
    async with Discord(granted=()) as discord:
        found = told(await look(settings(discord)), "without the words of messages")
        assert found.level == "warning" and "watched channels make no tickets" in found.text
        assert "Message Content Intent" in found.hint and "/reply" in found.hint


async def test_intents_that_are_not_needed() -> None:
    """GUILD_MEMBERS and presences are never asked for."""
    async with Discord(granted=("message_content", "guild_members", "presences")) as discord:
        findings = await look(settings(discord))
        assert told(findings, "Server Members Intent is granted and not needed").level == "warning"
        assert told(findings, "Presence Intent is granted and not needed").hint


async def test_no_server_and_several(discord: Discord) -> None:
    other = discord.add_guild("Acme")
    findings = await look(settings(discord))
    several = told(findings, f"the bot is in several servers: Example ({discord.guild.id}), Acme ({other.id})")
    assert several.level == "error" and "FIRSTLINE_DISCORD__GUILD" in several.hint
    assert told(await look(settings(discord, guild=other.id)), f"the bot is in Acme ({other.id})").level == "ok"
    absent = told(await look(settings(discord, guild="42")), "the bot is not in the server 42")
    assert absent.level == "error" and "firstline discord invite" in absent.hint
    for guild in discord.world.guilds.values():
        del guild.members[discord.bot.id]
    assert "firstline discord invite" in told(await look(settings(discord)), "the bot is in no server").hint


DENIED = Permission.SEND_MESSAGES_IN_THREADS | Permission.MANAGE_THREADS


async def test_permissions_are_computed_channel_by_channel(discord: Discord) -> None:
    """With overwrites: @everyone's, then those of roles, then the bot's own."""
    discord.allow(discord.channel("triage-it"), {"firstline": (0, DENIED)})
    found = told(await look(settings(discord)), "in #triage-it (teams.it.triage[0]) the bot lacks")
    titles = "Manage Threads and Posts, Send Messages in Threads and Posts"
    assert found.level == "error" and found.text.endswith(f"lacks {titles}")
    assert found.hint == f"in #triage-it → Edit Channel → Permissions → firstline: allow {titles}"
    discord.allow(discord.channel("triage-it"), {"bot": (DENIED | Permission.VIEW_CHANNEL, 0)})
    assert told(await look(settings(discord)), "all is well in #triage-it (teams.it.triage[0])")


async def test_a_channel_that_is_not_seen_lacks_only_that(discord: Discord) -> None:
    discord.allow(discord.channel("triage-it"), {"bot": (0, 0)})
    found = told(await look(settings(discord)), "in #triage-it (teams.it.triage[0]) the bot lacks")
    assert found.text.endswith("the bot lacks View Channel") and found.hint.endswith("firstline: allow View Channel")


async def test_the_channel_of_tickets_takes_private_threads(discord: Discord) -> None:
    """In it nobody need send messages; who may not see it sees none of their own threads."""
    text = BASE.replace(", panel: help", "")
    channel = discord.channel("help")
    discord.allow(channel, {"@everyone": (0, Permission.SEND_MESSAGES)})
    assert told(await look(settings(discord, text)), "all is well in #help (discord.tickets)").level == "ok"
    both = told(await look(settings(discord)), "in #help (channels.discord.panel, discord.tickets) the bot lacks")
    assert both.text.endswith("the bot lacks Send Messages"), "a panel has to be sent"
    discord.allow(channel, {"bot": (0, Permission.CREATE_PRIVATE_THREADS)})
    assert told(await look(settings(discord, text)), "the bot lacks Create Private Threads").level == "error"
    discord.allow(channel, {"@everyone": (0, Permission.VIEW_CHANNEL), "bot": (Permission.VIEW_CHANNEL, 0)})
    found = told(await look(settings(discord, text)), "in #help (discord.tickets) not everybody has View Channel")
    assert found.level == "warning" and "@everyone, or the role" in found.hint


async def test_channels_of_the_wrong_kind(discord: Discord) -> None:
    """Private threads are in text channels only; a category holds no card."""
    discord.channel("posts", "forum", overwrites=PRIVATE), discord.channel("news", "news", overwrites=PRIVATE)
    discord.channel("IT", "category")
    rooms = "discord:posts, discord:news, discord:IT"
    text = BASE.replace("ROOMS", rooms)
    findings = await look(settings(discord, text))
    assert told(findings, "all is well in #posts (teams.it.triage[0])") and told(
        findings, "all is well in #news (teams.it.triage[1])"
    )
    assert told(findings, "#IT (teams.it.triage[2]) is no channel of text").level == "error"
    for kind in ("posts", "news"):
        findings = await look(settings(discord, BASE.replace("tickets: help", f"tickets: {kind}")))
        found = told(findings, f"#{kind} (discord.tickets) is no text channel")
        assert found.level == "error" and found.hint == "name another in discord.tickets"


async def test_a_forum_that_wants_tags_refuses_posts_without(discord: Discord) -> None:
    discord.channel("posts", "forum", tags=["hardware"], requires_tag=True)
    found = told(await look(settings(discord, BASE.replace("ROOMS", "discord:posts"))), "takes no post without a tag")
    assert found.level == "warning" and "in #posts → Edit Channel" in found.hint


async def test_channels_that_are_not_there_and_two_of_one_name(discord: Discord) -> None:
    twin = discord.world.add_channel(discord.guild, "escalations", "text", {})
    text = BASE.replace("ROOMS", "discord:triage_it, discord:zzz, discord:81384788765712384")
    findings = await look(settings(discord, text))
    near = told(findings, "teams.it.triage[0] names triage_it, and there is no such channel")
    assert near.level == "error" and near.hint == "did you mean triage-it?"
    assert "create it, or mend teams.it.triage[1]" in told(findings, "names zzz").hint
    assert told(findings, "names 81384788765712384").level == "error"
    found = told(findings, "2 channels are called escalations")
    assert found.level == "warning" and twin.id in found.text and "channels.discord.escalations" in found.hint


async def test_a_room_of_agents_that_everybody_sees(discord: Discord) -> None:
    discord.channel("open")
    findings = await look(settings(discord, BASE.replace("ROOMS", "discord:open")))
    found = told(findings, "everybody in the server sees #open (teams.it.triage[0])")
    assert found.level == "warning" and "Private Channel" in found.hint
    assert told(findings, "all is well in #help").level == "ok"


async def test_a_channel_named_by_its_id_is_the_same(discord: Discord) -> None:
    id = discord.channel("triage-it").id
    findings = await look(settings(discord, BASE.replace("ROOMS", f"discord:{id}")))
    assert told(findings, "all is well in #triage-it (teams.it.triage[0])").level == "ok"


async def test_settings_without_rooms_or_tickets_are_told_of(discord: Discord) -> None:
    text = BASE.replace("triage: [ROOMS]}", "triage: [web:t]}, net: {name: Net, lead: lena, triage: [ROOMS]}")
    findings = await look(settings(discord, text.replace("discord: {tickets: help}", "")))
    assert "teams.it.triage" in told(findings, "the team it has no room on Discord").hint
    assert "tickets: help" in told(findings, "in direct messages only").hint
    none = BASE.replace("ROOMS", "web:t").replace("discord: {escalations", "web: {escalations")
    none = none.replace("discord: {tickets: help}", "")
    assert "triage: [discord:" in told(await look(settings(discord, none)), "name no channel of Discord's").hint


async def test_roles_that_are_not_there_or_cannot_be_pinged(discord: Discord) -> None:
    agents, quiet = discord.role("agents"), discord.role("on-call")
    own = f"lead: lena, agent_roles: {{discord: [{agents.id}, 42]}}, user_groups: {{discord: {quiet.id}}},"
    text = BASE.replace("lead: lena,", own) + "admin_roles: {discord: [agents]}\n"
    findings = await look(settings(discord, text))
    assert told(findings, "teams.it.agent_roles.discord[0] is @agents").level == "ok"
    assert "Copy Role ID" in told(findings, "teams.it.agent_roles.discord[1] names 42").hint
    assert told(findings, "admin_roles.discord[0] names agents").hint == f"write {agents.id}"
    unheard = told(findings, "nobody is pinged by @on-call (teams.it.user_groups.discord)")
    assert unheard.level == "error" and "Allow anyone to @mention this role" in unheard.hint
    quiet.mentionable = True
    assert told(await look(settings(discord, text)), "teams.it.user_groups.discord is @on-call").level == "ok"


PEOPLE = "ben: {name: Ben}, ada: {name: Ada, identities: {discord: 81384788765712384}}}"


async def test_people_of_the_desk_who_are_strangers_on_discord(discord: Discord) -> None:
    """Discord tells no bot anybody's address: an id is all there is, but for roles."""
    text = BASE.replace("LENA}}}", f"LENA}}}}, {PEOPLE}").replace(
        "lead: lena,", "lead: lena, members: {ben: {}, ada: {}},"
    )
    findings = await look(settings(discord, text))
    stranger = told(findings, "no id on Discord is known of ben, and no role")
    assert stranger.level == "warning" and "Copy User ID" in stranger.hint and "agent_roles" in stranger.hint
    gone = told(findings, "nobody in the server has the id 81384788765712384 of ada")
    assert gone.level == "error" and "people.ada.identities.discord" in gone.hint
    by_role = text.replace("lead: lena,", f"lead: lena, agent_roles: {{discord: [{discord.role('agents').id}]}},")
    assert told(await look(settings(discord, by_role)), "known of ben: a role lets them work").level == "warning"


async def test_commands_that_discord_does_not_have(discord: Discord, sqlite_database_url: str) -> None:
    """A command of the server alone stands beside the desk's own of the same name."""
    own = settings(discord)
    found = told(await look(own), "commands are not at Discord: fixed, metoo, notfixed, …")
    assert found.level == "warning" and "start the desk" in found.hint
    await told_commands(discord, own, sqlite_database_url)
    body = {"name": "ping", "description": "Pong", "type": 1}
    await post(discord, f"applications/{discord.bot.id}/commands", body)
    await post(discord, f"applications/{discord.bot.id}/guilds/{discord.guild.id}/commands", body)
    findings = await look(own)
    assert told(findings, "commands of another tool are there: ping").level == "warning"
    assert told(findings, "commands that are not the desk's stand beside its own: /ping").level == "warning"


async def post(discord: Discord, path: str, body: dict[str, Any]) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        headers = {"User-Agent": "DiscordBot (https://example.org, 1)"}
        async with session.post(f"{discord.api_url}/{path}", json=body, headers=headers) as response:
            assert response.status in (200, 201), await response.text()


async def test_a_bot_without_its_commands_is_to_be_invited_again(discord: Discord) -> None:
    discord.faults.refused("GET /applications/{application_id}/guilds/{guild_id}/commands", 50001)
    found = told(await look(settings(discord)), "added without its commands (the scope applications.commands)")
    assert found.level == "error" and "firstline discord invite" in found.hint
    discord.violations.take(50001)


async def test_an_administrator_may_too_much() -> None:
    async with Discord(permissions=int(Permission.ADMINISTRATOR)) as discord:
        found = told(await look(settings(discord)), "the bot is an administrator")
        assert found.level == "warning" and "the role firstline" in found.hint


@pytest.mark.parametrize(("used", "level"), [(899, "ok"), (900, "warning"), (1000, "error")])
async def test_log_ins_to_the_gateway_that_are_nearly_used_up(discord: Discord, used: int, level: str) -> None:
    """1,000 IDENTIFY a day; Discord resets the token of who has more."""
    discord.gateway.identifies = used
    found = told(await look(settings(discord)), f"{1000 - used} of 1000 log-ins to the gateway are left for the next")
    assert found.level == level and (level == "ok" or "its log says why" in found.hint)


async def test_discord_may_want_more_shards(discord: Discord) -> None:
    discord.shards = 4
    assert told(await look(settings(discord)), "Discord wants 4 shards").hint == "set discord.shards to 4"
    assert not [f for f in await look(settings(discord, shards="4")) if "wants" in f.text]


@pytest.mark.parametrize(("skew", "level"), [(0, "ok"), (90, "warning"), (-90, "warning"), (400, "error")])
async def test_a_clock_that_is_off(discord: Discord, skew: float, level: str) -> None:
    assert told(await look(settings(discord), skew=skew), "this machine's clock").level == level


async def test_every_finding_that_is_not_well_has_a_way_out(discord: Discord) -> None:
    discord.world.app.granted.clear()
    discord.allow(discord.channel("help"), {"@everyone": (0, -1 & (1 << 53) - 1)})
    findings = await look(settings(discord, BASE.replace("ROOMS", "discord:none")), skew=1000)
    assert failed(findings) and all(finding.hint for finding in findings if finding.level != "ok")
    assert discord.token not in str(findings), "no finding holds a token"
