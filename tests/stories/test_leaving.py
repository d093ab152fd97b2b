"""People, teams and steps of ladders that are in the settings no more, while tickets are on their way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.company import MONDAY, Company, on_both, refused, words_of

pytestmark = pytest.mark.told_in("web", why="whose a ticket is knows no channel")

BEN_LEAVES = ("      ben: {skills: [hardware]}\n", "")
DEV_MOVES = (
    ("  network:\n    name: Network\n", "  net:\n    name: Net\n"),
    ("Network Access: {team: network", "Network Access: {team: net"),
)
NETWORK = """  network:
    name: Network
    lead: lena
    manager: max
    on_call: network
    policy: least-load
    triage: [web:triage-network]
    members:
      dev: {skills: [network], cap: 2}
"""
STEPS = "steps: [{tell: lead}, {tell: manager, after: 30m}]"
ERIK_NEXT = (STEPS, "steps: [{tell: lead}, {tell: 'person:erik', after: 30m}]")


async def test_27_whose_owner_has_left_is_warned_of_as_nobodys(company: Company) -> None:
    """BEHAVIOUR 27: roles are those of this minute; who is gone reads nothing more of it."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await company.settings_change(BEN_LEAVES, (STEPS, "steps: [{tell: owner}, {tell: manager, after: 30m}]"))
    await company.time_passes(hours=3, minutes=5)
    assert "nobody has claimed it" in lena.heard("Soon due: IT-1001").words
    ben.talk.never_hears("Soon due")
    await company.time_passes(hours=1)
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena")


async def test_28_a_ping_says_that_the_lead_is_told_next_for_an_owner_who_has_left(company: Company) -> None:
    """BEHAVIOUR 28: who is told next, as they will be."""
    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await company.settings_change(BEN_LEAVES, (STEPS, "steps: [{tell: manager}, {tell: owner, after: 30m}]"))
    await company.time_passes(hours=4, minutes=1)
    company.room("escalations").hears("State: The lead is told", mentioning="max")
    await company.time_passes(minutes=30)
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena")


async def test_27_the_lead_is_called_for_who_is_named_by_a_running_ladder_and_has_left(company: Company) -> None:
    """BEHAVIOUR 27, 28: its steps were copied, and nobody is at the other end of one any more."""
    await company.settings_change((STEPS, "steps: [{tell: manager}, {tell: 'person:chloe', after: 30m}]"))
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=1)
    company.room("escalations").hears("State: Chloe Martin is told", mentioning="max")
    await company.settings_change(
        ("  chloe: {name: Chloe Martin, identities: {web: chloe}}\n", ""),
        ("      chloe: {skills: [hardware, software]}\n", ""),
        ("tell: 'person:chloe'", "tell: manager"),
    )
    await company.time_passes(minutes=30)
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="lena")
    company.room("escalations").never_hears("Chloe Martin")


