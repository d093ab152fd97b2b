"""What is offered to somebody who is typing a command: nothing that they may not see."""

from bot.words import Address, Dialog, Incoming, Sender
from storage.database import Database
from tests.rules.desk_stories import ARTICLE, KNOWN, Story


async def offered(story: Story, who: str, verb: str, field: str, words: str = "") -> list[tuple[str, str]]:
    return await story.desk.complete("main", "web", Sender(who), verb, field, words)


async def test_tickets_are_those_that_somebody_may_use_the_command_on(database: Database) -> None:
    """BEHAVIOUR, roles: what a role may not see never shows, in no autocomplete either."""
    story = await Story(database).open()
    number = await story.ticket()
    await story.says("ana", "ticket", "the vpn is down")
    mine = [("1002", "IT-1002 · the vpn is down"), (str(number), "IT-1001 · my laptop is broken")]
    assert sorted(await offered(story, "ana", "reply", "ticket")) == sorted(mine)
    assert await offered(story, "ana", "claim", "ticket") == [], "a requester claims nothing"
    assert await offered(story, "ben", "claim", "ticket", "laptop") == [mine[1]]
    assert await offered(story, "ben", "claim", "ticket", "vpn") == [], "the other team's"
    assert await offered(story, "dev", "claim", "ticket") == [mine[0]]
    assert await offered(story, "ada", "claim", "ticket", "it-1002") == [mine[0]]
    for begun in ("1", "IT-10", "100", "it", "IT-", "#"):
        assert sorted(await offered(story, "ana", "reply", "ticket", begun)) == sorted(mine), begun
    assert await offered(story, "dev", "claim", "ticket", "IT-10") == [mine[0]], "the other team's is not for them"
    for words in ("", "1001", "IT-1001", "laptop", "zzz"):
        assert await offered(story, "erik", "tickets status", "ticket", words) == []


async def test_articles_are_the_published_ones(database: Database) -> None:
    """BEHAVIOUR 2, 32: while the summary is typed, and where an article is asked for."""
    story = await Story(database).open()
    assert await offered(story, "ana", "kb show", "article", "vpn connect") == [(ARTICLE, "VPN will not connect")]
    suggests = KNOWN.commands["ticket"].suggests
    found = await offered(story, "ana", "ticket", suggests, "vpn will not connect")
    assert found == [(f"article:{ARTICLE}", "VPN will not connect")]
    assert await offered(story, "ana", "kb show", "article", "master keys") == []


async def test_choices_that_begin_with_the_words_come_first(database: Database) -> None:
    story = await Story(database).open()
    labels = [label for _, label in await offered(story, "ben", "category", "category", "ne")]
    assert labels[:2] == ["Network Access", "New Equipment Request"]
    assert await offered(story, "ben", "category", "category", "zzz") == []
    assert await offered(story, "ben", "category", "no such field") == []
    assert await offered(story, "ben", "no such verb", "ticket") == []


async def test_the_form_is_known_without_the_database(sqlite_database: Database) -> None:
    """TRAPS: on Discord a form must be the first response, so what decides "form or not" needs no database."""
    story = Story(sqlite_database)
    sqlite_database.close()

    def form(verb: str, text: str = "", thread: str = "", who: str = "ben") -> Dialog | None:
        return story.desk.form(Incoming("1", Sender(who), Address("web", "it-help", thread), verb, text=text))

    shown = form("ticket")
    assert shown and shown.verb == "ticket" and shown.fields
    assert form("ticket", "the vpn is down") is None
    resolving = form("resolve", "IT-1001")
    assert resolving and [field.name for field in resolving.fields if field.required] == ["resolution"]
    assert resolving.kept == {"ticket": "IT-1001"}
    claiming = form("claim")
    assert claiming and [field.name for field in claiming.fields] == ["ticket"]
    assert form("claim", thread="9") is None, "the thread's own ticket"
    assert form("claim", who="ana") is None, "she is no agent, and is told so"
    assert form("claim", who="zoe"), "whom the settings do not name may be one"
    assert form("no such verb") is None and form("said", "hello") is None and form("confirm") is None
