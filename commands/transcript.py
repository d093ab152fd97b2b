"""/transcript: a ticket's talk with its files as a document to keep, for those who may see it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bot import attachments, cards, places, transcript
from bot.attachments import UPLOAD
from bot.context import Context
from bot.deadlines import read_clocks
from bot.forms import AboutTicket
from bot.people import PARTIES
from bot.registry import command
from bot.transcript import Enclosed, Later, Transcript
from bot.words import Card, Fact, Kept, Reply
from commands.happenings import happened
from commands.story import CHANGED, changes, readable, spoken, taken_back, words
from storage.attachments import Kept as Row
from storage.tables import Entry

NAMED = 10
"""So many files that are not inside are named in the answer; the transcript names all."""

Files = Mapping[int, tuple[Enclosed, ...]]
"""The files of a ticket by the entry they came with."""


@command(
    "transcript",
    "Get a ticket's talk and files, to keep",
    needs=PARTIES,
    group="Asking for help",
    form=AboutTicket,
    reads=True,
    sample="IT-1042",
)
def given(ctx: Context, asked: AboutTicket) -> Reply:
    """Everybody has what they may read: a note never reaches a requester, in any transcript (BEHAVIOUR 17)."""
    from bot.transcript_page import page  # its templates are loaded only where a transcript is made

    entries = readable(ctx)
    later = changes(entries)
    came = attachments.of_entries(ctx.db, ctx.the_ticket)
    ids = (entry.id or 0 for entry in entries)
    files = {id: came.get(id, []) for id in ids if not taken_back(ctx, later.get(id, ()))}
    inside = _inside(ctx, [file for with_ in files.values() for file in with_])
    listed = {id: tuple(_listed(ctx, file, inside) for file in with_) for id, with_ in files.items()}
    made = _made(ctx, entries, listed)
    packed = {"transcript.html": page(made).encode(), "transcript.md": transcript.markdown(made).encode()}
    packed |= {f"files/{file.name}": file.content for file in inside.values()}
    name = f"{cards.reference(ctx.the_ticket, ctx.settings)}-transcript.zip"
    document = Kept(0, name, "application/zip", _zipped(packed, ctx.now.astimezone(made.zone)))
    return Reply(_card(ctx, made, len(inside)), documents=(document,))


def _inside(ctx: Context, files: Sequence[Row]) -> dict[int, Kept]:
    """The files that fit, each under a name of its own, by id. Whether the sender may read one, one place decides."""
    found, left = [], UPLOAD
    for file in files:
        if not file.sha256 or file.size > left:
            continue
        kept = attachments.readable(ctx, ctx.sender.id, file.id)
        if kept and len(kept.content) <= left:
            found.append(kept)
            left -= len(kept.content)
    names = transcript.unique([file.name for file in found])
    return {file.id: Kept(file.id, name, file.type, file.content) for file, name in zip(found, names, strict=True)}


def _listed(ctx: Context, file: Row, inside: Mapping[int, Kept]) -> Enclosed:
    if file.id in inside:
        return Enclosed(file.name, file.size, f"files/{quote(inside[file.id].name, safe='')}")
    if file.refused:
        return Enclosed(file.name, file.size, "", f"not kept: {file.refused}")
    if not file.sha256:
        return Enclosed(file.name, file.size, "", "on its way to the desk when this was made")
    where = f"{ctx.settings.organisation.address}/files/{file.id}"
    return Enclosed(file.name, file.size, where, "left out, because the files together are too large; it is here")


def _made(ctx: Context, entries: Sequence[Entry], files: Files) -> Transcript:
    ticket = ctx.the_ticket
    clocks = read_clocks(ctx, ticket)
    base = cards.triage_card(ctx, ticket, clocks, "") if ctx.works else cards.requester_card(ctx, ticket, clocks)
    return Transcript(
        title=cards.title(ticket, ctx.settings),
        facts=(*base.facts, Fact("Opened", ticket.created_at)),
        resolution=ticket.resolution,
        entries=_told(ctx, entries, files),
        reader=places.their_name(ctx, ctx.sender.id),
        made=ctx.now,
        zone=ctx.zone,
        whole=ctx.works,
    )


def _told(ctx: Context, entries: Sequence[Entry], files: Files) -> tuple[transcript.Entry, ...]:
    """Changes and deletions stand with what was changed."""
    later = changes(entries)
    return tuple(
        _entry(ctx, entry, later.get(entry.id or 0, ()), files.get(entry.id or 0, ()))
        for entry in entries
        if entry.kind not in CHANGED
    )


def _entry(ctx: Context, entry: Entry, later: Sequence[Entry], files: tuple[Enclosed, ...]) -> transcript.Entry:
    """All versions of what was said for who works on the ticket; for others the last, and when that came about."""
    did = spoken(ctx, entry)
    return transcript.Entry(
        at=entry.at,
        who=places.their_name(ctx, entry.author) if entry.author else "",
        did=did or happened(ctx, entry),
        words=(entry.text if ctx.works else words(ctx, entry, later)) if did else None,
        internal=not entry.public,
        by_agent=entry.by_agent,
        later=tuple(Later(change.at, change.text if ctx.works or not change.text else None) for change in later),
        files=files,
    )


def _zipped(parts: Mapping[str, bytes], at: datetime) -> bytes:
    """Words are packed; files, which mostly are already, are stored."""
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            info = ZipInfo(name, at.timetuple()[:6])
            packing = ZIP_STORED if name.startswith("files/") else ZIP_DEFLATED
            archive.writestr(info, content, packing)
    return made.getvalue()


def _card(ctx: Context, made: Transcript, inside: int) -> Card:
    files = [file for entry in made.entries for file in entry.files]
    left_out = [file for file in files if file.missing]
    with_ = f" with {inside} {'file' if inside == 1 else 'files'}" if inside else ""
    parts = [f"What was said and done until now{with_}, as a page and as Markdown."]
    if made.whole:
        parts.append(f"⚠️ {transcript.INTERNAL}")
    if left_out:
        lines = [f"- {transcript.listed(file)}" for file in left_out[:NAMED]]
        more = [f"- and {len(left_out) - NAMED} more"] if len(left_out) > NAMED else []
        parts.append("\n".join(["These files are not inside:", *lines, *more]))
    return Card(f"Transcript of {cards.reference(ctx.the_ticket, ctx.settings)}", "\n\n".join(parts))