async def test_18_what_is_said_to_an_owner_who_has_left_is_told_the_lead(company: Company) -> None:
    """BEHAVIOUR 18: nobody else would look at a ticket that somebody has."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await company.settings_change(BEN_LEAVES)
    await ana.says("/reply IT-1001 are you there?")
    company.room("triage-it").hears("are you there?", mentioning="lena")
    refused(await lena.says("/assign IT-1001 @ben"), "is not in IT Help")
    await lena.says("/assign IT-1001 @chloe")
    await ana.says("/reply IT-1001 hello?")
    company.room("triage-it").hears("hello?", mentioning="chloe")


async def test_31_who_has_left_stands_in_for_nobody(company: Company) -> None:
    """BEHAVIOUR 31."""
    ana, ada, lena = company.people("ana", "ada", "lena")
    assert "Ben Adler is on call" in words_of(await ada.says("/oncall override network @ben 7d"))
    refused(await ada.says("/oncall override network @ben 0m"), "is over already")
    assert "**Network**: Ben Adler" in words_of(await lena.says("/oncall"))
    await company.settings_change(BEN_LEAVES)
    assert "**Network**: Dev Patel" in words_of(await lena.says("/oncall"))
    await ana.says("/ticket the vpn is down")
    await company.time_passes(hours=4, minutes=5)
    company.room("escalations").hears("First response overdue: IT-1001", mentioning="dev")


@on_both
async def test_28_whom_a_ladder_called_may_answer_it_whatever_the_settings_say_now(company: Company) -> None:
    """BEHAVIOUR 27, 28: the chain is a copy, and its buttons work for whom it calls."""
    await company.settings_change(ERIK_NEXT)
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=5)
    await company.settings_change(ERIK_NEXT[::-1])
    await company.time_passes(minutes=40)
    company.room("escalations").hears("IT-1001", mentioning="erik")
    assert "Acknowledged" in words_of(await company["erik"].says("/ack IT-1001"))
    await company["ben"].says("/reply IT-1001 A new one is on its way.")
    refused(await company["erik"].says("/note IT-1001 still mine?"), "no ticket IT-1001")


async def test_28_who_was_on_call_may_answer_after_the_handover(company: Company) -> None:
    """BEHAVIOUR 28, 31."""
    rotation = "network: {people: [dev, lena], every: week, handover: mon 09:00"
    await company.settings_change((rotation, "network: {people: [erik, max], every: day, handover: 13:20"))
    await company["ana"].says("/ticket the vpn is down")
    await company.time_passes(hours=4, minutes=25)
    assert "Acknowledged" in words_of(await company["erik"].says("/ack IT-1001"))


async def test_17_who_was_called_once_reads_on_only_by_the_roles_of_this_minute(company: Company) -> None:
    """BEHAVIOUR 17, 28: not when the ticket is another team's now, nor who is in no team any more."""
    await company.settings_change(("    lead: lena\n    manager: max\n    on_call: network\n", "    lead: dev\n"))
    ana, ben, lena, dev = company.people("ana", "ben", "lena", "dev")
    await ana.says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=1)
    await ben.says("/category IT-1001 Network Access")
    await dev.says("/note IT-1001 for network eyes only")
    refused(await lena.says("/tickets status IT-1001"), "no ticket IT-1001")
    await company.settings_change((STEPS, "steps: [{tell: owner}, {tell: manager, after: 30m}]"))
    await ana.says("/ticket my screen is broken")
    await ben.says("/claim IT-1002")
    await company.time_passes(days=1)
    company.room("escalations").hears("IT-1002", mentioning="ben")
    await company.settings_change(BEN_LEAVES)
    refused(await ben.says("/tickets status IT-1002"), "no ticket IT-1002")


async def test_17_who_watches_hears_of_it_as_long_as_they_work_on_it(company: Company) -> None:
    """BEHAVIOUR 17: not when it is another team's now, nor who is in the team no more; whom it affects hears on."""
    ana, ben, chloe, dev, erik = company.people("ana", "ben", "chloe", "dev", "erik")
    for words in ("my laptop is broken", "outlook asks for a port"):
        await ana.says(f"/ticket {words}")
    for reference in ("IT-1001", "IT-1002"):
        await ben.says(f"/watch {reference}")
    await chloe.says("/major IT-1001 Laptops break")
    await erik.says("/metoo IT-1001")
    await chloe.says("/category IT-1002 Network Access")
    await dev.says("/reply IT-1002 The port is 22.")
    ben.talk.never_hears("The port is 22.")
    refused(await ben.says("/tickets status IT-1002"), "no ticket IT-1002")
    await company.settings_change(BEN_LEAVES)
    assert "1 other." in words_of(await chloe.says("/reply IT-1001 Your new password is Tulip-55."))
    erik.heard("Tulip-55")
    ben.talk.never_hears("Tulip-55")
    refused(await ben.says("/tickets status IT-1001"), "no ticket IT-1001")
    assert "IT-" not in words_of(await ben.says("/tickets find broken"))


