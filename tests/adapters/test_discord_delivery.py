"""Posts on Discord: each stands once, whatever becomes of the call, and no error is a loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import marks
from adapters.discord.faults import AGAIN
from bot import turns
from bot.context import Scene
from bot.posts import URGENT, Wanted, say
from bot.words import Address, Button, Card, Mention, Post, SendFailed
from tests.adapters.discord_company import Company, company
from tests.platforms.discord import Message, Permission

SAY = "POST /channels/{channel_id}/messages"
OPEN = "POST /users/@me/channels"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    """A company on Discord, on a Monday at nine, whose desk owns no gateway session and sends all the same."""
    async with company(sqlite_database_url, tmp_path) as made:
        yield made


def post(key: str = "k1", room: str = "triage-it", **more: Any) -> Post:
    return Post(key, Address("discord", room), Card("A title", "Some words"), **more)


def standing(it: Company, room: str, key: str = "") -> list[Message]:
    """The bot's messages in a room; only those with a post's mark where a key is given."""
    said = [m for m in it.rooms[room].messages() if m.author.id == it.discord.bot.id and m.components]
    return [m for m in said if not key or marks.carries(m.components, key)]


async def want(it: Company, *wanted: Wanted) -> None:
    """Let the deliverer have them to send."""

    def put(db: Any) -> None:
        say(Scene(db=db, now=it.now, workspace="main", settings=it.settings, worktime=it.desk.worktime), *wanted)

    await it.first.database.write(put)


async def deliver(it: Company, seconds: float = 0.0) -> None:
    """One beat, whatever it takes, and the clock goes on."""
    await it.heartbeat.beat("posts")
    await it.heartbeat.deliverer.finish()
    it.now += timedelta(seconds=seconds)


async def test_a_message_has_a_web_address(it: Company) -> None:
    at = Address("discord", "triage-it", await it.adapter.send(post()))
    place = f"{it.discord.guild.id}/{it.rooms['triage-it'].id}/{at.thread}"
    assert await it.adapter.link("main", at) == f"https://discord.com/channels/{place}"


async def test_a_post_stands_under_its_mark_and_is_edited_in_place(it: Company) -> None:
    ref = await it.adapter.send(post())
    assert await it.adapter.find(post()) == ref
    assert await it.adapter.send(post(ref=ref, revision=2)) == ref
    (message,) = standing(it, "triage-it", "k1")
    assert message.id == ref and message.edited
    assert await it.adapter.find(post("k2")) is None


async def test_the_key_is_the_nonce_and_discord_keeps_it(it: Company) -> None:
    """The trap: `nonce` makes discord.py set `enforce_nonce`, so that a post sent twice at once stands once."""
    first, second = await asyncio.gather(it.adapter.send(post()), it.adapter.send(post()))
    assert first == second and len(standing(it, "triage-it")) == 1
    body = it.discord.asked(SAY)[0]
    assert body["nonce"] == marks.nonce("k1") and body["enforce_nonce"] is True and len(body["nonce"]) <= 25


async def test_a_key_is_looked_for_only_as_far_back_as_it_can_stand(it: Company) -> None:
    await it.adapter.send(post())
    it.now += timedelta(hours=2)
    assert await it.adapter.find(post(since=it.now)) is None
    assert await it.adapter.find(post(since=it.now - timedelta(hours=2)))


async def test_a_mark_is_found_behind_hundreds_of_messages(it: Company) -> None:
    ref = await it.adapter.send(post(since=it.now))
    ana = it.people["ana"]
    for number in range(250):
        await ana.says("triage-it", f"words {number}")
    assert await it.adapter.find(post(since=it.now)) == ref
    assert await it.adapter.find(post("k2", since=it.now)) is None


async def test_only_the_bots_own_messages_are_found(it: Company) -> None:
    """Whoever copies a message copies no post."""
    ref = await it.adapter.send(post())
    (message,) = standing(it, "triage-it")
    message.author = it.people["ana"].user
    assert await it.adapter.find(post()) is None and message.id == ref


async def test_only_mentions_ping(it: Company) -> None:
    """BEHAVIOUR 27, 39: `allowed_mentions`: persons and roles from the mentions, and nobody from the text."""
    lena, leads = it.people["lena"], it.discord.role("leads", mentionable=True)
    mentions = (Mention(lena.id, "Lena"), Mention(f"&{leads.id}", "Leads"), Mention("", "Max"))
    card = Card("Late @everyone", f"<@{it.people['ana'].id}> & @here <@&{leads.id}>")
    await it.adapter.send(Post("ping", Address("discord", "escalations"), card, mentions=mentions))
    (message,) = standing(it, "escalations")
    assert (message.pinged.users, message.pinged.roles, message.pinged.everyone) == ({lena.id}, {leads.id}, False)
    await it.adapter.send(Post("quiet", Address("discord", "triage-it"), card))
    assert not standing(it, "triage-it")[0].pinged


@pytest.mark.parametrize(
    ("code", "fate", "final", "waits"),
    [
        (10003, "not sent", True, False),
        (50001, "not sent", True, False),
        (50013, "not sent", True, False),
        (50035, "not sent", True, False),
        (40005, "not sent", True, False),
        (40058, "not sent", True, False),
        (10004, "not sent", False, True),
        (20028, "not sent", False, True),
        (40003, "not sent", False, True),
        (130000, "not sent", False, True),
        (99999, "not sent", True, False),
    ],
)
async def test_each_error_has_its_outcome(it: Company, code: int, fate: str, final: bool, waits: bool) -> None:
    it.discord.faults.refused(SAY, code, times=None)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post())
    assert (failed.value.fate, failed.value.final, failed.value.retry_after is not None) == (fate, final, waits)
    it.discord.violations.clear()


@pytest.mark.parametrize(
    ("denied", "hint"), [(Permission.SEND_MESSAGES, "Send Messages"), (Permission.VIEW_CHANNEL, "View Channel")]
)
async def test_a_missing_permission_is_named(it: Company, denied: Permission, hint: str) -> None:
    """BEHAVIOUR 30: parked, with what an admin can do about it."""
    it.discord.allow(it.rooms["triage-it"], {"bot": (0, denied)})
    with pytest.raises(SendFailed, match=hint) as failed:
        await it.adapter.send(post(room=it.rooms["triage-it"].id))
    assert failed.value.final
    it.discord.violations.clear()


async def test_a_token_that_is_taken_back_stops_all_calls_for_a_while(it: Company) -> None:
    await it.adapter.send(post("k0"))
    it.discord.world.app.token = "another"
    for _ in range(5):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.send(post())
        assert failed.value.fate == "not sent" and not failed.value.final
        assert AGAIN - 10 < (failed.value.retry_after or 0) <= AGAIN
    assert len(it.discord.refusals.take("401")) == 1
    it.live = type(it.live)(it.file, it.environment | {"FIRSTLINE_DISCORD__TOKEN": "another"})
    await it.adapter.send(post())
    assert len(standing(it, "triage-it")) == 2
    it.discord.violations.clear()


@pytest.mark.parametrize("scope", ["user", "shared"])
async def test_retry_after_is_honoured_by_all_who_call(it: Company, scope: str) -> None:
    await it.adapter.send(post("k0"))
    it.discord.faults.limited(SAY, 7, scope=scope)
    for _ in range(3):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.send(post())
        assert failed.value.fate == "not sent" and 6 < (failed.value.retry_after or 0) <= 7
    await it.adapter.send(post(room="escalations"))
    assert len(it.discord.faults.done) == 1 and len(standing(it, "escalations")) == 1


@pytest.mark.parametrize("scope", ["global", "cloudflare"])
async def test_what_counts_for_all_holds_all(it: Company, scope: str) -> None:
    """The global limit; and Cloudflare's, whose answer is no JSON and on which discord.py gives up."""
    await it.adapter.send(post("k0", room="escalations"))
    it.discord.faults.limited(SAY, 7, scope=scope)
    for room in ("triage-it", "escalations", "escalations"):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.send(post(room=room))
        assert failed.value.fate == "not sent" and 6 < (failed.value.retry_after or 0) <= 7
    assert len(it.discord.faults.done) == 1


