"""Posts in Slack: each stands once, whatever becomes of the call, and no error is a loop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.pace import Pace
from bot import turns
from bot.context import Scene
from bot.posts import URGENT, Wanted, say
from bot.words import Address, Button, Card, Mention, Post, SendFailed
from tests.adapters.slack_company import Company, company


def post(key: str = "k1", room: str = "triage-it", **more: Any) -> Post:
    return Post(key, Address("slack", room), Card("A title", "Some words"), **more)


def standing(it: Company, room: str, key: str = "") -> list[Any]:
    """The messages of a room that carry a key."""
    messages = it.slack.channel(room).messages.values()
    found = [m for m in messages if m.metadata and m.metadata["event_type"] == "firstline_post"]
    return [m for m in found if not key or m.metadata["event_payload"]["key"] == key]


async def test_a_post_stands_under_its_key_and_is_edited_in_place(it: Company) -> None:
    ref = await it.adapter.send(post())
    assert await it.adapter.find(post()) == ref
    assert await it.adapter.send(post(ref=ref, revision=2)) == ref
    (message,) = standing(it, "triage-it")
    assert message.ts == ref and message.metadata["event_payload"] == {"key": "k1", "revision": 2}
    assert await it.adapter.find(post("k2")) is None


async def test_a_digest_is_shown_whole_and_a_ticket_named_where_its_card_does_not(it: Company) -> None:
    at = Address("slack", "triage-it")
    await it.adapter.send(Post("digest", at, Card("3 warnings", "- IT-1", tells=("warn:1:first",))))
    await it.adapter.send(Post("line", at, Card(body="Ana Costa wrote:\n> No"), about="IT-1002"))
    digest, line = it.called("chat.postMessage")[-2:]
    assert digest["blocks"][1]["expand"] and "expand" not in line["blocks"][0]
    assert (digest["text"], line["text"]) == ("3 warnings\n• IT-1", "IT-1002 · Ana Costa wrote:\n> No")


async def test_a_reply_is_notified_of_with_its_ticket(it: Company) -> None:
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await ben.command("/reply", "IT-1001 Is it on?", "triage-it")
    await it.settles()
    (said,) = (call for call in it.called("chat.postMessage") if f"<@{ana.id}>" in call["text"])
    assert said["text"].startswith(f"<@{ana.id}>\nIT-1001 · *Ben Adler*")


async def test_a_post_in_a_thread_is_found_there(it: Company) -> None:
    root = await it.adapter.send(post())
    at = Address("slack", "triage-it", root)
    line = Post("line", at, Card(body="Ben took it."))
    ref = await it.adapter.send(line)
    assert await it.adapter.find(line) == ref != root
    assert await it.adapter.find(Post("line", Address("slack", "triage-it"), Card())) is None


async def test_a_message_has_the_web_address_that_slack_gives_it(it: Company) -> None:
    at = Address("slack", "triage-it", await it.adapter.send(post()))
    (message,) = standing(it, "triage-it")
    assert await it.adapter.link("main", at) == it.slack.talk.permalink(message)


async def test_a_key_is_looked_for_only_as_far_back_as_it_can_stand(it: Company) -> None:
    await it.adapter.send(post())
    it.now += timedelta(hours=2)
    assert await it.adapter.find(post(since=it.now)) is None
    assert await it.adapter.find(post(since=it.now - timedelta(hours=2)))


async def test_rooms_are_named_as_the_settings_name_them(it: Company) -> None:
    """`slack:triage-it` is a channel id for Slack; `@U1` is the bot's talk with a person."""
    ana = it.person("ana")
    await it.adapter.send(post(room="@" + ana.id))
    await it.adapter.send(post("k2", room=it.slack.channel("triage-it").id))
    await ana.sees("A title")
    assert len(standing(it, "triage-it")) == 1
    assert len(it.called("conversations.open")) == 1 and len(it.called("conversations.list")) == 1


async def test_only_mentions_ping(it: Company) -> None:
    """BEHAVIOUR 27, 39: persons and user groups from the mentions, and nobody from the text."""
    lena = it.person("lena", "escalations")
    group = it.slack.usergroup("leads", lena)
    mentions = (Mention(lena.id, "Lena"), Mention(group.id, "Leads"), Mention("", "Max"))
    card = Card("Late <!here>", f"<@{lena.id}> & <!channel>")
    await it.adapter.send(Post("ping", Address("slack", "escalations"), card, mentions=mentions))
    text = str(it.called("chat.postMessage")[-1]["blocks"])
    assert f"<@{lena.id}> <!subteam^{group.id}> Max" in text
    assert "<!here>" not in text and "<!channel>" not in text and text.count(f"<@{lena.id}>") == 1


