"""The company of each story, in each chat, and what must hold at the end of every one of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from zlib import crc32

import pytest

from bot import forms
from bot.registry import REGISTRY
from storage.tables import Post
from tests.stories.chats import Chat, WebChat, discord_listening, slack_listening
from tests.stories.chats.discord import discord_chat
from tests.stories.chats.slack import slack_chat
from tests.stories.company import Company

CHANNELS = ("web", "slack", "discord")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "told_in(*channels, why): the only channels that the story can be told in")
    config.addinivalue_line("markers", "told_once(why): the story is told in one channel, others in others")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One set of stories, every channel."""
    if "channel" in metafunc.fixturenames:
        story = metafunc.definition
        only, once = story.get_closest_marker("told_in"), story.get_closest_marker("told_once")
        assert all(mark.kwargs["why"] for mark in (only, once) if mark), "a story that is not told everywhere says why"
        metafunc.parametrize("channel", only.args if only else _one_of(story) if once else CHANNELS)


def _one_of(story: pytest.Function) -> tuple[str, ...]:
    """The channel of a story that knows none: always the same; on both databases it is the web."""
    both = any(mark.args[0] == "kind" for mark in story.iter_markers("parametrize"))
    return ("web" if both else CHANNELS[crc32(story.name.encode()) % len(CHANNELS)],)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What another database might do differently does not depend on the chat: PostgreSQL's stories are the web's."""
    again = [item for item in items if _told_of(item) in (("postgresql", "slack"), ("postgresql", "discord"))]
    items[:] = [item for item in items if item not in again]
    config.hook.pytest_deselected(items=again)


def _told_of(item: pytest.Item) -> tuple[str, str]:
    """The database and the chat of a story; of anything else, neither."""
    if "company" not in getattr(item, "fixturenames", ()):
        return "", ""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return str(given.get("kind")), str(given.get("channel"))


@pytest.fixture
def kind() -> str:
    """The database of a story: SQLite, unless the story says `@on_both`."""
    return "sqlite"


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is answered before it is known because the machine is busy."""
    for listening in (slack_listening, discord_listening):
        for module, name in listening.WAITS:
            monkeypatch.setattr(module, name, listening.PATIENT)


@pytest.fixture
async def chat(channel: str, tmp_path: Path, unhurried: None) -> AsyncIterator[Chat]:
    """The chat that a story is told in."""
    if channel == "web":
        yield WebChat(tmp_path)
    elif channel.startswith("discord"):
        forums, direct = channel == "discord with forums", channel != "discord without direct messages"
        async with discord_chat("forum" if forums else "text", direct=direct) as discord:
            yield discord
    else:
        async with slack_chat("http" if channel == "slack over http" else "socket") as slack:
            yield slack


@pytest.fixture
async def company(kind: str, chat: Chat, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    """A company on a Monday at nine."""
    url: str = request.getfixturevalue(f"{'postgres' if kind == 'postgresql' else kind}_database_url")
    company = await Company(url, tmp_path, [chat]).opens()
    try:
        yield company
        every_button_names_a_verb_that_takes_its_answers(company)
        await every_post_stands_once(company)
        chat.check()
    finally:
        await company.closes()


def every_button_names_a_verb_that_takes_its_answers(company: Company) -> None:
    """BEHAVIOUR 22: a button does what a command does, with answers that its form accepts."""
    for button in company.buttons_seen.values():
        command = REGISTRY.commands.get(button.verb)
        assert command, f"the button {button.label!r} names the verb {button.verb!r}, which nobody declared"
        asked = forms.asks(command.form)
        assert button.answers.keys() <= asked.keys(), f"{button.label!r} gives {dict(button.answers)} to {button.verb}"
        if not forms.missing(command.form, button.answers):
            forms.fill(command.form, button.answers, company.settings)


async def every_post_stands_once(company: Company) -> None:
    """BEHAVIOUR 29, DESIGN: no message twice, and none that was sent is missing."""
    keys = [key for chat in company.chats for key in chat.posted()]
    assert len(keys) == len(set(keys)), f"said twice: {sorted(k for k in keys if keys.count(k) > 1)}"
    sent = {post.key for post in await company.reads(Post, Post.key) if post.ref}
    assert sent <= set(keys), f"sent, and not to be seen: {sorted(sent - set(keys))}"
