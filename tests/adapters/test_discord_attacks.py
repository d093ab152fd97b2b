"""What people, time and bad luck do to the desk on Discord, and what must not come of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.words import Address, Card, Incoming, Post, Reply, refuse
from tests.adapters.discord_company import QUICK, Replica
from tests.adapters.discord_ears import Ears, listening
from tests.platforms.discord import Channel

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """A company on Discord, on a Monday at nine."""
    async with listening(sqlite_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def wordless(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Ears]:
    """The same, without the words of messages."""
    async with listening(sqlite_database_url, tmp_path, granted=()) as made:
        yield made


def members(it: Ears, thread: Channel) -> set[str]:
    """Who is in a thread, but for the bot."""
    names = {person.id: name for name, person in it.people.items()}
    return {names.get(id, id) for id in thread.members} - {it.discord.bot.id}


async def test_17_another_teams_agents_leave_a_tickets_thread(it: Ears) -> None:
    """“What a role may not see never shows”: a thread of another team's is another team's ticket."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.settles()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    assert {"ana", "ben", "chloe"} <= members(it, mine)
    await ben.command("/category", "triage-it", ticket="1001", category="Network Access")
    await it.settles()
    assert "dev" in members(it, mine) and not {"ben", "chloe"} & members(it, mine), members(it, mine)


async def test_17_who_leaves_a_team_leaves_its_tickets_threads(it: Ears) -> None:
    """And whoever joins it is let in: at once, whether or not anything else happens to the ticket."""
    ana, ben = it.person("ana"), it.person("ben")
    await it.heartbeat.beat("settings")
    await ana.command("/ticket", "random", text="my laptop is broken")
    await ben.command("/claim", "triage-it", ticket="1001")
    await it.settles()
    mine, settings = await ana.sees_thread("my laptop is broken", "tickets"), it.file.read_text()
    assert {"ana", "ben", "chloe"} <= members(it, mine)
    await taken_up(it, lambda text: text.replace("      chloe: {skills: [hardware, software]}\n", ""))
    assert "chloe" not in members(it, mine) and {"ana", "ben"} <= members(it, mine)
    await taken_up(it, lambda _: settings)
    assert "chloe" in members(it, mine)


async def taken_up(it: Ears, change: Callable[[str], str]) -> None:
    """Other settings are in force, everywhere."""
    it.change(change)
    await it.heartbeat.beat("settings")
    it.later(seconds=11)
    await it.settles()


async def test_39_somebodys_former_name_opens_nobodys_thread(it: Ears) -> None:
    """Names on Discord can be given up and taken by others: who has one now is not who had it."""
    ana, erik = it.person("ana"), it.person("erik")
    ana.refuses_messages()
    erik.refuses_messages()
    await it.adapter.send(Post("one", Address("discord", f"@{ana.id}"), Card(body="For Ana only.")))
    ana.user.name, erik.user.name = "ana.costa", "ana"
    await it.adapter.send(Post("two", Address("discord", f"@{erik.id}"), Card(body="For Erik only.")))
    for thread in it.rooms["tickets"].threads:
        assert len(members(it, thread)) == 1, members(it, thread)


async def test_a_tickets_channel_that_is_not_there_keeps_nobody_uninformed(
    sqlite_database_url: str, tmp_path: Path
) -> None:
    """Where there is no thread to be had, the talk is a direct message."""
    async with listening(
        sqlite_database_url, tmp_path, change=lambda text: text.replace("tickets: tickets", "tickets: nowhere")
    ) as it:
        ana = it.person("ana")
        await ana.command("/ticket", "random", text="my laptop is broken")
        await it.settles()
        assert "my laptop is broken" in ana.shown("@")


async def test_a_clock_that_was_set_back_holds_no_lease_for_hours(it: Ears) -> None:
    """Who had it may be dead: it is free when it would have run out, counted from now."""
    assert await it.desk.leases.take("a thing", "one", 5)
    it.later(hours=-3)
    assert not await it.desk.leases.take("a thing", "two", 5)
    it.later(seconds=6)
    assert await it.desk.leases.take("a thing", "two", 5)


