"""What is attached to a message: a card's picture as PNG, and files, none of them larger than Discord takes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

import discord
import structlog

from adapters.discord import layout, limits
from bot.pictures_png import png
from bot.words import Card, Kept, one_line

log = structlog.get_logger()


class Attachments(NamedTuple):
    """The card as it is to be shown with them, the files, and the picture (PNG; b"" for none)."""

    card: Card
    files: tuple[Kept, ...] = ()
    picture: bytes = b""

    @property
    def uploads(self) -> list[discord.File]:
        """All of them by the names that the card's components call them; anew for each call, which reads them up."""
        named = [(name, file.content) for name, file in layout.attached(self.card, self.files)]
        if self.picture:
            named.append((layout.PICTURE, self.picture))
        return [discord.File(BytesIO(content), filename=name) for name, content in named]


async def attachments(card: Card, files: Sequence[Kept]) -> Attachments:
    """A card's, with its picture drawn in a thread of its own. What cannot be attached the card says in words."""
    picture = await _drawn(card)
    small = tuple(file for file in files if len(file.content) <= limits.FILE)
    large = [_too_large(file) for file in files if len(file.content) > limits.FILE]
    body = "\n\n".join(filter(None, [card.body, *large]))
    return Attachments(replace(card, body=body, picture=card.picture if picture else ""), small, picture)


async def _drawn(card: Card) -> bytes:
    """b"" where it has none, or none that can be drawn."""
    if not card.picture:
        return b""
    try:
        drawn = await asyncio.to_thread(png, card.picture)
    except ValueError:
        log.exception("a picture was not drawn", title=card.title)
        return b""
    return drawn if len(drawn) <= limits.FILE else b""


def _too_large(file: Kept) -> str:
    name, megabytes = one_line(file.name).replace("`", "ˋ"), len(file.content) / 1_000_000
    return f"`{name}`: {megabytes:,.1f} MB are more than Discord takes. It is on the desk's pages only."
