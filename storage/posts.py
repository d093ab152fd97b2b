"""Queries on posts: what is wanted to stand, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, bindparam, case, delete, func, literal, not_, null, or_, select, tuple_, update
from sqlalchemy import text as sql
from sqlmodel import Session, col

from storage.failpoints import reach
from storage.prepared import Insert, Prepared, defaults, loaded
from storage.tables import LINE, Link, Post, Stale, Ticket

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""`next_at` of what is to be sent now: due however the clock is set back."""

_POST = Post.__table__  # type: ignore[attr-defined]
_DEFAULTS = defaults(Post) | {"next_at": AT_ONCE}


def _upsert(insert: Insert) -> Any:
    wanted = insert(_POST).values({c.name: bindparam(c.name) for c in _POST.columns})
    return wanted.on_conflict_do_update(
        index_elements=["workspace", "key"],
        set_={
            "card": wanted.excluded.card,
            "revision": _POST.c.revision + 1,
            # One that is on its way keeps its turn: whoever took it now would send it a second time.
            "next_at": case(
                (_POST.c.unsure & _POST.c.next_at.is_not(None), _POST.c.next_at), else_=wanted.excluded.next_at
            ),
            "wanted_at": wanted.excluded.wanted_at,
            "attempts": 0,
            "parked": "",
        },
        where=_POST.c.card != wanted.excluded.card,
    )


_WANT = Prepared(_upsert)


def want(db: Session, posts: Iterable[Mapping[str, Any]]) -> None:
    """Let these stand: a new key is added, a changed card is a new revision, an equal one changes nothing."""
    _WANT.run_all(db, [{**_DEFAULTS, **post} for post in posts])


CALM = 20
"""Pings have a smaller urgency. Of two pings of one ticket the first goes first even if the later is more urgent; a
ping does not wait for a card.
"""

PING = "breach:"
"""What the key of a ping begins with that stands alone: a digest of many has another."""

_EARLIER = _POST.alias("earlier")
_WAITING_EARLIER = (
    _EARLIER.c.workspace == _POST.c.workspace,
    sql("earlier.sent = 0"),
    _EARLIER.c.next_at.is_not(None),
    _EARLIER.c.next_at > bindparam("now"),
    tuple_(_EARLIER.c.created_at, _EARLIER.c.key) < tuple_(_POST.c.created_at, _POST.c.key),
)
_HELD_BY_LINE = (
    select(_EARLIER.c.key)
    .where(_EARLIER.c.under == _POST.c.under, sql("earlier.under <> ''"), *_WAITING_EARLIER)  # as its partial index
    .exists()
)
_HELD_BY_TICKET = (
    select(_EARLIER.c.key)
    .where(
        _EARLIER.c.ticket == _POST.c.ticket,
        _EARLIER.c.channel == _POST.c.channel,
        _EARLIER.c.room == _POST.c.room,
        _EARLIER.c.thread == _POST.c.thread,
        sql("earlier.under = ''"),
        sql(f"(earlier.urgency < {CALM}) = (post.urgency < {CALM})"),
        *_WAITING_EARLIER,
    )
    .exists()
)
"""Something earlier waits for another try, in the same thread or, where there is none, about the same ticket in the
same room: what was said later must not overtake it.
"""

_PARENT = _POST.alias("parent")
_HELD_BY_PARENT = (
    select(_PARENT.c.key)
    .where(
        _PARENT.c.workspace == _POST.c.workspace,
        _PARENT.c.key == _POST.c.under,
        sql("parent.ref = ''"),
        _PARENT.c.next_at.is_not(None),
        _PARENT.c.next_at > bindparam("now"),
    )
    .exists()
)
"""There is no thread yet: asking again and again would only take the turn of what can be sent."""

_STALE = (
    select(col(Stale.ticket))
    .where(col(Stale.workspace) == _POST.c.workspace, col(Stale.ticket) == _POST.c.ticket)
    .exists()
)
"""Its ticket's cards are drawn anew first: they would be old news, and what goes under them may have no place yet."""