async def test_17_what_had_no_category_goes_with_the_default_team(company: Company) -> None:
    """BEHAVIOUR 12, 17."""
    ana, ben, chloe = company.people("ana", "ben", "chloe")
    await ana.says("/ticket something odd happens")
    await ben.says("/resolve IT-1001 It does no more.")
    named = ("  it-help:\n    name", "  helpdesk:\n    name"), ("default_team: it-help", "default_team: helpdesk")
    categories = [(f"{name}: {{team: it-help", f"{name}: {{team: helpdesk") for name in ("Hardware", "Software")]
    await company.settings_change(*named, *categories)
    assert "something odd" in words_of(await chloe.says("/tickets status IT-1001"))


async def test_27_who_is_called_otherwise_now_is_called(company: Company) -> None:
    """BEHAVIOUR 27: a handle may change, the person does not."""
    await company.settings_change(ERIK_NEXT)
    await company["ana"].says("/ticket my laptop is broken")
    await company.time_passes(hours=4, minutes=5)
    await company.settings_change(("  erik: {name", "  erik-lund: {name"), ("person:erik", "person:erik-lund"))
    await company.time_passes(minutes=40)
    assert company.room("escalations").hears("2 · Erik Lund").mentions == ("erik",)


@on_both
async def test_17_a_team_that_is_no_more_leaves_its_words_to_nobody_else(company: Company) -> None:
    """BEHAVIOUR 14, 17: what is finished goes with its category, or to nobody; only admins see it then."""
    ana, dev, ben, ada = company.people("ana", "dev", "ben", "ada")
    for words in ("the vpn is down", "the wifi is down"):
        await ana.says(f"/ticket {words}")
    await dev.says("/note IT-1001 The root password is on the wall.")
    await dev.says("/resolve IT-1001 It is up again.")
    await dev.says("/resolve IT-1002 It is up again.")
    await company.settings_change(*DEV_MOVES)
    assert "root password" in words_of(await dev.says("/tickets status IT-1001"))
    refused(await ben.says("/tickets status IT-1001"), "no ticket IT-1001")
    await company.settings_change(("  net:\n    name: Net\n", "  lan:\n    name: LAN\n"), DEV_GONE)
    for who in (ben, company["chloe"]):
        refused(await who.says("/tickets status IT-1001"), "no ticket IT-1001")
    assert "root password" in words_of(await ada.says("/tickets status IT-1001"))
    await ana.says("/notfixed IT-1002 it is down again")
    assert (await company.ticket("IT-1002")).team == "it-help"
    company.room("triage-it").card("IT-1002")
    await company.time_passes(days=8)
    assert (await company.ticket("IT-1001")).status == "closed"
    company.room("triage-it").never_hears("IT-1001")


DEV_GONE = ("  Network Access: {team: net, skill: network, impact: medium, words: [vpn, wifi]}\n", "")


async def test_14_a_team_that_is_no_more_hands_its_open_tickets_over(company: Company) -> None:
    """BEHAVIOUR 14, 26: without the owner who left with it; the card moves, and a moved deadline is told."""
    ana, dev = company.people("ana", "dev")
    always = NETWORK.replace("    policy", "    calendar: always\n    policy")
    await company.settings_change((NETWORK, always))
    await company.it_is(MONDAY + timedelta(hours=6))
    await ana.says("/ticket the vpn is down")
    assert (await company.ticket("IT-1001")).owner == "dev"
    room_stays = ("watched: [it-help]", "watched: [it-help, triage-network]")
    category = ("{team: network, skill: network", "{team: it-help, skill: hardware")
    await company.settings_change((always, ""), category, room_stays)
    ticket = await company.ticket("IT-1001")
    assert (ticket.team, ticket.owner) == ("it-help", None)
    company.room("triage-it").card("IT-1001")
    assert not company.room("triage-network").hears("Moved to IT Help.").buttons
    [moved] = [entry.text for entry in await company.timeline("IT-1001") if entry.kind == "retimed"]
    assert "first response 2026-11-23 19:00 UTC → 2026-11-24 11:00 UTC" in moved
    refused(await dev.says("/tickets status IT-1001"), "no ticket IT-1001")
