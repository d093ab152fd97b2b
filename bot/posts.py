"""Say it now, send it later, once: commands change what is wanted to stand, the deliverer makes the places match."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import structlog
from pydantic_core import from_json, to_json
from sqlmodel import Session

from bot import people, turns
from bot.cards import reference
from bot.context import Scene
from bot.members import members
from bot.settings import Settings
from bot.words import WORKSPACE, Address, Card, Kept, Post, SendFailed
from bot.words_json import card_from_json, card_to_json
from storage import attachments
from storage import posts as rows
from storage.database import Database
from storage.failpoints import reach
from storage.tables import Post as Row

if TYPE_CHECKING:
    from adapters.contract import Adapter

log = structlog.get_logger()

URGENT, SOON, LATER = 10, 50, 90
INSTALLED = "slack"
"""The channel that workspaces are installed on."""
BATCH = 50
LEASE = timedelta(seconds=60)
"""Nobody else takes what was taken before it is over: longer than ROOM_TIME and FILES_TIME together."""
TIMEOUT = 10.0
FILES_TIME = 25.0
"""The same for a post with files."""
LINK, LINK_TIME = "Go to the ticket", 2.0
"""What a link to another post is called, and the seconds for which it is waited for."""
TURN = timedelta(seconds=5)
"""With less of LEASE left nothing is sent: who takes it then looks for it first, but cannot see what comes later."""
ROOM_TIME = 30.0
"""Seconds after which what a room was not sent yet is given back."""
PATIENCE = 1.0
"""Seconds for which a batch waits for its rooms before the next one is taken."""
LATELY = timedelta(hours=24)
"""What was parked longer ago is old news: it is not said even if its room can be reached again, nor is it told of, for
whoever looks after the desk has read of it, and it must not hide what is new.
"""
BACKOFF = (1, 2, 5, 15, 60, 300)
SOONER = 1.0
"""Seconds after which a ping asks again that was told to wait longer, so that it has its room's next turn."""
TRIES = 12
"""What has failed so often may fail for its own sake: it is tried on, but what comes behind it is tried as well."""
FAILURES = 3
"""So many of those in a room end its turn; the first failure of another whose fate is unknown ends it at once."""


class Wanted(NamedTuple):
    """A post as a command asks for it; see storage.tables.Post for the fields."""

    key: str
    at: Address
    card: Card
    under: str = ""
    ticket: int | None = None
    side: str = ""
    urgency: int = SOON


def say(scene: Scene, *wanted: Wanted, since: datetime | None = None) -> None:
    """Let these stand.

    One key says one thing: saying it again with another card edits it, with the same card does nothing. `since` is
    when it was first to be said, where that was earlier: what is new in a room keeps this order. An installed
    workspace has no other channel than the one it was installed on: what is wanted elsewhere, where others would
    read it, is left out.
    """
    reached = [post for post in wanted if _reached(scene, post.at.channel)]
    rows.want(scene.db, [_row(scene, post, since or scene.now) for post in reached])


def edit(scene: Scene, row: Row, card: Card) -> None:
    """Let another card stand in the place of a post; an equal one changes nothing."""
    at = Address(row.channel, row.room, row.thread)
    say(scene, Wanted(row.key, at, card, row.under, row.ticket, row.side, row.urgency))


def card_of(row: Row) -> Card:
    """What a post is to say."""
    return card_from_json(from_json(row.card))


def _reached(scene: Scene, channel: str) -> bool:
    """Whether a workspace has a channel; the one workspace has INSTALLED only with a token of its own."""
    if channel != INSTALLED:
        return scene.workspace == WORKSPACE
    app = scene.settings.slack
    return scene.workspace != WORKSPACE or bool(app.bot_token.get_secret_value()) or not app.client_id


