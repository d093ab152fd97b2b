"""Files both ways on Discord: fetched from where it keeps them, and attached to what the desk says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import file_objects, limits
from adapters.discord.read_messages import given
from bot.words import Address, Card, File, Kept, Post, SendFailed
from tests.adapters.discord_company import Company, company
from tests.platforms.discord import Message

PICTURE = b"\x89PNG" + bytes(range(256)) * 20
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#c33"/></svg>'
SAY = "POST /channels/{channel_id}/messages"


@pytest.fixture
async def it(sqlite_database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    """A company on Discord."""
    async with company(sqlite_database_url, tmp_path) as made:
        yield made


def kept(name: str, content: bytes = b"some words", type: str = "text/plain", id: int = 7) -> Kept:
    return Kept(id, name, type, content)


def carrying(*given: Kept, **more: Any) -> Post:
    card = Card(body="📎 log.txt from Ana", files=tuple(file.id for file in given))
    return Post("file:7", Address("discord", "triage-it"), card, files=given, **more)


def told(message: Message, file: int = 0) -> File:
    """A message's file, as a menu on it hands it over."""
    return given(message.shown()).files[file]


def standing(it: Company) -> list[Message]:
    return [m for m in it.rooms["triage-it"].messages() if m.author.id == it.discord.bot.id]


async def test_kept_files_are_attached_to_their_card(it: Company) -> None:
    """BEHAVIOUR 18: whole, each shown, found by the mark, and attached again when the card is edited."""
    post = carrying(kept("log.txt"), kept("screen.png", PICTURE, "image/png", 8))
    ref = await it.adapter.send(post)
    assert await it.adapter.send(replace(post, ref=ref, revision=2)) == ref == await it.adapter.find(post)
    (message,) = standing(it)
    assert [(a.filename, a.content) for a in message.attachments] == [
        ("log.txt", b"some words"),
        ("screen.png", PICTURE),
    ]


@pytest.mark.parametrize("kind", ["lost", "broken", "failing", "dropped"])
async def test_a_file_is_attached_once_whatever_becomes_of_the_call(it: Company, kind: str) -> None:
    getattr(it.discord.faults, kind)(SAY)
    post = carrying(kept("log.txt"), since=it.now)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.send(post)
    assert failed.value.fate == "unknown"
    await it.adapter.send(replace(post, ref=await it.adapter.find(post) or ""))
    (message,) = standing(it)
    assert [a.content for a in message.attachments] == [b"some words"]


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="x.exe',
        "a\r\nX-Injected: 1.txt",
        "../../etc/passwd",
        "@everyone.txt",
        "<@1>.png",
        "報告.pdf",
        "",
        ".",
    ],
)
async def test_a_name_is_no_more_than_a_name(it: Company, name: str) -> None:
    """BEHAVIOUR 39: in the form it is sent with, on the page, and as a ping."""
    await it.adapter.send(carrying(kept(name), kept(name, b"other", id=8)))
    (message,) = standing(it)
    names = [a.filename for a in message.attachments]
    assert len(set(names)) == 2 and not message.pinged
    assert all(character.isalnum() or character in "._-" for name in names for character in name)


async def test_what_is_too_large_for_discord_is_said_to_be(it: Company) -> None:
    """The card and the other files stand."""
    large = kept("film.mp4", bytes(limits.FILE + 1), "video/mp4", 8)
    await it.adapter.send(carrying(kept("log.txt"), large))
    (message,) = standing(it)
    assert [a.filename for a in message.attachments] == ["log.txt"]
    assert "film.mp4: 10.5 MB" in message.text.replace("`", "") and "from Ana" in message.text


async def test_what_discord_finds_too_large_is_said_in_words(it: Company) -> None:
    """40005."""
    it.discord.faults.refused(SAY, 40005)
    await it.adapter.send(carrying(kept("log.txt")))
    (message,) = standing(it)
    assert not message.attachments and "from Ana" in message.text
    it.discord.violations.clear()


async def test_a_cards_picture_is_attached(it: Company) -> None:
    """BEHAVIOUR 36: the figures, drawn; also when the card is edited."""
    post = Post("report", Address("discord", "triage-it"), Card("This week", picture=SVG))
    ref = await it.adapter.send(post)
    await it.adapter.send(replace(post, ref=ref))
    (message,) = standing(it)
    ((name, content),) = [(a.filename, a.content) for a in message.attachments]
    assert name == "picture.png" and content.startswith(b"\x89PNG")


async def test_a_picture_that_cannot_be_drawn_is_left_out(it: Company) -> None:
    await it.adapter.send(Post("report", Address("discord", "triage-it"), Card("This week", picture="<svg")))
    assert [m.attachments for m in standing(it)] == [[]]


async def test_a_messages_file_is_fetched(it: Company) -> None:
    """BEHAVIOUR 10."""
    said = await it.people["ana"].says("it-help", "my screen is dark", files=[("screen.png", PICTURE, "image/png")])
    found, content = await it.adapter.files.fetch("main", told(said), 10_000)
    assert (found, content) == (told(said), PICTURE)


async def test_an_address_that_has_expired_is_asked_for_again(it: Company) -> None:
    """The trap: Discord's addresses of files expire; their message tells a fresh one."""
    said = await it.people["ana"].says("it-help", "two", files=[("a.txt", b"a"), ("b.txt", b"b", "text/plain")])
    old = told(said, 1)
    said.attachments[1].url += "0"
    found, content = await it.adapter.files.fetch("main", old, 100)
    assert content == b"b" and found.url == said.attachments[1].url != old.url
    assert (await it.adapter.files.fetch("main", File(old.source), 100))[1] == b"b"


async def test_a_file_that_is_gone_is_given_up(it: Company) -> None:
    said = await it.people["ana"].says("it-help", "one", files=[("a.txt", b"a")])
    file = told(said)
    said.attachments[0].url += "0"
    for source in ("", "no/such/1", file_objects.source(said.channel.id, said.id, 1)):
        with pytest.raises(SendFailed) as failed:
            await it.adapter.files.fetch("main", replace(file, source=source, url=file.url), 100)
        assert failed.value.final
    await it.people["ana"].deletes(said)
    with pytest.raises(SendFailed) as failed:
        await it.adapter.files.fetch("main", file, 100)
    assert failed.value.final
    it.discord.violations.clear()


async def test_no_more_is_read_than_was_said(it: Company) -> None:
    """A file is held in memory: what is larger is left while it comes in."""
    said = await it.people["ana"].says("it-help", "one", files=[("a.txt", bytes(500_000))])
    with pytest.raises(SendFailed, match="larger") as failed:
        await it.adapter.files.fetch("main", told(said), 1_000)
    assert failed.value.final
    with pytest.raises(SendFailed, match="whole") as failed:
        await it.adapter.files.fetch("main", replace(told(said), size=500_001), 1_000_000)
    assert not failed.value.final


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/x.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/x.png", True),
        ("https://example.com/x.png", False),
        ("http://cdn.discordapp.com/x.png", False),
        ("https://discordapp.com.example.com/x.png", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
async def test_nobody_else_is_asked_for_a_file(it: Company, url: str, asked: bool) -> None:
    assert it.adapter.files._is_discords(url) is asked
