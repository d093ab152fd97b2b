"""What a ticket is about, how important it is and whose it is: BEHAVIOUR 12 to 14."""

from storage.tables import State
from tests.stories.company import Company, not_taken, on_both, refused, words_of


async def test_12_routing_words_choose_the_category_and_unsure_is_uncategorised(company: Company) -> None:
    """BEHAVIOUR 12: low confidence says “uncategorised” rather than guess."""
    ana = company["ana"]
    await ana.says("/ticket excel wants a password")
    await ana.says("/ticket something is odd")
    await ana.says("/ticket the laptop forgets the wifi")
    room = company.room("triage-it")
    room.card("IT-1001").shows(Category="Software")
    room.card("IT-1002").shows(Category="uncategorised")
    assert "fit Hardware and Network Access alike" in room.card("IT-1003").words


@on_both
async def test_12_another_category_moves_the_ticket_to_its_team(company: Company) -> None:
    """BEHAVIOUR 12, 15: its card leaves the one room and stands in the other."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket the internet is slow")
    await ben.clicks("Claim", in_="triage-it")
    await ben.says("/category IT-1001 Network Access")
    assert "Moved to Network" in company.room("triage-it").card("IT-1001").words
    assert not company.room("triage-it").card("IT-1001").buttons
    company.room("triage-network").card("IT-1001").shows(Owner="Dev Patel", Category="Network Access")
    assert "set the category: Network Access" in company.room("triage-network").thread("IT-1001")[-1]
    refused(await ben.says("/category IT-1001 Hardware"), "no ticket IT-1001 that you may see")
    await not_taken(company["dev"].says("/category IT-1001 Hardwear"), "did you mean “Hardware”")


async def test_12_what_is_of_a_category_that_is_another_teams_now_can_follow_it(company: Company) -> None:
    """BEHAVIOUR 12, 14, 15: a category may change hands in the settings; its tickets stay until somebody says it."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket my laptop is broken")
    hardware = "Hardware: {team: it-help, skill: hardware"
    await company.settings_change((hardware, "Hardware: {team: network, skill: network"))
    told = words_of(await ben.says("/category IT-1001 Hardware"))
    assert "IT-1001 is Hardware now, moved to Network." in told
    dev.heard("Yours: IT-1001 · my laptop is broken", pinged=True)
    for room in ("triage-it", "triage-network"):
        assert "Ben Adler moved it to Network, which has Hardware now." in company.room(room).thread("IT-1001")[-1]
    [entry] = [entry.text for entry in await company.timeline("IT-1001") if entry.kind == "category"]
    assert entry == "Hardware: IT Help → Network"
    assert "is Hardware already" in words_of(await dev.says("/category IT-1001 Hardware"))


