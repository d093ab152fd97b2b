"""The standing cards: drawn when they are sent, as the ticket stands then (BEHAVIOUR 15, DESIGN "Posts")."""

import asyncio
from datetime import timedelta

import pytest
from psycopg import AsyncConnection
from sqlalchemy import event
from sqlmodel import col, delete, update
from structlog.testing import capture_logs

from bot.words import Incoming, SendFailed
from storage import stale
from storage.tables import Entry, Post, Stale, Ticket
from tests.postgres import plain
from tests.stories.company import Company, on_both


async def unsettled(company: Company, person: str, verb: str, text: str) -> None:
    """The desk is told something, and nothing is sent yet."""
    who, at = company.chat.sender(person), company.chat.at(f"@{person}")
    told = Incoming(company.delivery(), who, at, verb, text=text)
    assert not (await company.desk.receive(told)).failed


@on_both
async def test_15_many_changes_at_once_are_one_edit_of_the_card(company: Company) -> None:
    """BEHAVIOUR 15: the card shows how the ticket stands, however many changes came since it was sent."""
    await company["ana"].says("/ticket my laptop is broken")
    before = {post.key: post.revision for post in await company.reads(Post, Post.key)}
    await unsettled(company, "ben", "claim", "1001")
    await unsettled(company, "ben", "impact", "1001 high")
    await unsettled(company, "ben", "ask", "1001 which laptop is it?")
    assert [row.ticket for row in await company.reads(Stale, Stale.ticket)] == [1001]
    await company.settles()
    company.room("triage-it").card("IT-1001").shows(Status="Pending User Info", Owner="Ben Adler")
    after = {post.key: post.revision for post in await company.reads(Post, Post.key) if post.key in before}
    assert after == {key: revision + 1 for key, revision in before.items() if key in after}
    assert not await company.reads(Stale, Stale.ticket)


async def test_15_what_is_said_under_a_card_comes_behind_it(company: Company) -> None:
    """BEHAVIOUR 15: a line waits for the card that it stands under, though it was said before that was drawn."""
    await unsettled(company, "ana", "ticket", "my laptop is broken")
    await unsettled(company, "ben", "claim", "1001")
    assert not [post for post in await company.reads(Post, Post.key) if post.key.startswith("card:")]
    await company.settles()
    assert ["claimed" in line.lower() or "Ben" in line for line in company.room("triage-it").thread("IT-1001")] == [
        True
    ]


async def test_29_a_card_that_cannot_be_drawn_holds_back_no_ping_and_no_other_card(company: Company) -> None:
    """BEHAVIOUR 29, 30: one damaged row is said in the log; all else of the desk goes on."""
    await company["ana"].says("/ticket my laptop is broken")
    now = company.clock.now() - timedelta(minutes=1)
    damaged = Entry(workspace="main", ticket=1001, at=now, kind="status", data=["nobody writes this"])  # type: ignore[arg-type]
    await company.database.write(lambda db: db.add(damaged))
    await unsettled(company, "ben", "watch", "1001")
    await company.database.write(lambda db: db.add(Stale(workspace="main", ticket=1001, since=now)))
    line = Post(
        workspace="main", key="a line", channel=company.chat.name, room="triage-it", ticket=1001,
        card='{"body":"still said"}', created_at=now, wanted_at=now, next_at=now,
    )  # fmt: skip
    await company.database.write(lambda db: db.add(line))
    await company["erik"].says("/ticket my mouse is broken")
    company.room("triage-it").hears("still said")
    company.room("triage-it").card("IT-1002").shows(Status="New")


