"""A resolved ticket becomes an article's draft with one click: BEHAVIOUR 35 and 17."""

import pytest

from storage.knowledge import ArticleRow
from storage.tables import Entry
from tests.stories.company import Company, on_both, refused, words_of

pytestmark = pytest.mark.told_once(why="what becomes an article knows no channel")


async def solved(company: Company) -> None:
    """A ticket with everything that must not come into an article."""
    ana, ben = company.people("ana", "ben")
    await ana.says(
        "/ticket Hi Ben, my laptop is broken, the battery is swollen. My password is Summer2024! Thanks, Ana"
    )
    await ben.says("/reply IT-1001 Hi Ana, I will have a look.")
    await ben.says("/reply IT-1001 Switch it off, and bring it to room 12. My number is +49 171 2345678.")
    await ben.says("/note IT-1001 Ana drops it every month, do not tell her")
    await ben.says("/resolve IT-1001 The battery was replaced. Erik Lund ordered it from shop@battery.company.com.")


async def drafts(company: Company) -> list[ArticleRow]:
    return [row for row in await company.reads(ArticleRow, ArticleRow.id) if row.ticket]


@on_both
async def test_35_one_click_makes_a_draft_without_personal_data_secrets_and_notes(company: Company) -> None:
    """BEHAVIOUR 35; 17: a note never reaches a requester."""
    ana, ben = company.people("ana", "ben")
    await solved(company)
    told = await ben.clicks("Write an article", in_="triage-it")
    assert "is kept as a draft" in words_of(told)
    assert "1 × password" in words_of(told) and "A person must read it before it is published." in words_of(told)
    [row] = await drafts(company)
    assert (row.status, row.author, row.ticket, row.category, row.audience) == (
        "draft",
        "ben",
        1001,
        "Hardware",
        "it-help",
    )
    assert "my laptop is broken, the battery is swollen. My password is [password]" in row.body
    assert row.body.endswith(
        "## Solution\n\nSwitch it off, and bring it to room 12. My number is [phone].\n\n"
        "The battery was replaced. [name] ordered it from [e-mail]."
    )
    assert row.title == "Laptop is broken, the battery is swollen"
    for private in ("Ana", "Erik", "Lund", "Summer2024", "2345678", "drops it", "have a look", "shop@"):
        assert private not in row.title + row.body, private
    [noted] = [entry for entry in await company.reads(Entry, Entry.id) if entry.kind == "drafted"]
    assert not noted.public and noted.data == {"article": row.id}
    refused(await ana.says(f"/kb show {row.id}"), "There is no article")


async def test_35_a_second_draft_of_a_ticket_shows_the_first(company: Company) -> None:
    """BEHAVIOUR 35."""
    ben, chloe = company.people("ben", "chloe")
    await solved(company)
    await ben.says("/kb draft IT-1001")
    again = await chloe.says("/kb draft IT-1001")
    assert "is there already" in words_of(again) and "before by Ben Adler" in words_of(again)
    assert len(await drafts(company)) == 1


async def test_35_who_is_no_agent_of_the_ticket_drafts_nothing(company: Company) -> None:
    """BEHAVIOUR 35."""
    ana, dev, ben = company.people("ana", "dev", "ben")
    await solved(company)
    await ana.says("/kb draft IT-1001")  # to her it is words to look for
    refused(await dev.says("/kb draft IT-1001"), "There is no ticket IT-1001")
    await ana.says("/ticket my laptop hums")
    refused(await ben.says("/kb draft IT-1002"), "IT-1002 is New: an article is written when it is resolved")
    await ben.says("/close IT-1002 no need")
    refused(await ben.says("/kb draft IT-1002"), "closed without an agent’s solution")
    assert not await drafts(company)


async def test_35_the_answers_before_a_reopening_were_none(company: Company) -> None:
    """BEHAVIOUR 35: what did not help is no solution."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/reply IT-1001 Restart it twice.")
    await ben.says("/resolve IT-1001 Restarted it.")
    await ana.clicks("Not fixed")
    await ben.says("/reply IT-1001 Clean the fan.")
    await ben.says("/resolve IT-1001 The fan was cleaned.")
    await ben.says("/kb draft it-1001 everyone")
    [row] = await drafts(company)
    assert row.body.endswith("## Solution\n\nClean the fan.\n\nThe fan was cleaned.")
    assert row.audience == "everyone"


async def test_35_publishing_asks_where_something_personal_is_left(company: Company) -> None:
    """BEHAVIOUR 35: a lead publishes it, after a look."""
    ben, lena = company.people("ben", "lena")
    await solved(company)
    await ben.says("/kb draft IT-1001")
    [row] = await drafts(company)
    asked = await lena.says(f"/kb publish {row.id}")
    assert "the lines to its writer still stand" in words_of(asked)
    [row] = await drafts(company)
    assert row.status == "draft"
    await lena.clicks("Publish all the same")
    [row] = await drafts(company)
    assert row.status == "published"
