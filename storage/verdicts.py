"""Queries on what people made of articles: a row for each workspace, article, person and kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy import text as sql
from sqlmodel import Session
from sqlmodel import select as pick

from storage.knowledge import Suggestion, Verdict
from storage.prepared import Insert, Prepared

Kind = Literal["opened", "helped", "unhelped", "answered"]
_VERDICT = Verdict.__table__  # type: ignore[attr-defined]
_OPPOSITES: dict[str, tuple[str, ...]] = {"helped": ("unhelped",), "unhelped": ("helped", "answered")}
_JUDGED = sql("kind <> 'opened'")
BATCH = 1000


def _note(insert: Insert) -> Any:
    new = insert(_VERDICT).values({c.name: bindparam(c.name) for c in _VERDICT.columns})
    newer = {"ticket": new.excluded.ticket, "at": new.excluded.at}
    return new.on_conflict_do_update(index_elements=["workspace", "article", "person", "kind"], set_=newer)


_NOTE = Prepared(_note)
_TAKE_BACK = Prepared(
    _VERDICT.delete().where(
        *(_VERDICT.c[name] == bindparam(name) for name in ("workspace", "article", "person", "kind"))
    )
)


def note(db: Session, workspace: str, article: str, person: str, kind: Kind, ticket: int | None, now: datetime) -> None:
    """What somebody makes of an article. Said again it only becomes newer; "helped" takes their "unhelped" back, and
    "unhelped" what spoke for it."""
    row = {"workspace": workspace, "article": article, "person": person, "kind": kind, "ticket": ticket, "at": now}
    for other in _OPPOSITES.get(kind, ()):
        _TAKE_BACK.run_all(db, [row | {"kind": other}])
    _NOTE.run_all(db, [row])


class Row(NamedTuple):
    """A verdict as `bot.verdicts` weighs it, and whose it is about."""

    article: str
    person: str
    kind: str
    at: datetime


_SAID = select(*(_VERDICT.c[name] for name in Row._fields)).where(_VERDICT.c.workspace == bindparam("workspace"))
_ALL = _SAID.where(_JUDGED, _VERDICT.c.at > bindparam("after")).order_by(_VERDICT.c.article)
_OF = Prepared(_SAID.where(_JUDGED, _VERDICT.c.article == bindparam("article")))
_NEW = Prepared(
    select(_VERDICT.c.article)
    .where(_VERDICT.c.workspace == bindparam("workspace"), _JUDGED, _VERDICT.c.at >= bindparam("since"))
    .distinct()
)


def judged(db: Session, workspace: str, after: datetime) -> Iterator[Row]:
    """All verdicts of a workspace that are newer, by article, but for who only opened it. Reads them in batches."""
    found = db.execute(_ALL, {"workspace": workspace, "after": after}, execution_options={"yield_per": BATCH})
    return (Row(*row) for row in found)


def of(db: Session, workspace: str, article: str) -> list[Row]:
    """The same of one article."""
    return [Row(*row) for row in _OF.run(db, {"workspace": workspace, "article": article})]


def judged_since(db: Session, workspace: str, since: datetime) -> set[str]:
    """Which articles were judged since then. Made for `glance`."""
    return {row[0] for row in _NEW.run(db, {"workspace": workspace, "since": since})}


class Counts(NamedTuple):
    """What came of an article: tickets that it was offered with, people in all, and people of each kind."""

    shown: int
    people: int
    opened: int
    helped: int
    unhelped: int
    answered: int


def _counted() -> Any:
    suggestion = Suggestion.__table__  # type: ignore[attr-defined]
    shown, said = (
        (table.c.workspace == bindparam("workspace"), table.c.article == bindparam("article"))
        for table in (suggestion, _VERDICT)
    )
    tickets = select(func.count()).select_from(suggestion).where(*shown).scalar_subquery()
    kinds = (func.count().filter(_VERDICT.c.kind == kind) for kind in Counts._fields[2:])
    return select(tickets, func.count(_VERDICT.c.person.distinct()), *kinds).where(*said)


_COUNTED = Prepared(_counted())


def counts(db: Session, workspace: str, article: str) -> Counts:
    """What came of an article, in one query."""
    return Counts(*_COUNTED.run(db, {"workspace": workspace, "article": article})[0])


def rename(db: Session, workspace: str, old: str, new: str) -> None:
    """One person was known as two: they have one voice, what they said last."""
    mine = pick(Verdict).where(Verdict.workspace == workspace, Verdict.person == old)
    for row in db.exec(mine).all():
        other = db.get(Verdict, (workspace, row.article, new, row.kind))
        if other is None or other.at < row.at:
            db.merge(Verdict(**row.model_dump() | {"person": new}))
        db.delete(row)
    db.flush()
