"""The project's own Discord through the real discord.py: what people do, what the app answers, what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord as library
import pytest

from tests.platforms.discord import Channel, Discord, Permission, Person
from tests.platforms.discord_app import (
    Listener,
    Rest,
    button,
    field,
    listening,
    modal,
    rest,
    standing,
    text,
    until,
    v2,
)

TICKET = {
    "name": "ticket",
    "description": "Ask for help",
    "options": [
        {"type": 3, "name": "summary", "description": "What is wrong", "required": True, "min_length": 3},
        {"type": 3, "name": "category", "description": "Of what kind", "autocomplete": True},
        {"type": 4, "name": "stars", "description": "How well", "min_value": 1, "max_value": 5},
        {"type": 6, "name": "for", "description": "For whom"},
        {"type": 3, "name": "priority", "description": "How soon", "choices": [{"name": "Urgent", "value": "P1"}]},
        {"type": 11, "name": "file", "description": "A picture"},
    ],
}
COMMANDS = [TICKET, {"name": "Create ticket", "type": 3}, {"name": "Tickets of …", "type": 2}]
EPHEMERAL = 64


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(patience=1) as server:
        yield server
        assert not server.violations, server.violations


@pytest.fixture
async def app(discord: Discord) -> AsyncIterator[Listener]:
    async with listening(discord) as client:
        path = "/applications/{app}/commands"
        await client.http.request(library.http.Route("PUT", path, app=discord.bot.id), json=COMMANDS)
        yield client


@pytest.fixture
async def web(discord: Discord) -> AsyncIterator[Rest]:
    async with rest(discord) as client:
        yield client


@pytest.fixture
def ana(discord: Discord) -> Person:
    return discord.user("ana", locale="pt-BR")


@pytest.fixture
def it_help(discord: Discord) -> Channel:
    return discord.channel("it-help")


async def test_a_command_opens_a_form_that_is_filled_in(app: Listener, ana: Person, it_help: Channel) -> None:
    app.answers[2] = {"type": 9, "data": modal(field(min_length=3), field("More", required=False))}
    app.answers[5] = [{"type": 5, "data": {"flags": EPHEMERAL}}, v2(text("IT-1001 is noted"))]
    typed: dict[str, Any] = {"summary": "vpn", "stars": 5, "priority": "Urgent", "for": ana}
    opened = await ana.command("/ticket", it_help, **typed)
    data = app.events("INTERACTION_CREATE")[0]["data"]
    assert [(one["name"], one["value"]) for one in data["options"]] == [
        *(("summary", "vpn"), ("stars", 5), ("for", ana.id), ("priority", "P1"))
    ]
    assert data["resolved"]["members"][ana.id]["permissions"] == "0" and opened.modal
    too_short = await ana.submit(opened.modal, {"What is wrong?": "x"})
    assert not too_short.sent and too_short.error == "What is wrong?: Must be between 3 and 4000 in length"
    assert (await ana.submit(opened.modal)).error == "What is wrong?: This field is required"
    answer = await ana.submit(opened.modal, {"What is wrong?": "the vpn"})
    assert answer.ephemeral and answer.text == "IT-1001 is noted"
    assert ana.ephemerals(it_help) == [answer.message] and not it_help.messages()
    assert it_help.messages(as_seen_by=ana) == [answer.message]
    assert not app.events("MESSAGE_CREATE")


async def test_a_form_takes_choices_files_and_people(app: Listener, ana: Person, it_help: Channel) -> None:
    options = [{"label": one, "value": one.lower()} for one in ("Low", "High")]
    picks = [
        {"type": 18, "label": "Priority", "component": {"type": 3, "custom_id": "p", "options": options}},
        {
            "type": 18,
            "label": "How",
            "component": {"type": 21, "custom_id": "r", "options": options, "required": False},
        },
        {"type": 18, "label": "Who", "component": {"type": 5, "custom_id": "w"}},
        {"type": 18, "label": "Files", "component": {"type": 19, "custom_id": "f", "max_values": 2}},
    ]
    app.answers |= {2: {"type": 9, "data": modal(*picks)}, 5: {"type": 4, "data": {"content": "noted"}}}
    await ana.command("/ticket", it_help, summary="vpn")
    files = {"Files": [("a b.txt", b"hello", "text/plain")]}
    assert (await ana.submit(answers={"Priority": "High"})).error == (
        "Who: This field is required; Files: This field is required"
    )
    assert (await ana.submit(answers={"Priority": "High", "Who": ana}, files=files)).text == "noted"
    data = app.events("INTERACTION_CREATE")[-1]["data"]
    chosen = {one["component"]["custom_id"]: one["component"] for one in data["components"]}
    assert chosen["p"]["values"] == ["high"] and chosen["r"]["value"] is None and chosen["w"]["values"] == [ana.id]
    (attached,) = data["resolved"]["attachments"].values()
    assert attached["id"] in chosen["f"]["values"] and attached["filename"] == "a_b.txt"
    assert await app.http.get_from_cdn(attached["url"]) == b"hello"


async def test_autocomplete_and_context_menus(app: Listener, ana: Person, it_help: Channel) -> None:
    app.answers[4] = {"type": 8, "data": {"choices": [{"name": "Network", "value": "network"}]}}
    assert await ana.types("/ticket", it_help, "category", "net") == [("Network", "network")]
    (option,) = app.events("INTERACTION_CREATE")[-1]["data"]["options"]
    assert option == {"name": "category", "type": 3, "value": "net", "focused": True}
    app.answers[2] = {"type": 4, "data": {"content": "seen", "flags": EPHEMERAL}}
    said = await ana.says(it_help, "the vpn is down")
    assert (await ana.context("Create ticket", said)).text == "seen"
    told = app.events("INTERACTION_CREATE")[-1]["data"]
    assert told["resolved"]["messages"][told["target_id"]]["content"] == "the vpn is down"
    assert (await ana.context("Tickets of …", ana, it_help)).ephemeral


async def test_a_press_is_answered_in_place(app: Listener, web: Rest, discord: Discord, ana: Person) -> None:
    room = discord.channel("triage-it")
    card = standing(discord, await web.say(room, v2(text("IT-1001"), button("Claim"))))
    app.answers[3] = [{"type": 6}, v2(text("IT-1001, claimed"))]
    answer = await ana.press(card, "Claim")
    assert answer.message is card and card.text == "IT-1001, claimed" and card.edited
    with pytest.raises(AssertionError, match="no 'Claim'"):
        await ana.press(card, "Claim")


async def test_silence_and_who_sees_what(app: Listener, discord: Discord, ana: Person, it_help: Channel) -> None:
    silent = await ana.command("/ticket", it_help, summary="vpn")
    assert silent.error == "The application did not respond" == silent.text
    secret = discord.channel("triage-it", overwrites={"@everyone": (0, Permission.VIEW_CHANNEL)})
    with pytest.raises(AssertionError):
        secret.messages(as_seen_by=ana)
    with pytest.raises(AssertionError, match="does not send it"):
        await ana.command("/ticket", it_help)
    with pytest.raises(AssertionError, match="too large"):
        await ana.command("/ticket", it_help, summary="vpn", stars=6)


async def test_talk_is_heard_with_threads_replies_and_reactions(
    discord: Discord, ana: Person, it_help: Channel
) -> None:
    wanted = library.Intents(guilds=True, guild_messages=True, message_content=True, reactions=True, dm_messages=True)
    async with listening(discord, wanted) as app:
        said = await ana.says(it_help, f"<@{discord.bot.id}> help", files=[("a.png", b"png", "image/png")])
        await ana.edits(said, "help!")
        await ana.reacts(said, "🎫")
        thread = await ana.starts_thread(said, "vpn")
        await ana.says(thread, "more", reply_to=thread.messages()[0] if thread.messages()[0].counts else None)
        await ana.says("@", "in private")
        await ana.deletes(said)
        await until(lambda: app.events("MESSAGE_DELETE"))
        created = app.events("MESSAGE_CREATE")
        assert [one["type"] for one in created] == [0, 21, 0, 0] and thread.id == said.id
        assert created[0]["attachments"][0]["filename"] == "a.png" and created[0]["member"]["roles"] == []
        assert "guild_id" not in created[3] and created[3]["content"] == "in private"
        assert (
            app.events("THREAD_CREATE")[0]["newly_created"]
            and app.events("THREAD_CREATE")[0]["parent_id"] == it_help.id
        )
        (reaction,) = app.events("MESSAGE_REACTION_ADD")
        assert reaction["emoji"]["name"] == "🎫" and reaction["member"]["user"]["id"] == ana.id


async def test_without_message_content_only_what_concerns_the_app_is_whole(ana: Person) -> None:
    """Discord, the numbers: MESSAGE_CONTENT is privileged and should be optional."""
    async with Discord(granted=()) as discord, rest(discord) as web:
        ana, it_help = discord.user("ana"), discord.channel("it-help")
        wanted = library.Intents(guilds=True, guild_messages=True, dm_messages=True)
        async with listening(discord, wanted) as app:
            await ana.says(it_help, "nobody's business", files=[("a.txt", b"x")])
            await ana.says(it_help, f"hello <@{discord.bot.id}>")
            card = standing(discord, await web.say(it_help, {"content": "IT-1001"}))
            await ana.says(it_help, "thanks", reply_to=card)
            await ana.says("@", "hello")
            await until(lambda: len(app.events("MESSAGE_CREATE")) == 5)
            said = [one["content"] for one in app.events("MESSAGE_CREATE")]
            assert said == ["", f"hello <@{discord.bot.id}>", "IT-1001", "thanks", "hello"]
            history = await web.ask("GET", "/channels/{id}/messages", id=it_help.id)
            assert [one["content"] for one in reversed(history)] == said[:4] and not history[3]["attachments"]


async def test_history_pages_newest_first(web: Rest, ana: Person, it_help: Channel) -> None:
    said = [await ana.says(it_help, str(number)) for number in range(5)]

    async def read(**query: object) -> list[str]:
        told = await web.ask("GET", "/channels/{id}/messages", id=it_help.id, params=query)
        return [one["content"] for one in told]

    assert await read(limit=2) == ["4", "3"]
    assert await read(after=said[0].id, limit=2) == ["2", "1"]
    assert await read(before=said[2].id) == ["1", "0"]
    assert await read(around=said[2].id, limit=3) == ["3", "2", "1"]


async def test_allowed_mentions_are_obeyed(web: Rest, discord: Discord, ana: Person, it_help: Channel) -> None:
    """Trap: without allowed_mentions @everyone in a person's text pings."""
    role = discord.role("it", mentionable=True)
    body = {"content": f"{ana.mention} <@&{role.id}> @everyone"}
    loud = standing(discord, await web.say(it_help, body))
    assert loud.pinged.users == {ana.id} and loud.pinged.roles == {role.id}
    assert not loud.pinged.everyone  # the bot lacks MENTION_EVERYONE
    quiet = standing(discord, await web.say(it_help, body | {"allowed_mentions": {"parse": []}}))
    assert not quiet.pinged
    one = body | {"allowed_mentions": {"parse": [], "users": [ana.id]}}
    assert standing(discord, await web.say(it_help, one)).pinged.users == {ana.id}


