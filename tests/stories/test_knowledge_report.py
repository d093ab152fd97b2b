"""/report kb, asked of the desk by those who may: BEHAVIOUR 34 and 35."""

import pytest

from kb import Article
from tests.stories.company import Company, words_of

pytestmark = pytest.mark.told_once(why="figures know no channel")


async def asks(company: Company, *words: str) -> None:
    ana = company["ana"]
    for text in words:
        await ana.says(f"/ticket {text}")


async def test_34_without_tickets_it_says_so(company: Company) -> None:
    """BEHAVIOUR 34."""
    assert "No tickets yet in the last 30 days" in words_of(await company["lena"].says("/report kb"))
    assert "today" in words_of(await company["lena"].says("/report kb today"))


async def test_34_what_the_articles_did_is_counted(company: Company) -> None:
    """BEHAVIOUR 34: shown, opened, deflected, helpful, per article."""
    ana, lena = company.people("ana", "lena")
    await asks(company, "my vpn does not connect")
    await ana.clicks("Show")
    await ana.clicks("This fixed it")
    await asks(company, "the vpn does not connect")
    await ana.clicks("None of these")
    told = await lena.says("/report kb")
    assert "VPN does not connect: 2 shown, 1 opened, 1 helped, 1 not helpful, 1 deflected" in words_of(told)
    assert words_of(told).startswith(
        "Knowledge base: last 30 days\n"
        "- **Tickets deflected:** 50% (1 of 2)\n"
        "- **Tickets with a good article:** 50% (1 of 2)\n"
        "- **Articles suggested:** 1.0 a ticket\n"
        "- **Gaps:** 0\n"
        "- **Need a look:** 0\n\n"
    )


async def test_34_a_gap_is_named_and_becomes_a_draft_with_one_click(company: Company) -> None:
    """BEHAVIOUR 34, 35."""
    ben, lena = company.people("ben", "lena")
    await asks(company, "laptop battery is swollen", "battery of my laptop swollen", "laptop hums")
    await ben.says("/resolve IT-1002 The battery was replaced, as the warranty pays for it.")
    told = await lena.says("/report kb", in_="#it-help")
    assert "2× “battery of my laptop swollen” (IT-1002, IT-1001; nothing was suggested)" in words_of(told)
    drafted = await lena.clicks("Write an article: battery, swollen, laptop", in_="#it-help")
    assert "is kept as a draft" in words_of(drafted)


async def test_34_a_gap_is_gone_when_somebody_has_written(company: Company) -> None:
    """BEHAVIOUR 34: what people ask and nobody wrote."""
    await asks(company, "laptop battery is swollen", "battery of my laptop swollen")
    await company.keeps(Article("battery", "Laptop battery is swollen", "Bring the laptop: the battery is replaced."))
    assert "swollen” (IT" not in words_of(await company["lena"].says("/report kb"))


async def test_34_what_is_for_another_team_is_not_shown(company: Company) -> None:
    """BEHAVIOUR 34: what a role may not see never shows, not in counts either."""
    ben, dev = company.people("ben", "dev")
    await company.keeps(Article("keys", "Network keys of the vault", "…", audience="network"))
    await asks(company, "vpn tunnel collapses daily", "vpn tunnel collapses again")
    company.wall = company.wall.replace(year=company.wall.year + 2)
    for who, sees in ((dev, True), (ben, False)):
        told = words_of(await who.says("/report kb quarter"))
        assert ("Network keys of the vault" in told) is sees
        assert "nobody has opened it for a year" in told
    assert "tunnel" not in words_of(await ben.says("/report kb"))


async def test_34_a_review_that_is_due_is_told_with_a_button(company: Company) -> None:
    """BEHAVIOUR 34: stale articles are listed."""
    lena = company["lena"]
    company.wall = company.wall.replace(year=company.wall.year + 2)
    told = await lena.says("/report kb")
    assert "VPN does not connect: nobody has opened it for a year" in words_of(told)
    assert "Restart the VPN client" in words_of(await lena.clicks("Review: VPN does not connect"))
