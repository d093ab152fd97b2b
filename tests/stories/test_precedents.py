"""What the desk has resolved helps with what comes: similar tickets and categories. BEHAVIOUR 12, 17, 33."""

import pytest

from bot.precedents import BATCH
from tests.storage.rows import add_ticket
from tests.stories.company import Company, on_both, refused, words_of

pytestmark = pytest.mark.told_once(why="what is found knows no channel")


async def resolved(company: Company, asked: str, answer: str, category: str = "", who: str = "ben") -> str:
    """A ticket of Ana's that was answered, its number; the desk has taken note of it."""
    reference = f"IT-{1001 + len(await company.tickets())}"
    await company["ana"].says(f"/ticket {asked}")
    if category:
        await company[who].says(f"/category {reference} {category}")
    await company[who].says(f"/resolve {reference} {answer}")
    await company.takes_note()
    return reference


async def test_33_an_agent_asks_how_the_like_was_resolved(company: Company) -> None:
    """BEHAVIOUR 33, 22: by number or by words, with a button that opens each."""
    ben, erik = company.people("ben", "erik")
    await resolved(company, "the laptop fan howls when I compile", "Blew the dust out.")
    await erik.says("/ticket my laptop fan howls all day")
    for asked in ("IT-1002", "to IT-1002", "laptop fan howling"):
        told = words_of(await ben.says(f"/tickets similar {asked}"))
        assert "IT-1001" in told and "% sure" in told and "Blew the dust out." in told
        assert "like “to" not in told
    await ben.clicks("IT-1001")
    assert "when I compile" in ben.was_told_privately("Blew the dust out").words
    told = words_of(await ben.says("/tickets similar parental leave"))
    assert "Nothing like “parental leave”" in told
    refused(await ben.says("/tickets similar"), "Please name a ticket, like IT-1042")
    refused(await ben.says("/tickets similar IT-4711"), "There is no ticket IT-4711")


async def test_17_notes_and_talk_are_neither_searched_nor_shown(company: Company) -> None:
    """BEHAVIOUR 17: only the ticket's opening words and its resolution are."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket the laptop fan howls")
    await ben.says("/note IT-1001 he spilt coffee into it")
    await ben.says("/reply IT-1001 Did you try the basement socket?")
    await ben.says("/resolve IT-1001 Dried it.")
    await company.takes_note()
    assert "Nothing like" in words_of(await ben.says("/tickets similar spilt coffee"))
    assert "Nothing like" in words_of(await ben.says("/tickets similar basement socket"))
    told = words_of(await ben.says("/tickets similar laptop fan howls"))
    assert "Dried it." in told and "coffee" not in told


async def test_33_nobody_finds_what_is_not_for_them(company: Company) -> None:
    """BEHAVIOUR 33, and roles: agents of other teams are outsiders to a ticket, its requester is no agent."""
    ana, ben, dev, lena, ada = company.people("ana", "ben", "dev", "lena", "ada")
    await resolved(company, "the laptop fan howls", "Blew the dust out.")
    for person in (ben, lena, ada):
        assert "IT-1001" in words_of(await person.says("/tickets similar laptop fan howls"))
    assert "IT-1001" not in words_of(await dev.says("/tickets similar laptop fan howls"))
    refused(await dev.says("/tickets similar IT-1001"), "There is no ticket IT-1001")
    refused(await ana.says("/tickets similar laptop fan howls"), "is for agents, leads and admins only")


async def test_33_what_was_like_a_ticket_stays_with_the_team_that_it_leaves(company: Company) -> None:
    """BEHAVIOUR 33: the new team reads the ticket's timeline, and not what the old one had resolved."""
    erik, ben, dev = company.people("erik", "ben", "dev")
    await resolved(company, "the laptop fan howls", "Blew the dust out.")
    await erik.says("/ticket the laptop fan howls")
    assert "Blew the dust out." in company.room("triage-it").card("IT-1002").words
    await ben.says("/category IT-1002 Network Access")
    told = words_of(await dev.says("/tickets status IT-1002"))
    assert "suggests: IT-1001" in told.replace("**", "") and "dust" not in told


