"""What a channel asks of the desk beside commands: fixes and completions while somebody types, files, verbs.

Nothing is changed, and whoever asks is shown only what they may see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from sqlmodel import Session

from bot import attachments, completion, forms, people, readers
from bot.context import Scene, Stage
from bot.granted import granted
from bot.knowledge import Knowledge
from bot.people import Role
from bot.registry import Registry
from bot.settings import Settings
from bot.words import Button, Card, Kept, Sender
from storage import people as rows_of_people
from storage.database import Database, StorageFailed


class Views:
    """The answers; `adapters.contract.Desk` says what each is. `stage` makes the scene of this moment."""

    def __init__(
        self,
        database: Database,
        settings: Callable[[], Settings],
        registry: Registry,
        stage: Stage,
        knowledge_of: Callable[[str], Knowledge],
    ) -> None:
        self._database, self._settings, self._registry = database, settings, registry
        self._stage, self._knowledge_of = stage, knowledge_of

    async def suggest(self, text: str, workspace: str, channel: str, sender: Sender | None) -> Card | None:
        rules, knowledge = self._settings().knowledge, self._knowledge_of(workspace)
        everyone = frozenset({readers.EVERYONE})
        audiences = await self._audiences(workspace, channel, sender) if sender else everyone
        hits = await asyncio.to_thread(knowledge.fixes, text, rules.suggest_at, rules.suggestions, audiences=audiences)
        if not hits:
            return None
        buttons = (Button(knowledge.title(hit.article_id), "kb show", {"article": hit.article_id}) for hit in hits)
        return Card("This may help", buttons=tuple(buttons))

    async def complete(
        self, workspace: str, channel: str, sender: Sender, verb: str, field: str, words: str
    ) -> list[tuple[str, str]]:
        command = self._registry.commands.get(verb)
        ask = forms.asks(command.form)[field][0] if command and field in forms.asks(command.form) else None
        if command is None or ask is None:
            return []
        if ask.kind == "ticket":
            return await self._database.read(
                lambda db: completion.tickets(self._stage(db, workspace), command, channel, sender, words)
            )
        if field in (command.suggests, "article"):
            prefix = "article:" if field == command.suggests else ""
            audiences = await self._audiences(workspace, channel, sender)
            found = await asyncio.to_thread(completion.articles, self._knowledge_of(workspace), words, audiences)
            return [(f"{prefix}{id}", title) for id, title in found]
        return completion.choices(forms.choices_of(ask, self._settings()), words)

    async def _audiences(self, workspace: str, channel: str, sender: Sender) -> frozenset[str]:
        """Whose articles somebody may read."""
        return await self._database.read(
            lambda db: readers.audiences(*_as(self._stage(db, workspace), channel, sender))
        )

    async def attachment(self, workspace: str, channel: str, sender: Sender, id: int) -> Kept | None:
        def read(db: Session) -> Kept | None:
            scene = self._stage(db, workspace)
            person, settings = _as(scene, channel, sender)
            return attachments.readable(replace(scene, settings=settings), person, id)

        return await self._database.read(read)

    async def article_file(self, workspace: str, channel: str, sender: Sender, article: str, name: str) -> Kept | None:
        def read(db: Session) -> Kept | None:
            return readers.file(db, workspace, article, name, *_as(self._stage(db, workspace), channel, sender))

        return await self._database.read(read)

    async def knows(self, workspace: str, channel: str, person: str) -> bool:
        try:
            found = await self._database.read(lambda db: rows_of_people.by_identity(db, workspace, channel, person))
        except StorageFailed:  # whatever is asked now will be told so
            return True
        return found is not None

    async def verbs(self, workspace: str, channel: str, sender: Sender) -> frozenset[str]:
        person, settings = await self._database.read(lambda db: _as(self._stage(db, workspace), channel, sender))
        roles = people.desk_roles(person, settings)
        return frozenset(c.verb for c in self._registry.visible() if c.needs & (roles | Role.WATCHER))


def _as(scene: Scene, channel: str, sender: Sender) -> tuple[str, Settings]:
    """Who somebody is, and the settings with what their roles on the channel give them."""
    person = people.recognised(scene.db, scene.workspace, channel, sender, scene.settings, scene.now).id
    return person, granted(scene.settings, person, channel, sender.roles)
