"""What people do in Slack: told to the desk, and the desk's answer shown."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from adapters.contract import Desk
from adapters.slack import documents, modal
from adapters.slack.answers import CARD, Answers, Showing, Where, ephemeral
from adapters.slack.calls import Calls
from adapters.slack.completion import Completion
from adapters.slack.documents import Documents
from adapters.slack.files import Files
from adapters.slack.incoming import Readings
from adapters.slack.parked import Parked
from adapters.slack.people import People
from adapters.slack.read import Act
from adapters.slack.rooms import Rooms, direct
from adapters.slack.suggesting import Suggesting
from bot.background import Background
from bot.words import Button, Card, Dialog, Incoming, Reply

PATIENCE = 2.2
"""Seconds after which Slack is answered although the desk is not ready: it waits for three, and asks no second time."""
WAIT = Card(body="This takes a little longer than usual. The answer follows here.")
LAST = 2.0
"""Seconds for which what was begun may go on when the desk ends."""
SHOWN = 10_000
"""Answers of which it is remembered that they were shown, so that an event delivered again is not answered again."""

Done = tuple[Where, Reply]
T = TypeVar("T")


class Acts:
    """Does what people ask for, side by side. What takes longer than Slack waits is answered behind."""

    def __init__(self, desk: Desk, calls: Calls, people: People, rooms: Rooms, files: Files, parked: Parked) -> None:
        self._desk, self._calls, self._rooms, self._parked = desk, calls, rooms, parked
        self._readings = Readings(desk, calls, people, rooms)
        self._answers = Answers(calls, rooms)
        self._documents = Documents(files, rooms, self._answers)
        self.beside = Background("slack", LAST)
        self.completion = Completion(desk, calls, people)
        self.suggesting = Suggesting(desk, calls, people, self.beside)
        self._shown: OrderedDict[str, None] = OrderedDict()

    async def command(self, act: Act) -> Mapping[str, Any] | None:
        """A slash command: the body of the acknowledgement, None for an empty one."""
        done = await self._asked_in_time(act)
        if done is None:
            return ephemeral(WAIT)
        where, reply = done
        if reply.card and reply.private:
            self.beside.begin(self._then(reply, Showing(where, reply.card)))
            return ephemeral(reply.card)
        self.beside.begin(self._show(act, reply, Showing(where)))
        return None

    async def submit(self, act: Act) -> Mapping[str, Any] | None:
        """A modal that was sent: what was wrong with it, beside its fields, or None, which closes it."""
        done = await self._asked_in_time(act)
        if done is None:
            return None
        where, reply = done
        if wrong := refusal(act, reply):
            return wrong
        self.beside.begin(self._show(act, reply, Showing(where)))
        return None

    async def click(self, act: Act, message: Mapping[str, Any] | None = None, app: str = "") -> None:
        """A button; or a shortcut, on a message or from anywhere."""
        if done := await self._asked_in_time(act, message, app):
            where, reply = done
            self.beside.begin(self._show(act, reply, Showing(where)))

    async def hear(self, act: Act, attempt: int, app: str) -> bool:
        """An event; whether it is on disk, or not worth keeping. Fault when Slack has to be asked later.

        What takes longer than Slack waits is done behind: Slack tells of it again, when it is known already.
        """
        heard = await self._in_time(self._hear(act, attempt, app), _finished)
        return bool(heard)

    async def _hear(self, act: Act, attempt: int, app: str) -> bool:
        if not act.user:
            act = await self._readings.written(act)
        if not act.user:
            return True
        if direct(act.channel):
            self._rooms.is_talk(self._calls.teams.workspace(act.team), act.user, act.channel)
        act = self._readings.typed(act)
        incoming = await self._readings.event(act, app)
        reply = await self._desk.receive(incoming)
        showing = Showing(replace(self._where(act, incoming), key=_named(act), again=attempt > 0))
        # Spoken to in a channel: answered there, to them alone.
        if incoming.at.direct and not direct(act.channel):
            room = self._rooms.known(incoming.workspace, act.channel, act.user)
            showing.where, reply = replace(showing.where, room=room), replace(documents.announced(reply), private=True)
        if reply.early:
            self._park(act, incoming, showing)
        elif not reply.lost and self._first(act.id):
            self.beside.begin(self._show(act, reply, showing))
        return not reply.lost

    def _park(self, act: Act, incoming: Incoming, showing: Showing) -> None:
        """Try again what may have come too early; not a change of what was said long ago."""

        async def again(incoming: Incoming) -> Reply:
            reply = await self._desk.receive(incoming)
            if not reply.early and not reply.lost:
                await self._show(act, reply, showing)
            return reply

        if act.fresh or not act.verb:
            self._parked.park(incoming, again, once=not act.fresh)

    async def _asked_in_time(self, act: Act, message: Mapping[str, Any] | None = None, app: str = "") -> Done | None:
        """What came of it; None when that is to be shown behind."""
        return await self._in_time(self._asked(act, message, app), partial(self._late, act))

    async def _asked(self, act: Act, message: Mapping[str, Any] | None, app: str) -> Done:
        incoming = await self._readings.asked(act, message, app)
        where, reply = self._where(act, incoming), await self._desk.receive(incoming)
        return where, reply if where.direct and not act.in_view else documents.announced(reply)

    def _where(self, act: Act, incoming: Incoming) -> Where:
        opened = self._answers.opened(str(act.modal["id"])) if act.submitted and act.modal else None
        return opened or Where(
            workspace=incoming.workspace,
            user=act.user,
            room=incoming.at.room,
            channel=act.channel,
            thread=incoming.at.thread,
            message=incoming.message,
            url=act.url,
            replaces=self._desk.registry.uses_up(act.verb, question=act.question, private=act.private),
            key=act.id,
        )

    async def _in_time(
        self, doing: Coroutine[Any, Any, T], late: Callable[[asyncio.Future[T]], Coroutine[Any, Any, None]]
    ) -> T | None:
        """What came of it; None when Slack waits no longer, and what is to be done when it is `late` is done behind."""
        work = asyncio.ensure_future(doing)
        await asyncio.wait({work}, timeout=PATIENCE)
        if work.done():
            return work.result()
        self.beside.begin(late(work))
        return None

    async def _late(self, act: Act, work: asyncio.Future[Done]) -> None:
        where, reply = await work
        if act.submitted and reply.form:
            reply = Reply(Card(body="\n".join(reply.form.errors.values()), tone="danger"), failed=True)
        await self._show(act, reply, Showing(where))

    async def _show(self, act: Act, reply: Reply, showing: Showing) -> None:
        if act.submitted and act.modal:
            self._answers.closed(str(act.modal["id"]))
        if reply.failed:
            showing.where = replace(showing.where, replaces=False)
        if reply.form and not act.trigger:
            await self._answers.show(showing, _behind_a_button(reply.form))
        elif reply.form:
            await self._answers.open(showing.where, act.trigger, reply.form, on_top=act.in_modal)
        elif act.in_modal and reply.card and act.modal["callback_id"] == CARD and self._desk.registry.turns(act.verb):
            await self._answers.turn(showing.where, act.modal, reply.card)
        elif act.in_view and reply.card:  # on a Home tab nothing else would be seen
            await self._answers.read_out(showing.where, act.trigger, reply.card, on_top=act.in_modal)
        else:
            await self._answers.show(showing, reply.card, private=reply.private)
        await self._then(reply, showing)

    async def _then(self, reply: Reply, showing: Showing) -> None:
        """The files of the answer; what comes after takes the first reply's place."""
        await self._documents.hand_over(showing, reply)
        while reply.follow:
            reply = await self._desk.receive(reply.follow)
            if reply.card:
                await self._answers.show(showing, reply.card, private=reply.private)
            await self._documents.hand_over(showing, reply)

    def _first(self, id: str) -> bool:
        first = id not in self._shown
        self._shown[id] = None
        while len(self._shown) > SHOWN:
            self._shown.popitem(last=False)
        return first

    async def settled(self) -> None:
        """Wait until everything is shown, and nothing is parked."""
        await self._parked.settled()
        await self.beside.settled()

    async def stop(self) -> None:
        """Finish what is being shown, and give up what is parked."""
        await self._parked.stop()
        await self.beside.stop()


