"""Files both ways on Slack: taken over with the message they came with, and carried to the other side once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from adapters.slack import file_objects
from bot.words import File, Sender
from storage.tables import Attachment
from tests.adapters.slack_company import Company
from tests.platforms.slack import Message

PICTURE = b"\x89PNG" + bytes(range(256)) * 20


async def files(it: Company) -> Sequence[Attachment]:
    """What is kept, in the order in which it came."""
    return list(await it.database.read(lambda db: db.exec(select(Attachment).order_by(Attachment.id)).all()))  # type: ignore[arg-type]


def shared(it: Company, room: str) -> list[tuple[str, str, bytes]]:
    """(thread, name, content) of each file that the bot has shared in a room."""
    bot = it.slack.installation.bot.id
    place = it.slack.channel(room)
    found = [m for m in place.messages.values() if m.user == bot and m.files]
    return [(m.thread_ts, file.name, file.content) for m in found for file in m.files]


async def opened(it: Company) -> tuple[Any, Any, Message, Message]:
    """Ana's ticket, as it stands on both sides: (ana, ben, her message, the agents' card)."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.says("it-help", "my laptop is broken")
    await it.settles()
    return ana, ben, asked, await ben.sees("my laptop is broken", "triage-it")


async def test_a_file_with_a_message_is_kept_and_reaches_the_agents(it: Company) -> None:
    """BEHAVIOUR 10, 11, 18: it survives the message, and stands in the agents' thread."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    asked = await ana.uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    await it.settles()
    (kept,) = await files(it)
    assert (kept.name, kept.type, kept.size, kept.content) == ("screen.png", "image/png", len(PICTURE), PICTURE)
    card = await ben.sees("my screen is dark", "triage-it")
    assert shared(it, "triage-it") == [(card.ts, "screen.png", PICTURE)] and shared(it, "it-help") == []
    await ana.deletes(asked)
    await it.settles()
    assert (await files(it))[0].content == PICTURE


async def test_files_in_threads_and_notes_stay_on_their_side(it: Company) -> None:
    """BEHAVIOUR 17: what agents show each other never reaches the requester."""
    ana, ben, asked, card = await opened(it)
    await ana.uploads("it-help", "log.txt", b"some words", "", asked)
    await ben.uploads("triage-it", "internal.pdf", b"%PDF-", "see this", card)
    await it.settles()
    assert [(f.name, f.content) for f in await files(it)] == [("log.txt", b"some words"), ("internal.pdf", b"%PDF-")]
    assert [name for _, name, _ in shared(it, "triage-it")] == ["log.txt"]
    assert shared(it, "it-help") == [] and "internal" not in ana.shown("it-help", asked)
    ids = {f.name: f.id or 0 for f in await files(it)}
    for who, name, sees in ((ana, "log.txt", True), (ana, "internal.pdf", False), (ben, "internal.pdf", True)):
        found = await it.desk.attachment("main", "slack", Sender(who.id), ids[name])
        assert (found is not None) is sees, (who, name)
    erik = it.person("erik")
    assert await it.desk.attachment("main", "slack", Sender(erik.id), ids["log.txt"]) is None
    assert await it.desk.attachment("T0OTHER", "slack", Sender(ben.id), ids["log.txt"]) is None


async def test_an_agents_reply_brings_its_file_to_the_requester(it: Company) -> None:
    """BEHAVIOUR 18: with the form, in which it stands nowhere yet: so it is carried to both sides."""
    _, ben, asked, card = await opened(it)
    await ben.clicks(card, "Reply")
    form = await ben.gets_modal("Reply")
    await ben.submits(form, {"Your words": "please fill this in", "Files": [given(it, ben, "form.pdf", b"%PDF-1")]})
    await it.settles()
    assert shared(it, "it-help") == [(asked.ts, "form.pdf", b"%PDF-1")]
    assert shared(it, "triage-it") == [(card.ts, "form.pdf", b"%PDF-1")]


async def test_a_file_about_a_duplicate_reaches_no_other_requester(it: Company) -> None:
    """BEHAVIOUR 17, 21: it is for the agents, and for who sent it."""
    ana, ben, asked, card = await opened(it)
    erik = it.person("erik", "it-help")
    asked_too = await erik.says("it-help", "my laptop is broken, too")
    await ben.command("/merge", "IT-1002 IT-1001", "triage-it")
    await erik.command("/reply", "", "it-help")
    form = await erik.gets_modal("Reply")
    answers = {"Ticket": "IT-1002", "Your words": "see this", "Files": [given(it, erik, "payslip.pdf", b"%PDF-1")]}
    assert not await erik.submits(form, answers)
    await it.settles()
    await erik.uploads("it-help", "contract.pdf", b"%PDF-2", "", asked_too)
    await it.settles()
    assert shared(it, "it-help") == []
    assert shared(it, "triage-it") == [(card.ts, name, content) for name, content in PAPERS]
    assert "payslip" not in ana.shown("it-help", asked)
    for file in await files(it):
        for who, sees in ((ana, False), (erik, True), (ben, True)):
            assert (await it.desk.attachment("main", "slack", Sender(who.id), file.id or 0) is not None) is sees


PAPERS = (("payslip.pdf", b"%PDF-1"), ("contract.pdf", b"%PDF-2"))


async def test_the_desks_own_files_are_never_heard(it: Company) -> None:
    """BEHAVIOUR 11: also where Slack says neither that a bot shared them nor, just then, who that is."""
    _, ben, _, card = await opened(it)
    await ben.clicks(card, "Reply")
    form = await ben.gets_modal("Reply")
    it.slack.faults.failing("users.info", times=None)
    await ben.submits(form, {"Your words": "please fill this in", "Files": [given(it, ben, "form.pdf", b"%PDF-1")]})
    await it.settles()
    await it.settles()
    (own,) = [m for m in it.slack.channel("it-help").messages.values() if m.files]
    assert "bot_id" not in own.shown()
    assert [e.author for e in await it.timeline() if e.kind in ("reply", "note")] == ["ben"]
    assert len(shared(it, "it-help")) == len(shared(it, "triage-it")) == len(await files(it)) == 1


async def test_the_form_to_ask_for_help_takes_files(it: Company) -> None:
    ana = it.person("ana", "it-help")
    await ana.command("/ticket", "", "it-help")
    form = await ana.gets_modal("Ask for help")
    two = [given(it, ana, name, name.encode()) for name in ("a.png", "b.txt")]
    assert not await ana.submits(form, {"What is the matter?": "my laptop is broken", "Files": two})
    await it.settles()
    assert [f.name for f in await files(it)] == ["a.png", "b.txt"]
    assert [name for _, name, _ in shared(it, "triage-it")] == ["a.png", "b.txt"]


def given(it: Company, who: Any, name: str, content: bytes) -> dict[str, Any]:
    """A file that somebody puts in a form."""
    from tests.platforms.slack.records import File as Uploaded

    kind = "application/pdf" if name.endswith("pdf") else "image/png" if name.endswith("png") else "text/plain"
    world = it.slack.world
    file = Uploaded(world.id("F"), it.slack.team.id, who.id, name, content, kind, world.clock.seconds(), world.base)
    world.files[file.id] = file
    return file.shown()


async def test_a_direct_messages_file_waits_with_its_words(it: Company) -> None:
    """BEHAVIOUR 5: until the click that makes a ticket of them."""
    ana = it.person("ana")
    await ana.uploads("@", "screen.png", PICTURE, "my screen is dark")
    await it.settles()
    assert await files(it) == []
    await ana.clicks(await ana.sees("Shall I open a ticket for this?"), "Open a ticket")
    await it.settles()
    assert [f.content for f in await files(it)] == [PICTURE] and len(shared(it, "triage-it")) == 1


async def test_a_reaction_brings_the_files_of_the_thread(it: Company) -> None:
    """BEHAVIOUR 3: the thread so far becomes the conversation."""
    ana, ben = it.person("ana"), it.person("ben", "triage-it")
    room = it.slack.channel("random", ana, ben)
    asked = await ana.uploads(room, "one.png", b"1", "my laptop is broken")
    await ana.uploads(room, "two.png", b"2", "", asked)
    await ben.reacts(asked, "ticket")
    await it.settles()
    assert [f.name for f in await files(it)] == ["one.png", "two.png"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("tool.exe", b"MZ", "files of its type (.exe)"), ("big.png", b"x" * 2_001, "larger than 2 KB")],
)
async def test_what_is_not_taken_over_is_named_with_why(it: Company, name: str, content: bytes, why: str) -> None:
    it.live = type(it.live)(it.file, it.environment | {"FIRSTLINE_FILES__SIZE": "2000"})
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.uploads("it-help", name, content, "look at this laptop")
    await it.settles()
    (kept,) = await files(it)
    assert kept.content is None and why in kept.refused
    card = await ben.sees("look at this laptop", "triage-it")
    await ben.sees(f"{name} was not kept", "triage-it", thread=card)
    assert any(e.kind == "file" and why in e.text for e in await it.timeline())
    assert not [call for call in it.slack.faults.done if "url_private" in call]


async def test_the_page_to_sign_in_is_no_file(it: Company) -> None:
    """`url_private` without the right to read gives a page with status 200: it is tried on, then given up aloud."""
    scopes = it.slack.installation.scopes
    it.slack.installation.__dict__["scopes"] = scopes - {"files:read"}
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it")
    await ana.uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    await it.settles()
    (kept,) = await files(it)
    assert kept.content is None and kept.next_at == it.now + timedelta(seconds=300) and not kept.refused
    it.now += timedelta(hours=25)
    await it.settles()
    (kept,) = await files(it)
    assert "files:read" in kept.refused and kept.next_at is None
    card = await ben.sees("my screen is dark", "triage-it")
    await ben.sees("screen.png was not kept", "triage-it", thread=card)
    it.slack.violations.clear()


@pytest.mark.parametrize("kind", ["failing", "dropped", "limited"])
async def test_a_download_that_fails_is_tried_again(it: Company, kind: str) -> None:
    """After the acknowledgement, and over a crash: the row says what is to be fetched."""
    getattr(it.slack.faults, kind)("url_private")
    ana = it.person("ana", "it-help")
    await ana.uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    await it.settles()
    if kind != "dropped":  # a read over a connection that was kept open is repeated at once
        assert (await files(it))[0].content is None
    it.now += timedelta(seconds=60)
    await it.settles()
    assert (await files(it))[0].content == PICTURE and len(shared(it, "triage-it")) == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["lost", "failing", "limited"])
async def test_a_file_is_shared_once_whatever_becomes_of_a_call(it: Company, method: str, kind: str) -> None:
    """Found before it is sent again where its fate is unknown."""
    getattr(it.slack.faults, kind)(method)
    ana = it.person("ana", "it-help")
    await ana.uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    for _ in range(6):
        await it.settles()
        it.now += timedelta(seconds=30)
    assert [content for _, _, content in shared(it, "triage-it")] == [PICTURE]
    assert all(row.sent for row in await it.posts())


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("files.getUploadURLExternal", "file_uploads_disabled"),
        ("files.getUploadURLExternal", "file_type_not_allowed"),
        ("files.getUploadURLExternal", "missing_argument"),
        ("files.getUploadURLExternal", "access_denied"),
        ("files.getUploadURLExternal", "enterprise_is_restricted"),
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.completeUploadExternal", "posting_to_channel_denied"),
        ("files.completeUploadExternal", "slack_connect_file_upload_sharing_blocked"),
        ("files.completeUploadExternal", "slack_connect_blocked_file_type"),
        ("files.completeUploadExternal", "malware_detected"),
    ],
)
async def test_of_files_that_slack_does_not_take_links_are_said_once(
    it: Company, step: str, code: str, lost: bool
) -> None:
    """BEHAVIOUR 18: and what is said behind them does not wait."""
    ana, ben, asked, card = await opened(it)
    it.slack.faults.refused(step, code, times=None)
    if lost:
        it.slack.faults.lost("chat.postMessage")
    await ana.uploads("it-help", "log.txt", b"some words", "here is the log", asked)
    await ana.uploads("it-help", "old.txt", b"more words", "and an older one", asked)
    await ana.says("it-help", "it is urgent", asked)
    for _ in range(3):
        await it.settles()
        it.now += timedelta(seconds=30)
    said = ben.shown("triage-it", card)
    assert [said.count(f"|{name}> from Ana Costa") for name in ("log.txt", "old.txt")] == [1, 1]
    assert said.count("it is urgent") == 1 and shared(it, "triage-it") == []
    assert all(row.sent and not row.parked for row in await it.posts())
    assert len([name for name, kind in it.slack.faults.done if kind == "refused"]) == 2


async def test_a_file_waits_while_the_app_is_not_let_in(it: Company) -> None:
    """A link would not be taken either."""
    ana, ben, asked, card = await opened(it)
    it.slack.faults.refused("files.getUploadURLExternal", "invalid_auth")
    await ana.uploads("it-help", "log.txt", b"some words", "", asked)
    await it.settles()
    assert [row.key for row in await it.posts() if not row.sent and not row.parked and row.attempts == 0]
    assert "|log.txt> from" not in ben.shown("triage-it", card)


async def test_two_files_of_one_name_are_two(it: Company) -> None:
    """A name that looks like our mark finds nothing."""
    ana, _, asked, _ = await opened(it)
    it.slack.faults.lost("files.completeUploadExternal", times=2)
    for name in ("image.png", "image.png", "x (file 1).png"):
        await ana.uploads("it-help", name, PICTURE, "", asked)
    for _ in range(6):
        await it.settles()
        it.now += timedelta(seconds=30)
    assert sorted(name for _, name, _ in shared(it, "triage-it")) == ["image.png", "image.png", "x (file 1).png"]


async def test_the_token_goes_to_slack_alone(it: Company) -> None:
    """An address elsewhere, as of a file that another service keeps, is not asked with the bot's token."""
    for url in ("https://example.com/x.png", "http://files.slack.com/x.png", "https://slack.com.example.com/x.png", ""):
        assert not it.adapter.files._is_slacks(url)
    for url in ("https://files.slack.com/x.png", f"{it.slack.world.base}files-pri/T1-F1/x.png"):
        assert it.adapter.files._is_slacks(url)