async def test_17_who_was_not_let_in_is_let_in_with_the_next_word(it: Ears) -> None:
    """Whoever Discord kept out for a while, or a restart forgot, comes in with the ticket's next change."""
    ana, ben = it.person("ana"), it.person("ben")
    it.discord.faults.failing(f"PUT /channels/*/thread-members/{it.person('chloe').id}", 503, times=5)
    await ana.command("/ticket", "random", text="my laptop is broken")
    await it.heard()
    await it.heartbeat.beat_all()
    mine = await ana.sees_thread("my laptop is broken", "tickets")
    await it.discord.until(lambda: "ben" in members(it, mine))
    await it.restarts()
    assert "chloe" not in members(it, mine)
    it.discord.faults.faults.clear()
    await ben.command("/claim", "triage-it", ticket="1001")
    await it.settles()
    assert "chloe" in members(it, mine)


async def test_1_success_is_private_where_the_question_was_not(wordless: Ears) -> None:
    """BEHAVIOUR 1: "Success is private", also behind a button that everybody in the room sees."""
    it, ana, erik = wordless, wordless.person("ana"), wordless.person("erik")
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    told = await ana.sees("I cannot read", "it-help")
    form = (await ana.press(told, "Ask for help")).modal
    answer = await ana.submit(form, {"What is the matter?": "my laptop is broken", "Urgency": "High: I cannot work"})
    await it.settles()
    assert answer.ephemeral and "IT-1001 is open" in answer.text
    assert "IT-1001" not in erik.shown("it-help") and "Ask for help" in told.buttons


async def test_1_what_was_typed_is_private_where_the_question_was_not(wordless: Ears) -> None:
    """Neither what was wrong with it, nor a button that would open it for others, stands in the room."""
    it, ana, erik = wordless, wordless.person("ana"), wordless.person("erik")
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    told = await ana.sees("I cannot read", "it-help")
    form = (await ana.press(told, "Ask for help")).modal
    answer = await ana.submit(form, {"What is the matter?": "\u2800", "Urgency": "High: I cannot work"})
    await it.settles()
    assert answer.ephemeral and "Correct it" not in told.buttons
    assert "please fill" not in erik.shown("it-help")


async def test_23_a_refusal_is_told_below_the_longest_card(it: Ears) -> None:
    """Whatever stands there already: both together may be more than the 4,000 characters of a message."""
    ana, ben = it.person("ana"), it.person("ben")
    await ana.command("/ticket", "random", text="my laptop is broken")
    for count in range(12):
        await ana.command("/reply", "random", ticket="1001", text=f"{count} " + "and so on " * 150)
    shown = await ben.command("/tickets-status", "triage-it", ticket="1001")
    assert shown.message and len(shown.text) > 3_600

    async def refuses(_: Incoming) -> Reply:
        return refuse("That is not possible, for many reasons. " * 12)

    it.desk.receive = refuses  # type: ignore[assignment,method-assign]
    assert "for many reasons" in (await ben.press(shown.message, "Claim")).text


async def test_23_files_that_discord_does_not_take_leave_their_words(it: Ears) -> None:
    """40005: what the desk keeps may be larger than what Discord carries; the answer stands all the same."""
    ana = it.person("ana")
    await ana.command("/ticket", "random", text="my laptop is broken")
    it.discord.faults.refused("PATCH /webhooks/*", 40005)
    answer = await ana.command("/transcript", "random", ticket="1001")
    assert "too large for Discord" in answer.text


async def test_6_nothing_is_lost_while_the_process_stood_still(it: Ears) -> None:
    """A process that slept for ten seconds holds no lease until it has asked: what it was told is caught up with."""
    it.ear()._gaps[0].lease.lost()
    await it.person("ana").says("it-help", "my laptop is broken")
    await it.heard()
    await it.settles()
    assert [ticket.title for ticket in await it.tickets()] == ["my laptop is broken"]


async def test_4_roles_are_those_of_the_click_in_direct_messages_too(it: Ears) -> None:
    """BEHAVIOUR: "looked up when the click or the command arrives", also where no payload tells of them."""
    gus, ana, role = it.discord.user("gus", roles=["it"]), it.person("ana"), it.discord.role("it")
    claims = "    policy: claim\n"
    it.change(lambda text: text.replace(claims, f"{claims}    agent_roles: {{discord: [{role.id}]}}\n"))
    await ana.command("/ticket", "random", text="my laptop is broken")
    assert "my laptop" in (await gus.command("/tickets-status", "@", ticket="1001")).text
    it.discord.guild.members[gus.id].roles.clear()
    assert "my laptop" not in (await gus.command("/tickets-status", "@", ticket="1001")).text


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_first_answer_that_discord_failed_to_take_is_given_again(it: Ears, status: int) -> None:
    """A 5xx says nothing of what was asked: within the three seconds it is answered all the same."""
    ana = it.person("ana")
    it.discord.faults.failing(CALLBACK, status)
    answer = await ana.command("/ticket", "random", text="the screen is broken")
    assert "is open" in answer.text