async def test_12_a_resolved_ticket_can_still_be_sorted_in_within_its_team(company: Company) -> None:
    """BEHAVIOUR 12: it teaches; another team's it becomes only when it is opened again, and what is closed stays."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket something is odd")
    await ben.says("/resolve IT-1001 Installed the update.")
    await ben.says("/category IT-1001 Software")
    company.room("triage-it").card("IT-1001").shows(Status="Resolved", Category="Software", Owner="Ben Adler")
    refused(await ben.says("/category IT-1001 Network Access"), "IT-1001 is Resolved")
    await ana.says("/fixed IT-1001")
    refused(await ben.says("/category IT-1001 Hardware"), "IT-1001 is Closed")


async def test_13_priority_is_the_matrix_of_urgency_and_impact_and_a_change_retimes_the_clocks(
    company: Company,
) -> None:
    """BEHAVIOUR 13."""
    ana, ben = company.people("ana", "ben")
    await ana.submits(await ana.says("/ticket"), text="my laptop is broken", urgency="high")
    card = company.room("triage-it").card("IT-1001")
    card.shows(Priority="Medium (urgency high, impact low)", First_response_due="Mon 13:00")
    await ben.clicks("Impact", in_="triage-it", impact="High")
    company.room("triage-it").card("IT-1001").shows(
        Priority="Critical (urgency high, impact high)", First_response_due="Mon 09:15", Resolution_due="Mon 13:00"
    )
    assert "The clocks are set anew" in company.room("triage-it").thread("IT-1001")[-1]
    ana.talk.card("IT-1001").shows(Priority="Critical")
    assert [e.text for e in await company.timeline("IT-1001") if e.kind == "priority"]
    assert "already" in words_of(await ben.says("/impact IT-1001 high"))
    await not_taken(ben.says("/impact IT-1001 enormous"), "choose one of: Low, Medium, High", "/impact IT-1042 high")
    refused(await ana.says("/impact IT-1001 high"), "agents")
    for words in ("/priority IT-1001 critical", "/priority IT-1001 high Critical", "/impact IT-1001 critical"):
        told = "Critical is a priority, not a level: set urgency and impact to `high` and `high`."
        await not_taken(ben.says(words), told, "for example")


async def test_14_least_load_gives_the_ticket_to_who_has_the_least_and_says_why(company: Company) -> None:
    """BEHAVIOUR 14: the card says why this one."""
    ana = company["ana"]
    await ana.says("/ticket the vpn is slow")
    card = company.room("triage-network").card("IT-1001")
    card.shows(Owner="Dev Patel", Status="New")
    assert "owner: the only one free with skill network" in card.words
    assert "Take over" in card.buttons and "Claim" not in card.buttons
    told = company["dev"].heard("Yours: IT-1001 · the vpn is slow", pinged=True)
    assert "You were chosen as the only one free with skill network: 0 open." in told.words
    assert told.buttons == ["Reply", "Show"]


async def test_14_nobody_is_given_their_own_request(company: Company) -> None:
    """BEHAVIOUR 14, 25: who asks cannot give themselves the first response."""
    ana, dev, lena = company.people("ana", "dev", "lena")
    await dev.says("/ticket my vpn is slow")
    card = company.room("triage-network").card("IT-1001")
    card.shows(Owner="Network (not claimed yet)")
    assert "Dev Patel asks for it" in card.words
    lena.heard("No owner: IT-1001 · my vpn is slow", pinged=True)
    await ana.says("/ticket the vpn is slow")
    assert (await company.ticket("IT-1002")).owner == "dev"


async def test_14_a_ticket_that_moves_to_a_team_is_told_to_whom_it_gives_it(company: Company) -> None:
    """BEHAVIOUR 10, 14: and the story does not say that the desk claims."""
    ana, ben, dev = company.people("ana", "ben", "dev")
    await ana.says("/ticket the internet is slow")
    await ben.says("/category IT-1001 Network Access")
    dev.heard("Yours: IT-1001 · the internet is slow", pinged=True)
    assert "owner: the only one free" in company.room("triage-network").card("IT-1001").words
    await dev.says("/category IT-1001 Hardware")
    story = words_of(await ben.says("/tickets status IT-1001"))
    assert "took it from Dev Patel" in story and "claims its tickets" not in story


async def test_14_each_owner_of_a_ticket_that_moves_hears_of_their_own(company: Company) -> None:
    """BEHAVIOUR 14, 15: nobody's message becomes another's, and who had it hears who took it away and where it went."""
    ana, ben, chloe, dev = company.people("ana", "ben", "chloe", "dev")
    await ana.says("/ticket my laptop screen is broken")
    await ben.says("/assign IT-1001 @chloe")
    await ben.says("/category IT-1001 Network Access")
    chloe.heard("Ben Adler gave it to you.", pinged=True)
    chloe.heard("Ben Adler moved IT-1001 “my laptop screen is broken” to Network: it is not yours any more.")
    dev.heard("Yours: IT-1001 · my laptop screen is broken", pinged=True)
    chloe.talk.never_hears("@dev")
    for room in ("triage-it", "triage-network"):
        told = company.room(room).thread("IT-1001")[-1]
        assert "Ben Adler set the category: Network Access and moved it to Network." in told


async def test_14_the_lead_of_each_team_that_has_nobody_for_a_ticket_hears_of_it(company: Company) -> None:
    """BEHAVIOUR 14: the one's message does not become the other's."""
    assigns = ("    policy: claim\n", "    policy: round-robin\n")
    await company.settings_change(assigns, ("lead: lena\n    manager: max\n    on_call", "lead: max\n    on_call"))
    ana, ben, chloe, dev, lena, max_ = company.people("ana", "ben", "chloe", "dev", "lena", "max")
    for agent in (ben, chloe, dev):
        await agent.says("/availability away 2h")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/category IT-1001 Network Access")
    max_.heard("No owner: IT-1001 · my laptop is broken", pinged=True)
    lena.heard("Ben Adler is away", pinged=True)


async def test_14_an_empty_pool_leaves_it_in_the_queue_marked_and_the_lead_is_told(company: Company) -> None:
    """BEHAVIOUR 14."""
    ana, dev, lena = company.people("ana", "dev", "lena")
    await dev.says("/availability away 2h")
    await ana.says("/ticket the vpn is slow")
    card = company.room("triage-network").card("IT-1001")
    card.shows(Owner="Network (not claimed yet)")
    assert "Dev Patel is away until" in card.words
    lena.heard("No owner: IT-1001 · the vpn is slow", pinged=True)
    assert "the vpn is slow" in words_of(await lena.clicks("Show"))
    assert "IT-1001" in words_of(await dev.says("/queue"))
    await dev.says("/availability here")
    await ana.says("/ticket the vpn is slow again")
    assert (await company.ticket("IT-1002")).owner == "dev"


async def test_14_nobody_gets_more_than_their_cap_or_anything_out_of_hours(company: Company) -> None:
    """BEHAVIOUR 14."""
    ana = company["ana"]
    for _ in range(3):
        await ana.says("/ticket the vpn is slow")
    assert [t.owner for t in await company.tickets()] == ["dev", "dev", None]
    assert "is at the cap (2)" in company.room("triage-network").card("IT-1003").words
    await company.time_passes(hours=12)
    await company["dev"].says("/close IT-1001")
    await ana.says("/ticket the vpn is slow at night")
    assert "Dev Patel is off until" in company.room("triage-network").card("IT-1004").words


async def test_14_round_robin_takes_turns(company: Company) -> None:
    """BEHAVIOUR 14: policies per team, taken up while the desk runs."""
    await company.settings_change(("policy: claim", "policy: round-robin"))
    ana = company["ana"]
    for number in range(4):
        await ana.says(f"/ticket printer {number} is broken")
    assert [t.owner for t in await company.tickets()] == ["ben", "chloe", "ben", "chloe"]


async def test_14_what_no_team_asks_for_is_not_remembered(company: Company) -> None:
    """BEHAVIOUR 14: on PostgreSQL claims would wait for each other where it is written down."""
    ana, chloe = company.people("ana", "chloe")
    await ana.says("/ticket my laptop is broken")
    await chloe.says("/claim IT-1001")
    names = [state.name for state in await company.reads(State, State.name)]
    assert not [name for name in names if name.startswith(("assigned:", "last:"))]


async def test_33_what_may_help_is_about_the_team_that_has_the_ticket(company: Company) -> None:
    """BEHAVIOUR 12, 33: the other team's tickets are none of the new one's."""
    ana, erik, ben = company.people("ana", "erik", "ben")
    await ana.says("/ticket excel is slow")
    await ben.says("/resolve IT-1001 More memory.")
    await ana.clicks("Fixed")
    await company.takes_note()
    await erik.says("/ticket excel is slow")
    assert "More memory." in company.room("triage-it").card("IT-1002").words
    assert "is Network Access now" in words_of(await ben.says("/category IT-1002 Network Access"))
    assert "May help" not in company.room("triage-network").card("IT-1002").words
