"""Queries on what was heard of a channel: which threads are tickets', which messages became some."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, or_, select

from storage import deliveries
from storage.people import external
from storage.tables import TALKED, Draft, Entry, Identity, Link, Post, Ticket
from storage.timeline import by_message

IN_ONE = 500
"""Messages that are looked up with one statement: SQLite takes no more than some thousands of values."""


def threads(db: Session, workspace: str, channel: str, room: str, since: datetime, most: int) -> list[str]:
    """The threads of a room that belong to tickets not closed before an instant; the last changed first."""
    found = (
        select(Link.thread)
        .join(Ticket, (col(Ticket.workspace) == Link.workspace) & (col(Ticket.number) == Link.ticket))
        .where(Link.workspace == workspace, Link.channel == channel, Link.room == room, col(Link.thread) != "")
        .where(or_(col(Ticket.closed_at).is_(None), col(Ticket.closed_at) >= since))
        .order_by(col(Ticket.updated_at).desc(), col(Link.thread))
        .limit(most)
    )
    return list(db.exec(found).all())


def taken(db: Session, workspace: str, channel: str, room: str, messages: Collection[str]) -> set[str]:
    """Those of a room's messages that stand in a timeline, or have a ticket's thread below them."""
    known: set[str] = set()
    wanted = sorted(messages)
    for start in range(0, len(wanted), IN_ONE):
        some = wanted[start : start + IN_ONE]
        here = Entry.workspace == workspace, Entry.channel == channel, Entry.room == room, sql("message <> ''")
        known |= set(db.exec(select(Entry.message).where(*here, col(Entry.message).in_(some))).all())
        at = Link.workspace == workspace, Link.channel == channel, Link.room == room
        known |= set(db.exec(select(Link.thread).where(*at, col(Link.thread).in_(some))).all())
    return known


def people(db: Session, workspace: str, channel: str, most: int) -> list[str]:
    """The ids that people have on a channel."""
    found = select(Identity.external).where(Identity.workspace == workspace, Identity.channel == channel)
    return list(db.exec(found.order_by(col(Identity.external)).limit(most)).all())


def talks(db: Session, workspace: str, channel: str, most: int) -> list[str]:
    """The ids of people to whom the desk has said something there, or who have begun to ask it; the last ones first."""
    said = select(Post.room, func.max(Post.wanted_at)).where(
        Post.workspace == workspace, Post.channel == channel, sql(TALKED)
    )
    asked = select(Identity.external, func.max(Draft.at)).where(
        Identity.workspace == workspace, Identity.channel == channel, Draft.workspace == workspace
    )
    found = [(at, room.removeprefix("@")) for room, at in db.exec(said.group_by(Post.room)).all()]
    begun = asked.where(Draft.person == Identity.person).group_by(Identity.external)
    found += [(at, id) for id, at in db.exec(begun).all()]
    return list(dict.fromkeys(id for _, id in sorted(found, reverse=True)))[:most]


def writer(db: Session, workspace: str, channel: str, room: str, message: str) -> str:
    """The id on a channel of who wrote a message that a ticket holds, is made of or may become; "" for another one."""
    entry = by_message(db, workspace, channel, room, message)
    if entry is None:
        draft = db.get(Draft, (workspace, message))
        return (external(db, workspace, channel, draft.person) if draft else "") or ""
    ticket = db.get_one(Ticket, (workspace, entry.ticket))
    # What a ticket was made of by a reaction is its requester's, not the reactor's.
    person = ticket.requester if entry.kind == "opened" else entry.author
    return external(db, workspace, channel, person) or ""


def home(db: Session, workspace: str, channel: str, thread: str) -> str:
    """The room of a channel in which a thread is a ticket's; "" where it is none's."""
    known = select(Link.room).where(Link.workspace == workspace, Link.channel == channel, Link.thread == thread)
    return db.exec(known.order_by(col(Link.room))).first() or ""


def told_of(db: Session, workspace: str, channel: str, room: str, message: str) -> int | None:
    """The ticket that a message in somebody's talk is about; None where it is about none."""
    post = _told(db, workspace, channel, room, message)
    if post and post.ticket is not None:
        return post.ticket
    if entry := by_message(db, workspace, channel, room, message):
        return entry.ticket
    named = deliveries.answer_to(db, workspace, _answer(channel, room, message))
    return int(named) if named else None


def note(db: Session, workspace: str, channel: str, room: str, message: str, ticket: int, now: datetime) -> None:
    """An answer of the desk's in somebody's talk, which is no post, is about this ticket.

    It is forgotten with the deliveries.
    """
    deliveries.keep_once(db, workspace, _answer(channel, room, message), now, str(ticket))


def _answer(channel: str, room: str, message: str) -> str:
    return f"{channel} answer {room} {message}"


def under(db: Session, workspace: str, channel: str, room: str, message: str) -> str:
    """The thread that a message in somebody's talk belongs to; "" where it belongs to none.

    It is the message itself where a ticket was made of it, or where it was said or told about one.
    """
    post = _told(db, workspace, channel, room, message)
    if post is None:
        known = db.get(Link, (workspace, channel, room, message)) or told_of(db, workspace, channel, room, message)
        return message if known else ""
    above = db.get(Post, (workspace, post.under)) if post.under else None
    return post.thread or (above.ref if above else "") or (message if post.ticket is not None else "")


def below(db: Session, workspace: str, channel: str, room: str, message: str) -> str:
    """The thread, in a room, of the ticket that a message there began or belongs to; "" where to none."""
    if db.get(Link, (workspace, channel, room, message)):
        return message
    entry = by_message(db, workspace, channel, room, message)
    return requesters(db, workspace, channel, room, entry.ticket) if entry else ""


def requesters(db: Session, workspace: str, channel: str, room: str, ticket: int) -> str:
    """The thread in a room in which a ticket's requester is talked with; "" where that is not there."""
    here = Link.workspace == workspace, Link.channel == channel, Link.room == room, Link.side == "requester"
    found = select(Link.thread).where(*here, Link.ticket == ticket, col(Link.thread) != "")
    return db.exec(found.order_by(col(Link.thread))).first() or ""


def _told(db: Session, workspace: str, channel: str, room: str, message: str) -> Post | None:
    here = Post.workspace == workspace, Post.channel == channel, Post.room == room
    return db.exec(select(Post).where(*here, Post.ref == message, sql(TALKED))).first()  # as its partial index says it