_RESTING = bindparam("resting", type_=String)
_PLACE = literal("\n") + _POST.c.workspace + "\t" + _POST.c.channel + "\t" + _POST.c.room + "\n"
_AWAKE = func.replace(_RESTING, _PLACE, "") == _RESTING
"""Its room is none of those named, each between two line breaks: REPLACE is how both databases look into a text."""

_DUE = (
    select(*_POST.columns)
    .where(
        _POST.c.next_at.is_not(None),
        _POST.c.next_at <= bindparam("now"),
        _AWAKE,
        or_(sql("post.under = ''"), not_(or_(_HELD_BY_LINE, _HELD_BY_PARENT))),
        or_(sql("post.under <> ''"), sql("post.ticket IS NULL"), not_(_HELD_BY_TICKET)),
        not_(_STALE),
    )
    .order_by(_POST.c.urgency, _POST.c.created_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_PREPARED = Prepared(_DUE)
_CLAIM = Prepared(
    update(_POST)
    .where(_POST.c.workspace == bindparam("w"), _POST.c.key == bindparam("k"))
    .values(unsure=True, attempts=_POST.c.attempts + 1, next_at=bindparam("until"))
)


_ANYTHING = Prepared(
    select(_POST.c.key).where(_POST.c.next_at.is_not(None), _POST.c.next_at <= bindparam("now")).limit(1)
)


def anything(db: Session, now: datetime) -> bool:
    """Whether a post may be due. Costs what is to be sent later as well."""
    return bool(_ANYTHING.run(db, {"now": now}))


def claim(
    db: Session, now: datetime, until: datetime, most: int, resting: Iterable[tuple[str, str, str]] = ()
) -> list[Post]:
    """The most urgent due posts as they were, but with `until` as their `next_at`: before it nobody else takes them.

    By it they are known as the taker's when it is noted what came of them.

    From now on their fate is unsure. `resting`: the rooms (workspace, channel, room) of which none is wanted now.
    """
    named = "".join("\n" + "\t".join(place) + "\n" for place in resting)
    rows = _DUE_PREPARED.run(db, {"now": now, "most": most, "resting": named})
    posts = [loaded(Post, _POST.columns.keys(), row) for row in rows]
    _CLAIM.run_all(db, [{"w": p.workspace, "k": p.key, "until": until} for p in posts])
    for post in posts:
        post.next_at = until
    reach("posts claimed")
    return posts


_MINE = (
    _POST.c.workspace == bindparam("w"),
    _POST.c.key == bindparam("k"),
    _POST.c.next_at == bindparam("until", type_=_POST.c.next_at.type),
)
"""A post as `claim` gave it, unless somebody else has taken it since."""

_SENT = Prepared(
    update(_POST)
    .where(*_MINE)
    .values(
        ref=bindparam("r"),
        sent=bindparam("s"),
        unsure=False,
        attempts=0,
        next_at=case((_POST.c.revision > bindparam("s"), bindparam("again", type_=_POST.c.next_at.type)), else_=null()),
    )
)


def _link(insert: Insert) -> Any:
    names = ("workspace", "channel", "room", "thread", "ticket", "side")
    return insert(Link).values({name: bindparam(name) for name in names}).on_conflict_do_nothing()


_LINK = Prepared(_link)


def _mine(post: Post) -> dict[str, Any]:
    return {"w": post.workspace, "k": post.key, "until": post.next_at}


def sent(db: Session, post: Post, ref: str) -> bool:
    """It stands as this revision under this name; talk in its thread belongs to its ticket, below a ping to its agents.

    False, and nothing is noted, where somebody else has taken it meanwhile: they look for it, and note what they find.
    """
    mine = _SENT.change(db, {**_mine(post), "r": ref, "s": post.revision, "again": AT_ONCE}) == 1
    side = post.side or ("agents" if post.key.startswith(PING) else "")
    if mine and side and ref != post.ref and post.ticket is not None:
        link(db, post.workspace, post.channel, post.room, ref, post.ticket, side)
    return mine


def link(db: Session, workspace: str, channel: str, room: str, thread: str, ticket: int, side: str) -> None:
    """Talk in this thread is the ticket's."""
    values = {
        "workspace": workspace,
        "channel": channel,
        "room": room,
        "thread": thread,
        "ticket": ticket,
        "side": side,
    }
    _LINK.run_all(db, [values])


_AGAIN = Prepared(
    update(_POST)
    .where(*_MINE)
    .values(
        unsure=bindparam("u", type_=_POST.c.unsure.type),
        next_at=bindparam("at", type_=_POST.c.next_at.type),
        attempts=case(
            (_POST.c.attempts > 0, _POST.c.attempts - bindparam("back", type_=_POST.c.attempts.type)), else_=0
        ),
    )
)


def again(db: Session, post: Post, at: datetime, *, unsure: bool, tried: bool = True) -> None:
    """It is to be tried again at an instant. What was only told to wait (not `tried`) has its try back."""
    _AGAIN.run_all(db, [{**_mine(post), "u": unsure, "at": at, "back": 0 if tried else 1}])


def park(db: Session, post: Post, reason: str) -> None:
    """It cannot be sent, and is not tried again unless it changes. The auditor tells of it.

    Whether it stands all the same stays unsure, so that it is looked for before it is sent after all.
    """
    mine = (col(Post.workspace) == post.workspace, col(Post.key) == post.key, col(Post.next_at) == post.next_at)
    db.execute(update(Post).where(*mine).values(parked=reason[:300], next_at=None))


TRIED = 24
"""So often in all something parked is tried again: what a room refuses for its own sake would be refused for ever."""


def try_again(db: Session, since: datetime, *room: str) -> None:
    """Take up what is parked and was wanted since an instant: all, or that of one `room` (workspace, channel, room)."""
    of_room = zip((Post.workspace, Post.channel, Post.room), room, strict=False)
    db.execute(
        update(Post)
        .where(sql("parked <> ''"), col(Post.wanted_at) >= since, col(Post.attempts) < TRIED)
        .where(*(col(column) == value for column, value in of_room))
        .values(parked="", next_at=AT_ONCE)
    )


def refs(db: Session, workspace: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The platform's name and the parking reason of each of these posts."""
    if not keys:
        return {}
    rows = db.execute(
        select(_POST.c.key, _POST.c.ref, _POST.c.parked).where(_POST.c.workspace == workspace, _POST.c.key.in_(keys))
    )
    return {key: (ref, parked) for key, ref, parked in rows}


def standing(db: Session, workspace: str, key: str) -> tuple[str, str, str] | None:
    """The channel and the room where a post stands, and the platform's name of it; None where it does not stand."""
    post = db.get(Post, (workspace, key))
    return (post.channel, post.room, post.ref) if post and post.ref else None


_KIND, _LINE_OF_KIND = bindparam("kind", type_=String), bindparam("line", type_=String)
_OF_TICKET = Prepared(
    select(*_POST.columns).where(
        _POST.c.workspace == bindparam("workspace"),
        _POST.c.ticket == bindparam("ticket"),
        or_(*(func.substr(_POST.c.key, 1, func.length(name)) == name for name in (_KIND, _LINE_OF_KIND))),
    )
)


def of_ticket(db: Session, workspace: str, ticket: int, kind: str) -> list[Post]:
    """The posts about a ticket whose keys begin with `kind` and a colon, and the lines in its threads of such a name.

    They belong to no Session.
    """
    values = {"workspace": workspace, "ticket": ticket, "kind": f"{kind}:", "line": f"line:{ticket}:{kind}:"}
    return [loaded(Post, _POST.columns.keys(), row) for row in _OF_TICKET.run(db, values)]


_UNSENT = Prepared(
    select(*_POST.columns).where(
        _POST.c.next_at.is_not(None),
        sql("post.ref = ''"),
        func.substr(_POST.c.key, 1, func.length(_KIND)) == _KIND,
    )
)


def unsent(db: Session, workspace: str, kind: str) -> list[Post]:
    """The posts that stand nowhere yet whose keys begin with `kind` and a colon. Costs what is to be sent anywhere.

    They belong to no Session.
    """
    found = [loaded(Post, _POST.columns.keys(), row) for row in _UNSENT.run(db, {"kind": f"{kind}:"})]
    return [post for post in found if post.workspace == workspace]


def gone(db: Session, workspace: str, key: str, ref: str, now: datetime) -> int:
    """Somebody has deleted the message of that name: it is wanted anew. 0 where something else became of it.

    It keeps the name: who edits what is gone says it anew.
    """
    mine = (col(Post.workspace) == workspace, col(Post.key) == key, col(Post.ref) == ref, col(Post.next_at).is_(None))
    anew = {"sent": 0, "next_at": AT_ONCE, "wanted_at": now, "attempts": 0, "parked": ""}
    changed: int = db.execute(update(Post).where(*mine).values(anew)).rowcount  # type: ignore[attr-defined]
    return changed


def stuck(db: Session, before: datetime, parked_since: datetime = AT_ONCE) -> tuple[int, int]:
    """How many posts that were wanted since an instant are parked, and how many have waited since before another."""
    parked = db.scalar(
        select(func.count()).select_from(_POST).where(sql("parked <> ''"), _POST.c.wanted_at >= parked_since)
    )  # as its partial index says it
    waiting = db.scalar(
        select(func.count()).select_from(_POST).where(_POST.c.next_at.is_not(None), _POST.c.wanted_at < before)
    )
    return parked or 0, waiting or 0


def pings_waiting(db: Session, before: datetime) -> int:
    """How many pings have waited since before an instant."""
    unsent = (_POST.c.next_at.is_not(None), _POST.c.urgency < CALM, _POST.c.wanted_at < before)
    return db.scalar(select(func.count()).select_from(_POST).where(*unsent)) or 0


def oldest_waiting(db: Session) -> datetime | None:
    """Since when the oldest of what is to be sent has been wanted. Costs what is to be sent."""
    found: datetime | None = db.scalar(select(func.min(_POST.c.wanted_at)).where(_POST.c.next_at.is_not(None)))
    return found


UNREACHABLE = "unreachable:"
"""What the key of a post begins with that tells of a room which cannot be reached: of it nothing is told in turn."""


def unreachable(db: Session, workspace: str, since: datetime) -> list[tuple[str, str, str]]:
    """The rooms (channel, room, reason) for which a post that was wanted since an instant is parked."""
    rows = db.execute(
        select(_POST.c.channel, _POST.c.room, func.min(_POST.c.parked))
        .where(
            sql("parked <> ''"),
            _POST.c.workspace == workspace,
            _POST.c.wanted_at >= since,
            not_(_POST.c.key.startswith(UNREACHABLE)),
        )
        .group_by(_POST.c.channel, _POST.c.room)
        .order_by(_POST.c.channel, _POST.c.room)
    )
    return [(channel, room, reason) for channel, room, reason in rows]


def kept_back(db: Session, workspace: str, channel: str, room: str, since: datetime) -> list[int]:
    """The tickets about which a post that was wanted since an instant is parked in a room."""
    found = db.scalars(
        select(_POST.c.ticket)
        .where(
            sql("parked <> ''"),
            _POST.c.workspace == workspace,
            _POST.c.channel == channel,
            _POST.c.room == room,
            _POST.c.wanted_at >= since,
            _POST.c.ticket.is_not(None),
        )
        .distinct()
        .order_by(_POST.c.ticket)
    )
    return list(found)


def forget(db: Session, before: datetime) -> None:
    """Forget the lines of tickets that were closed before an instant, and those of no ticket that are as old.

    The cards of both sides are kept for good: a ticket that is opened again has the card that stands, and no second.
    """
    closed = select(col(Ticket.number)).where(
        col(Ticket.workspace) == _POST.c.workspace, col(Ticket.number) == _POST.c.ticket, col(Ticket.closed_at) < before
    )
    over = _POST.c.ticket.is_(None) | closed.exists()
    db.execute(delete(_POST).where(sql(LINE), _POST.c.wanted_at < before, over))
