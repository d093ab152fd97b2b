"""The Home tab: any page within Slack's limits, and one's own kept current, against the strict Slack."""

from __future__ import annotations

import json
import re
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import home_view
from adapters.slack.homes import AGAIN, OLD, Homes
from bot.words import Button, Card, Section, Sender
from tests.adapters.slack_company import Company
from tests.adapters.slack_shapes import NASTY, inert
from tests.adapters.test_slack_blocks import CARDS
from tests.platforms.slack.blockkit import view_problems

both = pytest.mark.parametrize("way", ["socket", "http"])
SECTIONS = st.builds(
    Section, NASTY, st.lists(CARDS, max_size=4).map(tuple), st.integers(0, 10_000), NASTY | st.just("queue"), NASTY
)


def fits(view: dict[str, Any]) -> None:
    assert view_problems(view, home=True) == []
    assert len(json.dumps(view)) < 250 * 1024
    inert(view["blocks"])


@settings(max_examples=60, deadline=None)
@given(CARDS, st.lists(SECTIONS, max_size=10))
def test_any_home_is_within_every_limit_and_pings_nobody(head: Card, sections: list[Section]) -> None:
    """BEHAVIOUR 39, and the trap: a Home tab holds 100 blocks."""
    fits(home_view.view(head, sections))


def task(number: int, *verbs: str) -> Card:
    return Card(body=f"**IT-{number}**", buttons=tuple(Button(v, v, {"ticket": str(number)}) for v in verbs))


def words(view: dict[str, Any]) -> list[str]:
    return re.findall(r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(view, ensure_ascii=False))


def test_a_long_list_is_cut_honestly() -> None:
    many = tuple(task(number, "claim", "reply") for number in range(1000, 1020))
    sections = [Section(name, many, 34, "queue") for name in ("Mine", "Risk", "Free", "Own")]
    view = home_view.view(Card(body="Hello"), sections)
    fits(view)
    shown = {name: words(view).count(name) for name in ("claim",)}["claim"]
    told = [int(text.split()[1]) for text in words(view) if text.startswith("_and ")]
    assert len(view["blocks"]) > 90 and len(told) == 4 and sum(34 - left for left in told) == shown
    assert max(told) - min(told) <= 1, "none goes short"
    assert "_and 24 more_: `/queue`" in words(view) and "Mine · 34" in words(view)


def test_what_is_empty_says_so() -> None:
    view = home_view.view(Card(body="Hello"), [Section("Mine", empty="Nothing is yours to do.")])
    assert words(view) == ["Hello", "Mine", "Nothing is yours to do."]


def test_what_looks_the_same_has_the_same_name() -> None:
    one, other = (home_view.view(Card(body=body), [Section("Mine", (task(1, "claim"),), 1)]) for body in ("1", "2"))
    assert one["private_metadata"] != other["private_metadata"]
    assert home_view.view(Card(body="1"), [Section("Mine", (task(1, "claim"),), 1)]) == one


@both
async def test_a_requester_opens_home_and_it_stays_current(it: Company) -> None:
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.opens_home()
    await ana.gets_home("Nothing of yours is open")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await ana.gets_home("not claimed yet")
    await ben.command("/claim", "IT-1001", "triage-it")
    await ana.gets_home("In Progress · Ben Adler")
    await ben.command("/resolve", "IT-1001 a new battery", "triage-it")
    seen = await ana.gets_home("Done lately")
    assert "Overdue or at risk" not in it.slack.show(seen), "that is for agents"


