"""Words of messages that Discord keeps from the bot: whoever waits for an answer to them is told what to do instead."""

from __future__ import annotations

import discord

from adapters.contract import Desk
from adapters.discord import read, read_messages
from adapters.discord.answers import Answers, Showing
from adapters.discord.calls import Calls
from adapters.discord.conversations import Talk
from adapters.discord.rooms import Spot
from bot.words import WORKSPACE, Address, Button, Card

UNREAD = "I cannot read what is written here: Discord keeps the words of messages from me. "
IN_THREAD = Card(
    body=UNREAD + "What belongs to this ticket I take from the button, or from `/reply`.",
    buttons=(Button("Add to the ticket", "reply", style="primary"), Button("Internal note", "note")),
    tone="warning",
)
IN_ROOM = Card(
    body=UNREAD + "Please ask with the button, or with `/ticket`.",
    buttons=(Button("Ask for help", "ticket", style="primary"),),
    tone="warning",
)
ON_MESSAGE = Card(
    body=UNREAD + "Please open the message's menu and choose *Apps*, *Create ticket*: that hands it to me.",
    tone="warning",
)
BARRED = Card(body="I may not read the messages in that channel, so no ticket was made of it.", tone="danger")


class Withheld:
    """Without the intent Message Content the bot hears words in its talks, and where they mention it, alone."""

    def __init__(self, desk: Desk, calls: Calls, answers: Answers) -> None:
        self._desk, self._calls, self._answers = desk, calls, answers

    async def told(self, message: discord.Message, at: Address, where: Spot) -> bool:
        """Whether its words are kept from the bot. That is told: once in a thread, once to each person in a room,
        and again when it is long ago.
        """
        if self._calls.hears_words or where.user or not read_messages.withheld(message):
            return False
        threaded = bool(at.thread and where.parent)
        name = f"discord unread {message.channel.id}" + ("" if threaded else f" {message.author.id}")
        if not await self._desk.memory.get(WORKSPACE, name):
            await self._desk.memory.keep_a_while(WORKSPACE, name, str(message.id))
            showing = Showing(read.sender(message.author), name, message.channel.id, under=message.id)
            await self._answers.show(showing, IN_THREAD if threaded else IN_ROOM)
        return True

    def no_ticket_of(self, talk: Talk) -> Card | None:
        """What is said to who wants a ticket made of words that the bot may not read; None where it may."""
        if not talk.read:
            return BARRED
        root = next(iter(talk.said), None)
        kept = root is not None and not root.text and not root.sender.bot and not self._calls.hears_words
        return ON_MESSAGE if kept else None
