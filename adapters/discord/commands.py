"""Application commands, made from the verbs that are declared (docs.discord.com, Application Commands).

The names of slash commands and of their options are English in every language: help, hints and people call them so, and
an answer that says `/claim` must be findable. What a menu only shows (descriptions, choices, the entries that are
clicked on a message or a person) is translated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from discord import AppCommandOptionType as Kind
from discord import AppCommandType as Type

from adapters.discord import limits
from adapters.discord.translate import translations
from bot.forms import Ask, asks, choices_of
from bot.registry import Command, Registry
from bot.settings import Settings
from bot.words import one_line

CREATE_TICKET = "Create ticket"
TICKETS_OF = "Tickets of …"
CLICKED = {CREATE_TICKET: "react", TICKETS_OF: "tickets of"}
"""The entries of the menus on a message and on a person, and their verbs."""

GUILD, BOT_TALK = 0, 1
"""Interaction contexts: in the server, and in one's own talk with the bot."""

KINDS: Mapping[str, Kind] = {"person": Kind.user, "number": Kind.integer, "stars": Kind.integer}
"""All other kinds of field are strings."""

MOST_STARS = 5


def payloads(registry: Registry, settings: Settings) -> list[dict[str, Any]]:
    """The bodies of all commands, as a bulk overwrite takes them: visible verbs flat, then the menus' entries."""
    slash = [_slash(command, settings) for command in list(registry.visible())[: limits.SLASH_COMMANDS]]
    return [*slash, _entry(Type.message, CREATE_TICKET), _entry(Type.user, TICKETS_OF)]


def name(verb: str) -> str:
    """`kb show` as Discord writes it: `kb-show`."""
    return verb.replace(" ", "-")


def verb(name: str) -> str:
    """The verb that a command of this name stands for."""
    return CLICKED.get(name) or name.replace("-", " ")


def digest(payloads: Sequence[Mapping[str, Any]]) -> str:
    """A name of what they say, which changes when anything of it does."""
    return sha256(json.dumps(payloads, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def completed(command: Command, field: str, ask: Ask, settings: Settings) -> bool:
    """Whether Discord asks the desk for what fits, while one types."""
    if ask.kind == "choice":
        return bool(choices_of(ask, settings)) and not _listed(ask, settings)
    return ask.kind in ("ticket", "article") or field == command.suggests


def _everywhere() -> dict[str, Any]:
    """Everybody sees each command: who may use it the desk decides at the click, by the roles of that minute."""
    return {"contexts": [GUILD, BOT_TALK], "integration_types": [0], "default_member_permissions": None}


def _slash(command: Command, settings: Settings) -> dict[str, Any]:
    return {
        "type": Type.chat_input.value,
        "name": name(command.verb),
        **_described(command.summary),
        "options": list(_options(command, settings))[: limits.COMMAND_OPTIONS],
        **_everywhere(),
    }


def _entry(type: Type, name: str) -> dict[str, Any]:
    return {"type": type.value, "name": name, "name_localizations": translations(name, limits.NAME), **_everywhere()}


def _described(text: str) -> dict[str, Any]:
    known = translations(text, limits.DESCRIPTION)
    return {
        "description": one_line(text, limits.DESCRIPTION),
        **({"description_localizations": known} if known else {}),
    }


def _options(command: Command, settings: Settings) -> Iterator[dict[str, Any]]:
    """None is required: the form asks for what is missing, a ticket's thread says which ticket.

    Numbers and tickets that nobody types are what buttons say.
    """
    for field, (ask, _) in asks(command.form).items():
        if ask.positional or ask.kind in ("choice", "article"):
            kind = KINDS.get(ask.kind, Kind.string)
            yield {"type": kind.value, "name": field, **_described(ask.label), **_values(command, field, ask, settings)}


def _values(command: Command, field: str, ask: Ask, settings: Settings) -> dict[str, Any]:
    if completed(command, field, ask, settings):
        return {"autocomplete": True}
    match ask.kind:
        case "choice":
            return {"choices": _listed(ask, settings)}
        case "stars":
            return {"min_value": 1, "max_value": MOST_STARS}
        case "text" if ask.limit < limits.OPTION_TEXT:
            return {"max_length": ask.limit}
    return {}


def _listed(ask: Ask, settings: Settings) -> list[dict[str, Any]]:
    """The choices where Discord can list them all; none where they are too many, or one of their values is too long."""
    known = choices_of(ask, settings)
    if len(known) > limits.CHOICES or any(not 0 < len(value) <= limits.CHOICE for value, _ in known):
        return []
    labels = [one_line(label, limits.CHOICE) or value for value, label in known]
    alone = [label if labels.count(label) == 1 else value for (value, _), label in zip(known, labels, strict=True)]
    ours = not callable(ask.choices)
    return [_choice(label, value, ours=ours) for label, (value, _) in zip(alone, known, strict=True)]


def _choice(label: str, value: str, *, ours: bool) -> dict[str, Any]:
    """What the owner of the settings has named is not translated."""
    known = translations(label, limits.CHOICE) if ours else {}
    return {"name": label, "value": value, **({"name_localizations": known} if known else {})}