async def test_39_nobody_from_another_server_reaches_the_desk(it: Ears) -> None:
    """ "Reach another workspace's data": the bot may be in a second server, and is the first one's alone."""
    hall = it.discord.channel("hall", guild=it.discord.add_guild("Elsewhere"))
    eve = it.discord.user("eve", guild=hall.guild)
    await eve.reacts(await eve.says(hall, "my laptop is broken"), "🎫")
    answer = await eve.command("/ticket", "@", text="my laptop is broken")
    await eve.says("@", "my printer is broken")
    await it.settles()
    assert "another server" in answer.text and eve.shown("@").count("another server") == 2
    assert await eve.types("/ticket", "@", "text", "vpn") == [] and await it.tickets() == []
    it.discord.user("eve")
    await eve.command("/ticket", "@", text="my laptop is broken")
    assert len(await it.tickets()) == 1, "who comes into the server is welcome"


async def test_39_nothing_that_somebody_wrote_pings(it: Ears) -> None:
    """@everyone and every other mention, as title, name of a thread, words, note and name of a file."""
    ana, ben = it.person("ana"), it.person("ben")
    hostile = f"@everyone @here <@&{it.discord.guild.id}> <@{ben.id}> </ticket:1> ```x\n@everyone"
    await ana.command("/ticket", "random", text=hostile)
    await ana.says("it-help", hostile, files=[("@everyone.png", b"x", "image/png")])
    await it.settles()
    for verb in ("/reply", "/note", "/ask"):
        await ben.command(verb, "triage-it", ticket="1001", text=hostile)
    await ben.command("/resolve", "triage-it", ticket="1001", resolution=hostile)
    await it.settles()
    places = [*it.rooms.values(), ana.talk, *(thread for room in it.rooms.values() for thread in room.threads)]
    said = [message for place in places for message in place.messages() if message.author.id == it.discord.bot.id]
    assert len(said) > 6
    assert {user for message in said for user in message.pinged.users} <= {ana.id}
    assert not any(message.pinged.roles or message.pinged.everyone for message in said)


async def test_6_five_hundred_messages_are_caught_up_with(it: Ears) -> None:
    """Each once and by whom it was said, also where several pages have to be read."""
    await it.first.stop()
    it.replicas.remove(it.first)
    it.later(seconds=300)
    for count in range(250):
        await it.person("ana").says("random", f"hello {count}")
        await it.discord.user(f"user{count}").says("it-help", f"my laptop {count} is broken")
    it.first = Replica(it, "again")
    it.first.run()
    it.replicas.append(it.first)
    await it.discord.until(lambda: it.first.adapter._listening and it.ear().caught_up, within=60)
    await it.heard()
    assert [ticket.title for ticket in await it.tickets()] == [f"my laptop {count} is broken" for count in range(250)]


async def test_3_a_storm_of_reactions_is_one_ticket_and_few_messages(it: Ears) -> None:
    """BEHAVIOUR 3: "whoever and however many react"; a bot that opens a talk with each is taken for spam."""
    said = await it.person("ana").says("random", "my laptop is broken")
    crowd = [it.discord.user(f"user{count}") for count in range(30)]
    await asyncio.gather(*(one.reacts(said, "🎫") for one in crowd))
    await it.settles()
    assert len(await it.tickets()) == 1 and len(it.discord.asked("POST /users/@me/channels")) <= 5


async def test_6_a_database_that_takes_its_time_keeps_the_session(it: Ears) -> None:
    """The lease is renewed in time as long as it is renewed before it ends."""
    take, begun = it.desk.leases.take, len(it.discord.gateway.sessions)

    async def slow(name: str, owner: str, seconds: float) -> bool:
        await asyncio.sleep(3 * QUICK.renew)
        return await take(name, owner, seconds)

    it.desk.leases.take = slow  # type: ignore[method-assign]
    await asyncio.sleep(2 * QUICK.lease)
    assert it.ear().caught_up and len(it.discord.gateway.sessions) == begun
    assert "is open" in (await it.person("ana").command("/ticket", "random", text="my laptop is broken")).text
