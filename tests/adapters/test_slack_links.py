"""Links to tickets: a preview says no more than everybody who reads along may know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.links import message, ticket_in
from tests.adapters.slack_company import Company, Way, company

DESK = "https://desk.example.com"
LINK = f"{DESK}/tickets/1001"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path, way: Way) -> AsyncIterator[Company]:
    """The company, whose desk has a public address."""

    def public(text: str) -> str:
        return text.replace("zone: UTC}", f"zone: UTC, address: {DESK}}}", 1)

    async with company(sqlite_database_url, tmp_path, way, change=public) as made:
        yield made


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (LINK, 1001),
        (f"{LINK}/", 1001),
        (f"{LINK}?from=mail#talk", 1001),
        ("https://DESK.example.com/tickets/7", 7),
        (f"{DESK}/tickets/", None),
        (f"{DESK}/tickets/1001/files", None),
        (f"{DESK}/tickets/99999999999", None),
        (f"{DESK}/tickets/١", None),
        ("http://desk.example.com/tickets/1001", None),
        ("https://desk.example.com:8443/tickets/1001", None),
        ("https://other.example.com/tickets/1001", None),
        ("https://[/tickets/1001", None),
    ],
)
def test_only_a_link_to_a_ticket_of_this_desk_is_one(url: str, number: int | None) -> None:
    assert ticket_in(url, DESK) == number


def test_the_address_may_have_a_path() -> None:
    assert ticket_in("https://example.com/desk/tickets/3", "https://example.com/desk") == 3
    assert ticket_in("https://example.com/tickets/3", "https://example.com/desk") is None


def test_a_message_that_is_still_being_written_is_named_by_its_unfurl_id() -> None:
    """chat.unfurl takes channel and ts, or unfurl_id and source."""
    event = {"channel": "COMPOSER", "message_ts": "3e1f", "unfurl_id": "u1", "source": "composer"}
    assert message(event) == {"unfurl_id": "u1", "source": "composer"}
    posted = {"channel": "C1", "message_ts": "1.2", "unfurl_id": "u2", "source": "conversations_history"}
    assert message(posted) == {"channel": "C1", "ts": "1.2"}


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_in_the_teams_room_a_link_shows_the_card(it: Company) -> None:
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    shared = await ben.shares_link("triage-it", LINK)
    await it.slack.until(lambda: shared.unfurls)
    shown = it.slack.show(shared)
    assert "my laptop is broken" in shown and "Ana Costa" in shown and "[" not in shown.split("IT-1001", 1)[1]
    assert list(shared.unfurls) == [LINK]
    await it.settles()
    assert [entry.kind for entry in await it.timeline()] == ["opened"], "a preview is no edit"


async def test_elsewhere_a_link_shows_number_and_status_only(it: Company) -> None:
    """In Slack a preview is seen by all in the channel, whatever its sender may see."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    room = it.slack.channel("lunch", ana, ben)
    await ana.command("/ticket", "my laptop is broken", "it-help")
    shared = await ben.shares_link(room, LINK)
    await it.slack.until(lambda: shared.unfurls)
    shown = it.slack.show(shared)
    assert "IT-1001" in shown and "New" in shown and "laptop" not in shown and "Ana" not in shown


async def test_who_may_not_see_the_ticket_shows_nothing_of_it(it: Company) -> None:
    ana, erik = it.person("ana", "it-help"), it.person("erik", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    for place in ("triage-it", "@"):
        await erik.shares_link(place, LINK)
        await erik.shares_link(place, f"{DESK}/tickets/1002")
    await it.settles()
    assert not it.called("chat.unfurl")


async def test_in_the_tickets_own_thread_its_requester_side_is_shown(it: Company) -> None:
    ana, ben = it.person("ana", "it-help"), it.person("ben", "it-help", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    await ben.command("/note", "IT-1001 she dropped it", "triage-it")
    shared = await ben.shares_link("it-help", LINK, asked)
    await it.slack.until(lambda: shared.unfurls)
    assert "my laptop is broken" in it.slack.show(shared) and "dropped" not in it.slack.show(shared)
    other = await ben.shares_link("it-help", LINK)
    await it.slack.until(lambda: other.unfurls)
    assert "laptop" not in it.slack.show(other)


async def test_two_peoples_own_talk_is_not_the_bots(it: Company) -> None:
    """The channel of both begins with D: in one the bot reads along, in the other somebody else does."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.command("/ticket", "my laptop is broken", "it-help")
    own = await ben.shares_link("@", LINK)
    await it.slack.until(lambda: own.unfurls)
    assert "my laptop is broken" in it.slack.show(own)
    told = next(t for t in reversed(it.slack.events.sent) if t["event"]["type"] == "link_shared")
    links = it.adapter.surfaces(it.desk)._links
    for member in (True, False):
        event = told["event"] | {"channel": "D0OTHERTALK", "is_bot_user_member": member}
        place = await links._place("main", event)
        assert not place.direct
    composing = told["event"] | {"source": "composer", "channel": "COMPOSER"}
    assert not (await links._place("main", composing)).direct
