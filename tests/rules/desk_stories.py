"""A desk on a real database, and people of every role who say things to it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import Session, SQLModel, select

import commands
from bot import due, feeds, people
from bot.configuration.reading import parsed
from bot.context import Scene
from bot.core import Desk
from bot.people import Role
from bot.registry import REGISTRY
from bot.settings import Settings
from bot.words import Address, Button, Incoming, Reply, Sender
from storage.database import Database
from storage.knowledge import ArticleRow
from storage.tables import Ticket, Watcher

KNOWN = REGISTRY.load(commands)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, within office hours
WHO = {
    Role.OUTSIDER: "erik",
    Role.REQUESTER: "ana",
    Role.WATCHER: "wanda",
    Role.AGENT: "ben",
    Role.LEAD: "lena",
    Role.ADMIN: "ada",
}
"""Who is exactly this to a ticket of IT Help's that ana has opened. dev is an agent of another team."""

ARTICLE = "vpn-will-not-connect"


def settings(**changes: Any) -> Settings:
    """The example's settings with a watcher and an admin who has no team. Changes replace whole blocks."""
    plain = yaml.safe_load((Path(__file__).parents[2] / "settings.yaml").read_text(encoding="utf-8"))
    for name in ("wanda", "ada"):
        plain["people"][name] = {"name": name.capitalize(), "identities": {"web": name}}
    plain["admins"] = ["ada"]
    plain["limits"] = {"tickets_per_minute": 1000, "surge": 1000}
    return parsed(yaml.safe_dump(plain | changes, sort_keys=False), {})


@cache
def usual() -> Settings:
    return settings()


def block(name: str) -> Any:
    """A block of the settings, to be changed."""
    return usual().model_dump(mode="json", exclude_defaults=True)[name]


@dataclass
class Story:
    """A desk, and people who say things to it."""

    database: Database
    settings: Settings = field(default_factory=usual)
    now: datetime = NOW
    said: int = 0

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, lambda: self.settings, KNOWN, lambda: self.now)

    async def open(self) -> "Story":
        await self.open_again()
        rows = [
            ArticleRow(workspace="main", id=ARTICLE, title="VPN will not connect", body="Restart it.", at=NOW),
            ArticleRow(workspace="main", id="secret", title="Master keys", body="0000", status="draft", at=NOW),
            ArticleRow(workspace="main", id="inside", title="Staff only", body="0000", audience="it-help", at=NOW),
        ]
        await self.database.write(lambda db: db.add_all(rows))
        self.desk.knowledge.load(rows[:1])
        return self

    async def open_again(self) -> None:
        """What a start does with the people of the settings."""
        await self.database.write(lambda db: people.enrol(db, "main", self.settings, self.now))
        await self.database.write(lambda db: feeds.keep_all(db, "main", self.settings, self.now))

    async def says(self, who: str, verb: str, text: str = "", *, sender_as: Sender | None = None, **more: Any) -> Reply:
        """`sender_as` is what the platform tells of them, where that is more than their id."""
        self.said += 1
        more.setdefault("at", Address("web", f"@{who}"))
        sender = sender_as or Sender(who)
        return await self.desk.receive(Incoming(f"d{self.said}", sender, verb=verb, text=text, **more))

    async def clicks(self, who: str, button: Button) -> Reply:
        return await self.says(who, button.verb, answers=button.answers)

    async def ticket(self, state: str = "open") -> int:
        """A ticket of ana's for IT Help, which affects wanda too, in the state that a verb wants."""
        assert not (await self.says("ana", "ticket", "my laptop is broken")).failed
        number = await self.database.read(lambda db: max(db.exec(select(Ticket.number)).all()))
        watcher = Watcher(workspace="main", ticket=number, person="wanda", joined=True, at=NOW)
        await self.database.write(lambda db: db.add(watcher))
        for verb in STATES[state]:
            reply = await self.says("chloe", verb, f"{number} and so on" if verb == "resolve" else str(number))
            assert not reply.failed, reply
        return number

    async def draws(self) -> None:
        """The heartbeat draws the cards of what has changed."""

        def stage(db: Session, workspace: str) -> Scene:
            return Scene(db=db, now=self.now, workspace=workspace, settings=self.settings, worktime=self.desk.worktime)

        await self.database.write(lambda db: due.stale_cards(db, stage, self.now))

    async def row(self, number: int) -> Ticket:
        found = await self.database.read(lambda db: db.get(Ticket, ("main", number)))
        assert found is not None
        return found

    async def role(self, who: str, number: int) -> Role:
        ticket = await self.row(number)
        return await self.database.read(lambda db: people.ticket_roles(db, who, ticket, self.settings, self.now))

    async def everything(self) -> dict[str, list[Any]]:
        """All rows of all tables."""
        return await self.database.read(_rows)


def _rows(db: Session) -> dict[str, list[Any]]:
    tables = SQLModel.metadata.sorted_tables
    return {t.name: sorted(map(tuple, db.execute(t.select()).all()), key=repr) for t in tables}


STATES: dict[str, tuple[str, ...]] = {
    "open": (),
    "resolved": ("resolve",),
    "major": ("major",),
    "escalated": ("escalate",),
}


def denied(reply: Reply) -> bool:
    """Whether the answer says who may, or that there is no such ticket."""
    words = reply.card.body if reply.card else ""
    return reply.failed and ((" only." in words and " is for " in words) or "that you may see" in words)


def shown(reply: Reply) -> str:
    """All that the reply shows."""
    card = reply.card
    assert card is not None
    facts = [str(fact.value) for fact in card.facts]
    return "\n".join([card.title, card.body, *facts, *(f"{b.label} {b.verb} {dict(b.answers)}" for b in card.buttons)])
