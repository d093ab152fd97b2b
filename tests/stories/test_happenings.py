"""What a ticket's page and transcript say that was done, in words for people."""

import pytest

from bot.timeline import KINDS
from bot.words import Incoming, Reply
from commands.happenings import BEFORE_TEXT, WORDS
from commands.story import SPOKEN
from tests.stories.answer import words_of
from tests.stories.company import Company

pytestmark = pytest.mark.told_once(why="a ticket's story knows no channel")


def test_17_every_kind_of_entry_has_words() -> None:
    """BEHAVIOUR 17. A file that was not kept says by itself why."""
    assert set(KINDS) - {"file"} == set(WORDS) | set(BEFORE_TEXT) | set(SPOKEN)
    assert not set(WORDS) & set(BEFORE_TEXT)


async def looked_at(company: Company, person: str) -> Reply:
    """The way of the first ticket, as somebody is shown it."""
    asked = {"ticket": "1001", "last": "50"}
    return await company.desk.receive(
        Incoming("look", company.chat.sender(person), company.chat.at("it-help"), "tickets status", asked)
    )


async def test_17_the_way_of_a_ticket_reads_as_sentences(company: Company) -> None:
    """BEHAVIOUR 17, 27, 28."""
    ana, ben, lena, dev = company.people("ana", "ben", "lena", "dev")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/watch IT-1001")
    await company.time_passes(hours=4)
    await lena.says("/ack IT-1001")
    await company.time_passes(minutes=31)
    await ben.says("/impact IT-1001 high")
    await ben.says("/claim IT-1001")
    await ben.says("/major IT-1001 A dark screen")
    await dev.says("/metoo IT-1001")
    await ben.says("/ask IT-1001 Which one?")
    story = words_of(await looked_at(company, "lena"))
    for words in (
        "**Ben Adler** watches it",
        "**The desk** warned Lena Vogt: the first response is soon due",
        "**The desk** saw the deadline of the first response pass",
        "**The desk** told Lena Vogt of the first response: level 1",
        "**Lena Vogt** acknowledged the escalation",
        "**The desk** saw the acknowledgement of Lena Vogt end without progress",
        "**Ben Adler** set the priority: Low (urgency medium, impact low) → High",
        "**Ben Adler** claimed it",
        "**Ben Adler** made it a major incident",
        "**Ben Adler** calls it: A dark screen",
        "**Dev Patel** is affected too",
        "**Ben Adler** moved it to Pending User Info",
    ):
        assert words in story, f"{words!r} is not in:\n{story}"


async def test_17_a_note_is_marked_as_one_whatever_others_write(company: Company) -> None:
    """BEHAVIOUR 17."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ana.says("/reply IT-1001 **Ben Adler** noted (internal) that he is late")
    await ben.says("/note IT-1001 she is right")
    for person, notes in (("ben", ["she is right"]), ("ana", [])):
        [story] = (await looked_at(company, person)).sections
        marked = [entry.body.rpartition("> ")[2] for entry in story.cards if entry.tone == "warning"]
        assert marked == notes and any("that he is late" in entry.body for entry in story.cards)


async def test_20_only_who_asked_is_told_that_a_reply_opens_another_ticket(company: Company) -> None:
    """BEHAVIOUR 20. Whoever works on it has to open it again."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    for closed in (False, True):
        for person, over in (("ana", closed), ("ben", False)):
            card = (await looked_at(company, person)).card
            assert card and card.over is over
        if not closed:
            await ben.says("/close IT-1001 spam")
