"""The files of an answer, in a message of their own: what was made for it, and its picture as a PNG.

What only one person sees in a room can hold no file, so that theirs stand in their talk with the bot.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from adapters.slack import markup
from adapters.slack.answers import Answers, Showing, Where
from adapters.slack.faults import Fault
from adapters.slack.files import Files
from adapters.slack.rooms import Rooms
from bot.pictures_png import in_words, png
from bot.words import Card, Kept, Reply, one_line

log = structlog.get_logger()

LOST = Card(body="Slack did not take the file of this answer. Please ask for it once more.", tone="danger")


def announced(reply: Reply) -> Reply:
    """An answer to one person in a room, which says where its files are."""
    card = reply.card
    if card is None or not reply.private or not (card.picture or reply.documents):
        return reply
    what = "The file" if reply.documents else "The picture"
    return replace(reply, card=replace(card, body=f"{card.body}\n\n_{what} stands in your talk with me._".strip()))


class Documents:
    """Hands over the files of answers."""

    def __init__(self, files: Files, rooms: Rooms, answers: Answers) -> None:
        self._files, self._rooms, self._answers = files, rooms, answers

    async def hand_over(self, showing: Showing, reply: Reply) -> None:
        """Behind the card: in the talk with them, or for everybody in the room whose answer it is."""
        card = reply.card
        if card is None or showing.stood or not (card.picture or reply.documents):
            return
        try:
            picture = await asyncio.to_thread(_drawn, card)
            await self._put(showing.where, (*picture, *reply.documents), card, reply.private)
        except Fault as fault:
            log.warning("the files of an answer were not handed over", slack=fault.code)
            await self._answers.show(Showing(replace(showing.where, replaces=False)), LOST)

    async def _put(self, where: Where, files: tuple[Kept, ...], card: Card, private: bool) -> None:
        if private or where.direct:
            channel = await self._rooms.channel(where.workspace, f"@{where.user}")
        else:
            channel = where.channel or await self._rooms.channel(where.workspace, where.room)
        thread = where.thread if where.direct or not private else ""
        words = markup.verbatim(one_line(card.title, 200))
        await self._files.put(where.workspace, files, channel, thread, words, in_words(card.picture))


def _drawn(card: Card) -> tuple[Kept, ...]:
    if not card.picture:
        return ()
    name = f"{one_line(card.title, 80) or 'Picture'}.png"
    return (Kept(0, name, "image/png", png(card.picture)),)
