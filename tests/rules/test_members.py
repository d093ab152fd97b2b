"""Who belongs in the place that a chat opens for a ticket's talk."""

from sqlmodel import Session

from bot.members import members
from bot.words import Address
from storage.database import Database
from storage.tables import Post, Ticket
from tests.rules.desk_stories import Story


async def belonging(story: Story, key: str) -> tuple[str, ...]:
    await story.draws()
    row = await story.database.read(lambda db: db.get(Post, ("main", key)))
    assert row is not None
    return await story.database.read(lambda db: members(db, row, story.settings))


async def test_the_requester_and_their_team(database: Database) -> None:
    story = await Story(database).open()
    await story.says("ana", "ticket", "my laptop is broken", at=Address("web", "it-help"))
    assert await belonging(story, "mine:1001") == ("ana", "ben", "chloe", "lena", "max")
    assert await belonging(story, "card:1001:web:triage-it") == ()


async def test_what_was_asked_in_private_stays_between_the_two(database: Database) -> None:
    story = await Story(database).open()
    await story.says("ana", "ticket", "my laptop is broken", at=Address("web", "@ana"))
    assert await belonging(story, "mine:1001") == ()


async def test_an_owner_by_a_role_of_the_channel_belongs_there(database: Database) -> None:
    """Who works by a role alone is in no team of the settings, and has the ticket all the same."""
    story = await Story(database).open()
    await story.says("ana", "ticket", "my laptop is broken", at=Address("web", "it-help"))
    await story.database.write(_give_to_erik)
    assert "erik" not in await belonging(story, "mine:1001")
    team = story.settings.teams["it-help"].model_copy(update={"agent_roles": {"web": ("agents",)}})
    teams = {**story.settings.teams, "it-help": team}
    settings = story.settings.model_copy(update={"teams": teams})
    row = await story.database.read(lambda db: db.get(Post, ("main", "mine:1001")))
    assert row is not None
    assert (await story.database.read(lambda db: members(db, row, settings)))[-1] == "erik"


def _give_to_erik(db: Session) -> None:
    ticket = db.get(Ticket, ("main", 1001))
    assert ticket is not None
    ticket.owner = "erik"
    db.add(ticket)
