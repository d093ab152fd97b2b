"""Fixes that come with a ticket, and what becomes of them: BEHAVIOUR 2, 32 to 34."""

from pathlib import Path

import pytest

import kb
from kb.folder import read_folder
from storage.knowledge import Suggestion
from tests.stories.company import Company, refused, words_of

pytestmark = pytest.mark.told_once(why="what is found knows no channel")


async def test_2_a_sure_fix_comes_with_the_ticket_and_this_fixed_it_is_a_deflection(company: Company) -> None:
    """BEHAVIOUR 2, 33: resolves the ticket as self-served."""
    ana = company["ana"]
    await ana.says("/ticket my vpn does not connect")
    told = ana.was_told_privately("VPN does not connect")
    assert told.buttons == ["Show", "This fixed it", "None of these"]
    assert "IT-1001 is open" in told.words
    await ana.clicks("Show")
    shown = ana.was_told_privately("Restart the VPN client")
    assert shown.buttons == ["This fixed it", "Not helpful"]
    message, button = ana.button("This fixed it", on="Restart the VPN client")
    await ana.presses(button, message)
    ticket = await company.ticket("IT-1001")
    assert (ticket.status, ticket.outcome) == ("closed", "self-served")
    assert "helped Ana Costa" in company.room("triage-network").thread("IT-1001")[-1]
    [offered] = await company.reads(Suggestion, Suggestion.ticket)
    assert offered.opened_at and offered.outcome == "helped"
    refused(await ana.presses(button, message), "IT-1001 is Closed")


async def test_33_the_agents_see_what_was_offered_and_similar_resolved_tickets(company: Company) -> None:
    """BEHAVIOUR 33."""
    ana, erik, dev = company.people("ana", "erik", "dev")
    await ana.says("/ticket the vpn drops every hour")
    await dev.says("/resolve IT-1001 Renewed the certificate.")
    await ana.clicks("Fixed")
    await company.takes_note()
    await erik.says("/ticket vpn drops every hour again")
    card = company.room("triage-network").card("IT-1002")
    assert "May help" in card.words and "Renewed the certificate." in card.words
    assert "Renewed the certificate." not in "".join(m.words for m in erik.sees())


async def test_34_none_of_these_counts_and_the_ticket_goes_on(company: Company) -> None:
    """BEHAVIOUR 34."""
    ana = company["ana"]
    await ana.says("/ticket my vpn does not connect")
    reply = await ana.clicks("None of these")
    assert "Dev Patel has IT-1001" in words_of(reply)
    assert (await company.ticket("IT-1001")).status == "new"
    assert [s.outcome for s in await company.reads(Suggestion, Suggestion.ticket)] == ["unhelped"]


async def test_36_what_an_agent_has_answered_is_no_deflection(company: Company) -> None:
    """BEHAVIOUR 34, 36: whatever article fixed it in the end; the agent gets the stars."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    await dev.says("/reply IT-1001 Have you tried the article?")
    told = await ana.clicks("This fixed it")
    assert "How did we do?" in words_of(told)
    ticket = await company.ticket("IT-1001")
    assert (ticket.status, ticket.outcome, ticket.resolved_by) == ("closed", "fixed", "dev")
    assert company.room("triage-network").thread("IT-1001")[-1] == "“VPN does not connect” helped Ana Costa. Closed."
    assert [s.outcome for s in await company.reads(Suggestion, Suggestion.ticket)] == ["helped"]


async def test_34_this_fixed_it_answers_whether_it_is_fixed(company: Company) -> None:
    """BEHAVIOUR 20, 34: while the desk asks just that."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    await dev.says("/resolve IT-1001 Sent you a new token.")
    assert "How did we do?" in words_of(await ana.clicks("This fixed it"))
    ticket = await company.ticket("IT-1001")
    assert (ticket.status, ticket.outcome, ticket.resolution) == ("closed", "fixed", "Sent you a new token.")
    assert not ana.heard("IT-1001 is resolved").buttons
    assert [s.outcome for s in await company.reads(Suggestion, Suggestion.ticket)] == ["helped"]


