"""Where posts stand on Discord: rooms, threads of all three kinds, direct messages, and what stands in for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import marks
from adapters.discord.faults import Fault
from adapters.discord.places import Places
from bot import turns
from bot.words import Address, Card, Fact, Post, SendFailed
from tests.adapters.discord_company import Company, Replica, company
from tests.platforms.discord import Channel, Permission

SAY = "POST /channels/{channel_id}/messages"
START = "POST /channels/{channel_id}/messages/{message_id}/threads"
OPEN = "POST /channels/{channel_id}/threads"
JOIN = "PUT /channels/{channel_id}/thread-members/{user_id}"
TALK = "POST /users/@me/channels"
CHANNELS = "GET /guilds/{guild_id}/channels"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    """A company on Discord whose requesters get private threads in #tickets."""
    async with company(sqlite_database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def plain(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    """The same without a channel for tickets."""
    async with company(sqlite_database_url, tmp_path, lambda text: text.replace("tickets: tickets", "shards: 1")) as it:
        yield it


def post(key: str, room: str, thread: str = "", title: str = "IT-1001 The printer", **more: Any) -> Post:
    card = more.pop("card", Card(title, "Some words"))
    return Post(key, Address("discord", room, thread), card, **more)


def talk(it: Company, name: str) -> str:
    return f"@{it.people[name].id}"


def ticket(it: Company, name: str = "ana", **more: Any) -> Post:
    """The card of a ticket, as its requester sees it, in a place that is opened for it."""
    return post("r1", talk(it, name), members=(it.people[name].id, it.people["ben"].id, it.people["chloe"].id), **more)


def thread(it: Company, id: str) -> Channel:
    found: Channel = it.discord.thread(id)
    return found


def lines(place: Channel) -> list[str]:
    """What the desk said there."""
    return [m.text for m in place.messages() if m.components]


def over(post: Post, ref: str, over: bool = True) -> Post:
    """The card when nothing more is to be said."""
    return replace(post, ref=ref, card=replace(post.card, over=over), revision=post.revision + 1, members=())


async def test_a_line_under_a_card_starts_the_cards_thread(it: Company) -> None:
    """BEHAVIOUR 15: its id is the card's, its name the card's title."""
    card = await it.adapter.send(post("card", "triage-it", title="IT-1001 The *printer* & more"))
    for key in ("one", "two"):
        line = post(key, "triage-it", card, card=Card(body=f"Line {key}."))
        ref = await it.adapter.send(line)
        assert await it.adapter.find(line) == ref
    place = thread(it, card)
    assert (
        place.kind == "public_thread" and place.name == "IT-1001 The *printer* & more" and place.archive_after == 10080
    )
    assert lines(place) == ["Line one.", "Line two."] and len(it.discord.asked(START)) == 1


async def test_a_thread_that_another_replica_started_is_used(it: Company) -> None:
    """160004."""
    card = await it.adapter.send(post("card", "triage-it"))
    await it.people["ben"].starts_thread(it.discord.message(card), "Ben's talk")
    it.discord.faults.refused(SAY, 10003)
    await it.adapter.send(post("line", "triage-it", card, card=Card(body="A line.")))
    assert lines(thread(it, card)) == ["A line."]
    it.discord.violations.clear()


async def test_a_thread_on_somebodys_message_is_named_after_what_is_said(it: Company) -> None:
    said = await it.people["ana"].says("it-help", "my secret words")
    await it.adapter.send(post("one", "it-help", said.id))
    assert thread(it, said.id).name == "IT-1001 The printer"
    other = await it.people["ana"].says("it-help", "more words")
    await it.adapter.send(post("two", "it-help", other.id, card=Card(body="A line.")))
    assert thread(it, other.id).name == "Talk"


async def test_a_thread_whose_message_is_gone_goes_on_in_the_room(it: Company) -> None:
    said = await it.people["ana"].says("it-help", "words")
    await it.people["ana"].deletes(said)
    line = post("line", "it-help", said.id, card=Card(body="A line."))
    ref = await it.adapter.send(line)
    assert lines(it.rooms["it-help"]) == ["A line."] and await it.adapter.find(line) == ref
    changed = replace(line, ref=ref, card=Card(body="Another line."))
    assert await it.adapter.send(changed) == ref and lines(it.rooms["it-help"]) == ["Another line."]


@pytest.mark.parametrize("code", [160006, 30033, 50013])
async def test_where_no_thread_can_be_started_it_is_said_below_the_card(it: Company, code: int) -> None:
    """Thread limits are no reason for silence: a reply in the room."""
    card = await it.adapter.send(post("card", "triage-it"))
    it.discord.faults.refused(START, code)
    line = post("line", "triage-it", card, card=Card(body="A line."))
    ref = await it.adapter.send(line)
    message = it.discord.message(ref)
    assert message.channel is it.rooms["triage-it"] and message.referenced is it.discord.message(card)
    assert await it.adapter.find(line) == ref and await it.adapter.send(replace(line, ref=ref)) == ref
    it.discord.violations.clear()


@pytest.mark.parametrize("locked", [False, True])
async def test_an_archived_thread_is_opened_by_what_is_said_there(it: Company, locked: bool) -> None:
    """50083: and what was locked is put away again."""
    card = await it.adapter.send(post("card", "triage-it"))
    ref = await it.adapter.send(post("one", "triage-it", card, card=Card(body="One.")))
    it.discord.archive(thread(it, card), locked=locked)
    await it.adapter.send(post("one", "triage-it", card, ref=ref, card=Card(body="One, changed.")))
    assert lines(thread(it, card)) == ["One, changed."]
    assert (thread(it, card).archived, thread(it, card).locked) == (locked, locked)


async def test_a_card_that_is_over_shuts_its_thread(it: Company) -> None:
    """Closing means lock and archive; what is said behind it is still said, and a reopened ticket opens it again."""
    card = post("card", "triage-it")
    ref = await it.adapter.send(card)
    await it.adapter.send(over(card, ref))
    assert not it.rooms["triage-it"].threads, "there is no thread yet"
    await it.adapter.send(post("one", "triage-it", ref, card=Card(body="One.")))
    await it.adapter.send(over(card, ref))
    place = thread(it, ref)
    assert (place.archived, place.locked) == (True, True)
    await it.adapter.send(post("two", "triage-it", ref, card=Card(body="Closed.")))
    assert (place.archived, place.locked) == (True, True) and lines(place) == ["One.", "Closed."]
    await it.adapter.send(over(card, ref, over=False))
    assert (place.archived, place.locked) == (False, False)


@pytest.mark.parametrize("locked", [False, True])
async def test_a_card_that_is_over_shuts_a_thread_that_is_archived(it: Company, locked: bool) -> None:
    """50083: an archived thread takes no lock, and one that is locked needs none: the card of a rated ticket."""
    card = post("card", "triage-it")
    ref = await it.adapter.send(card)
    await it.adapter.send(post("one", "triage-it", ref, card=Card(body="One.")))
    it.discord.archive(thread(it, ref), locked=locked)
    assert await it.adapter.send(over(card, ref)) == ref
    assert (thread(it, ref).archived, thread(it, ref).locked) == (True, True)


async def test_a_thread_that_begins_below_a_closed_card_is_put_away(it: Company) -> None:
    """There was none to be shut when the ticket was closed; by whichever replica it is begun."""
    card = post("card", "triage-it", card=Card("IT-1001 The printer", facts=(Fact("Status", "Closed"),), over=True))
    ref = await it.adapter.send(replace(card, card=Card("IT-1001 The printer")))
    await it.adapter.send(replace(card, ref=ref))
    fresh = Replica(it, "two")
    await fresh.adapter.send(post("line", "triage-it", ref, card=Card(body="Ben closed it.")))
    place = thread(it, ref)
    assert lines(place) == ["Ben closed it."] and (place.archived, place.locked) == (True, True)
    await fresh.stop()


async def test_a_tickets_talk_is_a_private_thread(it: Company) -> None:
    """BEHAVIOUR 18: opened with the requester and the team, and with nobody whom they would add."""
    asked = ticket(it)
    ref = await it.adapter.send(asked)
    await it.adapter.settled()
    place = thread(it, ref)
    assert place.kind == "private_thread" and place.parent is it.rooms["tickets"] and not place.invitable
    assert place.name == "IT-1001 The printer" and len(lines(place)) == 1
    assert set(place.members) == {it.people[name].id for name in ("ana", "ben", "chloe")} | {it.discord.bot.id}
    assert not place.seen_by(it.people["erik"].id)
    assert await it.adapter.find(asked) == ref
    line = post("line", talk(it, "ana"), ref, card=Card(body="Ben took it."))
    said = await it.adapter.send(line)
    assert await it.adapter.find(line) == said and lines(place)[1] == "Ben took it."
    assert it.discord.asked(TALK) == []


async def test_its_card_is_edited_in_the_thread_also_after_a_restart(it: Company) -> None:
    """The reference is the thread's id, and the card its first message with the mark."""
    asked = ticket(it)
    ref = await it.adapter.send(asked)
    fresh = Replica(it, "two")
    changed = replace(asked, ref=ref, members=(), card=Card("IT-1001 The printer", "Other words"))
    for replica in (it.first, fresh, fresh):
        assert await replica.adapter.send(changed) == ref
    assert len(lines(thread(it, ref))) == 1 and "Other words" in lines(thread(it, ref))[0]
    await fresh.stop()


async def test_closing_locks_it_and_editing_opens_it_for_a_moment(it: Company) -> None:
    asked = ticket(it)
    ref = await it.adapter.send(asked)
    await it.adapter.settled()
    place = thread(it, ref)
    for _ in range(2):
        assert await it.adapter.send(over(asked, ref)) == ref
        assert (place.archived, place.locked) == (True, True)
    assert await it.adapter.send(over(asked, ref, over=False)) == ref
    assert (place.archived, place.locked) == (False, False)
    await it.people["ana"].says(place, "I can write again")


async def test_a_card_that_is_gone_is_said_again_in_its_thread(it: Company) -> None:
    asked = ticket(it)
    ref = await it.adapter.send(asked)
    place = thread(it, ref)
    await it.adapter.settled()
    for message in list(place.messages()):
        place.standing.pop(message.id)
    assert await it.adapter.send(replace(asked, ref=ref, members=())) == ref
    assert len(lines(place)) == 1


async def test_a_thread_that_is_gone_is_opened_anew(it: Company) -> None:
    asked = ticket(it)
    ref = await it.adapter.send(asked)
    await it.adapter.settled()
    it.discord.delete(thread(it, ref))
    again = await it.adapter.send(replace(asked, ref=ref, members=()))
    assert again != ref and len(lines(thread(it, again))) == 1
    assert it.people["ana"].id in thread(it, again).members


@pytest.mark.parametrize("kind", ["lost", "broken", "failing", "dropped"])
@pytest.mark.parametrize("route", [OPEN, JOIN, SAY])
async def test_one_private_thread_whatever_becomes_of_a_call(it: Company, kind: str, route: str) -> None:
    """What opens a thread takes no nonce: it is found by its name and its mark, and filled."""
    getattr(it.discord.faults, kind)(route)
    asked = ticket(it, since=it.now)
    with suppress(SendFailed):  # what can be repeated without harm aiohttp does by itself over a connection it kept
        await it.adapter.send(asked)
    found = await it.adapter.find(asked)
    ref = await it.adapter.send(replace(asked, ref=found or ""))
    await it.adapter.settled()
    (place,) = it.rooms["tickets"].threads
    assert place.id == ref and len(lines(place)) == 1
    assert {it.people[name].id for name in ("ana", "ben", "chloe")} <= set(place.members)


@pytest.mark.parametrize("code", [160006, 30033, 50013, 50001])
async def test_where_no_private_thread_can_be_opened_it_is_a_direct_message(it: Company, code: int) -> None:
    """Thread limits and missing permissions: the reference is the message's id, and it is edited there."""
    it.discord.faults.refused(OPEN, code)
    asked = ticket(it, since=it.now)
    ref = await it.adapter.send(asked)
    assert [m.id for m in it.people["ana"].talk.messages()] == [ref]
    assert await it.adapter.find(asked) == ref
    fresh = Replica(it, "two")
    assert await fresh.adapter.send(replace(asked, ref=ref, members=())) == ref
    reply = await fresh.adapter.send(post("line", talk(it, "ana"), ref, card=Card(body="Ben took it.")))
    assert it.discord.message(reply).referenced is it.discord.message(ref)
    await fresh.stop()
    it.discord.violations.clear()


async def test_people_are_let_in_when_the_turn_of_their_card_is_over(it: Company) -> None:
    """BEHAVIOUR 29: the lease is of what is sent; letting many in may take longer."""
    sent = asyncio.Event()
    turns.ends(sent.is_set)
    place = thread(it, await it.adapter.send(ticket(it)))
    sent.set()
    await it.adapter.settled()
    assert {it.people[name].id for name in ("ana", "ben", "chloe")} <= set(place.members)


async def test_who_cannot_see_the_tickets_channel_gets_a_direct_message(it: Company) -> None:
    """The thread that was opened for it is put away."""
    see = Permission.VIEW_CHANNEL
    it.discord.allow(it.rooms["tickets"], {"@everyone": (0, see), "bot": (see, 0)})
    ref = await it.adapter.send(ticket(it))
    assert [m.id for m in it.people["ana"].talk.messages()] == [ref]
    assert all(place.archived for place in it.rooms["tickets"].threads)
    it.discord.violations.clear()


async def test_one_of_the_team_who_cannot_be_let_in_keeps_nobody_out(it: Company) -> None:
    await it.people["ben"].leaves_guild()
    ref = await it.adapter.send(ticket(it))
    await it.adapter.settled()
    assert it.people["chloe"].id in thread(it, ref).members
    it.discord.violations.clear()


async def test_without_a_channel_for_tickets_they_are_direct_messages(plain: Company) -> None:
    asked = ticket(plain)
    ref = await plain.adapter.send(asked)
    reply = await plain.adapter.send(post("line", talk(plain, "ana"), ref, card=Card(body="Ben took it.")))
    assert plain.discord.message(reply).referenced is plain.discord.message(ref)
    assert await plain.adapter.send(over(asked, ref)) == ref and not plain.rooms["tickets"].threads


async def test_a_reply_to_a_message_that_is_gone_is_said_all_the_same(plain: Company) -> None:
    """`fail_if_not_exists` is False."""
    ref = await plain.adapter.send(post("one", talk(plain, "ana")))
    plain.people["ana"].talk.standing.pop(ref)
    await plain.adapter.send(post("two", talk(plain, "ana"), ref, card=Card(body="A line.")))
    assert lines(plain.people["ana"].talk) == ["A line."]


async def test_who_takes_no_direct_messages_has_a_thread_of_their_own(it: Company) -> None:
    """50007: one a person, remembered over restarts; nothing is sent to their direct messages any more."""
    ana = it.people["ana"]
    ana.refuses_messages()
    first = await it.adapter.send(post("one", talk(it, "ana")))
    await it.adapter.send(post("two", talk(it, "ana")))
    (place,) = it.rooms["tickets"].threads
    assert place.kind == "private_thread" and set(place.members) == {ana.id, it.discord.bot.id}
    assert len(lines(place)) == 2 and await it.adapter.find(post("one", talk(it, "ana"))) == first
    fresh = Replica(it, "two")
    fresh.adapter.places.memory = fresh.desk.memory
    changed = post("one", talk(it, "ana"), ref=first, card=Card(body="Changed."))
    assert await fresh.adapter.send(changed) == first and "Changed." in lines(place)[0]
    assert await fresh.adapter.places.talk_of(int(place.id)) == talk(it, "ana")
    assert len(it.discord.asked(TALK)) == 1
    await fresh.stop()


async def test_their_own_thread_is_made_anew_when_it_is_gone(it: Company) -> None:
    it.people["ana"].refuses_messages()
    await it.adapter.send(post("one", talk(it, "ana")))
    gone = it.rooms["tickets"].threads[0]
    it.discord.delete(gone)
    await it.adapter.send(post("two", talk(it, "ana")))
    assert await it.adapter.places.talk_of(int(gone.id)) == ""
    assert [lines(place) for place in it.rooms["tickets"].threads if not place.deleted] == [
        ["### IT-1001 The printer\nSome words"]
    ]


async def test_who_is_not_in_the_server_leaves_no_thread_behind(it: Company) -> None:
    """50278: they can be told nothing, and nobody be let into a thread for them."""
    await it.people["ana"].leaves_guild()
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post("one", talk(it, "ana")))
    assert failed.value.final and not it.rooms["tickets"].threads
    it.discord.violations.clear()


@pytest.mark.parametrize("code", [30033, 50013])
async def test_who_cannot_be_let_into_their_own_thread_leaves_none_open(it: Company, code: int) -> None:
    it.people["ana"].refuses_messages()
    it.discord.faults.refused(JOIN, code)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post("one", talk(it, "ana")))
    assert failed.value.final and all(place.archived for place in it.rooms["tickets"].threads)
    it.discord.violations.clear()


