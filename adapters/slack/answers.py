"""The desk's answers, shown to whoever did something: where they did it, to them alone, and once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.slack import blocks, limits, modal, standing
from adapters.slack.blocks import Block
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.read import ANSWER
from adapters.slack.rooms import Rooms
from bot.words import Card, Dialog

log = structlog.get_logger()

CARD = "card"
"""The callback_id of a modal in which a card is read."""

KEPT = 5_000
"""Modals of which it is remembered where they were opened, which is for half an hour of use at the most."""

TURN, TURNS = 60.0, 5
"""Seconds that an answer waits for its turn to be said, and how often it asks where Slack has told it to wait."""

UNSURE = 0.5
"""Seconds until it is looked whether an answer stands of which Slack did not say so."""
TOO_LATE = Card(body="Slack did not open the form in time. Please try it once more.", tone="danger")
BARRED = Card(
    body="Slack does not let me open a form right now. Please write everything after the command, or tell an admin.",
    tone="danger",
)
TOO_MUCH = "That is more than a form of Slack's can hold. Please write it all after the command, or shorten it."


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody did something. `room` is the desk's name of the place, `channel` Slack's id ("" when unknown).

    `url` is the response_url of what they did; `replaces`: what they did it on is theirs alone, or a question that has
    its answer now, so that the answer takes its place. `key` names the act, and `again` says that Slack has told of it
    before, so that it may have been answered.
    """

    workspace: str
    user: str
    room: str
    channel: str = ""
    thread: str = ""
    message: str = ""
    url: str = ""
    replaces: bool = False
    key: str = ""
    again: bool = False

    @property
    def direct(self) -> bool:
        """Whether the room is the bot's talk with one person."""
        return self.room.startswith("@")


@dataclass(slots=True)
class Showing:
    """An answer as it stands: the card shown first, and the ts of the message where it is one that can be edited.

    `stood`: it stood already, since Slack has told of the act before.
    """

    where: Where
    card: Card | None = None
    ts: str = ""
    stood: bool = False


