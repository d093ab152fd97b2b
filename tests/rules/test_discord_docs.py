"""docs/discord.md says what the code does: every permission, intent, setting, command and finding stands there."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import discord
import pytest
import yaml

import commands
from adapters.discord import commands as made
from adapters.discord import permissions
from adapters.discord.client import intents
from adapters.discord.invite import SCOPES
from adapters.discord.translate import texts
from bot import __main__ as program
from bot.registry import REGISTRY
from bot.settings import DiscordApp, Files, Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
KNOWN = REGISTRY.load(commands)
PAGE = (DOCS / "discord.md").read_text(encoding="utf-8")
SAID_IN = (
    *(ROOT / "adapters" / "discord").glob("doctor*.py"),
    ROOT / "adapters" / "discord" / "login.py",
    ROOT / "bot" / "configuration" / "discord.py",
    ROOT / "bot" / "doctor.py",
)
LANGUAGES = {"de": "German", "fr": "French", "es-ES": "Spanish"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading this is."""
    table = PAGE.partition(f"\n| {heading} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def test_the_permissions_stand_there_with_their_bits_and_reasons() -> None:
    """The smallest integer, and each bit of it explained."""
    bits = {name: getattr(discord.Permissions, name).flag.bit_length() - 1 for name in permissions.REASONS}
    told = [[permissions.TITLES[name], str(bits[name]), why] for name, why in permissions.REASONS.items()]
    assert rows("permission") == told
    assert sum(1 << bit for bit in bits.values()) == permissions.SMALLEST.value
    assert f"{permissions.SMALLEST.value} in all" in PAGE
    assert all(f"`{scope}`" in PAGE for scope in SCOPES)


def test_the_intents_stand_there_with_their_reasons() -> None:
    assert rows("intent") == [[f"`{name}`", reason] for name, reason in permissions.INTENTS.items()]
    asked = {name for name, wanted in intents(words=True) if wanted}
    assert asked == set(permissions.INTENTS)
    assert asked - {name for name, wanted in intents(words=False) if wanted} == {"message_content"}


@pytest.mark.parametrize(
    "name", [f"discord.{name}" for name in DiscordApp.model_fields] + [f"files.{name}" for name in Files.model_fields]
)
def test_every_setting_stands_there(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_commands_are_those_of_the_program() -> None:
    known = {
        command.name or command.callback.__name__ for command in program.app.registered_commands if command.callback
    }
    known |= {group.name for group in program.app.registered_groups}
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )*firstline ([a-z]+)", PAGE)) <= known
    of_discord = {command.callback.__name__ for command in program.discord.registered_commands if command.callback}
    assert set(re.findall(r"`firstline discord ([a-z]+)", PAGE)) == of_discord


def test_what_people_type_is_what_discord_is_told() -> None:
    names = {made.name(command.verb) for command in KNOWN.visible()}
    assert set(re.findall(r"`/([a-z-]+)`", PAGE)) - {"health"} <= names
    assert f"**{made.CREATE_TICKET}**" in PAGE and f"**{made.TICKETS_OF}**" in PAGE


def test_the_languages_are_named() -> None:
    assert set(texts()) == set(LANGUAGES) and all(language in PAGE for language in LANGUAGES.values())


@pytest.mark.parametrize("said", [row[0] for row in rows("it says")])
def test_what_the_doctor_says_is_explained_in_its_own_words(said: str) -> None:
    code = "".join(re.sub(r"\"\s+f?\"", "", path.read_text(encoding="utf-8")) for path in SAID_IN)
    code = re.sub(r"\{[^{}]*\}", "…", code.replace("{', '.join(lacking)}", "…").replace("{platform}", "Discord"))
    elsewhere = {"ClientConnectorError", "TimeoutError"}
    parts = [part.strip() for piece in said.split("…") for part in piece.split(", ")]
    parts = [part.removeprefix("the ") for part in parts if part and part not in elsewhere]
    assert not [part for part in parts if part not in code]


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_is_yaml(block: str) -> None:
    assert yaml.safe_load(textwrap.dedent(block))


def test_the_ten_minutes_lead_to_settings_that_work() -> None:
    """The lines of the steps, put into the settings that come with the desk, and nothing about them is odd."""
    plain = yaml.safe_load((ROOT / "settings.yaml").read_text(encoding="utf-8"))
    rooms, people = (yaml.safe_load(textwrap.dedent(b)) for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[:2])
    for key, team in rooms["teams"].items():
        plain["teams"][key] |= team
    plain |= {"channels": rooms["channels"], "discord": rooms["discord"]}
    plain["people"] |= people["people"]
    found = Settings.model_validate(plain)
    assert found.discord.tickets == found.channels["discord"].panel == "help"
    assert found.people["ben"].ids_in("main") == {"discord": "175928847299117063"}


def test_no_page_says_that_discord_is_still_to_come() -> None:
    for page in [*DOCS.glob("*.md"), ROOT / "README.md"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"Discord(\*\*)? (comes next|is not in this version|itself, e-mail)", text), page
    assert "discord.md" in (ROOT / "README.md").read_text() and "discord.md" in (DOCS / "channels.md").read_text()