async def test_without_either_it_is_told_what_to_do(plain: Company) -> None:
    """BEHAVIOUR 30: final, with the way out."""
    plain.people["ana"].refuses_messages()
    with pytest.raises(SendFailed, match=r"set discord\.tickets") as failed:
        await plain.adapter.send(post("one", talk(plain, "ana")))
    assert failed.value.final


class Forum:
    """#triage-network as a forum with tags for status and priority, and one of the team's own."""

    def __init__(self, it: Company) -> None:
        it.discord.delete(it.rooms["triage-network"])
        names = ("New", "In Progress", "Closed", "High", "Low", "VPN")
        self.room = it.rooms["triage-network"] = it.discord.channel("triage-network", "forum", tags=names)

    def tags(self, place: Channel) -> list[str]:
        names = {tag["id"]: tag["name"] for tag in self.room.tags}
        return sorted(names[tag] for tag in place.applied)

    @staticmethod
    def post(status: str = "New", priority: str = "High (urgency high, impact medium)", **more: Any) -> Post:
        facts = (Fact("Status", status), Fact("Priority", priority), Fact("Owner", "Low"))
        return post("card", "triage-network", card=Card("IT-1001 The vpn", "Words", facts=facts), **more)


async def test_in_a_forum_a_card_is_a_post_with_tags(it: Company) -> None:
    """Status and priority as the forum's tags; the tags that people gave stay."""
    forum = Forum(it)
    ref = await it.adapter.send(forum.post())
    (place,) = forum.room.threads
    assert (place.id, place.name, forum.tags(place)) == (ref, "IT-1001 The vpn", ["High", "New"])
    at = Address("discord", "triage-network", ref)
    assert await it.adapter.link("main", at) == f"https://discord.com/channels/{it.discord.guild.id}/{place.id}"
    assert await it.adapter.find(forum.post()) == ref
    place.applied.append(next(tag["id"] for tag in forum.room.tags if tag["name"] == "VPN"))
    assert await it.adapter.send(forum.post("In Progress", "Low", ref=ref)) == ref
    assert forum.tags(place) == ["In Progress", "Low", "VPN"]
    line = post("line", "triage-network", ref, card=Card(body="Dev took it."))
    await it.adapter.send(line)
    assert lines(place)[1] == "Dev took it." and len(forum.room.threads) == 1
    await it.adapter.send(over(forum.post("Closed", "Low"), ref))
    assert (place.archived, place.locked) == (True, True) and forum.tags(place) == ["Closed", "Low", "VPN"]