async def test_33_a_precedent_that_goes_to_another_team_is_gone_at_once(company: Company) -> None:
    """BEHAVIOUR 33: from the cards that named it, and before the desk has taken note."""
    erik, ben, ada = company.people("erik", "ben", "ada")
    await resolved(company, "the laptop fan howls", "Blew the dust out.")
    await erik.says("/ticket the laptop fan howls")
    assert "Blew the dust out." in company.room("triage-it").card("IT-1002").words
    await ada.says("/reopen IT-1001")
    await ada.says("/category IT-1001 Network Access")
    await ada.says("/resolve IT-1001 Something secret.")
    await ben.says("/claim IT-1002")
    assert "May help" not in company.room("triage-it").card("IT-1002").words
    assert "Nothing like" in words_of(await ben.says("/tickets similar laptop fan howls"))


async def test_33_however_much_others_have_resolved_ones_own_is_found(company: Company) -> None:
    """BEHAVIOUR 33: as though there were no other teams."""
    past = {"workspace": "main", "requester": "ana", "outcome": "fixed", "resolved_at": company.clock.now()}
    others = past | {"team": "it-help", "title": "the laptop fan howls"}
    await company.database.write(lambda db: [add_ticket(db, **others) for _ in range(9)])
    own = past | {"team": "network", "title": "the laptop fan howls", "resolution": "Blew the dust out."}
    await company.database.write(lambda db: add_ticket(db, **own))
    await company.takes_note()
    assert "Blew the dust out." in words_of(await company["dev"].says("/tickets similar laptop fan howls"))


async def test_33_what_was_resolved_twice_in_the_same_words_is_offered_once(company: Company) -> None:
    """BEHAVIOUR 33: the newest of them, and another one in the other's place."""
    ben, erik = company.people("ben", "erik")
    for _ in range(5):
        await resolved(company, "the laptop fan howls", "Blew the dust out.")
    await resolved(company, "the laptop fan howls at night", "A new fan.")
    await erik.says("/ticket the laptop fan howls")
    card = company.room("triage-it").card("IT-1007").words
    assert card.count("Blew the dust out.") == 1 and "IT-1005" in card and "A new fan." in card
    told = words_of(await ben.says("/tickets similar laptop fan howls"))
    assert told.count("Blew the dust out.") == 1 and "IT-1005" in told and "A new fan." in told


@on_both
async def test_33_what_is_open_again_or_part_of_another_is_no_precedent(company: Company) -> None:
    """BEHAVIOUR 33, 20, 21: at once, even before the desk has taken note."""
    ana, ben = company.people("ana", "ben")
    for reference in ("IT-1001", "IT-1002"):
        assert await resolved(company, "the laptop fan howls", f"Answer to {reference}.") == reference
    await ana.says("/reopen IT-1001 it howls again")
    told = words_of(await ben.says("/tickets similar laptop fan howls"))
    assert "IT-1001" not in told and "IT-1002" in told
    await company.takes_note()
    await ana.says("/reopen IT-1002 this one too")
    await ben.says("/merge IT-1002 IT-1001")
    await company.takes_note()
    assert len(company.desk.precedents_of("main")) == 0
    await ben.says("/resolve IT-1001 A new fan.")
    await company.takes_note()
    assert "A new fan." in words_of(await ben.says("/tickets similar laptop fan howls"))