class Answers:
    """Shows cards and opens modals. What cannot be shown is logged: the deed itself is done, and on disk."""

    def __init__(self, calls: Calls, rooms: Rooms) -> None:
        self._calls, self._rooms = calls, rooms
        self._opened: OrderedDict[str, Where] = OrderedDict()

    async def show(self, showing: Showing, card: Card | None, *, private: bool = True) -> None:
        """Show a card, or let a further one take the first one's place as far as Slack can do that."""
        where = showing.where
        try:
            if card is None:
                await self._use_up(showing)
            elif where.url and (private or where.replaces) and await self._responded(showing, card):
                pass
            elif private and not where.direct:
                await self._whisper(where, _behind(showing.card, card))
            else:
                await self._say(showing, card, private)
        except Fault as fault:
            log.warning("an answer could not be shown", slack=fault.code, workspace=where.workspace)
        showing.card = card or showing.card

    async def _use_up(self, showing: Showing) -> None:
        if showing.where.url and showing.where.replaces and showing.card is None:
            await self._calls.respond(showing.where.url, {"delete_original": True})

    async def _responded(self, showing: Showing, card: Card) -> bool:
        """Whether it could be posted to the response_url, which may be used up or too old by now."""
        where = showing.where
        if where.replaces:
            message: dict[str, Any] = {"replace_original": True, **_drawn(card, answer=True)}
        else:
            message = {"response_type": "ephemeral", "replace_original": False, **_drawn(_behind(showing.card, card))}
            message |= {"thread_ts": where.thread} if where.thread else {}
        try:
            await _insist(lambda: self._calls.respond(where.url, message))
        except Fault as fault:
            log.info("a response_url is not to be used any more", slack=fault.code)
            showing.where = replace(where, url="")
            return False
        return True

    async def _whisper(self, where: Where, card: Card) -> None:
        """Only for them, in the room; in their talk with the bot where they, or it, are not in the room."""
        try:
            channel = where.channel or await self._rooms.channel(where.workspace, where.room)
            shown = {"channel": channel, "user": where.user, "thread_ts": where.thread or None}
            shown |= _drawn(card, answer=True)
            await _insist(lambda: self._calls.do(where.workspace, "chat.postEphemeral", patience=2.0, **shown))
        except Fault:
            await self._say(Showing(replace(where, room=f"@{where.user}", channel="", thread="")), card, True)

    async def _say(self, showing: Showing, card: Card, private: bool) -> None:
        """As a message: in the talk with them, or for everybody in the room."""
        where = showing.where
        talk = private or where.direct  # a command may have been given in a talk of other people's
        channel = "" if talk else where.channel
        channel = channel or await self._rooms.channel(where.workspace, f"@{where.user}" if talk else where.room)
        drawn = _drawn(card, answer=True)
        if showing.ts:
            await self._calls.do(where.workspace, "chat.update", patience=2.0, channel=channel, ts=showing.ts, **drawn)
            return
        mark = standing.mark("firstline_answer", where.key)
        if where.again and (ts := await standing.find(self._calls, where.workspace, channel, where.thread, mark)):
            showing.ts, showing.stood = ts, True
            return
        message = {"channel": channel, "thread_ts": where.thread or None, "metadata": mark, **drawn}
        try:
            showing.ts = await self._post(where.workspace, **message)
        except Fault as fault:
            if fault.fate != "unknown":
                raise
            await asyncio.sleep(UNSURE)
            found = await standing.find(self._calls, where.workspace, channel, where.thread, mark)
            showing.ts = found or await self._post(where.workspace, **message)

    async def _post(self, workspace: str, **message: Any) -> str:
        """Said when it is its turn: who writes a lot at once waits for the answers, and has them all."""
        for left in range(TURNS - 1, -1, -1):
            try:
                said = await self._calls.do(workspace, "chat.postMessage", patience=TURN, **message)
                return str(said.get("ts") or "")
            except Fault as fault:
                if not left or (fault.retry_after or TURN) >= TURN:
                    raise
                await asyncio.sleep(fault.retry_after or 0)
        raise AssertionError("the last try returns or raises")

    async def open(self, where: Where, trigger: str, dialog: Dialog, *, on_top: bool = False) -> None:
        """Open a dialog as a modal, `on_top` of the one in which this was done."""
        try:
            view = modal.view(dialog, modal.Origin(where.room, where.thread, where.message))
        except (modal.TooMuchKept, modal.TooManyFields):
            await self.show(Showing(replace(where, replaces=False)), Card(body=TOO_MUCH, tone="danger"))
            return
        await self._open(where, trigger, view, on_top)

    async def _open(
        self, where: Where, trigger: str, view: Mapping[str, Any], on_top: bool, instead: Card | None = None
    ) -> None:
        method = "views.push" if on_top else "views.open"
        try:
            opened = await self._calls.do(where.workspace, method, patience=1.0, trigger_id=trigger, view=view)
        except Fault as fault:
            log.warning("a modal was not opened", slack=fault.code)
            barred = (fault.retry_after or 0) > TURN
            await self.show(Showing(replace(where, replaces=False)), instead or (BARRED if barred else TOO_LATE))
            return
        self._opened[str((opened.get("view") or {}).get("id"))] = where
        while len(self._opened) > KEPT:
            self._opened.popitem(last=False)

    async def read_out(self, where: Where, trigger: str, card: Card, *, on_top: bool = True) -> None:
        """Show a card over the Home tab, or `on_top` of the modal, in which it was asked for."""
        await self._open(where, trigger, _read_out(card), on_top, instead=card)

    async def turn(self, where: Where, view: Mapping[str, Any], card: Card) -> None:
        """Show a card in place of the one in a modal."""
        try:
            await self._calls.do(
                where.workspace, "views.update", patience=2.0, view_id=view["id"], view=_read_out(card)
            )
        except Fault as fault:
            log.info("a page was not turned", slack=fault.code)

    def opened(self, view: str) -> Where | None:
        """Where a modal was opened, if that was here and not long ago."""
        return self._opened.get(view)

    def closed(self, view: str) -> None:
        """A modal was taken, or closed."""
        self._opened.pop(view, None)


async def _insist(ask: Callable[[], Awaitable[object]]) -> None:
    """Once more where nobody knows whether it was shown: told twice is harmless, silence is not."""
    try:
        await ask()
    except Fault as fault:
        if fault.fate != "unknown":
            raise
        await asyncio.sleep(UNSURE)
        await ask()


def _read_out(card: Card) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": CARD,
        "title": blocks.plain(card.title or "Firstline", limits.VIEW_TITLE),
        "close": blocks.plain("Back", limits.VIEW_TITLE),
        "blocks": blocks.message(card, whole=True).blocks,
    }


def ephemeral(card: Card) -> dict[str, Any]:
    """A card as the answer to a slash command itself."""
    return {"response_type": "ephemeral", **_drawn(card)}


def _drawn(card: Card, *, answer: bool = False) -> dict[str, Any]:
    message = blocks.message(card, whole=True)
    return {"text": message.text, "blocks": _marked(message.blocks) if answer else message.blocks}


def _marked(drawn: list[Block]) -> list[Block]:
    """Rows of buttons by whose name a click tells that it was on an answer, which may take the answer's place."""
    return [
        block | {"block_id": f"{ANSWER}{place}"} if block["type"] == "actions" else block
        for place, block in enumerate(drawn)
    ]


def _behind(first: Card | None, card: Card) -> Card:
    """What a further card adds to one that stands and cannot be edited: Slack keeps what it answered to a command."""
    if first is None or (first.title, first.facts) != (card.title, card.facts) or not card.body.startswith(first.body):
        return card
    return replace(card, title="", facts=(), body=card.body[len(first.body) :].strip(), tone="plain")
