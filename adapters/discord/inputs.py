"""The component of a modal that asks for one field. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import discord
from discord.ui import Item, RadioGroup, Select, TextInput, UserSelect

from adapters.discord import limits, markup
from adapters.discord.rows import plain
from bot import choices
from bot.choices import Choice
from bot.words import Field, blank, one_line

ASKED = "ask:"
"""What the custom id of a field's component begins with; its name follows."""

BESIDE = 5
"""The most choices that are all shown at once; more are behind a select. One that may be left open is, too: a radio
button that was chosen stays so."""

_USER = re.compile(r"(?:<@!?(?=[0-9]+>)|(?=[0-9]{15}))([1-9][0-9]{0,18})>?")
_NUMBER = re.compile(r"-?[0-9]{1,15}")


class Asked(NamedTuple):
    """A component, and what has to be told beside it."""

    item: Item[Any]
    told: str = ""


def asked(field: Field, answer: str) -> Asked:
    """The component that asks for a field, with what is known of its answer."""
    match field.kind:
        case "person":
            return _person(field, answer)
        case "number":
            known = answer.strip() if _NUMBER.fullmatch(answer.strip()) else ""
            return Asked(_text_input(field, known, 16))
        case "stars":
            return Asked(_radio(field, choices.STARS, answer))
        case "choice":
            return _choice(field, answer)
        case _:
            return _text(field, answer)


def custom_id(field: Field) -> str:
    """The custom id of a field's component."""
    return f"{ASKED}{field.name}"[: limits.CUSTOM_ID]


def _text(field: Field, answer: str) -> Asked:
    longest, answer = max(1, min(field.limit, limits.INPUT)), markup.tidy(answer)
    kept = limits.head(answer, longest)
    return Asked(
        _text_input(field, kept, longest), f"Cut: at most {longest:,} characters fit here." if kept != answer else ""
    )


def _text_input(field: Field, answer: str, longest: int) -> TextInput[Any]:
    several = field.kind == "long" or "\n" in answer  # a short input would lose the line breaks
    return TextInput(
        custom_id=custom_id(field),
        style=discord.TextStyle.paragraph if several else discord.TextStyle.short,
        default=answer or None,
        placeholder=plain(field.hint, limits.MODAL_DESCRIPTION) if field.hint and not field.advice else None,
        required=field.required,
        max_length=longest,
    )


def _person(field: Field, answer: str) -> Asked:
    known = _USER.fullmatch(answer.strip())
    default = [discord.SelectDefaultValue(id=int(known[1]), type=discord.SelectDefaultValueType.user)] if known else []
    item: UserSelect[Any] = UserSelect(
        custom_id=custom_id(field),
        placeholder="Choose a person",
        min_values=int(field.required),
        required=field.required,
        default_values=default,
    )
    return Asked(item, "" if known or blank(answer) else f"Typed before: {one_line(answer, 60)}")


def _choice(field: Field, answer: str) -> Asked:
    known = choices.offered(field)
    if not known or len(known) > limits.OPTIONS or not all(_fits(value) for value, _ in known):
        return Asked(_text(field, answer).item, choices.named(known, limits.MODAL_DESCRIPTION))
    if field.required and 2 <= len(known) <= BESIDE:
        return Asked(_radio(field, known, answer))
    chosen = choices.chosen(answer, known)
    item: Select[Any] = Select(
        custom_id=custom_id(field),
        placeholder="Choose…",
        min_values=int(field.required),
        required=field.required,
        options=[
            discord.SelectOption(label=plain(label, limits.OPTION, value), value=value, default=value == chosen)
            for value, label in known
        ],
    )
    return Asked(item)


def _fits(value: str) -> bool:
    return value == markup.tidy(value).strip() and limits.length(value) <= limits.OPTION


def _radio(field: Field, known: Sequence[Choice], answer: str) -> RadioGroup[Any]:
    chosen = choices.chosen(answer, known)
    options = [
        discord.RadioGroupOption(label=plain(label, limits.OPTION, value), value=value, default=value == chosen)
        for value, label in known
    ]
    return RadioGroup(custom_id=custom_id(field), required=field.required, options=options)