@pytest.mark.parametrize("kind", ["lost", "broken", "failing", "dropped"])
async def test_one_forum_post_whatever_becomes_of_the_call(it: Company, kind: str) -> None:
    forum = Forum(it)
    getattr(it.discord.faults, kind)(OPEN)
    with pytest.raises(SendFailed):
        await it.adapter.send(forum.post(since=it.now))
    found = await it.adapter.find(forum.post(since=it.now))
    await it.adapter.send(forum.post(ref=found or "", since=it.now))
    (place,) = forum.room.threads
    assert marks.carries(place.messages()[0].components, "card") and len(lines(place)) == 1


async def test_a_forum_post_that_is_gone_is_made_anew(it: Company) -> None:
    forum = Forum(it)
    ref = await it.adapter.send(forum.post())
    it.discord.delete(thread(it, ref))
    again = await it.adapter.send(forum.post(ref=ref))
    line = await it.adapter.send(post("line", "triage-network", ref, title="A line"))
    alive = [place.id for place in forum.room.threads if not place.deleted]
    assert alive == [again, line] and again != ref


async def test_a_forum_that_wants_a_tag_says_so(it: Company) -> None:
    """40067: final, with the way out."""
    it.discord.delete(it.rooms["random"])
    it.discord.channel("random", "forum", requires_tag=True)
    with pytest.raises(SendFailed, match="tag") as failed:
        await it.adapter.send(post("card", "random"))
    assert failed.value.final
    it.discord.violations.clear()


