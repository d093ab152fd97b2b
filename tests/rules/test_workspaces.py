"""BEHAVIOUR 39: what is one workspace's reaches no other: no ticket, no person, no article, no message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import commands
from adapters.contract import Adapter
from bot import library, workspaces
from bot.configuration.reading import Live
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.words import Address, Incoming, Post, Reply, Sender
from kb import Article
from storage import articles
from storage.database import Database
from storage.tables import Identity, Installation, Person, Ticket

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = """
organisation: {prefix: IT, zone: UTC}
calendars: {office: {mon: ["09:00-17:00"], tue: ["09:00-17:00"]}}
people:
  ben: {name: Ben Adler, email: ben@example.org, identities: {slack: U1}}
  lena: {name: Lena Vogt, identities: {slack: T2/ULENA}}
teams:
  it: {name: IT, lead: lena, triage: [slack:triage, web:triage], members: {ben: {}}}
sla: [{name: All, targets: {first_response: 1h, resolution: 8h}}]
channels: {slack: {escalations: escalations, watched: [help]}, web: {escalations: escalations}}
limits: {surge: 2, tickets_per_minute: 100}
slack: {app_token: xapp-1, bot_token: xoxb-1, client_id: "1.2", client_secret: s}
"""


@dataclass
class Chat(Adapter):
    """A channel that notes what stands where."""

    name: str
    posts: list[Post] = field(default_factory=list)

    def routes(self, desk: Any) -> list[Any]:
        return []

    async def run(self, desk: Any) -> None: ...

    async def send(self, post: Post) -> str:
        self.posts.append(post)
        return post.ref or f"ref{len(self.posts)}"

    async def find(self, post: Post) -> str | None:
        return None

    def said(self, workspace: str) -> str:
        found = [p for p in self.posts if p.workspace == workspace]
        return "\n".join(f"{p.at.room}: {p.card.title} {p.card.body} {p.card.facts}" for p in found)


class Estate:
    """One desk in three workspaces: the one of its own token, T1 and T2."""

    def __init__(self, database: Database, home: Path) -> None:
        self.file = home / "settings.yaml"
        self.file.write_text(SETTINGS)
        self.live, self.database, self.deliveries = Live(self.file, {}), database, count(1)
        self.desk = Desk(database, lambda: self.live.current, REGISTRY.load(commands), lambda: NOW)
        self.slack, self.web = Chat("slack"), Chat("web")
        deliverer = Deliverer(database, {"slack": self.slack, "web": self.web})
        self.heartbeat = Heartbeat(self.desk, deliverer, self.live)
        self.desk.installations.newcomer = lambda workspace: workspaces.furnish(self.desk, workspace)

    async def opens(self) -> Estate:
        await workspaces.furnish_all(self.desk)
        for name in ("T1", "T2"):
            await self.desk.installations.save(
                Installation(
                    workspace=name,
                    channel="slack",
                    app="A",
                    name=name,
                    bot="UB",
                    scopes="",
                    token="x",
                    installed_at=NOW,
                )
            )
        return self

    async def says(self, workspace: str, who: Sender, verb: str, text: str = "", room: str = "help") -> Reply:
        act = Incoming(f"d{next(self.deliveries)}", who, Address("slack", room), verb, text=text, workspace=workspace)
        return await self.desk.receive(act)

    async def rows(self, table: Any, workspace: str) -> list[Any]:
        wanted = select(table).where(table.workspace == workspace).order_by(*table.__table__.primary_key)
        return list(await self.database.read(lambda db: db.exec(wanted).all()))

    async def publishes(self, workspace: str, article: Article) -> None:
        await self.database.write(lambda db: library.keep(db, workspace, [article], NOW))
        self.desk.knowledge_of(workspace).load(await self.database.read(lambda db: articles.published(db, workspace)))


@pytest.fixture
async def estate(database: Database, tmp_path: Path) -> AsyncIterator[Estate]:
    estate = await Estate(database, tmp_path).opens()
    yield estate
    await estate.heartbeat.stop()


U1 = Sender("U1", "Ursula")
BEN = Sender("UBEN", "Ben", email="ben@example.org")


def words(reply: Reply) -> str:
    if reply.form:
        return str(reply.form)
    return f"{reply.card.title} {reply.card.body}" if reply.card else ""


async def test_14_nobody_is_given_a_ticket_in_a_workspace_that_they_are_not_in(estate: Estate) -> None:
    """BEHAVIOUR 14: they could not hear of it; the lead hears that nobody has it."""
    estate.file.write_text(SETTINGS.replace("lead: lena", "lead: lena, policy: round-robin"))
    await estate.heartbeat.beat("settings")
    ursula = Sender("U7", "Ursula")
    for workspace in ("main", "T2"):
        await estate.says(workspace, ursula, "ticket", "the printer is broken")
    await estate.heartbeat.beat("posts")
    assert [t.owner for t in await estate.rows(Ticket, "main")] == ["ben"]
    assert [t.owner for t in await estate.rows(Ticket, "T2")] == [None]
    told = "@ULENA: No owner: IT-1001 · the printer is broken Nobody is available: Ben Adler is not in this workspace."
    assert told in estate.slack.said("T2")
    await estate.says("T2", BEN, "ticket", "my own screen is dark")
    await estate.says("T2", ursula, "ticket", "the printer is broken again")
    assert [t.owner for t in await estate.rows(Ticket, "T2")] == [None, None, "ben"]


async def test_tickets_have_numbers_of_their_own_and_are_seen_at_home_only(estate: Estate) -> None:
    await estate.says("T1", U1, "ticket", "the secret printer is broken")
    await estate.says("T2", U1, "ticket", "another thing")
    assert [t.number for t in await estate.rows(Ticket, "T1")] == [1001]
    assert [t.number for t in await estate.rows(Ticket, "T2")] == [1001]
    assert await estate.rows(Ticket, "main") == []
    for verb, text in (("tickets", ""), ("tickets status", "IT-1001"), ("tickets find", "printer")):
        for workspace in ("T2", "main"):
            assert "secret" not in words(await estate.says(workspace, U1, verb, text))
    for verb in ("queue", "report", "tickets find"):
        assert "secret" not in words(await estate.says("T2", BEN, verb, "" if verb != "tickets find" else "printer"))


async def test_one_id_in_two_workspaces_is_two_people(estate: Estate) -> None:
    """U1 is Ben where the desk's own token works, and an agent there; elsewhere it may be anybody."""
    assert "for" in words(await estate.says("T2", U1, "queue"))
    assert not (await estate.says("main", U1, "queue")).failed
    assert (await estate.says("T2", U1, "queue")).failed
    await estate.says("T2", U1, "ticket", "a thing")
    assert [t.requester for t in await estate.rows(Ticket, "T2")] == ["slack:U1"]
    assert "Ursula" not in {p.name for p in await estate.rows(Person, "T1")}
    assert [i.person for i in await estate.rows(Identity, "T2") if i.external == "ULENA"] == ["lena"]


