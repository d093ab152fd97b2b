"""What the project's own Discord refuses, as the real one does: forms, permissions, threads, interactions, commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord as library
import pytest

from tests.platforms.discord import BOT_PERMISSIONS, Channel, Discord, Permission, Person
from tests.platforms.discord_app import (
    MESSAGES,
    Listener,
    Rest,
    button,
    field,
    listening,
    modal,
    refusal,
    rest,
    standing,
    text,
    v2,
)

THREADS = "/channels/{id}/threads"
CHANNEL = "/channels/{id}"
MESSAGE = "/channels/{id}/messages/{message}"
COMMANDS = "/applications/{app}/commands"
PRIVATE = {"name": "IT-1001", "type": 12}


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(patience=0.3) as server:
        yield server


@pytest.fixture
async def web(discord: Discord) -> AsyncIterator[Rest]:
    async with rest(discord) as client:
        yield client


@pytest.fixture
def ana(discord: Discord) -> Person:
    return discord.user("ana")


@pytest.fixture
def it_help(discord: Discord) -> Channel:
    return discord.channel("it-help")


def select(count: int, **more: Any) -> dict[str, Any]:
    options = [{"label": str(number), "value": str(number)} for number in range(count)]
    return {"type": 1, "components": [{"type": 3, "custom_id": "s", "options": options} | more]}


def rows(count: int) -> list[dict[str, Any]]:
    return [button("x", str(number)) for number in range(count)]


BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "content and components": (v2(text("x"), content="y"), "IS_COMPONENTS_V2"),
    "embeds and components": (v2(text("x"), embeds=[{"title": "y"}]), "IS_COMPONENTS_V2"),
    "components without the flag": ({"components": [text("x")]}, "needs the flag"),
    "long content": ({"content": "x" * 2001}, "2000 or fewer"),
    "41 components": (v2(*rows(20), text("x")), "41 components"),
    "4,001 characters": (v2(text("x" * 2000), text("y" * 2001)), "4001 characters"),
    "the same custom id": (v2(button("a", "x"), button("b", "x")), "stands twice"),
    "the same id": (v2(text("a", id=7), text("b", id=7)), "stands twice"),
    "a long custom id": (v2(button("a", "x" * 101)), "100 or fewer"),
    "six buttons": (v2({"type": 1, "components": [one["components"][0] for one in rows(6)]}), "or fewer"),
    "a select and a button": (v2({"type": 1, "components": select(2)["components"] + rows(1)[0]["components"]}), "one"),
    "26 options": (v2(select(26)), "25 or fewer"),
    "too many to choose": (v2(select(2, max_values=3)), "2 options"),
    "a container in a container": (
        v2({"type": 17, "components": [{"type": 17, "components": [text("x")]}]}),
        "none of",
    ),
    "a button without a label": (v2({"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "x"}]}), "label"),
    "a link with a custom id": (
        v2({"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "custom_id": "x", "url": "https://x.y"}]}),
        "a link has a url",
    ),
    "an empty text": (v2(text("")), "1 or more"),
    "embeds of 6,001": ({"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, "6000"),
    "an unknown file": (v2({"type": 13, "file": {"url": "attachment://a.txt"}}), "names no file"),
    "a long nonce": ({"content": "x", "nonce": "x" * 26}, "25 or fewer"),
    "both parsed and listed": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "mutually exclusive",
    ),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_message_that_is_badly_formed(name: str, discord: Discord, web: Rest, it_help: Channel) -> None:
    body, said = BODIES[name]
    assert await refusal(web.say(it_help, body)) == 50035
    (violation,) = discord.violations
    assert said in violation and not it_help.messages()


MODALS: dict[str, tuple[dict[str, Any], str]] = {
    "a long title": (modal(title="x" * 46), "45 or fewer"),
    "six fields": (modal(*(field(str(number)) for number in range(6))), "between 1 and 5"),
    "a long label": (modal(field("x" * 46, custom_id="x")), "45 or fewer"),
    "the same custom id": (modal(field("a", custom_id="x"), field("b", custom_id="x")), "stands twice"),
    "a value that is too long": (modal(field(max_length=2, value="xyz")), "between 0 and 2"),
    "nothing to choose, but required": (
        modal({"type": 18, "label": "x", "component": select(2, min_values=0)["components"][0]}),
        "needs required false",
    ),
    "a disabled select": (
        modal({"type": 18, "label": "x", "component": select(2, disabled=True)["components"][0]}),
        "disabled",
    ),
    "a button": (modal(button("x")), "must be one of"),
}


@pytest.fixture
async def app(discord: Discord) -> AsyncIterator[Listener]:
    async with listening(discord) as client:
        yield client


@pytest.fixture
async def ticket(web: Rest, discord: Discord) -> None:
    body = [{"name": "ticket", "description": "Ask for help"}]
    await web.ask("PUT", COMMANDS, body, app=discord.bot.id)


@pytest.mark.usefixtures("ticket")
async def test_modals_that_are_badly_formed(app: Listener, discord: Discord, ana: Person, it_help: Channel) -> None:
    for name, (data, said) in MODALS.items():
        app.answers[2] = {"type": 9, "data": data}
        answer = await ana.command("/ticket", it_help)
        assert answer.error and not answer.modal, name
        assert said in discord.violations.take(50035)[0], name
    assert app.refused == [50035] * len(MODALS)


@pytest.mark.usefixtures("ticket")
async def test_an_interaction_is_answered_once_in_time_and_fittingly(
    app: Listener, web: Rest, discord: Discord, ana: Person, it_help: Channel
) -> None:
    """Trap: 3 s until the first response (10062 when late, 40060 when answered twice), the token 15 min."""
    hello = {"type": 4, "data": {"content": "hello"}}
    app.answers[2] = hello
    discord.faults.doubled()
    assert (await ana.command("/ticket", it_help)).text == "hello"
    await discord.until(lambda: app.refused)
    assert app.refused == [40060]
    discord.faults.delay(0.4)
    assert (await ana.command("/ticket", it_help)).error
    await discord.until(lambda: len(app.refused) == 2)
    assert app.refused == [40060, 10062]
    app.answers[2] = {"type": 7, "data": {"content": "hello"}}
    assert (await ana.command("/ticket", it_help)).error
    app.answers[2] = {"type": 5, "data": {"flags": 1 << 15}}
    assert (await ana.command("/ticket", it_help)).error
    assert app.refused[2:] == [50035, 50035]
    assert len(discord.violations.take("callback")) == 4


async def test_a_token_lasts_fifteen_minutes() -> None:
    now = 1_800_000_000.0
    async with Discord(now=lambda: now) as discord, rest(discord) as web, listening(discord) as app:
        ana, it_help = discord.user("ana"), discord.channel("it-help")
        body = [{"name": "ticket", "description": "Ask for help"}]
        await web.ask("PUT", COMMANDS, body, app=discord.bot.id)
        app.answers[2] = {"type": 4, "data": {"content": "hello", "flags": 64}}
        answer = await ana.command("/ticket", it_help)
        assert answer.interaction and answer.message
        hook = {"app": discord.bot.id, "token": answer.interaction.token}
        path = "/webhooks/{app}/{token}/messages/@original"
        assert await refusal(web.ask("GET", MESSAGE, id=it_help.id, message=answer.message.id)) == 10008
        assert (await web.ask("GET", path, **hook))["content"] == "hello"
        now += 901
        assert await refusal(web.ask("PATCH", path, {"content": "late"}, **hook)) == 50027
        assert await refusal(web.ask("GET", path, app=discord.bot.id, token="unknown")) == 10015


async def test_permissions_are_computed_with_overwrites(web: Rest, discord: Discord) -> None:
    hidden = discord.channel("hidden", overwrites={"@everyone": (0, Permission.VIEW_CHANNEL)})
    assert await refusal(web.say(hidden, {"content": "x"})) == 50001
    discord.allow(hidden, {"bot": (Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES)})
    assert await refusal(web.say(hidden, {"content": "x"})) == 50013
    discord.allow(hidden, {"bot": (Permission.VIEW_CHANNEL, 0), "@everyone": (0, Permission.READ_MESSAGE_HISTORY)})
    await web.say(hidden, {"content": "x"})
    assert await web.ask("GET", "/channels/{id}/messages", id=hidden.id) == []
    assert await refusal(web.ask("PATCH", CHANNEL, {"name": "x"}, id=hidden.id)) == 50013
    assert await refusal(web.ask("GET", CHANNEL, id="1")) == 10003
    assert len(discord.violations) == 3 and len(discord.refusals) == 4


async def test_direct_messages_may_be_refused(web: Rest, discord: Discord, ana: Person) -> None:
    talk = await web.ask("POST", "/users/@me/channels", {"recipient_id": ana.id})
    ana.refuses_messages()
    assert await refusal(web.ask("POST", MESSAGES, {"content": "x"}, channel_id=talk["id"])) == 50007
    await ana.leaves_guild()
    assert await refusal(web.ask("POST", MESSAGES, {"content": "x"}, channel_id=talk["id"])) == 50278
    assert not discord.violations


async def test_threads_rest_are_locked_and_run_out(web: Rest, discord: Discord, ana: Person, it_help: Channel) -> None:
    """Trap: private threads archive themselves: unarchive on activity; closing means lock and archive."""
    said = await ana.says(it_help, "the vpn is down")
    path = "/channels/{id}/messages/{message}/threads"
    thread = await web.ask("POST", path, {"name": "vpn"}, id=it_help.id, message=said.id)
    assert thread["id"] == said.id
    assert await refusal(web.ask("POST", path, {"name": "vpn"}, id=it_help.id, message=said.id)) == 160004
    first = await web.ask("POST", MESSAGES, {"content": "looking"}, channel_id=thread["id"])
    await web.ask("PATCH", CHANNEL, {"archived": True, "locked": True}, id=thread["id"])
    edit = web.ask("PATCH", MESSAGE, {"content": "x"}, id=thread["id"], message=first["id"])
    assert await refusal(edit) == 50083
    assert await refusal(web.ask("PATCH", CHANNEL, {"archived": True, "locked": True}, id=thread["id"])) == 50083
    assert await refusal(web.ask("PUT", "/channels/{id}/thread-members/{u}", id=thread["id"], u=ana.id)) == 50083
    await web.ask("POST", MESSAGES, {"content": "again"}, channel_id=thread["id"])
    assert not discord.thread(thread["id"]).archived
    discord.threads.most = 1
    assert await refusal(web.ask("POST", THREADS, PRIVATE, id=it_help.id)) == 160006
    assert not discord.violations


async def test_a_locked_thread_is_for_moderators() -> None:
    permissions = BOT_PERMISSIONS & ~Permission.MANAGE_THREADS
    async with Discord(permissions=permissions) as discord, rest(discord) as web:
        ana, it_help = discord.user("ana"), discord.channel("it-help")
        thread = await ana.starts_thread(await ana.says(it_help, "vpn"), "vpn")
        await web.ask("POST", MESSAGES, {"content": "hello"}, channel_id=thread.id)
        discord.archive(thread)
        await web.ask("PATCH", CHANNEL, {"archived": False}, id=thread.id)
        assert await refusal(web.ask("PATCH", CHANNEL, {"archived": True}, id=thread.id)) == 50013
        discord.archive(thread, locked=True)
        assert await refusal(web.ask("POST", MESSAGES, {"content": "x"}, channel_id=thread.id)) == 160005


async def test_private_threads_are_seen_by_members_and_moderators(
    web: Rest, discord: Discord, ana: Person, it_help: Channel
) -> None:
    bea, mod = discord.user("bea"), discord.user("mod", roles=[discord.role("mod", permissions=1 << 34)])
    thread = discord.thread((await web.ask("POST", THREADS, PRIVATE, id=it_help.id))["id"])
    await web.ask("PUT", "/channels/{id}/thread-members/{u}", id=thread.id, u=ana.id)
    assert [thread.seen_by(one.id) for one in (ana, bea, mod)] == [True, False, True]
    assert [one.kind for one in thread.messages(as_seen_by=ana)] == [1]
    hidden = discord.channel("hidden", overwrites={"@everyone": (0, Permission.VIEW_CHANNEL), "bot": (1 << 10, 0)})
    inside = await web.ask("POST", THREADS, PRIVATE, id=hidden.id)
    add = web.ask("PUT", "/channels/{id}/thread-members/{u}", id=inside["id"], u=ana.id)
    assert await refusal(add) == 50001


async def test_forums_take_posts_with_tags(web: Rest, discord: Discord) -> None:
    forum = discord.channel("triage-it", "forum", tags=["new"], requires_tag=True)
    post: dict[str, Any] = {"name": "IT-1001", "message": v2(text("vpn"))}
    assert await refusal(web.say(forum, {"content": "x"})) == 40058
    assert await refusal(web.ask("POST", THREADS, {"name": "x"}, id=forum.id)) == 50035
    assert await refusal(web.ask("POST", THREADS, post, id=forum.id)) == 40067
    assert await refusal(web.ask("POST", THREADS, post | {"applied_tags": ["1"]}, id=forum.id)) == 50035
    made = await web.ask("POST", THREADS, post | {"applied_tags": [forum.tags[0]["id"]]}, id=forum.id)
    assert made["id"] == made["message"]["id"] and made["applied_tags"] == [forum.tags[0]["id"]]


async def test_edits_and_replies(web: Rest, discord: Discord, ana: Person, it_help: Channel) -> None:
    said = await ana.says(it_help, "hello")
    assert await refusal(web.ask("PATCH", MESSAGE, {"content": "x"}, id=it_help.id, message=said.id)) == 50005
    assert await refusal(web.ask("DELETE", MESSAGE, id=it_help.id, message=said.id)) == 50013
    mine = await web.say(it_help, v2(text("card")))
    where = {"id": it_help.id, "message": mine["id"]}
    assert await refusal(web.ask("PATCH", MESSAGE, {"content": "x"}, **where)) == 50035
    assert await refusal(web.ask("PATCH", MESSAGE, {"components": []}, **where)) == 50006
    assert await refusal(web.say(it_help, {})) == 50006
    gone: dict[str, Any] = {"content": "x", "message_reference": {"message_id": "1"}}
    assert await refusal(web.say(it_help, gone)) == 50035
    gone["message_reference"]["fail_if_not_exists"] = False
    assert standing(discord, await web.say(it_help, gone)).kind == 0


async def test_commands_that_are_badly_formed(web: Rest, discord: Discord) -> None:
    ticket: dict[str, Any] = {"name": "ticket", "description": "x"}
    option = {"type": 3, "name": "a", "description": "x"}
    bad: list[tuple[list[dict[str, Any]], str]] = [
        ([ticket | {"name": "Ticket"}], "invalid"),
        ([ticket | {"name": "kb show"}], "invalid"),
        ([ticket, ticket], "duplicates"),
        ([ticket | {"description": ""}], "required"),
        ([ticket | {"name": f"c{number}"} for number in range(101)], "at most 100"),
        ([ticket | {"options": [option | {"name": f"o{number}"} for number in range(26)]}], "25 or fewer"),
        ([ticket | {"options": [option, option | {"name": "b", "required": True}]}], "placed before"),
        (
            [ticket | {"options": [option | {"autocomplete": True, "choices": [{"name": "x", "value": "x"}]}]}],
            "exclusive",
        ),
        ([ticket | {"description_localizations": {"pt": "x"}}], "no locale"),
        ([{"name": "Create ticket", "type": 3, "description": "x"}], "neither"),
    ]
    for commands, said in bad:
        assert await refusal(web.ask("PUT", COMMANDS, commands, app=discord.bot.id)) == 50035
        assert said in discord.violations.take(50035)[0]
    assert await refusal(web.ask("PUT", COMMANDS, [], app="1")) == 20012


async def test_who_is_not_signed_in_is_not_answered(discord: Discord) -> None:
    with pytest.raises(library.LoginFailure):
        async with rest(discord, "wrong"):
            pass
    assert discord.violations.take("401") and len(discord.rates.invalid) == 1


async def test_limits_are_as_strict_as_discords(discord: Discord, web: Rest, it_help: Channel) -> None:
    """Five messages in five seconds a channel, two names in ten minutes, and a ban after too many misses."""
    discord.rates.on = True
    headers = {"Authorization": f"Bot {discord.token}", "User-Agent": "DiscordBot (https://example.com, 1)"}
    url = f"{discord.api_url}/channels/{it_help.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        for left in (4, 3, 2, 1, 0):
            async with session.post(url, json={"content": "x"}) as answer:
                assert answer.headers["X-RateLimit-Remaining"] == str(left)
        async with session.post(url, json={"content": "sixth"}) as answer:
            told, body = answer.headers, await answer.json()
    assert answer.status == 429 and told["X-RateLimit-Scope"] == "user" and told["Via"] and not body["global"]
    assert 0 < body["retry_after"] == float(told["Retry-After"]) <= 5 and len(it_help.messages()) == 5
    web.http.max_ratelimit_timeout = 30
    thread = await web.ask("POST", THREADS, PRIVATE, id=it_help.id)
    for name in ("a", "b"):
        await web.ask("PATCH", CHANNEL, {"name": name}, id=thread["id"])
    with pytest.raises(library.RateLimited) as limited:
        await web.ask("PATCH", CHANNEL, {"name": "c"}, id=thread["id"])
    assert limited.value.retry_after > 500
    discord.rates.banned_after = 1
    assert await refusal(web.ask("GET", CHANNEL, id=it_help.id)) == 429
    assert not discord.violations