@pytest.mark.parametrize(
    ("error", "fate", "final", "waits"),
    [
        ("channel_not_found", "not sent", True, False),
        ("not_in_channel", "not sent", True, False),
        ("is_archived", "not sent", True, False),
        ("account_inactive", "not sent", False, True),
        ("token_revoked", "not sent", False, True),
        ("invalid_auth", "not sent", False, True),
        ("missing_scope", "not sent", False, True),
        ("access_denied", "not sent", False, True),
        ("enterprise_is_restricted", "not sent", False, True),
        ("metadata_too_large", "not sent", False, False),
        ("internal_error", "unknown", False, False),
        ("fatal_error", "unknown", False, False),
        ("something_new", "not sent", False, False),
    ],
)
async def test_each_error_has_its_outcome(it: Company, error: str, fate: str, final: bool, waits: bool) -> None:
    it.slack.faults.refused("chat.postMessage", error, times=None)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post())
    assert (failed.value.fate, failed.value.final, failed.value.retry_after is not None) == (fate, final, waits)


async def test_a_token_that_is_taken_back_stops_all_calls_for_a_while(it: Company) -> None:
    it.slack.faults.refused("chat.postMessage", "token_revoked", times=None)
    for _ in range(5):
        with pytest.raises(SendFailed):
            await it.adapter.send(post())
    assert it.slack.faults.done == [("chat.postMessage", "refused")]


async def test_retry_after_is_honoured_by_all_who_call(it: Company) -> None:
    it.slack.faults.limited("chat.postMessage", 7)
    for _ in range(3):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.send(post())
        assert failed.value.fate == "not sent" and 6 < (failed.value.retry_after or 0) <= 7
    await it.adapter.send(post(room="escalations"))
    assert (len(it.slack.faults.done), len(it.called("chat.postMessage"))) == (1, 1)


@pytest.mark.parametrize("kind", ["failing", "dropped", "lost", "late"])
async def test_what_was_not_answered_may_stand(it: Company, kind: str) -> None:
    """`retry_handlers=[]`: the SDK sends nothing a second time by itself."""
    order = getattr(it.slack.faults, kind)
    order("chat.postMessage", **({"seconds": 9} if kind == "late" else {}))
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post())
    assert failed.value.fate == "unknown" and failed.value.retry_after is None
    assert len(it.called("chat.postMessage")) <= 1
    assert len(standing(it, "triage-it")) == (kind in ("lost", "late"))


async def test_nothing_leaves_when_its_turn_is_over(it: Company) -> None:
    """BEHAVIOUR 29: who stood still between two calls does not say what another has said meanwhile."""
    turns.ends(lambda: bool(it.called("conversations.open")))
    with pytest.raises(SendFailed, match="its turn is over"):
        await it.adapter.send(post(room="@" + it.person("ana").id))
    assert it.called("conversations.open") and not it.called("chat.postMessage")


async def test_slack_that_cannot_be_reached_was_sent_nothing(it: Company) -> None:
    it.live = type(it.live)(it.file, it.environment | {"FIRSTLINE_SLACK__API_URL": "http://127.0.0.1:9/api/"})
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post(room="C0123456789"))
    assert failed.value.fate == "not sent" and not failed.value.final


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_what_cannot_be_edited_is_said_anew(it: Company, error: str) -> None:
    ref = await it.adapter.send(post())
    it.slack.faults.refused("chat.update", error)
    again = await it.adapter.send(post(ref=ref, revision=2))
    assert again != ref and len(standing(it, "triage-it")) == 2


async def test_a_message_that_was_deleted_is_said_anew(it: Company) -> None:
    ref = await it.adapter.send(post())
    place = it.slack.channel("triage-it")
    it.slack.talk.remove(place, place.messages[ref])
    again = await it.adapter.send(post(ref=ref))
    assert again != ref and len(standing(it, "triage-it")) == 1
    it.slack.violations.take("message_not_found")