@on_both
async def test_15_a_card_that_could_not_be_drawn_is_drawn_later(company: Company) -> None:
    """BEHAVIOUR 15: without haste, and as soon as what was wrong is mended."""
    await company["ana"].says("/ticket my laptop is broken")
    damaged = Entry(workspace="main", ticket=1001, at=company.clock.now(), kind="status", data=["nobody writes this"])  # type: ignore[arg-type]
    await company.database.write(lambda db: db.add(damaged))
    await company.database.write(lambda db: stale.mark(db, "main", 1001, company.clock.now()))
    with capture_logs() as logs:
        await company.time_passes(minutes=59)
    assert len([line for line in logs if line["event"].startswith("card not drawn")]) == 4
    await company.database.write(lambda db: db.execute(delete(Entry).where(col(Entry.kind) == "status")) and None)
    await company.database.write(lambda db: db.execute(update(Ticket).values(title="mended")) and None)
    await company.time_passes(minutes=15)
    assert "mended" in company.room("triage-it").card("IT-1001").words


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_15_a_card_whose_drawing_meets_a_deadlock_is_drawn(company: Company, postgres_database_url: str) -> None:
    """BEHAVIOUR 15, 29: PostgreSQL undoes what the sweep did, and it is tried again at once."""
    await company["ana"].says("/ticket my laptop is broken")
    await unsettled(company, "ben", "claim", "1001")
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with (
        await AsyncConnection.connect(plain(postgres_database_url)) as other,
        await AsyncConnection.connect(plain(postgres_database_url), autocommit=True) as looking,
    ):
        await other.execute("SET LOCAL deadlock_timeout = '1min'")
        await other.execute("UPDATE post SET attempts = attempts WHERE key LIKE 'card:%'")
        settling = asyncio.create_task(company.settles())
        async with asyncio.timeout(10):
            while (await (await looking.execute(waits)).fetchone()) != (1,):  # noqa: ASYNC110 - it is another server that tells
                await asyncio.sleep(0.01)
            await other.execute("UPDATE stale SET since = since")
        await other.commit()
    await settling
    await company.settles()  # what the other one still held was left to the next beat
    company.room("triage-it").card("IT-1001").shows(Owner="Ben Adler")


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_15_a_card_that_somebody_holds_too_long_holds_back_no_other(
    company: Company, postgres_database_url: str
) -> None:
    """BEHAVIOUR 15, 29: the database gives the wait up, as it was told to; all else is said meanwhile."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    await unsettled(company, "ben", "claim", "1001")
    event.listen(company.database.engine, "begin", lambda db: db.exec_driver_sql("SET LOCAL lock_timeout = '20ms'"))
    async with await AsyncConnection.connect(plain(postgres_database_url)) as other:
        await other.execute("SELECT FROM post WHERE key LIKE 'card:%' FOR UPDATE")
        await ana.says("/ticket my printer is broken")
        assert "my printer is broken" in company.room("triage-it").card("IT-1002").words
    await company.time_passes(minutes=15)
    company.room("triage-it").card("IT-1001").shows(Owner="Ben Adler")


async def test_15_the_card_tells_what_was_asked_once_and_how_it_ended_first(company: Company) -> None:
    """BEHAVIOUR 15. Why it is sorted as it is stands there until somebody has it."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    room = company.room("triage-it")
    new = room.card("IT-1001").words
    assert new.count("my laptop is broken") == 1 and "it says “laptop”" in new
    await ana.says("/ticket my printer is broken\nit smokes")
    assert "> my printer is broken\n> it smokes" in room.card("IT-1002").words
    await ben.says("/claim IT-1002")
    assert "it says “printer”" not in room.card("IT-1002").words
    await ben.says("/resolve IT-1002 It is cold again.")
    done = room.card("IT-1002").words
    assert done.index("It is cold again.") < done.index("> it smokes")


@on_both
@pytest.mark.told_in("web", why="how a message of the desk's goes is each chat's own")
async def test_17_a_card_that_was_said_anew_has_a_thread_as_before(company: Company) -> None:
    """BEHAVIOUR 10, 11, 15, 17: under the card of a ticket, and below a ping of it."""
    ben, rooms = company["ben"], company.chat.playground.chat.rooms
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    rooms.delete(company.room("triage-it").card("IT-1001").id)
    rooms.delete(company.room("escalations").hears("First response overdue", times=1).id)
    await ben.says("/claim IT-1001")
    await ben.says("/reply IT-1001 On my way.")
    card, ping = company.room("triage-it").card("IT-1001"), company.room("escalations").hears("First response", times=1)
    await ben.says("it is the battery", under=card)
    await ben.says("I was in the lift", under=ping)
    await ben.says("/reply It takes an hour.", under=card)
    talk = [(entry.kind, entry.text) for entry in await company.timeline("IT-1001") if entry.kind in ("note", "reply")]
    assert talk[1:] == [
        ("note", "it is the battery"),
        ("note", "I was in the lift"),
        ("reply", "It takes an hour."),
    ]


@pytest.mark.told_in("web", why="tones and styles are drawn differently by each chat")
async def test_15_green_is_only_what_is_solved(company: Company) -> None:
    """BEHAVIOUR 15, 21: neither a duplicate, nor what was refused, nor what its requester did not answer."""
    ana, ben = company.people("ana", "ben")
    for words in ("my laptop is broken", "my screen is broken", "my printer is broken", "excel shows no macro"):
        await ana.says(f"/ticket {words}")
    await ben.says("/merge IT-1002 into IT-1001")
    await ben.says("/close IT-1003 not for us")
    await ben.says("/ask IT-1004 Which one?")
    await ben.says("/resolve IT-1001 A new one.")
    await company.time_passes(days=4)
    tones = {f"IT-{number}": "plain" for number in (1002, 1003, 1004)} | {"IT-1001": "good"}
    for reference, tone in tones.items():
        for room in (company.room("triage-it"), ana.talk):
            card = room.card(reference).card
            assert card and card.tone == tone, (reference, card)
    gave_up = ana.heard("IT-1004 is resolved").card
    assert gave_up and gave_up.tone == "plain"


