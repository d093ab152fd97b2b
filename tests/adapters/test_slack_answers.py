"""Answers on Slack: where they stand, and what becomes of them while Slack is not well."""

from __future__ import annotations

import pytest

from tests.adapters.slack_company import Company
from tests.platforms.slack import Person
from tests.platforms.slack.blockkit import elements
from tests.platforms.slack.show import label_text


async def claims_too_late(it: Company, **failing: int) -> Person:
    """Chloe, who has clicked Claim as Ben has it already; so many calls fail then."""
    ana, ben, chloe = it.person("ana", "it-help"), it.person("ben", "triage-it"), it.person("chloe", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    await it.settles()
    card = await ben.sees("my laptop is broken", "triage-it")
    block, claim = next((b, e) for b, e in elements(card.blocks) if label_text(e) == "Claim")
    await ben.clicks(card, "Claim")
    await it.settles()
    for method, times in failing.items():
        it.slack.faults.failing(method.replace("__", "."), times=times)
    await chloe.presses(card, block, claim)
    await it.settles()
    return chloe


@pytest.mark.parametrize(
    "failing", [{"response_url": 1}, {"response_url": 2}, {"response_url": 2, "chat__postEphemeral": 1}]
)
async def test_a_private_answer_is_told_though_slack_fails(it: Company, failing: dict[str, int]) -> None:
    """BEHAVIOUR 16: silence would be taken for nothing having happened."""
    chloe = await claims_too_late(it, **failing)
    assert ["Ben Adler" in it.slack.show(one) for one in chloe.ephemerals("triage-it")] == [True]


async def test_a_private_answer_that_cannot_stand_in_the_room_stands_in_their_talk(it: Company) -> None:
    chloe = await claims_too_late(it, response_url=2, chat__postEphemeral=2)
    await chloe.sees("Ben Adler", "@")


async def test_a_form_that_was_filled_in_wrongly_at_first_is_answered_where_it_was_opened(it: Company) -> None:
    """The response_url of what opened it works where the bot is not."""
    ana = it.person("ana")
    it.slack.channel("private", ana, kind="group", bot=False)
    await ana.command("/ticket", "", "private")
    form = await ana.gets_modal()
    assert await ana.submits(form, {"What is the matter?": "  "})
    assert await ana.submits(form, {"What is the matter?": "my laptop is broken"}) == {}
    await it.settles()
    await ana.sees("is open\n  my laptop is broken", "private")
    assert not it.adapter.listening(it.desk)._acts._answers._opened
