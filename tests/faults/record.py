"""What a desk has kept and said of some tickets, so that it can be compared: without instants, and without names that
depend on what was before.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from sqlmodel import col

from bot import audit
from storage.tables import Attachment, Chore, Clock, Delivery, Entry, Escalation, Post, Stale, Ticket, Watcher
from tests.faults.company import Company

INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?")
TICKET = re.compile(r"(?<=IT-)\d+")
OFFERED, OFFER = "suggested", re.compile(r"(\\n\\n)?\*\*May help\*\*(\\n- [^\n]*?)+(?=\\n\\n|\")")
"""What may help is looked for when the record is safe, and not for certain: what was before is looked through too."""
FILE = re.compile(r"(?<=/files/)\d+")


async def record(it: Company, since: int) -> dict[str, list[Any]]:
    """All that there is of the tickets behind a number."""

    def plain(value: Any) -> str:
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        text = TICKET.sub(lambda found: str(int(found[0]) - since), text)
        return OFFER.sub("", FILE.sub("N", INSTANT.sub("T", text)))

    async def of(table: Any) -> list[Any]:
        return await it.reads(table, col(table.number if table is Ticket else table.ticket) > since)

    def number(row: Any) -> int:
        return int(row.ticket) - since

    merged = [(t.status, t.owner, t.priority, t.merged_into and t.merged_into - since) for t in await of(Ticket)]
    entries = [
        (number(e), e.kind, e.public, e.author, e.by_agent, plain(e.text), _data(e, since, plain))
        for e in await of(Entry)
    ]
    assert all(times == 1 for times in Counter(e[0] for e in entries if e[1] == OFFERED).values()), "offered twice"
    return {
        "tickets": merged,
        "entries": sorted((entry for entry in entries if entry[1] != OFFERED), key=lambda entry: entry[0]),
        "clocks": [(number(c), c.kind, c.state, c.breached, c.next_at is None) for c in await of(Clock)],
        "ladders": [
            (number(e), e.clock, e.level, e.next_at is None, e.acknowledged_by, e.closed_at is None, plain(e.plan))
            for e in await of(Escalation)
        ],
        "chores": [(number(c), c.kind, c.step) for c in await of(Chore)],
        "watchers": sorted((number(w), w.person, w.joined) for w in await of(Watcher)),
        "files": [(number(f), f.name, f.sha256, f.refused) for f in await of(Attachment)],
        "posts": sorted(
            (number(p), p.room, bool(p.thread or p.under), p.side, _card(p, plain)) for p in await of(Post)
        ),
        "stale": [number(s) for s in await of(Stale)],
    }


def _data(entry: Entry, since: int, plain: Any) -> str:
    numbers = ("into", "from", "to", "other", "ticket", "of")
    told = {k: v - since if k in numbers and isinstance(v, int) else v for k, v in entry.data.items()}
    return str(plain(told))


def _card(post: Post, plain: Any) -> str:
    card = json.loads(post.card)
    return str(plain([card.get(name) for name in ("title", "body", "mentions", "tone")]))


async def check(it: Company) -> None:
    """What must hold of the whole desk whenever nothing is left to be done."""
    posts = await it.reads(Post)
    wrong = [p for p in posts if p.next_at or p.parked or p.unsure or p.sent != p.revision or not p.ref]
    assert not wrong, f"not said, or not as it is wanted at {it.wall.now()}: " + "\n".join(map(_told, wrong))
    _stands_once(it, posts)
    now = it.wall.now()
    assert not (found := await it.database.read(lambda db: audit.findings(db, now))), found
    deliveries = [delivery.id for delivery in await it.reads(Delivery)]
    assert len(deliveries) == len(set(deliveries))
    it.chat.check()


def _told(post: Post) -> str:
    tries = f"{post.attempts} tries, the next at {post.next_at}{', unsure' if post.unsure else ''}"
    return f"{post.key} in {post.room} under {post.under!r}: {post.sent} of {post.revision}, {tries} {post.parked}"


def _stands_once(it: Company, posts: list[Post]) -> None:
    slack = it.chat.slack
    standing = [message for place in slack.team.channels.values() for message in place.messages.values()]
    marks = [m.metadata["event_payload"] for m in standing if (m.metadata or {}).get("event_type") == "firstline_post"]
    keys = Counter(mark["key"] for mark in marks)
    assert not (twice := [key for key, times in keys.items() if times > 1]), f"said twice: {twice}"
    shown = {mark["key"]: mark["revision"] for mark in marks}
    files = Counter(m.text.rpartition("(file ")[2] for m in standing if m.files and m.user == slack.installation.bot.id)
    assert not (twice := [file for file, times in files.items() if times > 1]), f"shared twice: {twice}"
    shared = {p.key for p in posts if "files" in json.loads(p.card)}  # they take no mark but in their words
    wanted = {p.key: p.revision for p in posts if p.key not in shared}
    assert shown == wanted and sum(files.values()) == len(shared), (shown.items() ^ wanted.items(), files, shared)
