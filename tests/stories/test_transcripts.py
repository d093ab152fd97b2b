"""/transcript: a ticket's talk with its files, to keep, for those who may see it and as far as they may."""

from __future__ import annotations

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from sqlmodel import Session, select, update

from bot.words import Address, File, Incoming, Reply, Sender
from commands import transcript as the_command
from storage.database import Database
from storage.tables import Attachment, Entry, Watcher
from tests.rules.desk_stories import NOW, Story, denied

PICTURE = b"\x89PNG" + bytes(range(256))
NOTE = "the disk is gone, tell nobody"


async def told(database: Database) -> tuple[Story, int]:
    """Ana's ticket with two files, a public answer, and a note with a file of its own."""
    story = await Story(database).open()
    number = await story.ticket()
    files = (File("F1", "screen.png", "image/png"), File("F2", "screen.png", "image/png"))
    await story.says("ana", "reply", f"{number} it shows <b>blue</b>", files=files)
    await story.says("chloe", "reply", f"{number} have you tried F8?")
    await story.says("chloe", "note", f"{number} {NOTE}", files=(File("F3", "internal.pdf", "application/pdf"),))
    await database.write(_fetched)
    return story, number


def _fetched(db: Session) -> None:
    for file in db.exec(select(Attachment)).all():
        content = PICTURE + file.source.encode()
        db.execute(
            update(Attachment)
            .where(Attachment.id == file.id)  # type: ignore[arg-type]
            .values(content=content, size=len(content), sha256="x", next_at=None)
        )


