"""What a button or a modal does, as its custom id: stable for years, whatever was said since. Pure.

`do:VERB:ANSWERS`, with the answers as in a web address and sorted by name, or `do:~NAME` for answers that are put aside
under a name. A third part only tells two buttons of one message apart. Modals are the same, as `form:…`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlencode

from adapters.discord import limits

BUTTON, MODAL = "do", "form"

APART = len(":999")
"""Room for what tells two buttons apart."""


class Packed(NamedTuple):
    """What a custom id holds: a verb with its answers, or the name under which both are put aside."""

    verb: str
    answers: dict[str, str]
    aside: str = ""


def pack(verb: str, answers: Mapping[str, str]) -> str | None:
    """A button's custom id; None when the answers are too long for one."""
    return _pack(BUTTON, verb, answers)


def aside(name: str) -> str:
    """The custom id of a button whose verb and answers are put aside under a name."""
    return f"{BUTTON}:~{_quoted(name)}"


def unpack(custom_id: str) -> Packed | None:
    """What a button does; None for a custom id that is not one of ours."""
    return _unpack(BUTTON, custom_id)


def pack_form(verb: str, kept: Mapping[str, str]) -> str | None:
    """A modal's custom id, with the answers it does not ask for; None when they are too long for one."""
    return _pack(MODAL, verb, kept)


def aside_form(name: str) -> str:
    """The custom id of a modal whose verb and answers are put aside under a name."""
    return f"{MODAL}:~{_quoted(name)}"


def unpack_form(custom_id: str) -> Packed | None:
    """What a modal asks for; None for a custom id that is not one of ours."""
    return _unpack(MODAL, custom_id)


def distinct(custom_ids: Sequence[str]) -> list[str]:
    """The same custom ids, of which no two are equal any more: one that was there before is numbered."""
    made: list[str] = []
    for custom_id in custom_ids:
        numbers = (f"{custom_id}:{number}" for number in range(2, len(custom_ids) + 2))
        made.append(custom_id if custom_id not in made else next(made_id for made_id in numbers if made_id not in made))
    return made


def _pack(kind: str, verb: str, answers: Mapping[str, str]) -> str | None:
    packed = f"{kind}:{_quoted(verb)}:{urlencode(sorted(answers.items()), errors='replace')}"
    return packed if verb and len(packed) <= limits.CUSTOM_ID - APART else None


def _unpack(kind: str, custom_id: str) -> Packed | None:
    prefix, _, rest = custom_id.partition(":")
    verb, _, answers = rest.partition(":")
    if prefix != kind or not verb or len(custom_id) > limits.CUSTOM_ID:
        return None
    if verb.startswith("~"):
        return Packed("", {}, unquote_plus(verb[1:]))
    try:
        pairs = parse_qsl(answers.partition(":")[0], keep_blank_values=True, strict_parsing=bool(answers))
    except ValueError:
        return None
    return Packed(unquote_plus(verb), dict(pairs))


def _quoted(text: str) -> str:
    return quote_plus(text, errors="replace").replace("~", "%7E")
