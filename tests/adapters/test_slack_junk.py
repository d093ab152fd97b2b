"""Whatever part of a payload is not what Slack sends, nothing is answered with 500."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.slack.faults import Fault
from tests.adapters.slack_company import Company

INSTEAD: tuple[Any, ...] = (None, 7, "x", [], [None], {}, {"id": 7}, True)
EXTREME: tuple[Any, ...] = (10**400, "9" * 30, "1e400", "nan", "\ud800", "\x00", "[" * 1_900, -1)
"""What the parts that are read, and not only passed on, might not survive."""


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a payload."""
    for name, part in value.items() if isinstance(value, dict) else enumerate(value):
        if name == "blocks":  # the desk looks into none but those of a form, by their ids
            continue
        yield (*here, name)
        if isinstance(part, dict | list):
            yield from paths(part, (*here, name))


def broken(payload: Any) -> Iterator[Any]:
    """The payload with each of its parts left out, and replaced by what it is not."""
    for *way, name in paths(payload):
        for instead in (..., *INSTEAD, *EXTREME):
            made = copy.deepcopy(payload)
            place = made
            for step in way:
                place = place[step]
            if instead is ...:
                del place[name]
            else:
                place[name] = instead
            yield made


async def acts(it: Company) -> None:
    """One act of each kind."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "it-help", "triage-it")
    await ana.command("/ticket", "", "it-help")
    form = await ana.gets_modal()
    await ana.types(form, "What is the matter?", "my vpn")
    await ana.submits(form, {"What is the matter?": "my laptop is broken"})
    asked = await ana.says("it-help", "my screen is dark")
    await ana.edits(asked, "my screen is black")
    await ben.reacts(asked, "ticket")
    await ben.shortcut(asked, "react")
    await it.settles()
    await ben.clicks(await ben.sees("my laptop is broken", "triage-it"), "Claim")
    await ana.deletes(asked)
    await it.settles()


async def test_no_part_of_a_payload_brings_the_desk_down(it: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt answers 500 to much of this, and Slack would deliver it again and again."""
    sent: list[Any] = []
    deliver = it.slack.delivery.deliver

    async def noted(kind: Any, payload: Any, *more: Any) -> Any:
        sent.append(copy.deepcopy(payload))
        return await deliver(kind, payload, *more)

    monkeypatch.setattr(it.slack.delivery, "deliver", noted)
    await acts(it)
    listening = it.adapter.listening(it.desk)
    for call in ("do", "respond"):
        monkeypatch.setattr(it.adapter.calls, call, refused)
    for payload in sent:
        for junk in broken(payload):
            assert (await listening.receive(junk)).status < 500, junk
    await it.adapter.settled()


async def test_a_null_field_of_slacks_counts_as_absent(it: Company) -> None:
    """As on a socket, where a payload is JSON."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    listening, asked = it.adapter.listening(it.desk), await ana.command("/ticket", "my laptop is broken", "it-help")
    bare = asked.payload | {"trigger_id": "1.2", "text": None, "user_name": None, "response_url": None}
    assert (await listening.receive(bare)).status == 200
    await it.settles()
    claimed = await ben.clicks(await ben.sees("my laptop is broken", "triage-it"), "Impact")
    click = claimed.payload | {"trigger_id": "1.3", "response_url": None, "view": None}
    claim = {"v": "claim", "a": {"ticket": "1001"}}
    click["actions"] = [claimed.payload["actions"][0] | {"value": json.dumps(claim)}]
    assert (await listening.receive(click)).status == 200
    await it.settles()
    assert [ticket.owner for ticket in await it.tickets()] == ["ben"]
    it.slack.violations.take("invalid_trigger_id")


async def refused(*_: Any, **__: Any) -> Any:
    raise Fault("channel_not_found", final=True)