async def test_a_slack_on_a_loopback_may_have_another_name_there(it: Company) -> None:
    """Its files are fetched, and taken, under either; what listens on another port there is somebody else."""
    port = urlsplit(it.slack.api_url).port
    for url in (f"https://localhost:{port}/x", "http://localhost:9/x", f"http://localhost.example.com:{port}/x"):
        assert not it.adapter.files._is_slacks(url)
    it.slack.world.base = f"http://localhost:{port}/"
    await it.person("ana", "it-help").uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    await it.settles()
    assert [f.content for f in await files(it)] == [content for _, _, content in shared(it, "triage-it")] == [PICTURE]


async def test_a_file_told_again_is_kept_once(it: Company) -> None:
    """BEHAVIOUR 23: events are delivered again."""
    ana = it.person("ana", "it-help")
    it.slack.events.retries = (0,)
    it.slack.faults.redeliver(1)
    await ana.uploads("it-help", "screen.png", PICTURE, "my screen is dark")
    await it.slack.until(lambda: not it.slack.events.again)
    await it.settles()
    assert len(await files(it)) == 1 and len(shared(it, "triage-it")) == 1


def test_file_objects() -> None:
    """What only a link leads to, or is gone, is no file; of another team's only the id may be told."""
    told = [
        {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 3, "url_private": "u"},
        {"id": "F2", "mode": "external", "is_external": True, "url_private": "https://docs.example.com"},
        {"id": "F3", "mode": "tombstone"},
        {"id": "F4", "file_access": "check_file_info", "mode": "file_access"},
    ]
    assert file_objects.files(told) == (File("F1", "a.png", "image/png", 3, "u"), File("F4"))


async def test_a_file_of_another_team_is_asked_for_by_its_id(it: Company) -> None:
    """Slack Connect: `check_file_info`."""
    ana = it.person("ana")
    shown = given(it, ana, "theirs.png", b"png")
    found, content = await it.adapter.files.fetch("main", File(str(shown["id"])), 100)
    assert (found.name, content) == ("theirs.png", b"png")