def inside(reply: Reply, reference: str = "IT-1001") -> dict[str, bytes]:
    """The parts of the one document."""
    (document,) = reply.documents
    assert (document.id, document.name, document.type) == (0, f"{reference}-transcript.zip", "application/zip")
    with ZipFile(io.BytesIO(document.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def everything(reply: Reply) -> str:
    return "\n".join(f"{name} {content.decode(errors='replace')}" for name, content in inside(reply).items())


async def test_who_asked_has_the_talk_with_its_files(database: Database) -> None:
    story, number = await told(database)
    reply = await story.says("ana", "transcript", f"IT-{number}")
    assert reply.private and reply.card and reply.card.title == "Transcript of IT-1001"
    assert reply.card.body.startswith("What was said and done until now with 2 files")
    parts = inside(reply)
    assert list(parts) == ["transcript.html", "transcript.md", "files/screen.png", "files/screen (2).png"]
    assert parts["files/screen.png"] == PICTURE + b"F1" and parts["files/screen (2).png"] == PICTURE + b"F2"
    page, words = parts["transcript.html"].decode(), parts["transcript.md"].decode()
    assert "it shows &lt;b&gt;blue&lt;/b&gt;" in page and "have you tried F8?" in page
    assert "> it shows \\<b>blue\\</b>" in words and "**Chloe Martin** wrote, 09:00" in words
    assert 'href="files/screen%20%282%29.png"' in page and "](files/screen%20%282%29.png)" in words


async def test_a_note_never_reaches_a_requester_in_any_transcript(database: Database) -> None:
    """BEHAVIOUR 17: neither its words nor its files nor that there is one; who works on it has all of it."""
    story, number = await told(database)
    for who in ("ana", "wanda"):
        shown = everything(await story.says(who, "transcript", str(number)))
        assert NOTE not in shown and "internal" not in shown.lower().replace("internal talk", ""), who
        assert "noted" not in shown and "F3" not in shown
    for who in ("ben", "lena", "ada"):
        shown = everything(await story.says(who, "transcript", str(number)))
        assert NOTE in shown and "files/internal.pdf" in shown and "it is not for its requester" in shown, who


async def test_whom_it_affects_too_reads_what_the_desk_says_and_not_the_others_words(database: Database) -> None:
    """A watcher's transcript holds no more than what they may see of the ticket otherwise."""
    story, number = await told(database)
    parts = inside(await story.says("wanda", "transcript", str(number)))
    words = parts["transcript.md"].decode()
    assert "have you tried F8?" in words and "blue" not in words
    assert list(parts) == ["transcript.html", "transcript.md"]


@pytest.mark.parametrize("who", ["erik", "dev", "nobody"])
async def test_who_may_not_see_the_ticket_learns_nothing(database: Database, who: str) -> None:
    story, number = await told(database)
    for about in (str(number), "IT-4711"):
        reply = await story.says(who, "transcript", about)
        assert denied(reply) and not reply.documents


async def test_in_a_tickets_thread_it_needs_no_number(database: Database) -> None:
    story = await Story(database).open()
    at = Address("web", "it-help")
    await story.says("ana", "", "my laptop is broken", at=at, message="m1")
    reply = await story.says("ana", "transcript", at=Address("web", "it-help", "m1"))
    assert "my laptop is broken" in inside(reply)["transcript.md"].decode()
    assert (await story.says("ana", "transcript", at=Address("web", "it-help", "m2"))).failed


async def test_changed_and_deleted_messages_keep_their_first_words(database: Database) -> None:
    """BEHAVIOUR 10, 11: with what became of them, and without a change of internal talk for the requester."""
    story = await Story(database).open()
    at, thread = Address("web", "it-help"), Address("web", "it-help", "m1")
    await story.says("ana", "", "my laptop is broken", at=at, message="m1")
    await story.says("ana", "", "it is bleu", at=thread, message="m2")
    story.now = NOW + timedelta(minutes=5)
    await story.says("ana", "edited", at=at, message="m2", answers={"text": "it is blue"})
    await story.says("ana", "deleted", at=at, message="m1")
    words = inside(await story.says("ben", "transcript", "1001"))["transcript.md"].decode()
    assert "> my laptop is broken\n\n_Deleted in the chat, 10:05. The words above" in words
    assert "> it is bleu\n\n_Changed, 10:05, to:_\n\n> it is blue" in words
    assert "deleted a message" not in words


async def test_17_what_an_agent_took_back_in_the_chat_is_in_no_requesters_hands(database: Database) -> None:
    """BEHAVIOUR 10, 17: neither words nor files, by any command; who works on it has all of it."""
    story = await Story(database).open()
    at, thread = Address("web", "it-help"), Address("web", "it-help", "m1")
    await story.says("ana", "", "my laptop is broken", at=at, message="m1")
    file = File("F1", "salaries.pdf", "application/pdf")
    await story.says("chloe", "", "the word is Sesame-44", at=thread, message="m2", files=(file,))
    await story.says("chloe", "", "the word is Tulip-55", at=thread, message="m3")
    await database.write(_fetched)
    for words in ("the word is Rose-66", "sorry, wrong window"):
        await story.says("chloe", "edited", at=at, message="m3", answers={"text": words})
    id = await database.read(lambda db: db.exec(select(Attachment.id)).one())
    assert await story.desk.attachment("main", "web", Sender("ana"), id or 0)
    await story.says("chloe", "edited", at=at, message="m2", answers={"text": "the word is Basil-77"})
    await story.says("chloe", "deleted", at=at, message="m2")
    taken_back = ("Sesame-44", "Tulip-55", "Rose-66", "Basil-77", "salaries.pdf")

    given = everything(await story.says("ana", "transcript", "1001"))
    assert (
        "> sorry, wrong window" in given and "_Changed, 09:00._" in given and "_Deleted in the chat, 09:00._" in given
    )
    shown = await story.says("ana", "tickets status", "1001")
    entries = await database.read(lambda db: db.exec(select(Entry.id)).all())
    read = [await story.says("ana", "tickets read", answers={"ticket": "1001", "entry": str(n)}) for n in entries]
    told = [given, *(f"{reply.card.title} {reply.card.body}" for reply in (shown, *read) if reply.card)]
    assert not [word for word in taken_back for text in told if word in text]
    assert await story.desk.attachment("main", "web", Sender("ana"), id or 0) is None

    whole = everything(await story.says("chloe", "transcript", "1001"))
    assert not [word for word in taken_back if word not in whole]
    assert await story.desk.attachment("main", "web", Sender("chloe"), id or 0)


async def test_files_that_do_not_fit_are_named_with_where_they_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, number = await told(database)
    monkeypatch.setattr(the_command, "UPLOAD", len(PICTURE) + 10)
    reply = await story.says("ana", "transcript", str(number))
    parts = inside(reply)
    assert [name for name in parts if name.startswith("files/")] == ["files/screen.png"]
    second = await database.read(lambda db: db.exec(select(Attachment.id).where(Attachment.source == "F2")).one())
    where = f"{story.settings.organisation.address}/files/{second}"
    assert reply.card and f"[screen.png]({where})" in reply.card.body and "not inside" in reply.card.body
    assert f"[screen.png]({where}) (262 bytes, left out" in parts["transcript.md"].decode()
    assert f'href="{where}"' in parts["transcript.html"].decode()


async def test_files_on_their_way_and_refused_ones_are_named(database: Database) -> None:
    story = await Story(database).open()
    files = (File("F1", "screen.png", "image/png"), File("F2", "tool.exe", "application/x-msdownload"))
    await story.says("ana", "ticket", "my laptop is broken", files=files)
    words = inside(await story.says("ana", "transcript", "1001"))["transcript.md"].decode()
    assert "screen.png (on its way to the desk when this was made)" in words and "tool.exe (not kept: files" in words


async def test_it_is_made_anew_each_time_and_the_same_of_the_same(database: Database) -> None:
    """BEHAVIOUR 23: it changes nothing, so that a repeated delivery is answered by making it once more."""
    story, number = await told(database)
    before = await story.everything()
    asked = Incoming("once", Sender("ana"), Address("web", "@ana"), "transcript", {"ticket": str(number)})
    first, again = [await story.desk.receive(asked) for _ in range(2)]
    assert first == again and await story.everything() == before


async def test_it_may_be_in_another_ones_zone(database: Database) -> None:
    story, number = await told(database)
    assert "09:00" in inside(await story.says("ana", "transcript", str(number)))["transcript.md"].decode()
    assert "10:00" in inside(await story.says("ben", "transcript", str(number)))["transcript.md"].decode()


async def test_no_settings_or_watchers_change_who_may(database: Database) -> None:
    """A role is looked up when the command arrives: who watches no longer has none."""
    story, number = await told(database)
    await database.write(lambda db: [db.delete(row) for row in db.exec(select(Watcher)).all()])
    assert denied(await story.says("wanda", "transcript", str(number)))
