"""What rules and handlers are given: the transaction, the instant, the settings; and who asks, where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.knowledge import Knowledge
from bot.people import WORKERS, Role
from bot.precedents import Precedents
from bot.settings import Settings
from bot.words import Address, Incoming
from bot.worktime import Worktime
from storage.tables import Link, Person, Ticket


@dataclass(slots=True, kw_only=True)
class Scene:
    """A transaction at an instant, in one workspace. What the heartbeat's cycles work in."""

    db: Session
    now: datetime
    workspace: str
    settings: Settings
    worktime: Worktime


Stage = Callable[[Session, str], Scene]
"""Makes the scene of a workspace, at one instant for all of them."""


@dataclass(slots=True, kw_only=True)
class Context(Scene):
    """A scene in which somebody asks for something.

    `ticket` is the one the command is about (loaded, locked and authorized); `found` is what the command's `prepare`
    found.
    """

    sender: Person
    at: Address
    knowledge: Knowledge
    precedents: Precedents
    incoming: Incoming
    roles: Role
    ticket: Ticket | None = None
    found: Any = None

    @property
    def the_ticket(self) -> Ticket:
        if self.ticket is None:
            raise LookupError(f"the verb {self.incoming.verb!r} has no ticket")
        return self.ticket

    @property
    def link(self) -> Link | None:
        """The thread that the sender is in, where it is a ticket's."""
        at = self.at
        return self.db.get(Link, (self.workspace, at.channel, at.room, at.thread)) if at.thread else None

    @property
    def zone(self) -> ZoneInfo:
        """The sender's own, or the organisation's where theirs is none."""
        try:
            return ZoneInfo(self.sender.zone or self.settings.organisation.zone)
        except (KeyError, ValueError, OSError):
            return ZoneInfo(self.settings.organisation.zone)

    @property
    def works(self) -> bool:
        """Whether the sender is one of the ticket's workers, and not only somebody with a request."""
        return bool(self.roles & WORKERS)
