"""One Incoming in, one Reply out, one transaction between."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic_core import from_json, to_json
from sqlmodel import Session

from bot import forms, people
from bot.cards import reference
from bot.context import Context, Scene
from bot.forms import Form, Wrong
from bot.granted import granted
from bot.hearing import Hearing
from bot.indexing import Indexing
from bot.installations import Installations
from bot.interpreter import Interpreter, given_back
from bot.knowledge import Knowledge
from bot.leases import Leases
from bot.lifecycle import Refused
from bot.memory import Memory
from bot.news import News
from bot.people import Denied, Role
from bot.posts import LATELY
from bot.precedents import Precedents
from bot.registry import Command, Registry
from bot.rush import Rush
from bot.settings import Settings
from bot.views import Views
from bot.words import (
    WORKSPACE,
    Card,
    Dialog,
    Incoming,
    Kept,
    Reply,
    Sender,
    refuse,
    storable,
)
from bot.words_json import reply_from_json, reply_to_json
from bot.worktime import Worktime
from storage import deliveries, posts, tickets
from storage.database import Conflict, Database, StorageFailed
from storage.failpoints import reach
from storage.tables import Ticket

log = structlog.get_logger()
AGAIN = 2
"""So often a command that was not kept, for others' sake, is tried once more."""


