"""The part of JSON Schema that Discord's document uses, read as Discord reads it.

`oneOf` is read as `anyOf`, a string of digits passes as an integer, and an integer as a snowflake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tests.platforms.discord.refused import Path, Problem

Schema = Mapping[str, Any]


class Shapes:
    """Named schemas, and what is wrong with a value against one."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas

    def named(self, name: str, value: object, path: Path = ()) -> list[Problem]:
        """The problems of a value that should have the shape of this name."""
        return self.problems(self.schemas[name], value, path)

    def problems(self, schema: Schema, value: object, path: Path = ()) -> list[Problem]:
        """The problems of a value, none if it fits."""
        if "$ref" in schema:
            return self.named(schema["$ref"].rpartition("/")[2], value, path)
        if value is None and "null" in _types(schema):
            return []
        if wrong := _type_problem(schema, value):
            return [(path, *wrong)]
        found = [(path, *one) for one in _own(schema, value)]
        for part in schema.get("allOf", ()):
            found += self.problems(part, value, path)
        return found + self._union(schema, value, path) + self._within(schema, value, path)

    def _union(self, schema: Schema, value: object, path: Path) -> list[Problem]:
        branches = schema.get("oneOf") or schema.get("anyOf")
        if not branches:
            return []
        likely = [branch for branch in branches if self._fits(branch, value)]
        if not likely:
            return [(path, "UNION_TYPE_CHOICES", "Value is of none of the types that are allowed here.")]
        return min((self.problems(branch, value, path) for branch in likely), key=len)

    def _fits(self, schema: Schema, value: object) -> bool:
        """Whether a branch of a union may be the one that was meant: its JSON type, and its `type` if it has one."""
        if "$ref" in schema:
            return self._fits(self.schemas[schema["$ref"].rpartition("/")[2]], value)
        if _type_problem(schema, value):
            return False
        kinds = schema.get("properties", {}).get("type", {}).get("enum")
        told = kinds is None or "type" not in schema.get("required", ())
        return told or (isinstance(value, dict) and value.get("type") in kinds)

    def _within(self, schema: Schema, value: object, path: Path) -> list[Problem]:
        if isinstance(value, list) and "items" in schema:
            return [one for at, item in enumerate(value) for one in self.problems(schema["items"], item, (*path, at))]
        return self._object(schema, value, path) if isinstance(value, dict) else []

    def _object(self, schema: Schema, value: Mapping[str, Any], path: Path) -> list[Problem]:
        known, rest = schema.get("properties", {}), schema.get("additionalProperties")
        missing = [name for name in schema.get("required", ()) if name not in value]
        found: list[Problem] = [((*path, name), "BASE_TYPE_REQUIRED", "This field is required") for name in missing]
        for name, held in value.items():
            inner = known.get(name, rest)
            found += self.problems(inner, held, (*path, name)) if isinstance(inner, Mapping) else []
        return found


def _types(schema: Schema) -> Sequence[str]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else kind


_CHECKS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _whole(value) is not None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}


def _type_problem(schema: Schema, value: object) -> tuple[str, str] | None:
    kinds = _types(schema)
    snowflake = schema.get("format") == "snowflake" and _whole(value) is not None
    if not kinds or snowflake or any(_CHECKS[kind](value) for kind in kinds):
        return None
    if value is None:
        return "BASE_TYPE_REQUIRED", "This field is required"
    return f"{kinds[0].upper()}_TYPE_CONVERT", f"Could not interpret {str(value)[:60]!r} as {kinds[0]}."


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}", value) else None


def _own(schema: Schema, value: object) -> Iterator[tuple[str, str]]:
    if "enum" in schema and value not in schema["enum"] and _whole(value) not in schema["enum"]:
        yield "BASE_TYPE_CHOICES", f"Value must be one of {schema['enum']}."
    if isinstance(value, str) and "integer" not in _types(schema):
        yield from _text(schema, value)
    elif "integer" in _types(schema) or "number" in _types(schema):
        yield from _number(schema, value)
    if isinstance(value, list):
        yield from _length(schema, len(value), "Items")
        if schema.get("uniqueItems") and len({str(one) for one in value}) < len(value):
            yield "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value."
    if isinstance(value, dict) and len(value) > schema.get("maxProperties", len(value)):
        yield "BASE_TYPE_MAX_LENGTH", f"Must be {schema['maxProperties']} or fewer in length."


def _text(schema: Schema, value: str) -> Iterator[tuple[str, str]]:
    yield from _length(schema, len(value), "Length")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield "STRING_TYPE_REGEX", f"String value did not match validation regex {schema['pattern']}."
    if schema.get("format") == "uri" and urlsplit(value).scheme not in ("http", "https", "discord", "attachment"):
        yield "URL_TYPE_INVALID_SCHEME", f"Scheme of {value[:60]!r} must be one of http, https, discord."
    if schema.get("format") == "date-time" and not _is_time(value):
        yield "DATETIME_TYPE_CONVERT", "Could not interpret as a time of ISO 8601."


def _length(schema: Schema, length: int, what: str) -> Iterator[tuple[str, str]]:
    least, most = schema.get(f"min{what}", 0), schema.get(f"max{what}", length)
    if length < least:
        yield "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length."
    if length > most:
        yield "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length."


def _number(schema: Schema, value: object) -> Iterator[tuple[str, str]]:
    number = value if isinstance(value, float) else _whole(value)
    if number is None:
        return
    if number < schema.get("minimum", number):
        yield "NUMBER_TYPE_MIN", f"Value should be greater than or equal to {schema['minimum']}."
    if number > schema.get("maximum", number):
        yield "NUMBER_TYPE_MAX", f"Value should be less than or equal to {schema['maximum']}."
    if schema.get("format") == "int32" and not -(2**31) <= number < 2**31:
        yield "NUMBER_TYPE_MAX", "Value is no 32-bit integer."


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
