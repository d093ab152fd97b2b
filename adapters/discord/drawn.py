"""A post as discord.py sends it: its card as components, with its mark, its picture and its files."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
import structlog
from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord import drafts, ids, layout, limits, marks
from adapters.discord.calls import FILES_TIME, TIME
from bot.memory import Memory
from bot.pictures_png import png
from bot.words import Button, Card, Kept, Post

log = structlog.get_logger()

WORDS = 1_500
"""Characters of a card that is sent in words alone, because Discord did not take it as it was drawn."""


class Drawn:
    """A post, drawn. Its parameters are made anew for each call: discord.py's files can be read once."""

    def __init__(
        self, post: Post, card: Card, files: Sequence[Kept], custom_ids: Sequence[str], picture: bytes
    ) -> None:
        self.post, self.card = post, card
        self._files, self._ids, self._picture = files, custom_ids, picture

    @property
    def time(self) -> float:
        """Seconds that a call with it may take."""
        return FILES_TIME if self._files or self._picture else TIME

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
        return Drawn(self.post, Card(self.card.title, body, tone=self.card.tone, over=self.card.over), (), (), b"")

    def _params(self, **more: Any) -> MultipartParameters:
        view = layout.view(self.card, self.post.mentions, key=self.post.key, ids=self._ids, files=self._files)
        files = [_file(name, file.content) for name, file in layout.attached(self.card, self._files)]
        if self._picture:
            files.append(_file(layout.PICTURE, self._picture))
        if files:
            more["files"] = files
        return handle_message_parameters(view=view, allowed_mentions=layout.allowed(self.post.mentions), **more)


async def draw(post: Post, memory: Memory | None) -> Drawn:
    """A post with all that its message needs: what is too long for a button is put aside."""
    custom_ids = await _custom_ids(post, memory)
    picture = await _picture(post.card)
    card = post.card if picture else replace(post.card, picture="")
    small = tuple(file for file in post.files if len(file.content) <= limits.FILE)
    if large := [file for file in post.files if file not in small]:
        card = replace(card, body="\n\n".join([card.body, *map(_too_large, large)]))
    return Drawn(post, card, small, custom_ids, picture)


async def _custom_ids(post: Post, memory: Memory | None) -> list[str]:
    long = layout.too_long(post.card)
    if not long or memory is None:
        return []
    return [await _aside(button, post.workspace, memory) if button in long else "" for button in post.card.buttons]


async def _aside(button: Button, workspace: str, memory: Memory) -> str:
    return ids.aside(await memory.aside(workspace, drafts.kept(drafts.Put(button.verb, button.answers))))


async def _picture(card: Card) -> bytes:
    """The card's picture as PNG, drawn in a thread of its own; b"" where it has none, or none that can be drawn."""
    if not card.picture:
        return b""
    try:
        drawn = await asyncio.to_thread(png, card.picture)
    except ValueError:
        log.exception("a picture was not drawn", title=card.title)
        return b""
    return drawn if len(drawn) <= limits.FILE else b""


def _too_large(file: Kept) -> str:
    return (
        f"-# {len(file.content) / 1_000_000:,.1f} MB are more than Discord takes: it is shown on the desk's pages only."
    )


def _file(name: str, content: bytes) -> discord.File:
    return discord.File(io.BytesIO(content), filename=name)