async def test_agents_are_recognised_by_their_address_everywhere(estate: Estate) -> None:
    for workspace in ("main", "T1", "T2"):
        assert not (await estate.says(workspace, BEN, "queue")).failed


async def test_articles_are_read_at_home_only(estate: Estate) -> None:
    await estate.publishes("T1", Article("vault-code", "Open the vault", "The vault opens with the red key.", (), None))
    assert "Open the vault" in words(await estate.says("T1", U1, "kb", "open the vault"))
    for workspace in ("T2", "main"):
        assert "red key" not in words(await estate.says(workspace, U1, "kb show", "vault-code"))
        assert "Open the vault" not in words(await estate.says(workspace, U1, "kb", "open the vault"))
        card = await estate.desk.suggest("open the vault", workspace)
        assert card is None or all(button.label != "Open the vault" for button in card.buttons)


async def test_what_is_said_stays_in_the_workspace(estate: Estate) -> None:
    """The web's rooms are the one workspace's: no card of an installed one may stand there."""
    await estate.says("T1", U1, "ticket", "the secret printer is broken")
    await estate.says("main", U1, "ticket", "the public printer is broken")
    await estate.heartbeat.beat_all()
    assert "secret printer" in estate.slack.said("T1")
    assert "secret" not in estate.slack.said("T2") + estate.slack.said("main") + estate.web.said("main")
    assert {post.workspace for post in estate.web.posts} == {"main"}
    assert "public printer" in estate.web.said("main") and "public" not in estate.slack.said("T1")


async def test_a_surge_is_one_workspace_s(estate: Estate) -> None:
    """BEHAVIOUR 21: two similar tickets of two workspaces are no surge, and two of one are, in whichever."""
    await estate.says("T1", U1, "ticket", "the vpn does not connect")
    await estate.says("T2", U1, "ticket", "the vpn does not connect")
    await estate.heartbeat.beat_all()
    assert "major incident" not in "".join(estate.slack.said(name) for name in ("main", "T1", "T2"))
    await estate.says("T2", BEN, "ticket", "the vpn does not connect")
    await estate.heartbeat.beat_all()
    assert "2 similar tickets" in estate.slack.said("T2")
    assert "similar tickets" not in estate.slack.said("T1") + estate.slack.said("main")


async def test_the_auditor_is_heard_everywhere(estate: Estate) -> None:
    """BEHAVIOUR 30: and what it counts names nobody's ticket."""
    estate.heartbeat.cycles["chores"].error = "broken"
    await estate.heartbeat.beat("audit")
    await estate.heartbeat.beat("posts")
    assert all("cycle chores fails" in estate.slack.said(workspace) for workspace in ("main", "T1", "T2"))


async def test_changed_settings_reach_the_people_of_all(estate: Estate) -> None:
    await estate.heartbeat.beat("settings")
    estate.file.write_text(SETTINGS.replace("name: Ben Adler", "name: Benjamin Adler"))
    await estate.heartbeat.beat("settings")
    for workspace in ("main", "T1", "T2"):
        assert "Benjamin Adler" in {p.name for p in await estate.rows(Person, workspace)}


async def test_a_replica_learns_of_a_workspace_that_another_let_in(estate: Estate, tmp_path: Path) -> None:
    await estate.publishes("T1", Article("vault-code", "Open the vault", "The vault opens with the red key.", (), None))
    other = Estate(estate.database, tmp_path)
    await other.heartbeat.beat("knowledge")
    assert "Open the vault" in words(await other.says("T1", U1, "kb", "open the vault"))


async def test_a_workspace_that_has_left_hears_nothing_more_of_the_heartbeat(estate: Estate) -> None:
    await estate.desk.installations.disable("T2", NOW)
    estate.heartbeat.cycles["chores"].error = "broken"
    await estate.heartbeat.beat("audit")
    await estate.heartbeat.beat("posts")
    assert estate.slack.said("T1") and not estate.slack.said("T2")
