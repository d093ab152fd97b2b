"""What outlives the process, and what comes twice: BEHAVIOUR 22, 23, DESIGN (posts)."""

import asyncio

import pytest

from bot import cycles
from bot.words import Incoming, Reply, SendFailed
from storage.database import StorageFailed
from storage.tables import Delivery, Entry, Post
from tests.stories.company import Company, on_both, refused, words_of


@on_both
async def test_22_every_button_works_after_a_restart_and_nothing_is_said_twice(company: Company) -> None:
    """BEHAVIOUR 22."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    before = {room.name: [m.id for m in room.messages()] for room in company.rooms()}
    await company.restarts()
    await company.settles()
    assert before == {room.name: [m.id for m in room.messages()] for room in company.rooms()}
    await lena.clicks("Acknowledge", in_="escalations")
    await ben.clicks("Claim", in_="triage-it")
    await company.restarts()
    await ben.clicks("Ask", in_="triage-it", text="Which one?")
    await company.restarts()
    await ana.clicks("Answer", text="The grey one.")
    await ben.clicks("Resolve", in_="triage-it", resolution="Charged it.")
    await company.restarts()
    await ana.clicks("Fixed")
    await ana.clicks("★★★★★ 5 of 5")
    company.room("triage-it").card("IT-1001").shows(Status="Closed", Rated="★★★★★ 5 of 5")


async def test_23_what_was_acknowledged_is_said_after_a_crash_before_it_could_be_sent(company: Company) -> None:
    """BEHAVIOUR 23: kill the process between the command and its messages."""
    ana = company["ana"]
    who, at = company.chat.sender("ana"), company.chat.at("@ana")
    ticket = Incoming("d1", who, at, "ticket", text="my laptop is broken")
    reply = await company.desk.receive(ticket)
    assert reply.card and reply.card.title == "IT-1001 is open"
    company.room("triage-it").never_hears("IT-1001")
    await company.restarts()
    await company.settles()
    company.room("triage-it").card("IT-1001")
    ana.talk.card("IT-1001")


async def test_29_a_crash_between_sending_and_noting_it_says_nothing_twice(company: Company) -> None:
    """BEHAVIOUR 29: the fate of a send is looked up before anything is sent again."""

    class Killed(BaseException):
        pass

    def kill(post: object, sent: bool) -> None:
        if sent:
            raise Killed

    ana = company["ana"]
    company.fault = kill
    with pytest.raises(Killed):
        await ana.says("/ticket my laptop is broken")
    company.fault = None
    await company.restarts()
    await company.time_passes(minutes=2)
    company.room("triage-it").card("IT-1001")
    ana.talk.card("IT-1001")
    assert not [p for p in await company.reads(Post, Post.key) if p.next_at]


async def test_a_platform_that_is_down_loses_nothing_and_keeps_the_order(company: Company) -> None:
    """DESIGN, posts: never lost, and what was said later does not overtake."""
    ana, ben = company.people("ana", "ben")
    refuse = SendFailed("down", fate="not sent")

    def down(post: object, sent: bool) -> None:
        raise refuse

    company.fault = down
    await ana.says("/ticket my laptop is broken")
    for words in ("first", "second", "third"):
        await ben.says(f"/reply IT-1001 {words}")
    company.fault = None
    await company.time_passes(minutes=5)
    company.room("triage-it").card("IT-1001").shows(Status="In Progress")
    assert [line.split("> ")[1] for line in company.room("triage-it").thread("IT-1001")] == ["first", "second", "third"]
    assert [line.split("> ")[1] for line in company.room("@ana").thread("IT-1001")] == ["first", "second", "third"]


@on_both
async def test_23_a_repeated_delivery_has_one_effect_and_the_same_answer(company: Company) -> None:
    """BEHAVIOUR 23: one after the other, and at the same moment."""
    ana, ben = company.people("ana", "ben")
    first = await ana.says("/ticket my laptop is broken", id="once")
    assert words_of(await ana.says("/ticket my laptop is broken", id="once")) == words_of(first)
    replies = await asyncio.gather(*(ana.says("/ticket a second one", id="twice") for _ in range(5)))
    assert {words_of(reply) for reply in replies} == {words_of(replies[0])}
    assert [t.number for t in await company.tickets()] == [1001, 1002]
    message, claim = ben.button("Claim", "triage-it", on="IT-1001")
    answers = await asyncio.gather(*(ben.presses(claim, message, id="click") for _ in range(4)))
    assert {words_of(answer) for answer in answers} == {"IT-1001 is yours."}
    said = await asyncio.gather(*(ana.says("my mouse is dead", in_="#it-help", id="words") for _ in range(3)))
    assert len(said) == 3 and len(await company.tickets()) == 3
    assert len([m for m in company.room("it-help").messages() if m.author == "ana"]) == 1


@on_both
async def test_23_one_message_under_several_deliveries_has_one_effect(company: Company) -> None:
    """BEHAVIOUR 23: Slack Connect delivers a message under two ids."""
    await company["ana"].says("hello")
    at, who = company.chat.at("it-help"), company.chat.sender("ana")
    events = [Incoming(f"event-{n}", who, at, text="my mouse is dead", message="m1") for n in range(6)]
    replies: list[Reply] = await asyncio.gather(*map(company.desk.receive, events))
    assert len(await company.tickets()) == 1
    assert [bool(reply.card) for reply in replies].count(True) == 1
    follow = [Incoming(f"more-{n}", who, at, text="and the keyboard", message="m2") for n in range(6)]
    await asyncio.gather(*map(company.desk.receive, follow))
    talk = [e for e in await company.reads(Entry, Entry.id) if e.kind == "reply"]
    assert len(talk) == 1


@pytest.mark.told_in("web", why="a browser names its own acts; each of Slack's and Discord's has a name of its own")
async def test_23_what_failed_may_be_tried_again_under_the_same_id(company: Company) -> None:
    """BEHAVIOUR 23: only what had an effect is remembered."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    refused(await ben.says("/assign IT-1001 @nobody", id="again"), "Nobody is known")
    assert "Chloe Martin has IT-1001" in words_of(await ben.says("/assign IT-1001 @chloe", id="again"))
    ids = [row.id for row in await company.reads(Delivery, Delivery.at)]
    assert len(ids) == len(set(ids))


