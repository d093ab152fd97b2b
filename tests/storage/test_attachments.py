"""The files of tickets, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.attachments import named, unwanted
from bot.settings import Settings
from bot.words import File, weight
from storage import attachments as rows
from storage import timeline
from storage.database import Database
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, entry


def file(ticket: int, at: int, **changes: Any) -> dict[str, Any]:
    given = {
        "workspace": "w", "ticket": ticket, "entry": at, "channel": "slack", "source": "F1", "name": "a.png",
        "type": "image/png", "size": 3, "url": "https://files.slack.com/a.png", "refused": "", "at": NOW,
        "next_at": NOW,
    }  # fmt: skip
    return given | changes


async def noted(database: Database, *sources: str) -> int:
    """A ticket with files that are to be fetched."""

    def write(db: Session) -> int:
        add_person(db)
        number = add_ticket(db)
        at = timeline.add(db, entry(number))
        rows.add(db, [file(number, at, source=source) for source in sources])
        return number

    return await database.write(write)


async def test_a_file_is_noted_once_for_an_entry(database: Database) -> None:
    number = await noted(database, "F1", "F1", "F2")
    found = await database.read(lambda db: rows.of_ticket(db, "w", number))
    assert [(f.source, f.sha256, f.attempts) for f in found] == [("F1", "", 0), ("F2", "", 0)]


async def test_a_file_is_fetched_by_one_replica(database: Database) -> None:
    """Until the lease ends nobody else takes it; then somebody does, as after a crash."""
    await noted(database, "F1")

    async def claim(hours: float) -> list[str]:
        now = NOW + timedelta(hours=hours)
        found = await database.write(lambda db: rows.claim(db, now, now + HOUR, 10))
        return [f.source for f in found]

    assert await claim(0) == ["F1"]
    assert await claim(0.5) == []
    assert await claim(1) == ["F1"]


async def test_a_content_comes_back_as_it_was(database: Database) -> None:
    """Any bytes; and in its own workspace only."""
    number = await noted(database, "F1")
    content = bytes(range(256)) * 100
    (found,) = await database.read(lambda db: rows.of_ticket(db, "w", number))
    assert await database.read(lambda db: rows.whole(db, "w", found.id)) is None
    await database.write(lambda db: rows.change(db, found.id, content=content, next_at=None))
    whole = await database.read(lambda db: rows.whole(db, "w", found.id))
    assert whole is not None and whole[1] == content
    assert await database.read(lambda db: rows.whole(db, "other", found.id)) is None
    assert not await database.glance(lambda db: rows.anything(db, NOW + HOUR))


async def test_whether_a_file_is_to_be_fetched_is_seen_at_a_glance(database: Database) -> None:
    await noted(database, "F1")
    assert await database.glance(lambda db: rows.anything(db, NOW))
    assert not await database.glance(lambda db: rows.anything(db, NOW - HOUR))


@pytest.mark.parametrize(
    ("name", "kind", "size", "kept"),
    [
        ("screen.PNG", "image/png", 10, True),
        ("Untitled", "text/plain", 10, True),
        ("", "", 0, True),
        ("setup.exe", "application/x-msdownload", 10, False),
        ("screen.png.exe", "image/png", 10, False),
        ("none", "", 10, False),
        ("video.mp4", "video/mp4", 10**9, False),
    ],
)
def test_which_files_are_taken_over(name: str, kind: str, size: int, kept: bool) -> None:
    """By the ending of the name, or the type where it has none; what nothing is known of yet is looked at later."""
    settings = Settings.model_validate({"calendars": {"office": {}}, "teams": {"it": {"name": "IT"}}})
    assert (unwanted(File("F1", name, kind, size), settings) == "") is kept


def test_where_no_files_are_taken_over_that_is_said() -> None:
    settings = Settings.model_validate(
        {"calendars": {"office": {}}, "teams": {"it": {"name": "IT"}}, "files": {"size": 0}}
    )
    assert unwanted(File("F1", "screen.png", "image/png", 10), settings) == "files are not taken over"


def test_names_and_sizes_in_words() -> None:
    assert named("../../etc/\x00pass\nwd") == ".._.._etc_pass wd" and named("\u202e ") == "a file"
    sizes = {1: "1 bytes", 999: "999 bytes", 1_234: "1.23 KB", 999_499: "999 KB", 999_500: "1 MB", 20_000_000: "20 MB"}
    assert {size: weight(size) for size in sizes} == sizes
