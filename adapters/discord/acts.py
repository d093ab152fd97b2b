"""What people do with commands, buttons and forms: told to the desk, and the desk's answer shown."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any

import structlog

from adapters.contract import Desk
from adapters.discord import first_response, read
from adapters.discord.answers import Answers, Showing
from adapters.discord.calls import Calls
from adapters.discord.conversations import Conversations
from adapters.discord.drafts import Draft, Drafts, Put
from adapters.discord.forms import TOO_OLD, Forms, Sent
from adapters.discord.people import ELSEWHERE, People, Stranger
from adapters.discord.read import Act, Interaction
from adapters.discord.rooms import Rooms
from bot.words import Card, Incoming

log = structlog.get_logger()

PATIENCE = 1.5
"""Seconds that what a button does may be looked for before the first answer, where another replica put it aside."""
DONE = 10_000
"""Interactions of which it is remembered that they were answered, should Discord tell of one twice."""

NO_BUTTON = Card(body="That button is not known any more. Please ask again with a command.", tone="danger")
FAILED = Card(body="Something went wrong on the desk's side. Please try again.", tone="danger")


class Acts:
    """Does what people ask for. Nothing is looked up before Discord has its first answer."""

    def __init__(
        self,
        desk: Desk,
        calls: Calls,
        rooms: Rooms,
        people: People,
        conversations: Conversations,
        drafts: Drafts,
        forms: Forms,
        answers: Answers,
    ) -> None:
        self._desk, self._calls, self._rooms, self._people = desk, calls, rooms, people
        self._conversations, self._drafts, self._forms, self._answers = conversations, drafts, forms, answers
        self._done: OrderedDict[int, None] = OrderedDict()

    async def command(self, interaction: Interaction) -> None:
        """A slash command, or an entry of the menu on a message or a person."""
        if await self._mine(interaction):
            await self._do(interaction, read.command(interaction, self._desk.registry))

    async def pressed(self, interaction: Interaction, custom_id: str) -> None:
        """A button."""
        if not await self._mine(interaction):
            return
        meant = read.put(custom_id)
        found = await self._looked_for(meant) if isinstance(meant, str) else meant
        if isinstance(found, Draft):
            await first_response.open(interaction, self._forms.modal(found))
        elif found is None:
            await first_response.turn_away(interaction, self._answers.drawn(NO_BUTTON))
        else:
            await self._do(interaction, read.pressed(interaction, found.verb, found.answers))

    async def submitted(self, interaction: Interaction) -> None:
        """A form that was sent."""
        if not await self._mine(interaction):
            return
        data: Mapping[str, Any] = interaction.data or {}
        act = read.submission(interaction, self._forms.verb(str(data.get("custom_id", ""))))
        showing = await self._begun(interaction, act)
        if showing is None:
            return
        await self._safely(showing, self._sent(interaction, act, showing))

    async def _sent(self, interaction: Interaction, act: Act, showing: Showing) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        sent = await self._forms.sent(data, act.incoming.at, act.incoming.sender)
        if sent is None:
            await self._answers.step(showing, TOO_OLD)
        elif sent.more:
            card, custom_id = self._forms.further(sent.draft)
            await self._answers.step(showing, card, custom_id)
        else:
            await self._send(interaction, act, sent, showing)

    async def _send(self, interaction: Interaction, act: Act, sent: Sent, showing: Showing) -> None:
        act = act.asking(sent.draft.dialog.verb, sent.answers)
        incoming = replace(await self._looked_up(interaction, act), files=sent.draft.files)
        reply = await self._desk.receive(incoming)
        command, _ = self._desk.registry.find(incoming.verb)
        if command and (reply.form or reply.failed):
            card, custom_id = self._forms.again(sent.draft, reply)
            await self._answers.step(showing, card, custom_id)
        else:
            await self._answers.reply(showing, reply)

    async def _looked_for(self, name: str) -> Draft | Put | None:
        if here := self._drafts.here(name):
            return here
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._drafts.taken(name)
        except Exception as error:  # whatever it is, the click must be answered
            log.warning("what a button does was not found", reason=f"{type(error).__name__}: {error}"[:200])
            return None

    async def _mine(self, interaction: Interaction) -> bool:
        """Whether this is the first time that it is told, and in the desk's own server."""
        if interaction.id in self._done:
            return False
        self._done[interaction.id] = None
        while len(self._done) > DONE:
            self._done.popitem(last=False)
        if interaction.guild_id in (None, self._calls.guild):
            return True
        await first_response.turn_away(interaction, self._answers.drawn(ELSEWHERE))
        return False

    async def _do(self, interaction: Interaction, act: Act) -> None:
        if dialog := self._desk.form(act.incoming):
            await first_response.open(interaction, self._forms.modal(Draft(dialog)))
            return
        showing = await self._begun(interaction, act)
        if showing:
            await self._safely(showing, self._done_for(interaction, act, showing))

    async def _done_for(self, interaction: Interaction, act: Act, showing: Showing) -> None:
        reply = await self._desk.receive(await self._looked_up(interaction, act))
        if reply.form:
            card, custom_id = self._forms.behind_a_button(reply.form)
            await self._answers.show(showing, card, only=custom_id)
        else:
            await self._answers.reply(showing, reply)

    async def _begun(self, interaction: Interaction, act: Act) -> Showing | None:
        replaces = self._desk.registry.uses_up(act.incoming.verb, question=act.question, private=act.private)
        if not await first_response.defer(interaction, replaces=replaces):
            return None
        return Showing(act.incoming.sender, act.incoming.id, act.spot.channel, interaction, replaces)

    async def _safely(self, showing: Showing, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Stranger:
            await self._answers.step(showing, ELSEWHERE)
        except Exception:  # Discord shows that an answer follows: it has to
            log.exception("what was asked on Discord failed")
            await self._answers.step(showing, FAILED)

    async def _looked_up(self, interaction: Interaction, act: Act) -> Incoming:
        sender = await self._people.welcome(interaction.user)
        if act.given is None:
            return replace(act.incoming, sender=sender, at=await self._rooms.asked(act.spot))
        talk = await self._conversations.talk(act.spot, int(act.incoming.message), act.given)
        at = replace(await self._rooms.address(talk.where), thread="")
        may = interaction.app_permissions
        apart = interaction.guild_id is not None and not (may.view_channel and may.send_messages_in_threads)
        return replace(act.incoming, sender=sender, at=at, thread=talk.said, apart=apart)