class Desk:
    """The desk: everything that somebody does arrives at `receive`.

    `settings` gives the settings of the moment, `clock` the instant, `wake` tells the heartbeat that something is to be
    sent.
    """

    def __init__(
        self,
        database: Database,
        settings: Callable[[], Settings],
        registry: Registry,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.database, self.registry, self.now, self.wake = database, registry, clock, wake
        self.installations = Installations(database, clock)
        self.hearing, self.news = Hearing(database, clock), News(database)
        self.memory, self.leases = Memory(database, clock), Leases(database, clock)
        self._knowledge: dict[str, Knowledge] = {}
        self._precedents: dict[str, Precedents] = {}
        self.indexing = Indexing(database)
        self._interpreter = Interpreter(database, settings, registry)
        self.views = Views(database, settings, registry, self._scene, self.knowledge_of)
        self.traveller: Callable[[timedelta | None], Awaitable[datetime]] | None = None
        self.rush = Rush()
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often each (verb, outcome) was: done, asked (a form was shown), refused, denied, wrong, failed."""
        self._in_turn = asyncio.Semaphore(16)
        self._settings = settings
        self._worktime = settings(), Worktime(settings())

    @property
    def settings(self) -> Settings:
        return self._settings()

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base of the one workspace."""
        return self.knowledge_of(WORKSPACE)

    def knowledge_of(self, workspace: str) -> Knowledge:
        """The knowledge base of a workspace: none reads another's articles."""
        return self._knowledge.setdefault(workspace, Knowledge())

    def precedents_of(self, workspace: str) -> Precedents:
        """What a workspace has resolved: none finds another's tickets."""
        return self._precedents.setdefault(workspace, Precedents())

    @property
    def worktime(self) -> Worktime:
        """The calendars of the settings in force."""
        settings, made = self._worktime
        if settings is not self.settings:
            settings = self.settings
            made = Worktime(settings)
            self._worktime = settings, made
        return made

    async def receive(self, incoming: Incoming) -> Reply:
        """What is to be shown to the sender.

        Never raises for what people do; when it returns, what was asked is on disk.
        """
        incoming = _storable(incoming)
        command, text = self._interpreter.meant(incoming)
        if command is None:
            return self._unknown(incoming.verb)
        if command.later:
            async with self._in_turn:
                await self.rush.over()
                return await self._answer(command, text, incoming)
        with self.rush.arrived():
            return await self._answer(command, text, incoming)

    async def _answer(self, command: Command, text: str, incoming: Incoming) -> Reply:
        outcome = "failed"
        try:
            meant = incoming
            if (incoming.verb, incoming.text) != (command.verb, text):
                meant = replace(incoming, verb=command.verb, text=text)
            reply = await self._obey_as_typed(command, meant, incoming)
            outcome = "asked" if reply.form else "done"
            return reply
        except Wrong as wrong:
            outcome = "wrong"
            return self._interpreter.wrong(command, incoming, wrong)
        except Denied as denied:
            outcome = "denied"
            return refuse(f"{denied}{given_back(incoming)}")
        except Refused as refused:
            outcome = "refused"
            return refuse(f"Not possible: {refused}.{given_back(incoming)}")
        except StorageFailed as failed:
            log.error("storage failed", verb=command.verb, detail=failed.detail)
            return replace(refuse(str(failed)), lost=True)
        except Exception:
            sign = secrets.token_hex(4)
            log.exception("command failed", verb=command.verb, sign=sign)
            return refuse(
                f"Something went wrong on the desk's side, and nothing was changed. Please tell an admin “{sign}”."
            )
        finally:
            self.counts[command.verb, outcome] += 1

    async def _obey_as_typed(self, command: Command, incoming: Incoming, typed: Incoming) -> Reply:
        """`/ticket for two days the vpn is down` is a request, where `ticket for` is not the sender's to use."""
        shorter = self.registry.commands.get(typed.verb)
        try:
            return await self._obey(command, incoming)
        except Denied as denied:
            if shorter is None or shorter is command or not incoming.text:
                raise
            try:
                return await self._obey(shorter, typed)
            except Wrong:  # they did mean the longer verb
                raise denied from None

    def form(self, incoming: Incoming) -> Dialog | None:
        return self._interpreter.form(incoming)

    async def _obey(self, command: Command, incoming: Incoming) -> Reply:
        try:
            answers, dialog = self._interpreter.lacking(command, incoming)
        except Wrong:
            await self._interpreter.check(command, incoming)
            raise
        if dialog:
            await self._interpreter.check(command, incoming)
            return Reply(form=dialog)
        in_thread = bool(incoming.at.thread)
        asked = (
            None if in_thread and "ticket" not in answers and command.about_ticket else self._filled(command, answers)
        )
        cut = self._interpreter.cut(command, incoming, answers)
        found = await self._prepare(command, incoming, asked)
        if command.later and found is None:
            return Reply()
        reply = await self._run(command, incoming, answers, asked, found)
        if not command.reads:
            reach("before answer")
            self.wake()
        if cut and reply.card and not reply.failed:
            return replace(reply, card=replace(reply.card, body=f"{reply.card.body}\n\n{cut}".strip()))
        return reply

    def _filled(self, command: Command, answers: Mapping[str, str]) -> Form:
        return forms.fill(command.form, answers, self.settings)

    async def _prepare(self, command: Command, incoming: Incoming, asked: Form | None) -> Any:
        prepare = command.prepare
        if prepare is None or asked is None:
            return None

        def look(db: Session) -> Any:
            context = self._context(db, incoming, reading=True)
            if command.about_ticket:
                self._find_ticket(context, command, {}, asked, reading=True)
            return prepare(context, asked)

        return await self.database.read(look)

    async def _run(
        self, command: Command, incoming: Incoming, answers: Mapping[str, str], asked: Form | None, found: Any
    ) -> Reply:
        def transaction(db: Session) -> Reply:
            return self._transact(db, command, incoming, answers, asked, found)

        if command.reads:
            return await self.database.read(transaction)
        for _ in range(AGAIN):
            try:
                return await self.database.write(transaction)
            except StorageFailed as failed:
                # Somebody was a moment ahead with the same delivery or the same new person: now it is there. Or nobody
                # knows whether this was kept: if it was, its answer is found.
                if not (failed.unsure or isinstance(failed, Conflict)):
                    raise
        return await self.database.write(transaction)

    def _transact(
        self,
        db: Session,
        command: Command,
        incoming: Incoming,
        answers: Mapping[str, str],
        asked: Form | None,
        found: Any,
    ) -> Reply:
        if not command.reads:
            before = deliveries.answer_to(db, incoming.workspace, _delivery(incoming))
            if before is not None:
                return reply_from_json(from_json(before), incoming)
        context = self._context(db, incoming, reading=command.reads)
        context.found = found
        if command.about_ticket:
            asked = self._find_ticket(context, command, answers, asked, reading=command.reads)
        else:
            context.roles = people.desk_roles(context.sender.id, context.settings)
            people.authorize(context.roles, command.needs, f"“{command.verb}”")
        reply = command.handler(context, asked)
        if not command.reads and not reply.early:
            self._remember(context, incoming, reply)
        return reply

    def _context(self, db: Session, incoming: Incoming, *, reading: bool) -> Context:
        now, settings = self.now(), self.settings
        known = people.recognised if reading else people.known
        sender = known(db, incoming.workspace, incoming.at.channel, incoming.sender, settings, now)
        for other in () if reading else incoming.named:
            people.known(db, incoming.workspace, incoming.at.channel, other, settings, now)
        return Context(
            db=db,
            now=now,
            workspace=incoming.workspace,
            settings=granted(settings, sender.id, incoming.at.channel, incoming.sender.roles),
            worktime=self.worktime,
            sender=sender,
            at=incoming.at,
            knowledge=self.knowledge_of(incoming.workspace),
            precedents=self.precedents_of(incoming.workspace),
            incoming=incoming,
            roles=Role(0),
        )

    def _find_ticket(
        self, context: Context, command: Command, answers: Mapping[str, str], asked: Form | None, *, reading: bool
    ) -> Form:
        """Load and lock the ticket the command is about, and authorize the sender for it.

        Who may not see it learns nothing.
        """
        if asked is None:
            asked = self._filled(command, {**answers, "ticket": str(linked_ticket(context))})
        number: int = asked.ticket  # type: ignore[attr-defined]  # about_ticket says that the form has one
        if reading:
            ticket = context.db.get(Ticket, (context.workspace, number))
        else:
            ticket = tickets.locked(context.db, context.workspace, number)
        roles = Role.OUTSIDER
        if ticket:
            roles = people.ticket_roles(context.db, context.sender.id, ticket, context.settings, context.now)
        if ticket is None or (roles is Role.OUTSIDER and Role.OUTSIDER not in command.needs):
            unknown = f"There is no ticket {reference(number, self.settings)} that you may see."
            raise Wrong(unknown, "ticket", said_wrong=False)
        ref = reference(ticket, self.settings)
        people.authorize(roles, command.needs, f"“{command.verb}” on {ref}", command.instead_hint.format(ref))
        context.ticket, context.roles = ticket, roles
        return asked

    def _remember(self, context: Context, incoming: Incoming, reply: Reply) -> None:
        context.db.flush()
        answer = to_json(reply_to_json(reply)).decode()
        deliveries.remember(context.db, incoming.workspace, _delivery(incoming), context.now, answer)

    def _unknown(self, verb: str) -> Reply:
        return refuse(f"{self.registry.unknown(verb)} `/help` lists them all.")

    async def suggest(
        self, text: str, workspace: str = WORKSPACE, channel: str = "", sender: Sender | None = None
    ) -> Card | None:
        return await self.views.suggest(text, workspace, channel, sender)

    async def complete(
        self, workspace: str, channel: str, sender: Sender, verb: str, field: str, words: str
    ) -> list[tuple[str, str]]:
        return await self.views.complete(workspace, channel, sender, verb, field, words)

    async def attachment(self, workspace: str, channel: str, sender: Sender, id: int) -> Kept | None:
        return await self.views.attachment(workspace, channel, sender, id)

    async def article_file(self, workspace: str, channel: str, sender: Sender, article: str, name: str) -> Kept | None:
        return await self.views.article_file(workspace, channel, sender, article, name)

    async def knows(self, workspace: str, channel: str, person: str) -> bool:
        return await self.views.knows(workspace, channel, person)

    async def verbs(self, workspace: str, channel: str, sender: Sender) -> frozenset[str]:
        return await self.views.verbs(workspace, channel, sender)

    def _scene(self, db: Session, workspace: str) -> Scene:
        return Scene(db=db, now=self.now(), workspace=workspace, settings=self.settings, worktime=self.worktime)

    async def try_again(self, *room: str) -> None:
        """Say what could not be said lately, anywhere or in a (workspace, channel, room): it may have been mended."""
        since = self.now() - LATELY
        await self.database.write(lambda db: posts.try_again(db, since, *room))
        self.wake()

    async def travel(self, by: timedelta | None) -> datetime:
        """Move the desk's clock forward (None: to the next working day) and look at all that is due. In a demo only."""
        if self.traveller is None:
            raise RuntimeError("only a demo's clock can be moved")
        return await self.traveller(by)

    async def meet(self, workspace: str, channel: str, met: Sequence[Sender]) -> None:
        """Make people known by their ids on a channel, so that they can be told something before they ask."""

        def write(db: Session) -> None:
            for sender in met:
                people.known(db, workspace, channel, sender, self.settings, self.now())

        await self.database.write(write)


def _delivery(incoming: Incoming) -> str:
    """What names a delivery for good: one sender's id never answers for another's."""
    return f"{incoming.at.channel}:{incoming.sender.id}:{incoming.id}"


def _storable(incoming: Incoming) -> Incoming:
    """The same with names that every database takes: a browser may send anything."""
    sender, at = incoming.sender, incoming.at
    names = incoming.id, incoming.message, sender.id, sender.name, sender.email, at.room, at.thread
    if storable("".join(names)) == "".join(names):
        return incoming
    return replace(
        incoming,
        id=storable(incoming.id),
        message=storable(incoming.message),
        sender=replace(sender, id=storable(sender.id), name=storable(sender.name), email=storable(sender.email)),
        at=replace(at, room=storable(at.room), thread=storable(at.thread)),
    )


def linked_ticket(context: Context) -> int:
    """The ticket whose thread the sender is in; `Wrong` in a thread of something else."""
    link = context.link
    if link is None:
        raise Wrong("This thread is no ticket's: please name the ticket, like IT-1042.", "ticket")
    return link.ticket
