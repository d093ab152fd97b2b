"""Who belongs in the place that a chat opens for a ticket's talk."""

from bot.members import members
from bot.words import Address
from storage.database import Database
from storage.tables import Post
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