def _row(scene: Scene, post: Wanted, since: datetime) -> dict[str, object]:
    return {
        "workspace": scene.workspace,
        "key": post.key,
        "channel": post.at.channel,
        "room": post.at.room,
        "thread": post.at.thread,
        "under": post.under,
        "ticket": post.ticket,
        "side": post.side,
        "card": to_json(card_to_json(post.card)).decode(),
        "urgency": post.urgency,
        "created_at": since,
        "wanted_at": scene.now,
    }


class Outcome(NamedTuple):
    """What came of a send: the platform's name of the message, or why not."""

    row: Row
    ref: str = ""
    failed: SendFailed | None = None

    @property
    def how(self) -> str:
        """In one word: sent, parked, failed (and tried again), waiting (told to come back)."""
        if self.failed is None:
            return "sent"
        return "parked" if self.failed.final else "failed" if self.failed.retry_after is None else "waiting"


Place = tuple[str, str, str]
"""A workspace, a channel and a room of it."""


class Deliverer:
    """Sends what is wanted and not yet standing: most urgent first, in order within a room, rooms beside each other.

    A room that answers slowly is served on in the background, and keeps nobody else waiting.
    """

    def __init__(self, database: Database, adapters: Mapping[str, Adapter]) -> None:
        self._database, self.adapters = database, adapters
        self._under_way: dict[Place, asyncio.Task[None]] = {}
        self._resting: dict[Place, datetime] = {}
        """Rooms that take nothing before an instant, as they have just said of each of many."""
        self.counts: Counter[tuple[str, str]] = Counter()
        """How often each (channel, Outcome.how) was."""
        self.now: Callable[[], datetime] | None = None
        """The desk's clock, by which a process that stood still sees that its turn is over."""
        self._stopping = False

    async def deliver(self, settings: Settings, now: datetime) -> int:
        """Send one batch, or begin to; how many posts were taken."""
        if not await self._database.glance(lambda db: rows.anything(db, now)):
            return 0
        self._resting = {place: until for place, until in self._resting.items() if now < until}
        claimed = await self._database.write(lambda db: rows.claim(db, now, now + LEASE, BATCH, self._resting))
        if not claimed:
            return 0
        ready = await self._database.read(lambda db: [self._prepared(db, row, settings) for row in claimed])
        rooms: dict[Place, list[tuple[Row, Post]]] = {}
        for row, post in ready:
            rooms.setdefault((row.workspace, row.channel, row.room), []).append((row, post))
        behind = [pair for at in rooms.keys() & self._under_way for pair in rooms.pop(at)]
        if behind:
            waiting = [_later(row, turns.AGAIN, "its room is busy") for row, _ in behind]
            await self._database.write(lambda db: _settle_all(db, waiting, now))
        if begun := [self._begin(at, posts, now) for at, posts in rooms.items()]:
            done, late = await asyncio.wait(begun, timeout=PATIENCE)
            for task in late:
                task.add_done_callback(_told)
            for task in done:
                task.result()
        return len(claimed)

    async def finish(self) -> None:
        """Wait for the rooms that are still being served."""
        if self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def stop(self) -> None:
        """Send nothing more but what is on its way."""
        self._stopping = True
        await self.finish()

    def _begin(self, at: Place, room: Sequence[tuple[Row, Post]], now: datetime) -> asyncio.Task[None]:
        task = self._under_way[at] = asyncio.create_task(self._serve(at, _in_turn(room), now))
        return task

    async def _serve(self, at: Place, room: Sequence[tuple[Row, Post]], now: datetime) -> None:
        try:
            outcomes = await self._send_in_order(room)
            if rest := _rest(outcomes):
                self._resting[at] = now + timedelta(seconds=rest)
            await self._database.write(lambda db: _settle_all(db, outcomes, now))
        finally:
            self._under_way.pop(at, None)

    async def _send_in_order(self, room: Sequence[tuple[Row, Post]]) -> list[Outcome]:
        outcomes: dict[str, Outcome] = {}
        held: dict[str, float] = {}
        over, failures = monotonic() + ROOM_TIME, 0
        for row, post in room:
            lane = _lane(row)
            if lane in held:  # what was said later must not overtake what failed
                outcome = _later(row, held[lane], "an earlier message goes first")
            elif self._stopping or failures >= FAILURES or monotonic() > over:
                outcome = _later(row, turns.AGAIN, "the turn of its room is over")
            else:
                outcome = await self._send(row, _in_thread(row, post, outcomes))
                self.counts[row.channel, outcome.how] += 1
            outcomes[row.key] = outcome
            if outcome.failed is None or outcome.failed.final:
                continue
            persistent = row.attempts + 1 >= TRIES
            if not row.sent and not persistent:
                held.setdefault(lane, _wait(outcome))
            if outcome.failed.fate == "unknown":
                failures += 1 if persistent else FAILURES
        return list(outcomes.values())

    async def _send(self, row: Row, post: Post) -> Outcome:
        adapter = self.adapters.get(row.channel)
        if adapter is None:
            return Outcome(row, failed=SendFailed(f"no channel {row.channel!r} is connected", fate="not sent"))
        if row.under and not post.at.thread:
            return _later(row, 0.2, "the message it belongs under does not stand yet")
        try:
            post = await _with_link(await self._with_files(post), adapter)
            reach("before send")
            if self._lease_over(row):
                return _later(row, turns.AGAIN, "somebody else may have taken it")
            turns.ends(lambda: self._lease_over(row))
            async with asyncio.timeout(FILES_TIME if post.files else TIMEOUT):
                if row.unsure and not row.ref and (found := await adapter.find(post)):
                    post = replace(post, ref=found)
                    reach("after look-up")
                ref = await adapter.send(post)
            reach("after send")
            return Outcome(row, ref)
        except SendFailed as failed:
            return Outcome(row, failed=failed)
        except TimeoutError:
            return Outcome(row, failed=SendFailed("the platform did not answer in time"))
        except Exception as error:
            log.exception("send failed", key=row.key, channel=row.channel)
            return Outcome(row, failed=SendFailed(f"{type(error).__name__}: {error}"))

    def _lease_over(self, row: Row) -> bool:
        return bool(self.now and row.next_at and self.now() + TURN > row.next_at)

    def _prepared(self, db: Session, row: Row, settings: Settings) -> tuple[Row, Post]:
        post = _read(db, row, settings)
        adapter = self.adapters.get(row.channel)
        if adapter and adapter.gathers and not post.at.thread:
            post = replace(post, members=members(db, row, settings))
        return row, post

    async def _with_files(self, post: Post) -> Post:
        """The post with the content of its files, which is read only now: a batch of them may be large."""
        if not post.card.files:
            return post
        ids = post.card.files
        found = await self._database.read(lambda db: [whole(db, post.workspace, id) for id in ids])
        return replace(post, files=tuple(file for file in found if file))


