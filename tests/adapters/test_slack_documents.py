"""What an answer brings beside its words, on Slack: a transcript, and the picture of a report as a PNG."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from adapters.slack.documents import LOST
from tests.adapters.slack_company import Company
from tests.adapters.test_slack_files import shared
from tests.platforms.slack import Person

both = pytest.mark.parametrize("way", ["socket", "http"])


async def opened(it: Company) -> tuple[Person, Person]:
    """Ana's ticket, and an agent of its team."""
    ana, ben = it.person("ana", "it-help"), it.person("ben", "triage-it", "it-help")
    await ana.says("it-help", "my laptop is broken")
    await it.settles()
    return ana, ben


def own(it: Company, who: Person) -> list[tuple[str, str, bytes]]:
    """(thread, name, content) of what was handed to somebody in their talk with the bot."""
    bot = it.slack.installation.bot.id
    found = [m for m in who.talk.messages.values() if m.user == bot and m.files]
    return [(m.thread_ts, file.name, file.content) for m in found for file in m.files]


@both
async def test_a_transcript_stands_in_ones_own_talk(it: Company) -> None:
    """BEHAVIOUR 17: whoever asks for it where others are has it alone, and as much of it as is theirs."""
    ana, ben = await opened(it)
    await ben.command("/note", "IT-1001 tell nobody", "triage-it")
    await it.settles()
    answer = await ana.command("/transcript", "IT-1001", "it-help")
    assert "stands in your talk with me" in str(answer.body) and "ephemeral" in str(answer.body)
    await ben.command("/transcript", "IT-1001", "triage-it")
    await it.settles()
    for who, notes in ((ana, False), (ben, True)):
        ((thread, name, content),) = own(it, who)
        assert (thread, name) == ("", "IT-1001-transcript.zip")
        words = ZipFile(io.BytesIO(content)).read("transcript.md").decode()
        assert "my laptop is broken" in words and ("tell nobody" in words) is notes
    await ana.sees("Transcript of IT-1001")
    assert shared(it, "it-help") == shared(it, "triage-it") == []


async def test_who_may_not_see_a_ticket_is_handed_nothing(it: Company) -> None:
    await opened(it)
    erik = it.person("erik", "it-help")
    answer = await erik.command("/transcript", "IT-1001", "it-help")
    assert "no ticket IT-1001 that you may see" in str(answer.body)
    await it.settles()
    assert own(it, erik) == [] and not it.called("files.completeUploadExternal")


async def test_a_report_comes_with_its_picture(it: Company) -> None:
    """BEHAVIOUR 36: in chat, with a picture, which says in words what it shows."""
    _, ben = await opened(it)
    answer = await ben.command("/report", "week", "triage-it")
    assert "The picture stands in your talk with me" in str(answer.body)
    await it.settles()
    ((_, name, content),) = own(it, ben)
    assert name.startswith("Report: ") and name.endswith(".png") and content.startswith(b"\x89PNG")
    (asked,) = it.called("files.getUploadURLExternal")
    assert "1 received, 0 resolved, 1 open." in str(asked["alt_txt"])


async def test_in_ones_own_talk_it_stands_right_there(it: Company) -> None:
    """Nothing is said of where it is; and a button of the answer brings the next."""
    _, ben = await opened(it)
    answer = await ben.command("/report", "week")
    assert "stands in" not in str(answer.body)
    await it.settles()
    assert len(own(it, ben)) == 1
    await ben.clicks(ben.ephemerals()[-1], "Last 30 days")
    await it.settles()
    assert len(own(it, ben)) == 2 and len({name for _, name, _ in own(it, ben)}) == 2


async def test_a_report_without_figures_has_no_picture(it: Company) -> None:
    ben = it.person("ben", "triage-it")
    answer = await ben.command("/report", "week", "triage-it")
    assert "No tickets yet" in str(answer.body) and "picture" not in str(answer.body)
    await it.settles()
    assert own(it, ben) == []


@pytest.mark.parametrize("step", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_who_is_not_handed_it_is_told(it: Company, step: str) -> None:
    ana, _ = await opened(it)
    it.slack.faults.refused(step, "internal_error", times=None)
    await ana.command("/transcript", "IT-1001", "it-help")
    await it.settles()
    await ana.sees(LOST.body, "it-help")
    assert own(it, ana) == []


async def test_words_that_slack_tells_of_again_bring_it_once(it: Company) -> None:
    """BEHAVIOUR 23: repeated deliveries have one effect."""
    ana, _ = await opened(it)
    it.slack.faults.redeliver()
    await ana.says("@", "/transcript IT-1001")
    await it.settles()
    assert [name for _, name, _ in own(it, ana)] == ["IT-1001-transcript.zip"]