async def test_many_who_ask_at_once_ask_discord_once(it: Company) -> None:
    places = Places(it.adapter.calls, lambda: it.settings)
    rooms = ["it-help", "triage-it", "escalations"]
    found = await asyncio.gather(*(places.channel(room) for room in rooms * 10))
    assert found == [int(it.rooms[room].id) for room in rooms] * 10
    assert len(it.discord.asked(CHANNELS)) == 1


async def test_rooms_are_called_as_the_settings_call_them(it: Company) -> None:
    places = it.adapter.places
    assert await places.name(int(it.rooms["triage-it"].id)) == "triage-it"
    assert await places.name(int(it.rooms["random"].id)) == it.rooms["random"].id
    assert await places.channel(it.rooms["random"].id) == int(it.rooms["random"].id)


async def test_a_room_is_not_guessed_while_discord_does_not_tell(it: Company) -> None:
    """A message in a watched channel would be lost if it were taken for another's."""
    it.discord.faults.failing(CHANNELS, times=2)
    for _ in range(2):
        with pytest.raises(Fault):
            await it.adapter.places.name(int(it.rooms["it-help"].id))
    assert await it.adapter.places.name(int(it.rooms["it-help"].id)) == "it-help"


async def test_a_channel_that_is_called_something_else_goes_on_under_its_name(it: Company) -> None:
    """Tickets are talked about there: kept over a restart."""
    await it.adapter.send(post("one", "triage-it"))
    it.rooms["triage-it"].name = "triage"
    fresh = Replica(it, "two")
    fresh.adapter.places.hearing = fresh.desk.hearing
    await fresh.adapter.send(post("two", "triage-it"))
    assert len(lines(it.rooms["triage-it"])) == 2
    assert await fresh.adapter.places.name(int(it.rooms["triage-it"].id)) == "triage-it"
    await fresh.stop()


async def test_a_channel_that_was_made_anew_is_found_again(it: Company) -> None:
    await it.adapter.send(post("one", "triage-it"))
    it.discord.delete(it.rooms["triage-it"])
    it.rooms["triage-it"] = it.discord.channel("triage-it")
    with pytest.raises(SendFailed):
        await it.adapter.send(post("two", "triage-it"))
    await it.adapter.send(post("two", "triage-it"))
    assert len(lines(it.rooms["triage-it"])) == 1


async def test_a_room_that_is_not_there_is_told_once_a_minute(it: Company) -> None:
    for _ in range(5):
        with pytest.raises(SendFailed, match="no-such-room") as failed:
            await it.adapter.send(post("one", "no-such-room"))
        assert failed.value.final
    assert len(it.discord.asked(CHANNELS)) == 1
