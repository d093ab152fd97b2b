"""What every channel's adapter offers to the desk, and what the desk offers to every adapter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.words import WORKSPACE, Address, Incoming, Post, Reply, Sender

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.hearing import Hearing
    from bot.installations import Installations
    from bot.leases import Leases
    from bot.memory import Memory
    from bot.news import News
    from bot.registry import Registry
    from bot.settings import Settings
    from bot.words import Card, Dialog, File, Kept


class Desk(Protocol):
    """The desk as an adapter sees it."""

    registry: Registry
    installations: Installations
    hearing: Hearing
    news: News
    memory: Memory
    leases: Leases

    @property
    def settings(self) -> Settings: ...

    def now(self) -> datetime:
        """The desk's clock, aware, in UTC."""

    async def receive(self, incoming: Incoming) -> Reply:
        """What is to be shown to the sender.

        Never raises for what people do; when it returns, what was asked is on disk.
        """

    def form(self, incoming: Incoming) -> Dialog | None:
        """The dialog that would be the answer, without a look at the database; None where there is something to do."""

    async def complete(
        self, workspace: str, channel: str, sender: Sender, verb: str, field: str, words: str
    ) -> list[tuple[str, str]]:
        """The (value, label) pairs that fit what was typed of a command's field so far, the likeliest first.

        Only what this person may see is among them. In a field that `suggests` they are articles, as `article:ID`.
        """

    async def suggest(
        self, text: str, workspace: str = WORKSPACE, channel: str = "", sender: Sender | None = None
    ) -> Card | None:
        """Fixes for the words of a form that is being filled in; None when nothing is sure enough.

        Only what the sender may read is among them; for nobody in particular, what everyone may.
        """

    async def knows(self, workspace: str, channel: str, person: str) -> bool:
        """Whether somebody is known by this id of the channel's, so that nothing more need be found out first."""

    async def meet(self, workspace: str, channel: str, met: Sequence[Sender]) -> None:
        """Make people known by their ids on a channel, so that they can be told something before they ask."""

    async def verbs(self, workspace: str, channel: str, sender: Sender) -> frozenset[str]:
        """The verbs that this person may use at all, for menus and completion."""

    async def attachment(self, workspace: str, channel: str, sender: Sender, id: int) -> Kept | None:
        """A ticket's file, for who may read what it came with; None for everybody else, as if there were none."""

    async def article_file(self, workspace: str, channel: str, sender: Sender, article: str, name: str) -> Kept | None:
        """A file of an article's, for who may read that; None for everybody else, as if there were none."""

    async def try_again(self, workspace: str, channel: str) -> None:
        """Say what could not be said on a channel lately: somebody may have let the desk in."""

    async def travel(self, by: timedelta | None) -> datetime:
        """Move the desk's clock forward (None: to the next working day's start) and look at all that is due.

        Playground only.
        """


class Source(Protocol):
    """Where the files of a channel's messages are fetched."""

    async def fetch(self, workspace: str, file: File, most: int, /) -> tuple[File, bytes]:
        """The file with all that the platform tells of it, and its content of at most so many bytes. SendFailed."""


class Adapter(Protocol):
    """A channel. `send` may be called for a post again: with its `ref` it is edited in place.

    `gathers`: it opens a place of its own for a ticket's talk, and is told who belongs there. `files`: where those that
    people send are fetched. What not every channel has is here as for one without it.
    """

    name: str
    gathers: bool = False
    files: Source | None = None

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """The HTTP routes it wants on the desk's own server."""

    async def run(self, desk: Desk) -> None:
        """Listens until cancelled."""

    async def send(self, post: Post) -> str:
        """Make the post stand in its place; the platform's reference of it. SendFailed when it does not.

        Asked again before a `retry_after` is over, it says so again, and does not ask the platform.
        """

    async def find(self, post: Post) -> str | None:
        """The reference of the post with this key if it stands already: asked when a send's fate is unknown."""

    async def link(self, _workspace: str, _at: Address, /) -> str:
        """The web address of the message that `at.thread` names; "" where messages have none."""
        return ""

    async def stands(self, _workspace: str, _at: Address, /) -> bool:
        """Whether the message that `at.thread` names is still there; always where nobody can delete it."""
        return True

    def silent(self) -> float | None:
        """Seconds since anything was heard over its connection, be it a sign of life.

        None where it listens over none now, as over HTTP or while it is another replica's turn.
        """
        return None