@pytest.mark.parametrize("kind", ["failing", "broken", "dropped", "lost"])
async def test_what_was_not_answered_may_stand(it: Company, kind: str) -> None:
    """discord.py by itself sends again after a 5xx, and not after a dropped connection: here nothing is sent twice."""
    getattr(it.discord.faults, kind)(SAY)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post())
    assert failed.value.fate == "unknown" and failed.value.retry_after is None
    assert len(it.discord.asked(SAY)) <= 1
    stands = kind in ("broken", "lost")
    assert len(standing(it, "triage-it")) == stands and bool(await it.adapter.find(post())) is stands


async def test_nothing_leaves_when_its_turn_is_over(it: Company) -> None:
    """BEHAVIOUR 29: who stood still between two calls does not say what another has said meanwhile."""
    turns.ends(lambda: bool(it.discord.asked(OPEN)))
    with pytest.raises(SendFailed, match="its turn is over"):
        await it.adapter.send(post(room=f"@{it.people['ana'].id}"))
    assert it.discord.asked(OPEN) and not it.discord.asked(SAY)


async def test_an_answer_that_is_late_is_not_waited_for(it: Company) -> None:
    """bot.posts cancels a send after ten seconds: it is told what happened before."""
    await it.adapter.send(post("k0"))
    it.discord.faults.late(SAY, 30)
    with pytest.raises(SendFailed, match="in time") as failed:
        await it.adapter.send(post())
    assert failed.value.fate == "unknown" and len(standing(it, "triage-it")) == 2