async def test_34_none_of_these_says_how_it_stands(company: Company) -> None:
    """BEHAVIOUR 34: nobody has a ticket that is over."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    message, button = ana.button("None of these")
    await dev.says("/resolve IT-1001 Sent you a new token.")
    told = await ana.presses(button, message)
    assert "IT-1001 is resolved: is it fixed for you?" in words_of(told)
    await ana.clicks("Fixed", on="is it fixed for you?")
    assert "IT-1001 is closed. Answer in its thread" in words_of(await ana.presses(button, message))
    await ana.says("/ticket my vpn does not connect")
    message, button = ana.button("None of these")
    await ana.says("/ticket the vpn again")
    await dev.says("/merge IT-1002 IT-1003")
    assert "IT-1002 is part of IT-1003 now" in words_of(await ana.presses(button, message))


async def test_2_below_the_threshold_nothing_is_suggested(company: Company) -> None:
    """BEHAVIOUR 2."""
    ana = company["ana"]
    await ana.says("/ticket my chair squeaks")
    assert not ana.was_told_privately("IT-1001 is open").buttons


async def test_32_searching_is_private_and_forgives_typos(company: Company) -> None:
    """BEHAVIOUR 32."""
    erik = company["erik"]
    await erik.says("/kb pritner paper jam", in_="#it-help")
    found = erik.was_told_privately("Clear a paper jam in the printer")
    assert "1. Clear a paper jam in the printer" in found.buttons
    await erik.clicks("1. Clear a paper jam in the printer", in_="#it-help")
    erik.was_told_privately("pull the paper out")
    company.room("#it-help").never_hears("paper")
    nothing = await erik.says("/kb how to bake bread")
    assert "Nobody has written about this yet" in words_of(nothing)
    await erik.clicks("Ask for help")
    assert (await company.ticket("IT-1001")).title == "how to bake bread"
    refused(await erik.says("/kb show printer"), "There is no article “printer”", "mean “printer-jam”")


async def test_33_nobody_else_judges_an_article_for_the_requester(company: Company) -> None:
    """BEHAVIOUR 34: the figures hear the requester only."""
    ana, erik, dev = company.people("ana", "erik", "dev")
    await ana.says("/ticket my vpn does not connect")
    _, button = ana.button("This fixed it")
    await erik.says("hello")
    refused(await erik.presses(button, erik.talk.by("erik")), "may see")
    refused(await dev.presses(button, company.room("triage-network").card("IT-1001")), "requester only")


async def test_2_what_was_suggested_is_told_as_a_sentence(company: Company) -> None:
    """BEHAVIOUR 2, 18."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    assert "suggests: VPN does not connect (" in words_of(await dev.says("/tickets status IT-1001")).replace("**", "")


async def test_2_the_form_suggests_while_one_types(company: Company) -> None:
    """BEHAVIOUR 8: fixes appear as one types."""
    card = await company.desk.suggest("my vpn does not connect")
    assert card and "VPN does not connect" in [button.label for button in card.buttons]
    assert await company.desk.suggest("") is None


async def test_32_an_article_of_others_is_shown_with_its_source_and_licence(company: Company) -> None:
    """BEHAVIOUR 32: and it is found within seconds of being taken up."""
    ana = company["ana"]
    samples = {article.id: article for article in read_folder(Path(kb.__file__).parent / "samples" / "gnome-help")[0]}
    await company.keeps(samples["gnome-sound-nosound"])
    await ana.says("/kb i cannot hear any sound")
    await ana.clicks("1. I cannot hear any sounds on the…")
    shown = ana.was_told_privately("If you cannot hear any sounds")
    assert "GNOME Help 43" in shown.words and "CC BY-SA 3.0" in shown.words and "converted" in shown.words
