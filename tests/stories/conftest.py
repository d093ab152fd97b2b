"""The company of each story, and what must hold at the end of every one of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import forms
from bot.registry import REGISTRY
from tests.stories.company import Company


@pytest.fixture
def kind() -> str:
    """The database of a story: SQLite, unless the story says `@on_both`."""
    return "sqlite"


@pytest.fixture
async def company(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    """A company on a Monday at nine."""
    url: str = request.getfixturevalue(f"{'postgres' if kind == 'postgresql' else kind}_database_url")
    company = await Company(url, tmp_path).opens()
    yield company
    every_button_names_a_verb_that_takes_its_answers(company)
    await every_post_stands_once(company)
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
    """BEHAVIOUR 29, DESIGN: no message twice, and no request for one forgotten."""
    rooms = company.playground.chat.rooms
    keys = [m.key for room in company.rooms() for m in _all(rooms, room.name) if m.key]
    assert len(keys) == len(set(keys)), f"said twice: {sorted(k for k in keys if keys.count(k) > 1)}"


def _all(rooms, name):
    roots = rooms.talk(name, limit=2000)
    return [*roots, *(m for root in roots for m in rooms.talk(name, thread=root.id, limit=2000)[1:])]
