"""/report and /report kb, asked of the desk by those who may and by one who may not."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlmodel import Session

import commands.report
import commands.report_kb  # noqa: F401  # both declare their commands
from bot.core import Desk
from bot.people import enrol
from bot.registry import REGISTRY
from bot.settings import Category, Hours, Member, PersonEntry, Settings, Team
from bot.words import Address, Card, Incoming, Sender
from storage.database import Database
from storage.knowledge import Suggestion
from storage.tables import Clock, Ticket

NOW = datetime(2026, 11, 19, 14, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = Hours(**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",)))  # type: ignore[arg-type]
PEOPLE = {
    handle: PersonEntry(name=handle.title(), identities={"web": handle}) for handle in ("ben", "chloe", "lena", "ana")
}
SETTINGS = Settings(
    calendars={"office": OFFICE},
    people=PEOPLE,
    teams={
        "it": Team(name="IT Help", lead="lena", members={"ben": Member(), "chloe": Member()}),
        "net": Team(name="Network"),
    },
    categories={"Hardware": Category(team="it")},
)


@pytest.fixture
async def desk(database: Database) -> Desk:
    await database.write(lambda db: enrol(db, "main", SETTINGS, NOW))
    return Desk(database, lambda: SETTINGS, REGISTRY, lambda: NOW)


async def says(desk: Desk, who: str, verb: str, text: str = "") -> Card:
    reply = await desk.receive(Incoming("1", Sender(who, who.title()), Address("web", "it-help"), verb, text=text))
    assert reply.card and reply.private
    return reply.card


def facts(card: Card) -> dict[str, str]:
    """The figures that stand first."""
    return dict(re.findall(r"- \*\*(.+?):\*\* (.+)", card.body.partition("\n\n")[0]))


def ticket(number: int, **rest: Any) -> Ticket:
    plain: dict[str, Any] = {
        "title": "the screen flickers", "status": "new", "category": "Hardware", "team": "it", "urgency": "low",
        "impact": "low", "priority": "low", "requester": "ana", "submitter": "ana", "via": "web",
        "origin_channel": "web", "origin_room": "it-help", "created_at": NOW - 4 * HOUR,
    }  # fmt: skip
    return Ticket(workspace="main", number=number, updated_at=NOW, **(plain | rest))


def solved(number: int, **rest: Any) -> Ticket:
    done: dict[str, Any] = {
        "status": "closed",
        "resolved_at": NOW - HOUR,
        "closed_at": NOW,
        "outcome": "fixed",
        "stars": 5,
    }
    return ticket(number, **(done | {"first_reply_at": NOW - 3 * HOUR, "owner": "ben"} | rest))


async def a_day(database: Database) -> None:
    def write(db: Session) -> None:
        db.add_all([solved(1), solved(2, owner="chloe", stars=4), ticket(3, owner="ben"), ticket(4, team="net")])
        db.add(solved(5, outcome="self-served", owner=None, first_reply_at=None, stars=None))
        db.flush()
        due = NOW - 2 * HOUR
        common: dict[str, Any] = {
            "workspace": "main",
            "kind": "first_response",
            "policy": "S",
            "target": 3600.0,
            "due_at": due,
        }
        db.add(Clock(ticket=1, state="met", met_at=due, **common))
        db.add(Clock(ticket=3, state="running", **common))
        offer: dict[str, Any] = {"workspace": "main", "confidence": 0.9, "shown_at": NOW}
        db.add(Suggestion(ticket=5, article="dock", outcome="helped", opened_at=NOW, **offer))
        db.add(Suggestion(ticket=3, article="dock", outcome="unhelped", **offer))

    await database.write(write)


async def test_an_empty_desk_is_told_so_kindly(desk: Desk) -> None:
    card = await says(desk, "lena", "report")
    assert card.title == "Report: last 7 days" and card.body.startswith("No tickets yet in the last 7 days")
    assert not card.picture and not facts(card)
    assert (await says(desk, "lena", "report", "today")).body.startswith("No tickets yet today, and none")
    assert "No tickets yet" in (await says(desk, "lena", "report kb")).body


async def test_the_lead_sees_the_figures_and_who_did_what(desk: Desk, database: Database) -> None:
    await a_day(database)
    card = await says(desk, "lena", "report", "today")
    assert card.title == "Report: today"
    assert facts(card) == {
        "Received": "5",
        "Resolved": "3",
        "Backlog": "2 (oldest 4 h, median 4 h)",
        "First response": "1 h median · 1 h p90 · 1 h mean (n = 2)",
        "Resolution": "3 h median · 3 h p90 · 3 h mean (n = 3)",
        "SLA met": "50% (1 of 2) · first response 50%, resolution –",
        "Reopened": "0% (0 of 3)",
        "Satisfaction": "★ 4.5 (n = 2)",
        "Deflected": "20% (1 of 5)",
    }
    assert "- Hardware: 5 in, 3 resolved, 2 open" in card.body
    assert "Hardware (5): flickers 4×, screen 4×" in card.body  # the fifth is of a team that is not hers
    assert "- Ben: 2 in" in card.body and "- Chloe: 1 in" in card.body
    assert ElementTree.fromstring(card.picture).tag.endswith("svg")


async def test_an_agent_sees_their_own_row_only(desk: Desk, database: Database) -> None:
    await a_day(database)
    card = await says(desk, "chloe", "report")
    assert facts(card)["Received"] == "5"
    assert "- Chloe: 1 in" in card.body and "Ben" not in card.body


async def test_a_team_can_be_named(desk: Desk, database: Database) -> None:
    await a_day(database)
    for text in ("network", "month net", "week network"):
        card = await says(desk, "lena", "report", text)
        assert card.title.endswith("Network") and facts(card)["Received"] == "1"
        assert all(button.answers["team"] == "net" for button in card.buttons)


@pytest.mark.parametrize("verb", ["report", "report kb"])
async def test_a_requester_is_refused(desk: Desk, database: Database, verb: str) -> None:
    await a_day(database)
    card = await says(desk, "ana", verb)
    assert card.tone == "danger" and not facts(card) and not card.picture


async def test_the_quarter_is_counted_in_weeks(desk: Desk, database: Database) -> None:
    await a_day(database)
    card = await says(desk, "lena", "report", "quarter")
    assert card.title == "Report: last 13 weeks" and facts(card)["Received"] == "5"
    assert {b.answers["period"] for b in card.buttons} == {"today", "week", "month"}
