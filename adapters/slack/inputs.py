"""The element of a modal that asks for one field. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from adapters.slack import limits
from adapters.slack.blocks import Block, plain
from bot import choices
from bot.choices import Choice
from bot.plain_text import tidy
from bot.words import Field, one_line

MOST = 1_000
"""Choices of one select, in groups of a hundred. Of more, one is typed: the desk names the nearest to it."""

_USER = re.compile(r"(?:<@)?([UW](?=[A-Z]*\d)[A-Z0-9]{1,40})(?:\|[^>]*)?>?")
_NUMBER = re.compile(r"-?\d{1,15}")


class Asked(NamedTuple):
    """An element, and what has to be told beside it, for its hint."""

    element: Block
    told: str = ""


def element(field: Field, answer: str, *, live: bool = False) -> Asked:
    """The element of a field with what is known of its answer; `live`: what is typed is sent at once."""
    made = _element(field, answer, live=live)
    made.element["action_id"] = f"{made.element['action_id']}:{field.name}"[: limits.ID]
    return made


def _element(field: Field, answer: str, *, live: bool) -> Asked:
    match field.kind:
        case "person":
            return Asked(_person(answer))
        case "number":
            return Asked(_number(answer))
        case "stars":
            return Asked(_stars(answer))
        case "choice":
            return _choice(field, answer)
        case "article":
            return Asked(_article(answer))
        case _:
            return _text(field, answer, live=live)


def _text(field: Field, answer: str, *, live: bool = False) -> Asked:
    longest, answer = max(1, min(field.limit, limits.INPUT)), tidy(answer)
    made: Block = {
        "type": "plain_text_input",
        "action_id": "suggest" if live else "answer",
        "multiline": field.kind == "long",
        "max_length": longest,
    }
    if answer:
        made["initial_value"] = answer[:longest]
    if field.hint and not field.advice:
        made["placeholder"] = plain(field.hint, 150)
    if live:
        made["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    return Asked(made, f"(Cut: at most {longest:,} characters fit here.)" if len(answer) > longest else "")


def _number(answer: str) -> Block:
    made: Block = {"type": "number_input", "action_id": "answer", "is_decimal_allowed": False}
    return made | {"initial_value": answer.strip()} if _NUMBER.fullmatch(answer.strip()) else made


def _person(answer: str) -> Block:
    made: Block = {"type": "users_select", "action_id": "answer", "placeholder": plain("Choose a person", 150)}
    known = _USER.fullmatch(answer.strip())
    return made | {"initial_user": known[1]} if known else made


def _stars(answer: str) -> Block:
    made: Block = {"type": "radio_buttons", "action_id": "answer", "options": _options(choices.STARS)}
    return made | _chosen(choices.STARS, answer)


def _article(answer: str) -> Block:
    """A menu that asks the desk with each key; see completion.py."""
    hint = plain("Type what it is about", 150)
    made: Block = {"type": "external_select", "action_id": "answer", "placeholder": hint, "min_query_length": 1}
    known = answer.strip()
    return made | {"initial_option": offered([(known, known)])[0]} if offered([(known, known)]) else made


def offered(found: Sequence[tuple[str, str]]) -> list[Block]:
    """What a menu that asks the desk is told: (value, label) pairs as options, as many as Slack takes."""
    fitting = [(value, label) for value, label in found if 0 < len(_kept(value)) <= limits.OPTION_VALUE]
    return _options(fitting[: limits.OPTIONS])


def _choice(field: Field, answer: str) -> Asked:
    known = choices.offered(field)
    options = _options(known)
    if not options or len(options) > MOST or any(len(option["value"]) > limits.OPTION_VALUE for option in options):
        return Asked(_text(field, answer).element, choices.named(known, 300))
    made: Block = {"type": "static_select", "action_id": "answer", "placeholder": plain("Choose…", 150)}
    return Asked(made | _grouped(options) | _chosen(known, answer))


def _options(known: Sequence[Choice]) -> list[Block]:
    # A server may send a value back with its `&`, `<` and `>` escaped: those of ours are no such characters.
    return [{"text": plain(label, limits.OPTION_LABEL, value), "value": _kept(value)} for value, label in known]


def _kept(value: str) -> str:
    return re.sub(r"[%&<>\x00-\x1f\ud800-\udfff]", lambda match: quote(match[0], errors="replace"), value)


def _chosen(known: Sequence[Choice], answer: str) -> Block:
    """The option that is chosen already."""
    value = choices.chosen(answer, known)
    return {} if value is None else {"initial_option": _options([choice for choice in known if choice[0] == value])[0]}


def _grouped(options: list[Block]) -> Block:
    if len(options) <= limits.OPTIONS:
        return {"options": options}
    groups = [options[start : start + limits.OPTIONS] for start in range(0, len(options), limits.OPTIONS)]
    return {
        "option_groups": [{"label": plain(_span(group), limits.OPTION_LABEL), "options": group} for group in groups]
    }


def _span(group: Sequence[Block]) -> str:
    return " – ".join(one_line(option["text"]["text"], 35) for option in (group[0], group[-1]))