@both
async def test_what_is_clicked_at_home_is_answered_over_it(it: Company) -> None:
    """BEHAVIOUR 22: the buttons do what the commands do."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await ben.opens_home()
    seen = await ben.gets_home("Nobody has these · 1")
    await ben.clicks(seen, "Claim")
    await ben.gets_modal("IT-1001 is yours.")
    seen = await ben.gets_home("My queue · 1")
    assert (await it.tickets())[0].owner == "ben"
    await ben.clicks(seen, "Resolve")
    form = await ben.gets_modal("Resolve")
    assert await ben.submits(form, {"What was done?": "a new battery"}) == {}
    await it.settles()
    await ben.gets_home("Nothing is yours to do.")
    assert [ticket.status for ticket in await it.tickets()] == ["resolved"]


async def test_what_was_clicked_at_home_is_answered_even_where_slack_opens_nothing(it: Company) -> None:
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await ben.opens_home()
    it.slack.faults.refused("views.open", "expired_trigger_id")
    await ben.clicks(await ben.gets_home("Nobody has these · 1"), "Claim")
    await ben.sees("IT-1001 is yours.")


async def test_ask_for_help_at_home_opens_the_form(it: Company) -> None:
    ana = it.person("ana")
    await ana.opens_home()
    await ana.clicks(await ana.gets_home(), "Ask for help")
    form = await ana.gets_modal("Ask for help")
    assert await ana.submits(form, {"What is the matter?": "my laptop is broken"}) == {}
    await ana.sees("IT-1001 is open")
    await ana.gets_home("my laptop is broken")


async def test_who_has_not_opened_home_costs_no_call(it: Company) -> None:
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.adapter.surfaces(it.desk).homes.look()
    assert not it.called("views.publish")


async def test_what_shows_the_same_is_not_published_again(it: Company) -> None:
    """Within the limits of views.publish: another's news, and another look at the tab, cost nothing."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.opens_home()
    await ana.gets_home()
    await ben.command("/ticket", "my screen is dark", "triage-it")
    await ana.opens_home()
    await it.adapter.settled()
    await it.adapter.surfaces(it.desk).homes.look()
    assert [call["user_id"] for call in it.called("views.publish")] == [ana.id]


async def test_home_waits_for_its_turn_and_shows_what_has_become(it: Company) -> None:
    """Told to slow down, what changes meanwhile is shown together."""
    ana = it.person("ana", "it-help")
    it.slack.faults.limited("views.publish", 1)
    await ana.opens_home()
    for text in ("my laptop is broken", "my screen is dark"):
        await ana.command("/ticket", text, "it-help")
    await ana.gets_home("my screen is dark")
    assert len(it.called("views.publish")) == 1


async def test_a_home_that_slack_refuses_is_not_tried_again(it: Company) -> None:
    ana = it.person("ana")
    it.slack.faults.refused("views.publish", "not_enabled", times=None)
    await ana.opens_home()
    await it.slack.until(lambda: it.slack.faults.done)
    homes = it.adapter.surfaces(it.desk).homes
    await homes.look()
    await homes.look()
    assert it.slack.faults.done == [("views.publish", "refused")]


async def test_a_home_of_which_the_answer_got_lost_is_published_again(it: Company) -> None:
    ana = it.person("ana")
    it.slack.faults.failing("views.publish")
    await ana.opens_home()
    await ana.gets_home("Nothing of yours is open", within=5)


async def test_somebody_who_becomes_an_agent_sees_it_within_a_minute(it: Company) -> None:
    """A role is looked up by the settings of this minute."""
    erik = it.person("erik")
    await erik.opens_home()
    await erik.gets_home("Nothing of yours is open")
    text = it.file.read_text().replace("ben: {skills: [hardware]}", "ben: {skills: [hardware]}\n      erik: {}")
    it.file.write_text(text)
    it.live.refresh()
    homes = it.adapter.surfaces(it.desk).homes
    homes._now = lambda: monotonic() + 61
    await erik.gets_home("Nobody has these")


async def test_every_home_has_its_turn_to_be_drawn_anew(it: Company) -> None:
    """However many are open: first those that were drawn longest ago."""
    people, drawn, now = [it.person(f"p{number}").id for number in range(2 * OLD + 1)], set(), 0.0

    async def finds(workspace: str, user: str) -> Sender:
        drawn.add(user)
        return Sender(user)

    homes = Homes(it.desk, it.adapter.calls, finds, lambda: now)
    for user in people:
        await homes.opened("main", user, "")
    await homes.look()
    drawn.clear()
    for _ in range(3):
        now += AGAIN
        await homes.look()
    assert drawn == set(people)


async def test_home_is_not_in_the_way_of_an_acknowledgement(it: Company) -> None:
    ana = it.person("ana")
    it.slack.faults.slow("views.publish", 1.0)
    it.slack.delivery.patience = 0.5
    await ana.opens_home()
    await ana.gets_home("Nothing of yours is open")
