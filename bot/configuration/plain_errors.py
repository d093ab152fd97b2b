"""What pydantic finds wrong, in plain words: no error codes, no types of a programming language, no addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic_core import ErrorDetails

from bot.configuration.problems import Finding, KeyPath, did_you_mean, nearest
from bot.settings import Settings
from bot.settings_values import IN_WORDS

TEXTS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "dict_type": "must be a block of keys and values",
    "model_type": "must be a block of keys and values",
    "model_attributes_type": "must be a block of keys and values",
    "tuple_type": "must be a list, like [one, two]",
    "date_type": "must be a date like 2026-12-24",
    "date_parsing": "must be a date like 2026-12-24",
    "date_from_datetime_parsing": "must be a date like 2026-12-24",
    "date_from_datetime_inexact": "must be a date like 2026-12-24, without a time",
    "datetime_type": "must be a date and time like 2026-12-24 09:00",
    "datetime_parsing": "must be a date and time like 2026-12-24 09:00",
    "datetime_from_date_parsing": "must be a date and time like 2026-12-24 09:00",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be {le:g} or less",
}
TELLING = ("missing", "extra_forbidden", "value_error", "too_short")
"""These say already what was given, or that nothing was."""


def stand_in(path: KeyPath) -> Any:
    """Something that may stand where a text or a block is missing, so that other checks go on; or None."""
    model = _at(path[:-1])
    known = model.model_fields.get(str(path[-1])) if model else None
    if known and _is_model(known.annotation):
        return {}
    return "x" if known and known.annotation is str else None


def findings(errors: Sequence[ErrorDetails], values: Any) -> list[Finding]:
    """What the errors mean for the values they were found in.

    Errors of one place, one for each thing it might have been, are one finding.
    """
    together: dict[KeyPath, list[ErrorDetails]] = {}
    for error in errors:
        together.setdefault(place(error, values), []).append(error)
    return [_finding(path, found) for path, found in together.items() if not _short_of_these(path, found, together)]


def _short_of_these(path: KeyPath, errors: list[ErrorDetails], others: Iterable[KeyPath]) -> bool:
    """A list is too short when those of its items that are right are too few: that is said of the items."""
    inside = any(other[: len(path)] == path and other != path for other in others)
    return inside and all(error["type"] == "too_short" for error in errors)


def place(error: ErrorDetails, values: Any) -> KeyPath:
    """The path to what an error is about: what pydantic says, without the marks that are no keys of the values."""
    path: KeyPath = ()
    for part in error["loc"]:
        if not _has(values, part):
            return (*path, part) if error["type"] == "missing" else path
        path, values = (*path, part), values[part]
    return path


def _has(values: Any, part: str | int) -> bool:
    if isinstance(values, dict):
        return part in values
    return isinstance(values, list) and isinstance(part, int) and part < len(values)


def _finding(path: KeyPath, errors: list[ErrorDetails]) -> Finding:
    texts = " or ".join(dict.fromkeys(_text(error) for error in errors))
    told = errors[0]["type"] in TELLING or errors[0]["loc"][-1:] == ("[key]",)
    given = "" if told or is_secret(path) else f", not {_given(errors[0]['input'])}"
    about = f": {_lower(description(path))}" if texts == TEXTS["missing"] and description(path) else ""
    return Finding(path, texts + given + about, _hint(path, errors[0]))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _text(error: ErrorDetails) -> str:
    kind, about = error["type"], error.get("ctx", {})
    text = _special(kind, about) or TEXTS.get(kind, "has a value that cannot be used").format_map(about)
    return f"the name {text}" if error["loc"][-1:] == ("[key]",) else text


def _special(kind: str, about: Mapping[str, Any]) -> str:
    if kind in ("enum", "literal_error"):
        return f"must be one of {', '.join(_choices(about))}"
    if kind == "string_pattern_mismatch":
        return IN_WORDS[about["pattern"]]
    if kind == "too_short":
        return f"must name {'one' if about['min_length'] == 1 else about['min_length']} at least"
    return str(about["error"]) if kind == "value_error" else ""


def _hint(path: KeyPath, error: ErrorDetails) -> str:
    kind, given = error["type"], error["input"]
    if isinstance(given, list) and all(isinstance(word, str) for word in given):
        return _unlisted(path, kind, given)
    if kind == "extra_forbidden":
        return did_you_mean(str(path[-1]), fields(path[:-1]))
    if kind in ("enum", "literal_error"):
        best = nearest(str(given), _choices(error.get("ctx", {})))
        return f"did you mean {best}?" if best else ""
    if kind == "string_type" and isinstance(given, bool):
        return "put it in quotes"
    return ""


def _unlisted(path: KeyPath, kind: str, words: list[str]) -> str:
    """How to write what was written as a list of words: a block of keys, or one word in each of several blocks."""
    inner = _at((*path, ""))
    if kind == "dict_type" and inner and not any(field.is_required() for field in inner.model_fields.values()):
        return f"write {{{', '.join(f'{word}: {{}}' for word in words)}}}"
    if len(path) > 1 and isinstance(path[-2], int):
        return f"write an item for each: {', '.join(f'{{{path[-1]}: {word}}}' for word in words)}"
    return ""


def _choices(about: Mapping[str, Any]) -> Iterable[str]:
    return re.findall(r"'([^']*)'", str(about["expected"]))


def _given(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dict):
        return "a block"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def fields(path: KeyPath) -> list[str]:
    """The keys that may stand in the block that a path leads to; none where they are the owner's own."""
    model = _at(path)
    return list(model.model_fields) if model else []


def description(path: KeyPath) -> str:
    """What the settings say about the field at a path; "" where there is none."""
    model = _at(path[:-1])
    known = model.model_fields.get(str(path[-1])) if model else None
    return (known.description or "") if known else ""


def is_secret(path: KeyPath) -> bool:
    """Whether the path leads to, or into, what is never shown."""
    model, (name, *_) = (_at(path[:1]), path[1:]) if len(path) > 1 else (None, ("",))
    known = model.model_fields.get(str(name)) if model else None
    return known is not None and known.annotation is SecretStr


def _at(path: KeyPath) -> type[BaseModel] | None:
    kind: Any = Settings
    for part in path:
        kind = _inside(kind, part)
    return kind if _is_model(kind) else None


def _inside(kind: Any, part: str | int) -> Any:
    """The type of what stands at `part` in a value of this type: a model's field, a block's value, a list's item."""
    if _is_model(kind):
        known = kind.model_fields.get(str(part))
        return known.annotation if known else None
    arguments = get_args(kind)
    return next((argument for argument in reversed(arguments) if argument not in (..., type(None))), None)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