async def test_a_nonce_gives_the_first_message_back(web: Rest, it_help: Channel) -> None:
    """Trap: `nonce=` makes discord.py set enforce_nonce; the same author and nonce return the first message."""
    body = {"content": "once", "nonce": "key", "enforce_nonce": True}
    assert (await web.say(it_help, body))["id"] == (await web.say(it_help, body))["id"]
    await web.say(it_help, body | {"enforce_nonce": False})
    assert len(it_help.messages()) == 2


async def test_component_ids_are_kept_and_counted_around(web: Rest, it_help: Channel) -> None:
    inside = [text("a", id=3), text("b"), button("c")]
    said = await web.say(it_help, v2({"type": 17, "id": 1, "components": inside}))
    (container,) = said["components"]
    first, second, row = container["components"]
    assert [container["id"], first["id"], second["id"], row["id"], row["components"][0]["id"]] == [1, 3, 2, 4, 5]


async def test_files_are_kept_and_served(web: Rest, discord: Discord, it_help: Channel) -> None:
    channel = await web.fetch_channel(int(it_help.id))
    assert isinstance(channel, library.TextChannel)
    sent = await channel.send("look", file=library.File(__file__, "a b.py", description="this"))
    (attached,) = sent.attachments
    assert attached.filename == "a_b.py" and b"def test" in await attached.read()
    await sent.edit(attachments=[])
    assert not standing(discord, {"id": sent.id}).attachments
