"""What articles learn from those who read them, and from agents who resolve tickets with them: BEHAVIOUR 2, 34."""

from contextlib import suppress

import pytest

from storage.knowledge import Suggestion, Verdict
from storage.tables import Entry
from tests.stories.company import Company, NotPossible, words_of

pytestmark = pytest.mark.told_once(why="what articles learn knows no channel")


async def said(company: Company) -> list[tuple[str, str, str]]:
    return sorted((row.article, row.person, row.kind) for row in await company.reads(Verdict, Verdict.at))


async def test_34_who_searched_says_what_came_of_it(company: Company) -> None:
    """BEHAVIOUR 34: each of them has one voice."""
    ana, erik = company.people("ana", "erik")
    for _ in range(2):
        await ana.says("/kb paper jam in the printer")
        await ana.clicks("1. Clear a paper jam in the printer")
        shown = ana.was_told_privately("pull the paper out")
        assert shown.buttons == ["This fixed it", "Not helpful"]
        assert "Good to hear" in words_of(await ana.clicks("This fixed it", on="pull the paper out"))
    await erik.says("/kb show printer-jam")
    reply = await erik.clicks("Not helpful", on="pull the paper out")
    assert "The desk can help" in words_of(reply) and reply.card and reply.card.buttons[0].label == "Ask for help"
    assert await said(company) == [
        ("printer-jam", "ana", "helped"),
        ("printer-jam", "ana", "opened"),
        ("printer-jam", "erik", "opened"),
        ("printer-jam", "erik", "unhelped"),
    ]
    await erik.says("/kb helped printer-jam")
    assert ("printer-jam", "erik", "unhelped") not in await said(company)


async def test_34_what_was_offered_with_a_ticket_counts_as_well(company: Company) -> None:
    """BEHAVIOUR 34: also “None of these”, for it was offered in vain."""
    ana, erik = company.people("ana", "erik")
    await ana.says("/ticket my vpn does not connect")
    await ana.clicks("This fixed it")
    await erik.says("/ticket my vpn does not connect")
    await erik.clicks("None of these")
    assert await said(company) == [("vpn-drops", "ana", "helped"), ("vpn-drops", "erik", "unhelped")]


async def test_2_what_fails_people_is_no_longer_suggested(company: Company) -> None:
    """BEHAVIOUR 2, 34: it falls below the threshold, and rises above it again when it helps."""
    ana = company["ana"]
    await company.heartbeat.beat("verdicts")
    offered = await company.desk.suggest("vpn connect macros")
    sure = company.desk.knowledge.search("vpn connect macros", audiences=frozenset({"everyone"}))[0].confidence
    await company.settings_change(("suggest_at: 0.5", f"suggest_at: {sure - 0.005:.3f}"))
    offered = await company.desk.suggest("vpn connect macros")
    assert offered and len(offered.buttons) == 1
    await ana.says("/kb unhelped vpn-drops")
    await company.heartbeat.beat("verdicts")
    assert await company.desk.suggest("vpn connect macros") is None
    await ana.says("/kb helped vpn-drops")
    await company.heartbeat.beat("verdicts")
    assert await company.desk.suggest("vpn connect macros")


async def test_34_agents_see_what_came_of_an_article(company: Company) -> None:
    """BEHAVIOUR 34: and nobody else does."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    await ana.clicks("Show")
    await ana.says("/kb helped vpn-drops")
    await company.heartbeat.beat("verdicts")
    await dev.says("/kb show vpn-drops")
    shown = dev.was_told_privately("Restart the VPN client").words
    assert "1 ticket" in shown and "2 (opened 2, helped 1)" in shown and "+3 points to a hit that is 50% sure" in shown
    assert "points" not in ana.was_told_privately("Restart the VPN client").words


async def test_34_a_ticket_is_resolved_with_an_article(company: Company) -> None:
    """BEHAVIOUR 20, 34: the requester is shown it, and has the last word on it."""
    ana, dev = company.people("ana", "dev")
    await ana.says("/ticket my vpn does not connect")
    await dev.submits(await dev.says("/resolve IT-1001"), resolution="See there.", article="vpn-drops")
    told = company.room("@ana").last()
    assert "VPN does not connect" in told.words and told.buttons == ["Fixed", "Not fixed", "Show"]
    assert "with “VPN does not connect”" in company.room("triage-network").thread("IT-1001")[-1]
    [offered] = await company.reads(Suggestion, Suggestion.ticket)
    assert offered.outcome == "answered"
    assert ("vpn-drops", "ana", "answered") in await said(company)
    noted = [entry for entry in await company.reads(Entry, Entry.id) if entry.kind == "answered"]
    assert [(entry.data["article"], entry.public) for entry in noted] == [("vpn-drops", False)]
    await ana.clicks("Show", on="is resolved")
    ana.was_told_privately("Restart the VPN client")
    await ana.clicks("Not fixed")
    assert [kind for _, _, kind in await said(company)] == ["opened", "unhelped"]
    assert (await company.reads(Suggestion, Suggestion.ticket))[0].outcome == "unhelped"
    await dev.says("/resolve IT-1001 Renewed the token.")
    await ana.clicks("Fixed", on="Renewed the token.")
    assert [kind for _, _, kind in await said(company)] == ["opened", "unhelped"], "this time it was no article"


async def test_34_who_confirms_it_says_that_the_article_helped(company: Company) -> None:
    """BEHAVIOUR 20, 34: also of one that was not offered."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my chair squeaks")
    await ben.submits(await ben.says("/resolve IT-1001"), resolution="Oiled it.", article="printer-jam")
    await ana.clicks("Fixed")
    assert [kind for _, _, kind in await said(company)] == ["answered", "helped"]


async def test_34_an_article_that_is_not_there_resolves_nothing(company: Company) -> None:
    """BEHAVIOUR 1, 34: what was typed stays."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my chair squeaks")
    form = await ben.says("/resolve IT-1001")
    with suppress(NotPossible):  # Slack's menu offers what there is, and takes nothing else
        again = await ben.submits(form, resolution="Oiled it.", article="printer")
        assert again.form and again.form.answers["resolution"] == "Oiled it."
        assert "There is no article “printer”" in again.form.errors["article"]
        assert "“printer-jam”" in again.form.errors["article"]
    assert (await company.ticket("IT-1001")).status == "new"