def _told(task: asyncio.Task[None]) -> None:
    """What goes wrong in a room that nobody waits for any more is logged."""
    if not task.cancelled() and (error := task.exception()):
        log.error("what came of a room's posts was not kept", exc_info=error)


async def _with_link(post: Post, adapter: Adapter) -> Post:
    """The post with its link; without it, rather than late, where the platform does not tell one."""
    if post.leads_to is None:
        return post
    try:
        async with asyncio.timeout(LINK_TIME):
            url = await adapter.link(post.workspace, post.leads_to)
    except Exception as error:  # whatever it is, what is to be said is more than its link
        log.warning("a post goes without its link", key=post.key, reason=str(error) or type(error).__name__)
        return post
    body = f"{post.card.body}\n\n[{LINK}]({url})".strip() if url else post.card.body
    return replace(post, card=replace(post.card, body=body))


def whole(db: Session, workspace: str, id: int) -> Kept | None:
    """A kept file with its content; None when there is none (any more)."""
    found = attachments.whole(db, workspace, id)
    return found and Kept(id, found[0].name, found[0].type, found[1])


def _read(db: Session, row: Row, settings: Settings) -> Post:
    card = card_of(row)
    thread = row.thread
    if row.under and not thread:
        thread, parked = rows.refs(db, row.workspace, [row.under]).get(row.under, ("", "forgotten"))
        if parked:
            row.under = ""
    named = () if card.past and not row.ref else card.mentions
    mentions = tuple(people.mention(db, row.workspace, row.channel, person, settings) for person in named)
    at = Address(row.channel, row.room, thread)
    about = "" if row.ticket is None else reference(row.ticket, settings)
    post = Post(row.key, at, card, row.ref, mentions, row.revision, row.workspace, row.created_at, about)
    found = rows.standing(db, row.workspace, card.leads_to) if card.leads_to else None
    return replace(post, leads_to=Address(*found)) if found and found[0] == row.channel else post