async def test_what_belongs_under_a_card_that_was_deleted_stands_under_the_new_one(it: Company) -> None:
    """BEHAVIOUR 15, 17: each change says a line in the card's thread, and what agents say there is the ticket's."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    room, card = it.slack.channel("triage-it"), await ben.sees("my laptop is broken", "triage-it")
    it.slack.world.drop(room, card)
    await ben.command("/claim", "IT-1001", room)
    await it.settles()
    anew = await ben.sees("my laptop is broken", room)
    assert anew.ts != card.ts
    await ben.sees("Ben Adler", room, anew)
    assert len(list(room.top())) == 1
    await ben.says(room, "it is the battery", anew)
    await it.settles()
    assert "it is the battery" in [entry.text for entry in await it.timeline() if entry.kind == "note"]
    it.slack.violations.take("message_not_found")


async def test_a_card_that_slack_does_not_take_is_said_in_words(it: Company) -> None:
    for error in ("msg_too_long", "msg_blocks_too_long", "invalid_blocks"):
        it.slack.faults.refused("chat.postMessage", error)
        await it.adapter.send(post(error))
    assert all("A title" in message.text and not message.blocks for message in standing(it, "triage-it"))
    assert len(standing(it, "triage-it")) == 3


async def test_a_public_channel_is_joined_once_where_the_app_may(it: Company) -> None:
    """Its manifest does not ask for channels:join: then the room is unreachable for good."""
    it.slack.channel("general", bot=False)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post(room=it.slack.channel("general").id))
    assert failed.value.final
    it.slack.violations.clear()
    it.slack.installation.__dict__["scopes"] = it.slack.installation.scopes | {"channels:join"}
    await it.adapter.send(post(room=it.slack.channel("general").id))
    assert len(standing(it, "general")) == 1
    it.slack.violations.take("not_in_channel")


async def test_a_room_that_is_not_there_is_parked_and_told_once(it: Company) -> None:
    """BEHAVIOUR 30: never a loop, and not in silence: those hear of it who can mend it."""
    lena = it.person("lena", "escalations")
    ana = it.person("ana", "it-help")
    it.slack.talk.leave(it.slack.channel("triage-it"), it.slack.installation.bot)
    for number in range(3):
        await ana.command("/ticket", f"my laptop is broken {number}", "it-help")
    await it.settles()
    await it.heartbeat.beat("audit")
    await it.settles()
    triage = it.slack.channel("triage-it").id
    it.now += timedelta(minutes=10)
    await it.heartbeat.beat("audit")
    await it.settles()
    parked = [row for row in await it.posts() if row.parked]
    assert {row.room for row in parked} == {"triage-it"} and len(parked) == 3
    assert [call["channel"] for call in it.called("chat.postMessage")].count(triage) == 3
    told = await lena.sees("slack:triage-it cannot be reached", "escalations")
    assert "/invite @Firstline" in it.slack.show(told)
    for place in ("escalations", "@"):
        assert lena.shown(place).count("cannot be reached") == 1
    it.slack.violations.take("not_in_channel")


async def test_whoever_cannot_be_written_to_any_more_is_named_in_the_thread_of_the_ticket(it: Company) -> None:
    """BEHAVIOUR 18: else an agent takes their reply for read."""
    ana = it.person("ana", "it-help")
    it.slack.faults.refused("conversations.open", "user_disabled", times=None)
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    for _ in range(2):
        it.now += timedelta(minutes=1)
        await it.heartbeat.beat("audit")
        await it.settles()
    said = [it.slack.show(message) for message in standing(it, "triage-it")]
    assert sum("Ana Costa cannot be reached on Slack" in words for words in said) == 1


async def test_each_of_a_thousand_posts_stands_once(it: Company) -> None:
    """Accepted and then dropped, one in ten: every post stands exactly once afterwards."""
    rooms = ["triage-it", "triage-network", "escalations", "it-help"]
    wanted = [
        Wanted(f"p{n}", Address("slack", rooms[n % 4]), Card(f"Post {n}", buttons=(Button("x", "help"),)))
        for n in range(1000)
    ]
    it.slack.faults.lost("chat.*", times=None, chance=0.1)

    def scene(db: Any) -> Scene:
        return Scene(db=db, now=it.now, workspace="main", settings=it.settings, worktime=it.desk.worktime)

    await it.database.write(lambda db: say(scene(db), *wanted))
    for _ in range(400):
        await it.heartbeat.beat("posts")
        await it.heartbeat.deliverer.finish()
        it.now += timedelta(seconds=20)
        if all(row.sent for row in await it.posts()):
            break
    keys = [m.metadata["event_payload"]["key"] for room in rooms for m in standing(it, room)]
    assert sorted(keys) == sorted(f"p{n}" for n in range(1000))
    assert len(it.slack.faults.done) > 60


async def test_a_breach_pings_a_lead_who_has_not_said_a_word(it: Company) -> None:
    """BEHAVIOUR 27, 28: known by their address; acknowledged, the ping is edited in place."""
    ana, lena = it.person("ana", "it-help"), it.person("lena", "escalations")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    it.now += timedelta(hours=4, minutes=1)
    await it.settles()
    ping = await lena.sees(f"<@{lena.id}>", "escalations")
    assert "IT-1001" in it.slack.show(ping)
    await lena.clicks(ping, "Acknowledge")
    await it.settles()
    assert ping.edited and "Acknowledge" not in it.slack.show(ping).partition("[")[2]
    assert len(standing(it, "escalations")) == 1


async def test_slack_never_has_to_say_that_we_are_too_fast(sqlite_database_url: str, tmp_path: Path) -> None:
    """Our own limiter keeps a room to a message a second, and the most urgent goes first."""
    pace = Pace()
    async with company(sqlite_database_url, tmp_path, pace=pace) as it:
        pace.now, it.slack.rates.on = it.wall, True
        room = Address("slack", "triage-it")

        async def want(*posts: Wanted) -> None:
            def put(db: Any) -> None:
                scene = Scene(db=db, now=it.now, workspace="main", settings=it.settings, worktime=it.desk.worktime)
                say(scene, *posts)

            await it.database.write(put)

        await want(*(Wanted(f"p{n:02}", room, Card(f"Post {n}")) for n in range(20)))
        for second in range(30):
            if second == 5:
                await want(Wanted("ping", room, Card("Now!"), urgency=URGENT))
            await it.heartbeat.beat("posts")
            await it.heartbeat.deliverer.finish()
            it.now += timedelta(seconds=1)
        said = [m.metadata["event_payload"]["key"] for m in sorted(standing(it, "triage-it"), key=lambda m: m.ts)]
        assert len(said) == len(set(said)) == 21
        assert 5 < said.index("ping") <= 10, said
        assert not it.slack.violations