@on_both
async def test_12_where_no_word_tells_it_the_nearest_past_tickets_do(company: Company) -> None:
    """BEHAVIOUR 12, 13, 14: as if it had come with the category: impact, priority, team, owner; and it says why."""
    erik, dev = company.people("erik", "dev")
    for room in ("kitchen", "garage"):
        await resolved(company, f"no bars on my phone in the {room}", "Moved the antenna.", "Network Access", "ada")
    await erik.says("/ticket no bars on my phone in the canteen")
    ticket = await company.ticket("IT-1003")
    assert (ticket.category, ticket.team, ticket.owner) == ("Network Access", "network", "dev")
    assert (ticket.impact, ticket.priority) == ("medium", "medium")
    [entry] = [e for e in await company.timeline("IT-1003") if e.kind == "category"]
    assert entry.text == "uncategorised → Network Access: like 2 of the 2 nearest past tickets" and not entry.author
    card = company.room("triage-network").card("IT-1003")
    assert "category: like 2 of the 2 nearest past tickets; owner:" in card.words and "Moved the antenna." in card.words
    for words in ("IT-1003", "The desk set the category"):
        company.room("triage-it").never_hears(words)
    assert "With: Dev Patel" in erik.was_told_privately("IT-1003 is open").words
    assert "IT-1003" in words_of(await dev.says("/queue"))


async def test_14_who_was_chosen_before_the_category_was_told_hears_that_it_is_not_theirs(company: Company) -> None:
    """BEHAVIOUR 14: and who is chosen then hears of it."""
    erik, ben, dev = company.people("erik", "ben", "dev")
    await company.settings_change(("    policy: claim\n", "    policy: least-load\n"))
    for room in ("kitchen", "garage"):
        await resolved(company, f"no bars on my phone in the {room}", "Moved the antenna.", "Network Access", "ada")
    await erik.says("/ticket no bars on my phone in the canteen")
    first = next(one.text for one in await company.timeline("IT-1003") if one.kind == "owner")
    ben.heard(f"You were chosen as {first}")
    ben.heard("The desk moved IT-1003 “no bars on my phone in the canteen” to Network: it is not yours any more.")
    dev.heard("Yours: IT-1003 · no bars on my phone in the canteen", pinged=True)


async def test_12_it_says_uncategorised_rather_than_guess(company: Company) -> None:
    """BEHAVIOUR 12: past tickets that disagree tell nothing, nor do far ones."""
    erik = company["erik"]
    await resolved(company, "no bars on my phone", "Moved the antenna.", "Network Access", "ada")
    await resolved(company, "no bars on my phone", "A new phone.", "Hardware", "ada")
    await erik.says("/ticket no bars on my phone")
    await erik.says("/ticket who waters the plants?")
    for reference in ("IT-1003", "IT-1004"):
        assert (await company.ticket(reference)).category == ""
    assert "category: no routing word fits" in company.room("triage-it").card("IT-1003").words


async def test_12_rules_go_first_and_what_an_agent_says_goes_last(company: Company) -> None:
    """BEHAVIOUR 12: a corrected category is the one that counts from then on."""
    erik, ada = company.people("erik", "ada")
    await resolved(company, "no bars on my phone", "Moved the antenna.", "Network Access", "ada")
    await erik.says("/ticket no bars on my phone since excel is open")
    assert (await company.ticket("IT-1002")).category == "Software"
    await erik.says("/ticket no bars on my phone")
    assert (await company.ticket("IT-1003")).category == "Network Access"
    await ada.says("/category IT-1003 Hardware")
    assert (await company.ticket("IT-1003")).category == "Hardware"
    await ada.says("/reopen IT-1001")
    await ada.says("/category IT-1001 Hardware")
    await ada.says("/resolve IT-1001 A new phone.")
    await company.takes_note()
    await erik.says("/ticket no bars on my phone today")
    assert (await company.ticket("IT-1004")).category == "Hardware"


async def test_33_a_desk_that_ends_does_not_wait_until_all_is_taken_in(company: Company) -> None:
    """BEHAVIOUR 33: what is missing then is taken in by the next start."""
    past = {"workspace": "main", "requester": "ana", "outcome": "fixed", "resolved_at": company.clock.now()}
    await company.database.write(lambda db: [add_ticket(db, **past) for _ in range(BATCH + 1)])
    await company.heartbeat.stop()
    assert await company.heartbeat.beat("precedents") == BATCH
