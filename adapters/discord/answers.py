"""The desk's answers, shown to whoever did something: where they did it, to them alone, and once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord
import structlog

from adapters.contract import Desk
from adapters.discord import layout, limits, marks
from adapters.discord.attachments import Attachments, attachments
from adapters.discord.calls import Calls
from adapters.discord.direct_threads import DirectThreads
from adapters.discord.faults import CLOSED_TALK, DRAWN, TOKEN_OVER, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Fault
from adapters.discord.forms import Forms
from adapters.discord.places import CHANNEL, Places
from adapters.discord.read import ANSWER, STEP, Interaction
from adapters.discord.responses import Responses
from adapters.discord.retry import patiently
from adapters.discord.threads import Threads
from bot.words import WORKSPACE, Card, Kept, Reply, Sender

log = structlog.get_logger()

LEFT_OUT = "The files are too large for Discord: see the ticket's page."
UNKNOWN_WEBHOOK = 10015
OVER = frozenset([UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, TOKEN_OVER])
"""What was answered is gone, or a quarter of an hour is over: the token is no good any more."""


@dataclass(slots=True)
class Showing:
    """An answer as it stands, or is to stand.

    It is the first answer to an `interaction`, where there is one; `replaces`: that is the message which was clicked
    on. Else it is a `message` in a `channel` (0: not said yet), below the message `under`. `talk`: in the talk with the
    sender, unless they have closed that. `key` names what it answers.
    """

    sender: Sender
    key: str
    channel: int
    interaction: Interaction | None = None
    replaces: bool = False
    under: int = 0
    talk: bool = False
    message: int = 0


class Answers:
    """Shows cards and opens forms. What cannot be shown is logged: the deed itself is done, and on disk."""

    def __init__(self, desk: Desk, calls: Calls, places: Places, forms: Forms, pauses: Sequence[float]) -> None:
        self._desk, self._places, self._forms, self._pauses = desk, places, forms, pauses
        self._responses, self._direct_threads = Responses(calls), DirectThreads(calls, places, Threads(calls))

    async def reply(self, showing: Showing, reply: Reply) -> None:
        """Show the desk's reply; what it asks for next takes its place."""
        if reply.failed and reply.card:
            await self.step(showing, reply.card)
        else:
            await self.show(showing, reply.card, await self._files(showing, reply), private=reply.private)
        while reply.follow:
            reply = await self._desk.receive(reply.follow)
            if reply.card:
                await self.show(showing, reply.card, await self._files(showing, reply), private=reply.private)

    async def _files(self, showing: Showing, reply: Reply) -> list[Kept]:
        kept = [
            await self._desk.attachment(WORKSPACE, CHANNEL, showing.sender, id)
            for id in (reply.card.files if reply.card else ())
        ]
        return [*reply.documents, *filter(None, kept)]

    async def show(
        self,
        showing: Showing,
        card: Card | None,
        files: Sequence[Kept] = (),
        *,
        private: bool = True,
        only: str = "",
        mark: str = ANSWER,
    ) -> None:
        """Show a card, or let a further one take the first one's place. `only` is the custom id of its last button."""
        try:
            await self._show(showing, card, files, private, only, mark)
        except Fault as fault:
            if card and files and fault.code in DRAWN:
                told = f"{card.body}\n\n*{LEFT_OUT}*".strip()
                return await self.show(showing, replace(card, body=told), private=private, only=only, mark=mark)
            log.warning("an answer could not be shown", code=fault.code, reason=str(fault)[:200])

    async def _show(
        self, showing: Showing, card: Card | None, files: Sequence[Kept], private: bool, only: str, mark: str
    ) -> None:
        if card is None:
            return await self._take_away(showing)
        attached = await attachments(card, files)
        # What stands below somebody's words in a room is no question to one alone: see read.py.
        mark = "" if showing.under and not showing.talk else mark
        view = self.drawn(attached.card, attached.files, only, mark=mark)
        if showing.interaction and (private or showing.replaces):
            if await self._edited(showing.interaction, view, attached):
                return
            showing.interaction, showing.talk = None, True
        elif showing.interaction:
            await self._take_away(showing)
            showing.interaction = None
        await self._say(showing, view, attached)

    async def step(self, showing: Showing, card: Card, only: str = "") -> None:
        """Show what was wrong, or what comes next. What was clicked on stays as it is, with that below it."""
        shown = showing.interaction.message if showing.interaction else None
        if not (showing.replaces and showing.interaction and shown):
            return await self.show(showing, card, only=only, mark=STEP)
        view = _below(shown, self.drawn(card, (), only, mark=STEP))
        if view is None:  # both do not fit into one message
            return await self.show(showing, card, only=only, mark=STEP)
        try:
            if not await self._edited(showing.interaction, view, None):
                showing.interaction, showing.talk = None, True
                await self._say(showing, self.drawn(card, (), only), Attachments(card))
        except Fault as fault:
            log.warning("a refusal could not be shown", code=fault.code, reason=str(fault)[:200])

    async def _take_away(self, showing: Showing) -> None:
        """Nothing is to be said: what says that an answer follows goes."""
        interaction = showing.interaction
        if interaction is None or showing.replaces:
            return
        try:
            await patiently(lambda: self._responses.take_back(interaction), self._pauses)
        except Fault as fault:
            if fault.code not in OVER:
                raise

    async def _edited(
        self, interaction: Interaction, view: discord.ui.LayoutView, attached: Attachments | None
    ) -> bool:
        """Whether the first answer could be edited; not any more a quarter of an hour later."""

        async def edit() -> None:
            await self._responses.answer(interaction, view, attached.uploads if attached else None)

        try:
            await patiently(edit, self._pauses)
        except Fault as fault:
            if fault.code not in OVER:
                raise
            log.info("an answer came too late for its place: it is said in the talk", code=fault.code)
            return False
        return True

    async def _say(self, showing: Showing, view: discord.ui.LayoutView, attached: Attachments) -> None:
        """As a message; one that stands is edited.

        Who takes no direct messages is told in a thread of their own; where that is gone, in direct messages again.
        """
        place, under = showing.channel, showing.under
        if showing.talk and not showing.message:
            user = showing.sender.id
            showing.channel, under = await patiently(lambda: self._places.talk(user), self._pauses), 0
        try:
            await self._say_there(showing, view, attached, under)
        except Fault as fault:
            if showing.message:
                raise
            if fault.code == UNKNOWN_CHANNEL and showing.talk and await self._places.forget_talk(showing.sender.id):
                showing.channel = place
                return await self._say(showing, view, attached)
            if fault.code not in CLOSED_TALK:
                raise
            showing.channel, under = await self._instead(showing, place, fault)
            await self._say_there(showing, view, attached, under)

    async def _instead(self, showing: Showing, place: int, refused: Fault) -> tuple[int, int]:
        """Where they can be told: a channel, and the message to reply to where it is not for them alone."""
        try:
            return await self._direct_threads.instead(showing.sender.id, refused), 0
        except Fault:
            if not showing.under:
                raise
        return place, showing.under

    async def _say_there(
        self, showing: Showing, view: discord.ui.LayoutView, attached: Attachments, under: int
    ) -> None:
        async def say() -> int:
            files = attached.uploads
            if showing.message:
                return await self._responses.edit(showing.channel, showing.message, view, files)
            return await self._responses.say(showing.channel, view, files, marks.nonce(f"answer:{showing.key}"), under)

        showing.message = await patiently(say, self._pauses)

    def drawn(
        self, card: Card, files: Sequence[Kept] = (), only: str = "", *, mark: str = ANSWER
    ) -> discord.ui.LayoutView:
        """A card as a message; `only` is the custom id of its last button."""
        *most, last = [self._forms.button(button) for button in card.buttons] or [""]
        ids = [*most, only or last] if card.buttons else []
        return layout.view(card, key=mark, ids=ids, files=files)


def _below(message: discord.Message, step: discord.ui.LayoutView) -> discord.ui.LayoutView | None:
    """A message as it is, with a step below, in the place of the one before; None where there is no room for it."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    for item in list(view.children):
        if marks.carries([item.to_component_dict()], STEP):
            view.remove_item(item)
    view.stop()
    components = view.total_children_count + step.total_children_count
    if components > limits.COMPONENTS or view.content_length() + step.content_length() > limits.TEXTS:
        return None
    for item in list(step.children):
        view.add_item(item)
    return view
