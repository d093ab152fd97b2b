"""The page that a channel shows of somebody's own: whose tickets are on it, in which order, with which buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.people import Role
from bot.words import Address, Reply, Section
from storage.database import Database
from tests.rules.desk_stories import KNOWN, NOW, WHO, Story, settings


async def looks(story: Story, who: str, most: int = 10) -> dict[str, Section]:
    reply = await story.says(who, "home", answers={"most": str(most)})
    assert not reply.failed and reply.card
    return {section.title: section for section in reply.sections}


def numbers(section: Section) -> list[int]:
    """The tickets of a section, in order."""
    return [int(card.buttons[0].answers["ticket"]) for card in section.cards]


def labels(section: Section) -> list[list[str]]:
    return [[button.label for button in card.buttons] for card in section.cards]


async def test_a_requester_sees_their_own_open_tickets_first_and_those_done_lately(database: Database) -> None:
    story = await Story(database).open()
    for words in ("the printer jams", "my laptop is broken", "my mouse is dead"):
        await story.says("ana", "ticket", words)
        story.now += timedelta(minutes=1)
    await story.says("ben", "claim", "1001")
    await story.says("ben", "ask", "1001 which printer?")
    await story.says("ben", "resolve", "1002 replaced")
    page = await looks(story, "ana")
    assert list(page) == ["Your tickets", "Done lately"]
    assert numbers(page["Your tickets"]) == [1001, 1003], "what waits for them comes first"
    assert labels(page["Your tickets"]) == [["See", "Answer"]] * 2
    first, second = page["Your tickets"].cards
    assert "Pending User Info · Ben Adler · we wait for your answer" in first.body and first.tone == "warning"
    assert "New · not claimed yet · answer due ⟦" in second.body and "/tickets/1003)" in second.body
    assert labels(page["Done lately"]) == [["See", "Fixed", "Not fixed"]]
    story.now += timedelta(days=1)
    assert "answer overdue since ⟦" in (await looks(story, "ana"))["Your tickets"].cards[1].body
    story.now += timedelta(days=14)
    assert list(await looks(story, "ana")) == ["Your tickets"]


async def test_21_what_became_part_of_another_ticket_is_not_done(database: Database) -> None:
    story = await Story(database).open()
    for words in ("the printer jams", "the printer jams again", "my mouse is dead"):
        await story.says("ana", "ticket", words)
    await story.says("ben", "merge", "1002 1001")
    await story.says("ben", "resolve", "1003 replaced")
    page = await looks(story, "ana")
    assert numbers(page["Your tickets"]) == [1001]
    assert numbers(page["Done lately"]) == [1003] and page["Done lately"].total == 1


@pytest.mark.parametrize(("count", "words"), [(1, "1 of your tickets is open."), (2, "2 of your tickets are open.")])
async def test_a_requester_is_told_how_many_are_open(database: Database, count: int, words: str) -> None:
    story = await Story(database).open()
    for _ in range(count):
        await story.says("ana", "ticket", "the printer jams")
    reply = await story.says("ana", "home", answers={"most": "10"})
    assert reply.card and reply.card.body == words


async def test_who_has_asked_for_nothing_is_told_how_to(database: Database) -> None:
    story = await Story(database).open()
    reply = await story.says("erik", "home", answers={"most": "10"})
    assert reply.card and [button.verb for button in reply.card.buttons] == ["ticket", "help"]
    (section,) = reply.sections
    assert section.total == 0 and "Ask for help" in section.empty


async def test_an_agent_sees_their_queue_what_is_at_risk_and_what_nobody_has(database: Database) -> None:
    """Most urgent first: by the deadline that ends first."""
    story = await Story(database).open()
    for words in ("the printer jams", "my laptop is broken", "my mouse is dead", "excel crashes"):
        await story.says("ana", "ticket", words)
    await story.says("ana", "ticket", answers={"text": "the boiler is broken", "urgency": "high"}, submitted=True)
    for number in (1002, 1005):
        await story.says("ben", "claim", str(number))
    await story.says("ben", "impact", "1005 high")
    await story.says("chloe", "claim", "1003")
    page = await looks(story, "ben")
    assert list(page) == ["My queue", "Overdue or at risk", "Nobody has these", "Your tickets"]
    assert numbers(page["My queue"]) == [1005, 1002] and not page["Overdue or at risk"].cards
    assert "Ben" not in page["My queue"].cards[0].body and "not claimed" not in page["Nobody has these"].cards[0].body
    assert labels(page["My queue"]) == [["Reply", "Resolve", "See"]] * 2
    assert numbers(page["Nobody has these"]) == [1001, 1004]
    assert labels(page["Nobody has these"]) == [["Claim", "Reply", "Resolve", "See"]] * 2
    story.now += timedelta(hours=3, minutes=50)
    page = await looks(story, "ben")
    risky = page["Overdue or at risk"]
    assert numbers(risky)[0] == 1005 and risky.total == 5
    assert risky.cards[0].tone == "danger" and "was due ⟦" in risky.cards[0].body
    assert "Ben Adler" in risky.cards[0].body
    others = next(card for card in risky.cards if "1003" in card.body)
    assert others.tone == "warning" and others.buttons[0].verb == "takeover"


async def test_help_is_offered_first_to_who_does_not_give_it(database: Database) -> None:
    story = await Story(database).open()
    for who, style in (("ana", "primary"), ("ben", "plain")):
        head = (await story.says(who, "home", answers={"most": "10"})).card
        assert head and (head.buttons[0].label, head.buttons[0].style) == ("Ask for help", style)


async def test_a_long_list_is_cut_and_says_how_long_it_is(database: Database) -> None:
    story = await Story(database).open()
    for number in range(7):
        await story.says("ana", "ticket", f"printer {number} jams")
    page = await looks(story, "ben", most=3)
    free = page["Nobody has these"]
    assert (len(free.cards), free.total, free.verb) == (3, 7, "queue")


@pytest.mark.parametrize("who", WHO.values())
async def test_every_button_is_of_a_verb_that_works_for_its_reader(database: Database, who: str) -> None:
    """What a role may not see never shows."""
    story = await Story(database).open()
    number = await story.ticket()
    reply = await story.says(who, "home", answers={"most": "10"})
    role = await story.role(who, number)
    shown = [button for section in reply.sections for card in section.cards for button in card.buttons]
    assert all(KNOWN.commands[button.verb].needs & role for button in shown)
    assert bool(shown) is (role not in (Role.OUTSIDER, Role.WATCHER))


async def test_agents_of_other_teams_see_nothing_of_it(database: Database) -> None:
    story = await Story(database).open()
    await story.ticket()
    assert "IT-1001" not in repr(await looks(story, "dev"))
    assert "IT-1001" in repr(await looks(story, "lena"))


def shown(reply: Reply) -> str:
    assert reply.card and not reply.card.buttons
    return f"{reply.card.title}\n{reply.card.body}"


async def test_a_preview_says_no_more_than_stands_in_the_place(database: Database) -> None:
    """Everybody in the place reads along: what its sender may see does not count."""
    story = await Story(database).open()
    await story.says("ana", "ticket", "my laptop is broken", at=Address("web", "it-help"))
    asked = {"ticket": "1001"}
    elsewhere = await story.says("ben", "preview", answers=asked, at=Address("web", "lunch"))
    assert shown(elsewhere) == "IT-1001\nNew" and not elsewhere.card.facts  # type: ignore[union-attr]
    in_triage = await story.says("ben", "preview", answers=asked, at=Address("web", "triage-it", "t1"))
    assert "my laptop is broken" in shown(in_triage)
    assert "my laptop is broken" in shown(await story.says("ana", "preview", answers=asked))
    outsider = await story.says("erik", "preview", answers=asked, at=Address("web", "triage-it"))
    assert outsider.failed and "no ticket" in outsider.card.body  # type: ignore[union-attr]
    other_teams_room = await story.says("ben", "preview", answers=asked, at=Address("web", "triage-network"))
    assert shown(other_teams_room) == "IT-1001\nNew"


async def test_news_name_those_whom_it_concerns(database: Database) -> None:
    story = await Story(database).open()
    await story.says("erik", "ticket", "my mouse is dead")  # PostgreSQL goes on counting where an earlier test ended
    news, until = story.desk.news, await story.desk.news.begin()
    assert await news.since("main", "web", until, story.settings) == (until, frozenset())
    number = await story.ticket()
    told = await news.since("main", "web", until, story.settings)
    assert told.until > until and {"ana", "ben", "chloe", "lena"} <= told.people and "dev" not in told.people
    assert not (await news.since("main", "web", told.until, story.settings)).people
    assert not (await news.since("T0OTHER", "web", until, story.settings)).people
    await story.says("ana", "reply", f"{number} it smokes")
    await story.says("lena", "category", f"{number} Network Access")
    assert "dev" in (await news.since("main", "web", told.until, story.settings)).people, "who has it now, and who had"
    assert story.now == NOW


async def test_what_has_no_deadline_stands_in_the_same_order_on_the_page_and_in_the_queue(database: Database) -> None:
    story = await Story(database, settings(sla=[])).open()
    for words in ("the printer jams", "my laptop is broken", "my mouse is dead"):
        await story.says("ana", "ticket", words)
    assert not (await story.says("ben", "impact", "1002 high")).failed
    assert numbers((await looks(story, "ben"))["Nobody has these"]) == [1002, 1001, 1003]
    reply = await story.says("ben", "queue")
    told = reply.card.body if reply.card else ""
    assert sorted((1001, 1002, 1003), key=lambda number: told.index(f"IT-{number}")) == [1002, 1001, 1003]
