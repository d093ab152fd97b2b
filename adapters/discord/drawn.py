"""A post as discord.py sends it: its card as components, with its mark, its picture and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord import drafts, ids, layout, marks
from adapters.discord.attachments import Attachments, attachments
from adapters.discord.calls import FILES_TIME, TIME
from bot.memory import Memory
from bot.words import Button, Card, Post

WORDS = 1_500
"""Characters of a card that is sent in words alone, because Discord did not take it as it was drawn."""


class Drawn:
    """A post, drawn. Its parameters are made anew for each call: discord.py's files can be read once."""

    def __init__(self, post: Post, attached: Attachments, custom_ids: Sequence[str] = ()) -> None:
        self.post, self.card = post, attached.card
        self._attached, self._ids = attached, custom_ids

    @property
    def time(self) -> float:
        """Seconds that a call with it may take."""
        return FILES_TIME if self._attached.files or self._attached.picture else TIME

    def said(self, *, under: int = 0) -> MultipartParameters:
        """As a new message, in reply to another one where `under` is its id."""
        # What is said anew has another nonce: Discord would give back the message that is gone.
        key = f"{self.post.key} after {self.post.ref}" if self.post.ref else self.post.key
        more: dict[str, Any] = {}
        if under:
            more = {"message_reference": {"message_id": str(under), "fail_if_not_exists": False}}
        return self._params(nonce=marks.nonce(key), **more)

    def edited(self) -> MultipartParameters:
        """As what a message of ours is to be now."""
        return self._params()

    def opened(self, channel: dict[str, Any]) -> MultipartParameters:
        """As the first message of a forum post: it takes no nonce. `channel`: name and tags."""
        return self._params(channel_payload=channel)

    def words(self) -> Drawn:
        """The same in words alone."""
        body = self.card.body if len(self.card.body) <= WORDS else self.card.body[: WORDS - 1] + "…"
        return Drawn(self.post, Attachments(Card(self.card.title, body, tone=self.card.tone, over=self.card.over)))

    def _params(self, **more: Any) -> MultipartParameters:
        view = layout.view(self.card, self.post.mentions, key=self.post.key, ids=self._ids, files=self._attached.files)
        if files := self._attached.uploads:
            more["files"] = files
        return handle_message_parameters(view=view, allowed_mentions=layout.allowed(self.post.mentions), **more)


async def draw(post: Post, memory: Memory | None) -> Drawn:
    """A post with all that its message needs: what is too long for a button is put aside."""
    custom_ids = await _custom_ids(post, memory)
    return Drawn(post, await attachments(post.card, post.files), custom_ids)


async def _custom_ids(post: Post, memory: Memory | None) -> list[str]:
    long = layout.too_long(post.card)
    if not long or memory is None:
        return []
    return [await _aside(button, post.workspace, memory) if button in long else "" for button in post.card.buttons]


async def _aside(button: Button, workspace: str, memory: Memory) -> str:
    return ids.aside(await memory.aside(workspace, drafts.kept(drafts.Put(button.verb, button.answers))))