@pytest.mark.told_in("web", why="a browser names its own acts; each of Slack's and Discord's has a name of its own")
async def test_23_an_id_is_the_senders_own(company: Company) -> None:
    """BEHAVIOUR 17, 23: nobody hears an answer that was another's."""
    ana, erik = company.people("ana", "erik")
    await ana.says("/ticket my salary slip is wrong", id="mine")
    reply = await erik.says("/ticket my mouse is dead", id="mine")
    assert "salary" not in words_of(reply) and len(await company.tickets()) == 2


async def test_23_a_database_that_fails_does_not_end_the_prompt_delivery(company: Company) -> None:
    """BEHAVIOUR 23, DESIGN (posts): what is said after the trouble is sent as promptly as before."""
    heartbeat, write = company.heartbeat, company.database.write
    prompt = asyncio.create_task(heartbeat._deliver_promptly())

    async def fails(fn: object) -> object:
        """The look for posts works, it does not write: what fails is to write down that it was done."""
        raise StorageFailed("the disk is full")

    company.clock.move_to(company.clock.now() + cycles.REMEMBER)
    company.database.write = fails
    heartbeat.wake()
    await asyncio.sleep(4 * cycles.TOGETHER)
    company.database.write = write
    assert heartbeat.cycles["posts"].error and not prompt.done()
    await company["ana"].says("/ticket my laptop is broken")
    heartbeat.wake()
    await asyncio.sleep(10 * cycles.TOGETHER)
    company.room("triage-it").card("IT-1001")
    prompt.cancel()


async def test_23_what_a_burst_of_commands_says_leaves_together(company: Company) -> None:
    """BEHAVIOUR 23: under load the writer has better things to do than to look for posts after each command."""
    heartbeat, deliver, batches = company.heartbeat, company.heartbeat.deliverer.deliver, []

    async def counted(*given: object) -> int:
        batches.append(given)
        return await deliver(*given)

    heartbeat.deliverer.deliver = counted
    prompt = asyncio.create_task(heartbeat._deliver_promptly())
    for _ in range(20):
        heartbeat.wake()
        await asyncio.sleep(0.001)
    await asyncio.sleep(4 * cycles.TOGETHER)
    prompt.cancel()
    assert 1 <= len(batches) <= 4


async def test_22_a_card_outlives_retention_so_that_a_reopened_ticket_has_no_second(company: Company) -> None:
    """BEHAVIOUR 22: and what is said about an old ticket finds its thread."""
    ana, ben = company.people("ana", "ben")
    await ana.says("my laptop is broken since noon", "it-help")
    message = company.room("it-help").by("ana", "laptop")
    await ben.says("/claim IT-1001")
    await ben.says("/resolve IT-1001 done")
    await ana.says("/fixed IT-1001")
    await company.time_passes(days=95)
    await company.heartbeat.beat("retention")
    await ana.edits(message, "my laptop is broken since one")
    await company.settles()
    await ben.says("/reopen IT-1001 again")
    await company.settles()
    company.room("triage-it").card("IT-1001").shows(Status="In Progress")
    assert not [post.key for post in await company.reads(Post, Post.key) if post.next_at]
