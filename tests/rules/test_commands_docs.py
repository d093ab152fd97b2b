"""docs/commands.md says what the code does."""

from pathlib import Path

import pytest

import commands
from bot.documentation import commands as commands_docs
from bot.documentation import pages as documentation
from bot.people import ROLE_NAMES
from bot.registry import REGISTRY, Registry

ROOT = Path(__file__).parents[2]
KNOWN = REGISTRY.load(commands)


def test_the_page_is_the_codes_own() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == commands_docs.render(KNOWN), "run `make docs`"


def test_every_visible_verb_has_its_section_and_every_verb_its_row() -> None:
    page = commands_docs.render(KNOWN)
    for command in KNOWN.commands.values():
        assert (f"\n### /{command.verb}\n" in page) is not command.hidden
        assert f"\n| {'*' if command.hidden else '/'}{command.verb}" in page


def test_the_table_is_what_is_declared() -> None:
    page = commands_docs.render(KNOWN)
    for command in KNOWN.commands.values():
        name = f"*{command.verb}*" if command.hidden else f"/{command.verb}"
        cells = next(line for line in page.splitlines() if line.startswith(f"| {name} |")).split(" | ")[1:]
        ticks = [cell.strip(" |") == "✓" for cell in cells]
        assert ticks == [role in command.needs for role in ROLE_NAMES], command.verb


def test_every_button_names_a_verb_that_there_is() -> None:
    drawn = commands_docs.buttons()
    assert drawn.keys() <= KNOWN.commands.keys()
    assert drawn["claim"][0] == "Claim" and "Acknowledge" in drawn["ack"]
    assert drawn["ask"] == ["Ask"] and drawn["note"] == ["Note"]


def test_what_no_menu_shows_is_explained() -> None:
    hidden = {command.verb for command in KNOWN.commands.values() if command.hidden}
    assert hidden == commands_docs.WORKING_ALIKE.keys()


def test_pages_are_written_where_they_changed(tmp_path: Path) -> None:
    first = documentation.write_all(tmp_path)
    assert [page.name for page in first] == ["settings.md", "commands.md"]
    assert documentation.write_all(tmp_path) == []
    first[1].write_text("out of date", encoding="utf-8")
    assert documentation.write_all(tmp_path) == [first[1]]


def test_an_empty_registry_is_no_documentation() -> None:
    with pytest.raises(ValueError, match="load the registry"):
        documentation.pages(Registry())
