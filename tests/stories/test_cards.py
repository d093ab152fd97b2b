"""The standing cards: drawn when they are sent, as the ticket stands then (BEHAVIOUR 15, DESIGN "Posts")."""

from datetime import timedelta

from bot.words import Incoming
from storage.tables import Entry, Post, Stale
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