async def test_discord_that_cannot_be_reached_was_sent_nothing(it: Company) -> None:
    it.live = type(it.live)(it.file, it.environment | {"FIRSTLINE_DISCORD__API_URL": "http://127.0.0.1:9/api/v10"})
    for _ in range(3):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.send(post())
        assert failed.value.fate == "not sent" and not failed.value.final and failed.value.retry_after
    it.live = type(it.live)(it.file, it.environment)
    await it.adapter.send(post())


async def test_a_message_that_was_deleted_is_said_anew(it: Company) -> None:
    ref = await it.adapter.send(post())
    del it.rooms["triage-it"].standing[ref]
    again = await it.adapter.send(post(ref=ref))
    assert again != ref and [m.id for m in standing(it, "triage-it")] == [again]


async def test_a_card_that_discord_does_not_take_is_said_in_words(it: Company) -> None:
    it.discord.faults.refused(SAY, 50035)
    card = Card("A title", "Some words", buttons=(Button("Press", "help"),))
    await it.adapter.send(Post("k1", Address("discord", "triage-it"), card))
    (message,) = standing(it, "triage-it", "k1")
    assert "Some words" in message.text and not message.buttons
    it.discord.violations.clear()


async def test_what_is_too_long_for_a_button_is_put_aside(it: Company) -> None:
    """BEHAVIOUR 22: its custom id leads there after a restart."""
    answers = {"summary": "words " * 50}
    card = Card("A title", buttons=(Button("Short", "help"), Button("Long", "ticket", answers)))
    await it.adapter.send(Post("k1", Address("discord", "triage-it"), card))
    (message,) = standing(it, "triage-it")
    name = message.component("Long")["custom_id"].removeprefix("do:~")
    kept = await it.desk.memory.get("main", f"aside:{name}")
    assert answers["summary"] in kept and message.component("Short")["custom_id"].startswith("do:help:")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_a_room_is_served_on_after_discord_failed(it: Company, status: int) -> None:
    """Through the deliverer: looked up, and sent again where it does not stand."""
    it.discord.faults.failing(SAY, status)
    it.discord.faults.broken(EDIT, status)
    await want(it, Wanted("one", Address("discord", "triage-it"), Card("One")))
    for _ in range(4):
        await deliver(it, 30)
    await want(it, Wanted("one", Address("discord", "triage-it"), Card("One, changed")))
    for _ in range(4):
        await deliver(it, 30)
    (message,) = standing(it, "triage-it", "one")
    assert "One, changed" in message.text and all(row.sent for row in await it.posts())


async def test_each_of_a_thousand_posts_stands_once(it: Company) -> None:
    """502s, drops and lost acknowledgements, one in ten each: every post stands exactly once afterwards."""
    rooms = ["triage-it", "triage-network", "escalations", "it-help"]
    for kind in ("failing", "broken", "dropped", "lost"):
        more = {"status": 502} if kind in ("failing", "broken") else {}
        getattr(it.discord.faults, kind)("* /channels/*", times=None, chance=0.1 if kind != "broken" else 0.05, **more)
    await want(
        it,
        *(
            Wanted(f"p{n}", Address("discord", rooms[n % 4]), Card(f"Post {n}", buttons=(Button("x", "help"),)))
            for n in range(1000)
        ),
    )
    for _ in range(1000):
        await deliver(it, 20)
        if all(row.sent for row in await it.posts()):
            break
    assert all(row.sent for row in await it.posts())
    titles = sorted(m.text.splitlines()[0] for room in rooms for m in standing(it, room))
    assert titles == sorted(f"### Post {n}" for n in range(1000))
    assert len(it.discord.faults.done) > 200


async def test_revisions_are_coalesced(it: Company) -> None:
    """DESIGN, posts: what is wanted is edited once, however often it changed before its turn."""
    room = Address("discord", "triage-it")
    await want(it, Wanted("card", room, Card("Revision 0")))
    await deliver(it, 1)
    for number in range(1, 8):
        await want(it, Wanted("card", room, Card(f"Revision {number}")))
    await deliver(it, 1)
    (message,) = standing(it, "triage-it", "card")
    assert "Revision 7" in message.text and len(it.discord.asked(EDIT)) == 1


async def test_discord_never_has_to_say_that_we_are_too_fast(it: Company) -> None:
    """Its headers are heeded, nothing sleeps on them, and the most urgent goes first."""
    it.discord.rates.on = True
    room, began = Address("discord", "triage-it"), asyncio.get_running_loop().time()
    await want(it, *(Wanted(f"p{n:02}", room, Card(f"Post {n}")) for n in range(8)))
    await deliver(it)
    assert asyncio.get_running_loop().time() - began < 4 and len(standing(it, "triage-it")) == 5
    await want(it, Wanted("ping", room, Card("Now!"), urgency=URGENT))
    async with asyncio.timeout(30):
        while len(standing(it, "triage-it")) < 9:
            await deliver(it, 0.5)
            await asyncio.sleep(0.5)
    assert "Now!" in standing(it, "triage-it")[5].text
    assert it.discord.rates.hits == 0 and not it.discord.violations
