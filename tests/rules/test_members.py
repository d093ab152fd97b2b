"""Who belongs in the place that a chat opens for a ticket's talk."""

from sqlmodel import Session, col, update

from bot import members
from bot.context import Scene
from bot.posts import Wanted, say
from bot.words import Address, Card
from storage.database import Database
from storage.tables import Identity, Post, Ticket
from tests.rules.desk_stories import NOW, Story, settings


async def belonging(story: Story, key: str) -> tuple[str, ...]:
    await story.draws()
    row = await story.database.read(lambda db: db.get(Post, ("main", key)))
    assert row is not None
    return await story.database.read(lambda db: members.members(db, row, story.settings))


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
    assert (await story.database.read(lambda db: members.members(db, row, settings)))[-1] == "erik"


async def test_places_are_fitted_anew_when_an_id_is_another_and_when_it_is_asked_for(database: Database) -> None:
    story = await Story(database, settings(discord={"tickets": "#tickets"})).open()
    await story.ticket()

    def stands(db: Session) -> None:
        db.add(Identity(workspace="main", channel="discord", external="10", person="ben"))
        wanted = Wanted("mine:1001:discord", Address("discord", "@1"), Card("IT-1001"), ticket=1001, side="requester")
        say(Scene(db=db, now=NOW, workspace="main", settings=story.settings, worktime=story.desk.worktime), wanted)

    def due(db: Session) -> bool:
        sent = update(Post).where(col(Post.key) == "mine:1001:discord", col(Post.next_at).is_not(None))
        return bool(db.execute(sent.values(next_at=None, ref="9")).rowcount)

    async def follows(*, again: bool = False) -> bool:
        write = story.database.write
        await write(lambda db: members.follow(db, "main", story.settings, NOW, again=again))
        return await write(due)

    await story.database.write(stands)
    assert await follows(), "it was said"
    assert not await follows()
    assert await follows(again=True)
    await story.database.write(lambda db: db.execute(_another_id) and None)
    assert await follows()


_another_id = update(Identity).where(col(Identity.channel) == "discord").values(external="11")


def _give_to_erik(db: Session) -> None:
    ticket = db.get(Ticket, ("main", 1001))
    assert ticket is not None
    ticket.owner = "erik"
    db.add(ticket)