def _settle_all(db: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    for outcome in outcomes:
        _settle(db, outcome, now)
    for place in {(o.row.workspace, o.row.channel, o.row.room) for o in outcomes if o.failed is None}:
        rows.try_again(db, now - LATELY, *place)  # somebody has let the desk in
    reach("posts settled")


def _settle(db: Session, outcome: Outcome, now: datetime) -> None:
    row, failed = outcome.row, outcome.failed
    if failed is None:
        if not rows.sent(db, row, outcome.ref):
            log.warning("sent, but somebody else had taken it meanwhile", key=row.key)
        return
    unsure = failed.fate == "unknown" or (row.unsure and not row.ref)
    if failed.final:
        log.warning("post parked", key=row.key, reason=str(failed))
        rows.park(db, row, str(failed))
        return
    again = now + timedelta(seconds=_wait(outcome))
    rows.again(db, row, again, unsure=unsure, tried=failed.retry_after is None)


def _wait(outcome: Outcome) -> float:
    """Seconds until a failed one is tried again."""
    row, failed = outcome.row, outcome.failed
    if failed is not None and failed.retry_after is not None:
        return min(failed.retry_after, SOONER) if row.urgency < rows.CALM else failed.retry_after
    return BACKOFF[min(row.attempts, len(BACKOFF) - 1)]


def _rest(outcomes: Sequence[Outcome]) -> float:
    """Seconds for which nothing more is taken for a room: it took nothing of a batch, and said when to come back."""
    waits = [outcome.failed.retry_after for outcome in outcomes if outcome.failed and outcome.how == "waiting"]
    told = [wait for wait in waits if wait is not None]
    return min(SOONER, *told) if len(told) == len(outcomes) > 1 else 0.0


def _later(row: Row, seconds: float, why: str) -> Outcome:
    """It was not tried, and has to be."""
    return Outcome(row, failed=SendFailed(why, fate="not sent", retry_after=seconds))


def _lane(row: Row) -> str:
    """Of what has to keep its order in a room: a thread, or what is said there about a ticket; see storage.posts."""
    if row.under or row.thread:
        return row.under or row.thread
    return row.key if row.ticket is None else f"{row.ticket}:{row.urgency < rows.CALM}"


def _in_turn(room: Sequence[tuple[Row, Post]]) -> list[tuple[Row, Post]]:
    """Each lane in its own order, where its most urgent post stands."""
    first: dict[str, int] = {}
    for row, _ in room:
        first.setdefault(_lane(row), row.urgency)
    return sorted(room, key=lambda pair: (first[_lane(pair[0])], pair[0].under != "", pair[0].created_at, pair[0].key))


def _in_thread(row: Row, post: Post, outcomes: Mapping[str, Outcome]) -> Post:
    """The post with its thread, where what it belongs under was sent just now: anew, perhaps, since it was gone."""
    above = outcomes.get(row.under)
    return replace(post, at=replace(post.at, thread=above.ref)) if above and above.ref and not row.thread else post
