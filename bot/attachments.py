"""The files of a ticket: noted down with the message they came with, fetched later, kept, shown, carried on."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath

from sqlmodel import Session

from bot import moves, people, places
from bot.context import Scene
from bot.markdown import plain
from bot.people import WORKERS, Role
from bot.plain_text import true_host
from bot.posts import whole
from bot.settings import Settings
from bot.timeline import may_read, record
from bot.words import Address, Card, File, Kept, clean, one_line, storable, weight
from storage import attachments as rows
from storage import timeline
from storage.posts import AT_ONCE
from storage.tables import Entry, Ticket

UPLOAD = 8_000_000
"""Bytes that every chat takes as one upload, with room for the rest."""
NAME = 200
NAMELESS = "a file"


def keep(scene: Scene, ticket: Ticket, entry: int, files: Sequence[File], channel: str) -> None:
    """Note down the files of an entry, to be fetched once it is on disk; why others are not, the ticket says."""
    if not files:
        return
    wanted = [_row(scene, ticket, entry, file, channel) for file in files]
    rows.add(scene.db, wanted)
    for row in wanted:
        if row["refused"]:
            _say_refused(scene, ticket, entry, str(row["name"]), str(row["refused"]))


def _row(scene: Scene, ticket: Ticket, entry: int, file: File, channel: str) -> dict[str, object]:
    refused = unwanted(file, scene.settings)
    return {
        "workspace": scene.workspace,
        "ticket": ticket.number,
        "entry": entry,
        "channel": channel,
        **asdict(file),
        "source": storable(file.source),
        "name": named(file.name),
        "type": storable(file.type),
        "url": storable(file.url),
        "refused": refused,
        "at": scene.now,
        "next_at": None if refused else AT_ONCE,
    }


def named(name: str) -> str:
    """A file's name as it is kept: on one line, and without a folder."""
    return one_line(clean(name).replace("/", "_").replace("\\", "_"), NAME) or NAMELESS


def unwanted(file: File, settings: Settings) -> str:
    """Why a file is not taken over; "" for one that is, and for one of which nothing is known yet."""
    rules = settings.files
    if not rules.size:
        return "files are not taken over"
    if file.size > rules.size:
        return f"it is larger than {weight(rules.size)}"
    ending = PurePath(file.name).suffix or mimetypes.guess_extension(file.type) or ""
    if (file.name or file.type) and ending.removeprefix(".").lower() not in rules.types:
        return f"files of its type ({ending or 'none'}) are not taken over"
    return ""


def _say_refused(scene: Scene, ticket: Ticket, entry: int, name: str, why: str) -> None:
    """Who may read the entry it came with may read this."""
    with_ = scene.db.get_one(Entry, entry)
    words = f"sent {name}, which was not kept: {why}"
    added = record(
        scene,
        ticket,
        "file",
        words,
        author=with_.author,
        by_agent=with_.by_agent,
        public=with_.public,
        data={"entry": entry},
    )
    moves.line(scene, ticket, added, f"📎 {plain(name)} was not kept: {why}.")


def refuse(scene: Scene, file: rows.Kept, why: str) -> None:
    """A file is given up; its ticket says so."""
    rows.change(scene.db, file.id, refused=why, next_at=None)
    ticket, entry = _about(scene, file)
    if ticket and entry:
        _say_refused(scene, ticket, file.entry, file.name, why)


def carry(scene: Scene, file: rows.Kept) -> None:
    """Let a file that is kept stand where its message does not: with the agents, and an agent's with the requester.

    What was said among agents stays there (BEHAVIOUR 17).
    """
    ticket, entry = _about(scene, file)
    if ticket is None or entry is None:
        return
    author = places.their_name(scene, entry.author)
    card = Card(body=f"📎 {linked(file, scene.settings)} from {author}", files=(file.id,))
    here = Address(entry.channel, entry.room)
    beside = not entry.message or not (entry.public or places.with_the_team(scene, ticket, here))
    stands = "" if beside else "requester" if entry.public else "agents"
    if stands != "agents":
        places.to_agents(scene, ticket, f"file:{file.id}", card)
    theirs = entry.author != ticket.requester and may_read(Role.REQUESTER, ticket.requester, ticket, entry)
    if stands != "requester" and theirs:
        places.to_requester(scene, ticket, f"file:{file.id}", card)


def _about(scene: Scene, file: rows.Kept) -> tuple[Ticket | None, Entry | None]:
    return scene.db.get(Ticket, (file.workspace, file.ticket)), scene.db.get(Entry, file.entry)


def linked(file: rows.Kept, settings: Settings) -> str:
    """A file as a link to where it can be downloaded.

    A name that could be a website's, as big.zip, stands before it: chats add to such a link where it leads.
    """
    name, address = plain(file.name), f"{settings.organisation.address}/files/{file.id}"
    return f"{name} ([open]({address}))" if true_host(file.name, address) else f"[{name}]({address})"


def told(file: rows.Kept, settings: Settings) -> str:
    """A file in a ticket's story."""
    if file.refused:
        return f"📎 {plain(file.name)} (not kept: {file.refused})"
    if not file.sha256:
        return f"📎 {plain(file.name)} (on its way)"
    return f"📎 {linked(file, settings)} ({weight(file.size)})"


def of_entries(db: Session, ticket: Ticket) -> dict[int, list[rows.Kept]]:
    """A ticket's files by the entry they came with."""
    found: dict[int, list[rows.Kept]] = {}
    for file in rows.of_ticket(db, ticket.workspace, ticket.number):
        found.setdefault(file.entry, []).append(file)
    return found


def readable(scene: Scene, person: str, id: int) -> Kept | None:
    """A file for who may read the entry it came with, as it is now; None for everybody else, as if there were none."""
    file = rows.find(scene.db, scene.workspace, id)
    ticket, entry = _about(scene, file) if file else (None, None)
    if ticket is None or entry is None:
        return None
    roles = people.ticket_roles(scene.db, person, ticket, scene.settings, scene.now)
    if not may_read(roles, person, ticket, entry) or (not roles & WORKERS and timeline.deleted(scene.db, entry)):
        return None
    return whole(scene.db, scene.workspace, id)
