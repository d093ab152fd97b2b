"""docs/slack.md says what the code does: every scope, event, setting, path and finding stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
import yaml

from adapters.slack import doctor
from adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, NAME, REDIRECT_PATH
from adapters.slack.scopes import APP_SCOPES, EVENTS, OPTIONAL, SCOPES
from bot import __main__ as program
from bot.settings import SlackApp

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "slack.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading this is."""
    table = PAGE.partition(f"\n| {heading} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def test_the_scopes_stand_there_with_their_reasons() -> None:
    assert rows("scope") == [[f"`{name}`", reason] for name, reason in SCOPES.items()]
    assert all(f"`{name}`" in PAGE for name in (*APP_SCOPES, *OPTIONAL))


def test_the_events_stand_there_with_what_follows() -> None:
    assert rows("event") == [[f"`{name}`", reason] for name, reason in EVENTS.items()]


@pytest.mark.parametrize("name", SlackApp.model_fields)
def test_every_setting_stands_there(name: str) -> None:
    assert f"`slack.{name}`" in PAGE


def test_the_paths_and_the_commands_are_those_of_the_program() -> None:
    assert all(path in PAGE for path in (EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH))
    assert f"/invite @{NAME}" in PAGE
    known = {
        command.name or command.callback.__name__ for command in program.app.registered_commands if command.callback
    }
    known |= {group.name for group in program.app.registered_groups}
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )*firstline ([a-z]+)", PAGE)) <= known


def test_what_cannot_be_reached_with_a_token_is_explained() -> None:
    """Each of the codes for which the doctor knows a way out, but for those that are said in other words."""
    elsewhere = {"not_authed", "token_expired", "not_allowed_token_type", "missing_scope", "ratelimited"}
    assert all(code in PAGE for code in doctor.MEND.keys() - elsewhere)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_is_yaml(block: str) -> None:
    assert yaml.safe_load(textwrap.dedent(block))


def test_no_page_says_that_slack_is_still_to_come() -> None:
    pages = [*DOCS.glob("*.md"), DOCS.parent / "README.md"]
    for page in pages:
        assert not re.search(r"Slack and Discord (come next|are not|themselves)", page.read_text(encoding="utf-8")), (
            page
        )
    assert "slack.md" in (DOCS.parent / "README.md").read_text() and "slack.md" in (DOCS / "channels.md").read_text()
