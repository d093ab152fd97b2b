"""The application commands: within Discord's limits, with everything that is declared, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml

import commands
from adapters.discord import commands as made
from adapters.discord.translate import texts
from bot.configuration.reading import parsed, read
from bot.forms import Ask, Form
from bot.people import Role
from bot.registry import REGISTRY, Command, NoForm, Registry
from bot.settings import Settings
from bot.words import Reply

ROOT = Path(__file__).parents[2]
KNOWN = REGISTRY.load(commands)
LANGUAGES = {"de", "fr", "es-ES"}
NAME = re.compile(r"[-_'a-z0-9]{1,32}")
"""Discord's pattern for the names of slash commands and options, as far as we use it."""


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read(ROOT / "settings.yaml", {})


@pytest.fixture(scope="module")
def payloads(settings: Settings) -> list[dict[str, Any]]:
    return made.payloads(KNOWN, settings)


def declared(verb: str, form: type[Form], **more: Any) -> Registry:
    registry = Registry()
    registry.add(
        Command(verb, more.pop("summary", "x"), form, Role.AGENT, lambda ctx, asked: Reply(), "The desk", **more)
    )
    return registry


def one(payloads: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [payload for payload in payloads if payload["name"] == name]
    return found


def option(payload: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in payload["options"] if each["name"] == name]
    return found


def test_every_visible_verb_is_a_slash_command(payloads: list[dict[str, Any]]) -> None:
    """A blank becomes a dash; and back."""
    slash = [payload["name"] for payload in payloads if payload["type"] == 1]
    assert slash == [command.verb.replace(" ", "-") for command in KNOWN.visible()]
    assert {made.verb(name) for name in slash} == {command.verb for command in KNOWN.visible()}
    assert "discard" not in slash and "kb-show" in slash


def test_no_verb_has_a_dash_of_its_own() -> None:
    """Or it would be another one on the way back."""
    assert not [verb for verb in KNOWN.commands if "-" in verb]


def test_menus_on_messages_and_people_name_verbs(payloads: list[dict[str, Any]]) -> None:
    """BEHAVIOUR 3."""
    clicked = {payload["name"]: payload["type"] for payload in payloads if payload["type"] != 1}
    assert clicked == {"Create ticket": 3, "Tickets of …": 2}
    assert made.verb("Create ticket") == "react" and made.verb("Tickets of …") == "tickets of"
    assert all(made.verb(name) in KNOWN.commands for name in clicked)
    assert not [payload for payload in payloads if payload["type"] != 1 and "description" in payload]


def test_everybody_sees_every_command_in_the_server_and_in_the_talk_with_the_bot(
    payloads: list[dict[str, Any]],
) -> None:
    """Roles are looked up at the click: Discord's own would be another truth beside the settings."""
    for payload in payloads:
        assert payload["contexts"] == [0, 1] and payload["integration_types"] == [0]
        assert payload["default_member_permissions"] is None


def test_nothing_that_is_asked_is_required(payloads: list[dict[str, Any]]) -> None:
    """A form asks for what is missing, and a ticket's own thread says which ticket."""
    assert not [o for payload in payloads for o in payload.get("options", ()) if o.get("required")]


def test_fields_are_options_of_their_kind(payloads: list[dict[str, Any]]) -> None:
    assert option(one(payloads, "assign"), "person")["type"] == 6
    stars = option(one(payloads, "rate"), "stars")
    assert (stars["type"], stars["min_value"], stars["max_value"]) == (4, 1, 5)
    assert option(one(payloads, "claim"), "ticket") == {
        "type": 3,
        "name": "ticket",
        "description": "Ticket",
        "description_localizations": dict.fromkeys(LANGUAGES, "Ticket"),
        "autocomplete": True,
    }
    assert option(one(payloads, "help"), "verb")["max_length"] == 60


def test_articles_are_offered_while_the_words_for_a_ticket_are_typed(payloads: list[dict[str, Any]]) -> None:
    """BEHAVIOUR 1: the fix before the ticket."""
    assert option(one(payloads, "ticket"), "text")["autocomplete"] and option(one(payloads, "kb-show"), "article")


def test_what_only_buttons_say_is_no_option(payloads: list[dict[str, Any]]) -> None:
    names = {o["name"] for payload in payloads for o in payload.get("options", ())}
    assert not names & {"reopened", "level", "last"}
    assert {"category", "urgency"} <= {o["name"] for o in one(payloads, "ticket")["options"]}


def test_choices_come_from_the_settings(payloads: list[dict[str, Any]], settings: Settings) -> None:
    """And are not translated: their owner has named them."""
    category = option(one(payloads, "category"), "category")
    assert category["choices"] == [{"name": name, "value": name} for name in settings.categories]
    (phone, *_) = option(one(payloads, "ticket-for"), "via")["choices"]
    assert phone["value"] == "phone" and phone["name_localizations"]["de"] == "Telefon"


def of(*pairs: tuple[str, str]) -> dict[str, Any]:
    """The option made of a field with these choices."""

    class Picked(Form):
        what: Annotated[str, Ask("What", "choice", choices=pairs)]

    registry = declared("pick", Picked)
    plain = parsed("calendars: {o: {mon: ['09:00-17:00']}}\nteams: {it: {name: IT}}", {})
    found = made.payloads(registry, plain)[0]["options"][0]
    field, (ask, _) = next(iter(made.asks(Picked).items()))
    assert made.completed(registry.commands["pick"], field, ask, plain) is bool(found.get("autocomplete"))
    return dict(found)


def test_more_choices_than_discord_lists_are_completed() -> None:
    """25 are listed; of 26 none, or the last would be out of reach."""
    many = [(str(number), f"No {number}") for number in range(26)]
    assert len(of(*many[:25])["choices"]) == 25
    assert "choices" not in of(*many) and of(*many)["autocomplete"]
    assert "choices" not in of(("v" * 101, "Long")) and of(("v" * 101, "Long"))["autocomplete"]


def test_two_choices_of_one_name_can_be_told_apart() -> None:
    assert [c["name"] for c in of(("a", "IT"), ("b", "IT"), ("c", "HR"), ("d", ""))["choices"]] == ["a", "b", "HR", "d"]


def texts_of(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """What a command shows, with its translations: descriptions, choices, entries of menus."""
    if payload["type"] != 1:
        yield payload["name"], payload["name_localizations"]
        return
    for part in (payload, *payload["options"]):
        yield part["description"], part.get("description_localizations", {})
    for each in payload["options"]:
        if not callable(made.asks(KNOWN.commands[made.verb(payload["name"])].form)[each["name"]][0].choices):
            yield from ((c["name"], c.get("name_localizations", {})) for c in each.get("choices", ()))


def test_everything_that_is_shown_is_there_in_every_language(payloads: list[dict[str, Any]]) -> None:
    """A new verb, label or choice wants a line in each file of adapters/discord/locales."""
    assert set(texts()) == LANGUAGES
    lacking = {text for p in payloads for text, known in texts_of(p) if set(known) != LANGUAGES}
    assert not lacking


def test_no_translation_is_left_over(payloads: list[dict[str, Any]]) -> None:
    shown = {text for payload in payloads for text, _ in texts_of(payload)}
    assert {locale: set(known) - shown for locale, known in texts().items()} == {name: set() for name in LANGUAGES}


def test_names_are_english_everywhere(payloads: list[dict[str, Any]]) -> None:
    """People tell one another of `/claim`; the answers of the desk do, too."""
    slash = [payload for payload in payloads if payload["type"] == 1]
    assert not [part for p in slash for part in (p, *p["options"]) if "name_localizations" in part]


def test_nothing_is_over_discord_s_limits(payloads: list[dict[str, Any]]) -> None:
    assert len([p for p in payloads if p["type"] == 1]) <= 100
    for payload in payloads:
        assert len(str(payload)) < 8_000, "8,000 characters over name, description and values of a command"
        for part in (payload, *payload.get("options", ())):
            assert part is not payload or payload["type"] == 1 or len(part["name"]) <= 32
            assert payload["type"] != 1 or NAME.fullmatch(part["name"])
            for text in (part.get("description", "x"), *part.get("description_localizations", {}).values()):
                assert 1 <= len(text) <= 100, text
            for choice in part.get("choices", ()):
                for text in (choice["name"], *choice.get("name_localizations", {}).values()):
                    assert 1 <= len(text) <= 100, text
        assert len(payload.get("options", ())) <= 25


def test_what_is_too_long_is_cut() -> None:
    plain = parsed("calendars: {o: {mon: ['09:00-17:00']}}\nteams: {it: {name: IT}}", {})
    registry = declared("talk", NoForm, summary="word " * 50)
    assert len(made.payloads(registry, plain)[0]["description"]) == 100
    for number in range(120):
        registry.add(Command(f"verb{number}", "x", NoForm, Role.AGENT, lambda ctx, asked: Reply(), "The desk"))
    assert len(made.payloads(registry, plain)) == 102, "and the entries of the two menus"


def test_the_digest_changes_with_what_is_said_and_with_nothing_else(settings: Settings) -> None:
    """200 commands a day may be made: they are told to Discord only when they have changed."""
    before = made.digest(made.payloads(KNOWN, settings))
    assert before == made.digest(made.payloads(KNOWN, read(ROOT / "settings.yaml", {})))
    text = (ROOT / "settings.yaml").read_text(encoding="utf-8")
    assert before != made.digest(made.payloads(KNOWN, parsed(text.replace("name: Network\n", "name: Nets\n"), {})))


def test_the_languages_are_files_that_a_package_carries() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"*.json"' in text.partition("package-data")[2].partition("\n\n")[0]
    assert yaml.safe_load((ROOT / "adapters/discord/locales/de.json").read_text(encoding="utf-8"))
