"""What an article says is for its audience: everybody else finds no trace of it (BEHAVIOUR, roles; 32, 33)."""

from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZipFile

import pytest

from bot.words import Reply, Sender
from kb import Article
from tests.stories.company import Company, refused, words_of

pytestmark = pytest.mark.told_once(why="who may read knows no channel")


SERVER = Article(
    "vpn-server", "Restart the VPN server", "The gateway's vpn token: 4711. Restart the vpn server.", audience="network"
)
ASKED = "restart the vpn server"


def unpacked(reply: Reply) -> list[str]:
    """The texts of a transcript."""
    files = [ZipFile(BytesIO(document.content)) for document in reply.documents]
    return [file.read(name).decode() for file in files for name in file.namelist()]


@pytest.fixture
async def guarded(company: Company) -> AsyncIterator[Company]:
    """With an article for the network team, of which nobody else hears, whatever they do."""
    await company.keeps(SERVER)
    yield company
    for room, reader in (("@ana", "ana"), ("@ben", "ben"), ("triage-it", "ben"), ("it-help", "ana")):
        for words in (SERVER.title, "4711"):
            company.room(room).never_hears(words, reader=reader)


async def test_32_only_its_audience_finds_and_reads_an_article(guarded: Company) -> None:
    """BEHAVIOUR 32: whoever else searches or names it is told what they would be if it did not exist."""
    ana, ben, dev, ada = guarded.people("ana", "ben", "dev", "ada")
    for who in (ana, ben):
        found = await who.says(f"/kb {ASKED}")
        assert found.card and "VPN server" not in words_of(found).partition("\n")[2]
        refused(await who.says("/kb show vpn-server"), "There is no article “vpn-server”")
        refused(await who.says("/kb helped vpn-server"), "There is no article “vpn-server”")
    for who in (dev, ada):
        await who.says(f"/kb {ASKED}")
        await who.clicks("1. Restart the VPN server")
        who.was_told_privately("4711")


async def test_33_with_a_ticket_come_articles_for_its_requester_and_for_its_team(guarded: Company) -> None:
    """BEHAVIOUR 33: the team's card names what the requester is not shown."""
    ana, ben = guarded.people("ana", "ben")
    await ana.says(f"/ticket {ASKED}")
    assert SERVER.title in guarded.room("triage-network").card("IT-1001").words
    await ben.says("/ticket the printer is broken: restart the server")
    assert SERVER.title not in guarded.room("triage-it").card("IT-1002").words


async def test_33_a_team_s_own_people_are_offered_what_is_for_them(guarded: Company) -> None:
    """BEHAVIOUR 33: where their ticket is another team's, that team does not hear of it."""
    dev = guarded["dev"]
    await dev.says(f"/ticket {ASKED} on my broken laptop screen")
    await dev.says("/category IT-1001 Hardware")
    assert "Show" in dev.was_told_privately("Restart the VPN server").buttons[0]


async def test_32_what_somebody_may_not_read_is_not_completed(guarded: Company) -> None:
    """BEHAVIOUR, roles: in no autocomplete, and in no suggestion while one types."""
    desk, channel = guarded.desk, guarded.chat.name

    async def offered(who: str) -> tuple[bool, bool, bool]:
        sender = Sender(guarded.settings.people[who].ids_in("main")[channel])
        shown = await desk.complete("main", channel, sender, "kb show", "article", ASKED)
        typed = await desk.complete("main", channel, sender, "ticket", "text", ASKED)
        card = await desk.suggest(ASKED, "main", channel, sender)
        labels = [button.label for button in card.buttons] if card else []
        return SERVER.id in dict(shown), f"article:{SERVER.id}" in dict(typed), SERVER.title in labels

    assert [await offered(who) for who in ("ana", "ben", "dev")] == [(False,) * 3, (False,) * 3, (True,) * 3]
    everyone = await desk.suggest(ASKED)
    assert everyone is None or SERVER.title not in [button.label for button in everyone.buttons]


async def test_34_a_ticket_is_resolved_with_what_its_requester_may_not_read(guarded: Company) -> None:
    """BEHAVIOUR 32, 34: it counts, and the requester is not told its name."""
    ana, dev = guarded.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    await dev.submits(await dev.says("/resolve IT-1001"), resolution="Restarted it.", article="vpn-server")
    told = guarded.room("@ana").last()
    assert told.buttons == ["Fixed", "Not fixed"]
    assert SERVER.title in guarded.room("triage-network").thread("IT-1001")[-1]
    status = await ana.says("/tickets status IT-1001")
    assert "Restarted it." in words_of(status) and SERVER.title not in words_of(status)


async def test_32_a_ticket_that_changes_teams_takes_no_title_along(guarded: Company) -> None:
    """BEHAVIOUR, roles: its timeline and its transcript name what their reader may read."""
    ana, ben, dev = guarded.people("ana", "ben", "dev")
    await ana.says(f"/ticket {ASKED}")
    await dev.submits(await dev.says("/resolve IT-1001"), resolution="Restarted it.", article="vpn-server")
    assert words_of(await dev.says("/tickets status IT-1001")).count(SERVER.title) == 2
    await ana.says("/reopen IT-1001")
    await dev.says("/category IT-1001 Hardware")
    for verb in ("tickets status", "transcript"):
        reply = await ben.says(f"/{verb} IT-1001")
        assert reply.card and not any(
            words in text for words in (SERVER.title, SERVER.id) for text in (str(reply.card), *unpacked(reply))
        )


async def test_32_a_button_for_what_one_may_read_no_longer_says_so(company: Company) -> None:
    """BEHAVIOUR 22, 32: the audience has changed while the article stood in a chat."""
    ana = company["ana"]
    await ana.says("/ticket my vpn does not connect")
    shown, show = ana.button("Show")
    await company.keeps(Article("vpn-drops", "The gateway's secret", "4711", audience="network"))
    refused(await ana.presses(show, shown), "There is no article “vpn-drops” that you may read", "archived")
    _, helped = ana.button("This fixed it")
    assert "“vpn-drops” helped" not in words_of(await ana.presses(helped, shown))
    ticket = await company.ticket("IT-1001")
    assert ticket.outcome == "self-served" and ticket.resolution == "“vpn-drops” helped."
    company.room("@ana").never_hears("secret", reader="ana")