def _named(act: Act) -> str:
    """What is answered, under whatever delivery it comes: when the desk has ended meanwhile it is told by another."""
    return ":".join((act.verb, act.user, act.channel, act.message)) if act.message else act.id


async def _finished(work: asyncio.Future[bool]) -> None:
    await work


def _behind_a_button(form: Dialog) -> Card:
    """A form that was asked for in words: Slack opens one only for a command or a click."""
    button = Button(form.title, form.verb, {**form.kept, **form.answers}, "primary")
    return Card(body="One click opens the form.", buttons=(button,))


def refusal(act: Act, reply: Reply) -> Mapping[str, Any] | None:
    """What was wrong with a modal, beside the field, so that what was typed stays where it is."""
    fields = [str(block["block_id"]) for block in act.modal.get("blocks", ()) if block.get("type") == "input"]
    if reply.form:
        return _errors(act, reply.form, fields)
    if reply.failed and reply.card and fields:
        return {"response_action": "errors", "errors": {fields[0]: reply.card.body[:2000]}}
    return None


def _errors(act: Act, dialog: Dialog, fields: list[str]) -> Mapping[str, Any]:
    told = modal.errors(dialog)
    if told and told.keys() <= set(fields):
        return {"response_action": "errors", "errors": told}
    origin = act.origin or modal.Origin("")
    return {"response_action": "update", "view": modal.view(dialog, origin)}