@pytest.mark.told_in("web", why="tones and styles are drawn differently by each chat")
async def test_15_what_is_to_be_done_next_stands_out(company: Company) -> None:
    """BEHAVIOUR 15, 25: to claim it, to answer it, and then to resolve it."""

    def primary() -> list[str]:
        card = company.room("triage-it").card("IT-1001").card
        return [button.label for button in card.buttons if button.style == "primary"] if card else []

    ben = company["ben"]
    await company["ana"].says("/ticket my laptop is broken")
    assert primary() == ["Claim"]
    await ben.says("/claim IT-1001")
    assert primary() == ["Reply"]
    await ben.says("/reply IT-1001 On my way.")
    assert primary() == ["Resolve"]


async def test_15_what_is_over_its_time_is_said_to_be(company: Company) -> None:
    """BEHAVIOUR 15, 24: to its agents and to its requester."""
    ana = company["ana"]
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4)
    company.room("triage-it").card("IT-1001").shows(First_response_overdue_since="Mon 13:00")
    ana.talk.card("IT-1001").shows(Answer_overdue_since="Mon 13:00")


async def test_15_whom_it_waits_for_is_said_as_long_as_it_waits(company: Company) -> None:
    """BEHAVIOUR 15."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await ben.says("/unassign IT-1001")
    assert "It waits for somebody of IT Help. Reply to this message" in ana.talk.card("IT-1001").words
    await ben.says("/close IT-1001 not for us")
    ana.talk.card("IT-1001").shows(With="IT Help")


async def test_20_what_a_resolution_leaves_open_swallows_nothing_below_it(company: Company) -> None:
    """BEHAVIOUR 20: a block of code that is cut, or was never closed."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken\nit fell off the desk")
    await ben.says("/resolve IT-1001 Run this:\n```\n" + "netsh winsock reset\n" * 60 + "```\nDone.")
    card, theirs = company.room("triage-it").card("IT-1001").card, ana.talk.card("IT-1001").card
    assert card and theirs
    for body, begins in ((card.body, "**Resolution:**"), (theirs.body, "**Resolved:**")):
        ended, below = body.removeprefix(f"{begins}\n").split("\n\n", 1)
        assert all(line.startswith(">") for line in ended.splitlines()) and "```" not in below
    assert "Is it fixed for you?" in theirs.body and "> it fell off the desk" in card.body


async def test_19_a_question_that_never_arrived_is_not_asked_after_the_answer(company: Company) -> None:
    """BEHAVIOUR 19, 29: what was parked long ago is old news."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")

    def refused(post: Post, sent: bool) -> None:
        if "Which one?" in post.card.body and not sent:
            raise SendFailed("gone", final=True)

    company.fault = refused
    await ben.says("/ask IT-1001 Which one?")
    await company.time_passes(days=2)
    company.fault = None
    await ana.says("/reply IT-1001 the grey one")
    await company.time_passes(hours=1)
    ana.talk.never_hears("Which one?")
    assert not [m for m in ana.talk.messages() if "Answer" in m.buttons]


async def test_19_what_is_asked_is_said_as_long_as_the_answer_is_wanted(company: Company) -> None:
    """BEHAVIOUR 19: on the card and in the reminder; when it is answered nothing asks for it any more."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket my laptop is broken")
    await ben.says(f"/ask IT-1001 Which model is it? {'The label is below. ' * 20}")
    await chloe.says("/reply IT-1001 We have both in stock.")
    assert "> Which model is it? The label is below." in ana.talk.card("IT-1001").words
    assert len(ana.talk.card("IT-1001").words) < 700, "it is cut"
    await company.time_passes(hours=9)
    assert "> Which model is it?" in ana.heard("A reminder: IT-1001").words
    asking = [m for m in ana.talk.messages() if "Answer" in m.buttons]
    assert len(asking) == 2
    await ana.says("the grey one", under=ana.talk.card("IT-1001"))
    assert not [m for m in ana.talk.messages() if "Answer" in m.buttons]
    assert "> Which model is it?" in ana.heard("** asks:").words
    assert "Your answer is not needed any more." in ana.heard("A reminder: IT-1001").words
    assert "Which model" not in ana.talk.card("IT-1001").words


async def test_19_a_ticket_that_ends_asks_for_nothing(company: Company) -> None:
    """BEHAVIOUR 19."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/ask IT-1001 Which model?")
    assert ana.heard("** asks:").buttons == ["Answer"]
    await ben.says("/close IT-1001 not for us")
    assert not ana.heard("** asks:").buttons
