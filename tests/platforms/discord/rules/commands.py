"""What application commands must be beyond their schemas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.platforms.discord.refused import Path, Problem

Json = dict[str, Any]
NAME = re.compile(r"^[-_'\w]{1,32}$", re.UNICODE)
"""Discord's `^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$`, and lower case where there is any."""
LOCALES = frozenset(
    (
        *(
            "id",
            "da",
            "de",
            "en-GB",
            "en-US",
            "es-ES",
            "es-419",
            "fr",
            "hr",
            "it",
            "lt",
            "hu",
            "nl",
            "no",
            "pl",
            "pt-BR",
        ),
        *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
    )
)
MOST = {1: 100, 2: 15, 3: 15}
"""Slash, user and message commands that an application may have."""
TOTAL = 8000
"""Characters in all of a command's names, descriptions and values."""


def problems(commands: list[Json]) -> list[Problem]:
    """What is wrong with all commands of a place together."""
    found: list[Problem] = []
    kinds = Counter(_kind(one) for one in commands)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            found.append(
                ((), "APPLICATION_COMMANDS_TOO_MANY", f"{kinds[kind]} commands of type {kind}; at most {most}")
            )
    count = Counter((_kind(one), one["name"]) for one in commands)
    for at, one in enumerate(commands):
        if count[_kind(one), one["name"]] > 1:
            text = f"Option duplicates name of another command: {one['name']}"
            found.append(((at, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", text))
        found += [((at, *path), code, text) for path, code, text in command(one)]
    return found


def command(one: Json) -> Iterator[Problem]:
    """What is wrong with one command."""
    if _kind(one) != 1:
        yield from _menu(one) if _kind(one) in (2, 3) else ()
        return
    yield from _names(one, ())
    if not one.get("description"):
        yield ("description",), "BASE_TYPE_REQUIRED", "This field is required"
    yield from _options(one.get("options") or [], ("options",), 0)
    if (size := _size(one)) > TOTAL:
        yield (), "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({size} of {TOTAL})"


def _menu(one: Json) -> Iterator[Problem]:
    if one.get("description") or one.get("options"):
        yield (
            ("description",),
            "APPLICATION_COMMAND_CONTEXT_MENU",
            "Context menu commands have neither description nor options",
        )
    yield from _locales(one.get("name_localizations"), ("name_localizations",))


def _names(one: Json, path: Path) -> Iterator[Problem]:
    if not _named(one["name"]):
        yield (*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", f"Command name {one['name']!r} is invalid"
    yield from _locales(one.get("name_localizations"), (*path, "name_localizations"))
    yield from _locales(one.get("description_localizations"), (*path, "description_localizations"))
    for locale, name in (one.get("name_localizations") or {}).items():
        if not _named(name):
            code = "APPLICATION_COMMAND_INVALID_NAME"
            yield (*path, "name_localizations", locale), code, f"Command name {name!r} is invalid"


def _locales(given: Json | None, path: Path) -> Iterator[Problem]:
    for locale in set(given or {}) - LOCALES:
        yield (*path, locale), "BASE_TYPE_CHOICES", f"{locale!r} is no locale of Discord's"


def _options(options: list[Json], path: Path, depth: int) -> Iterator[Problem]:
    count, optional = Counter(one["name"] for one in options), False
    for at, one in enumerate(options):
        here = (*path, at)
        yield from _names(one, here)
        if count[one["name"]] > 1:
            yield (
                (*here, "name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                f"Option name {one['name']!r} stands twice",
            )
        if one["type"] in (1, 2):
            yield from _group(one, here, depth)
            continue
        if one.get("required") and optional:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            yield (*here, "required"), code, "Required options must be placed before non-required options"
        optional = optional or not one.get("required")
        yield from _option(one, here)
    if len({one["type"] in (1, 2) for one in options}) > 1:
        yield path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and option types are mutually exclusive"


def _group(one: Json, path: Path, depth: int) -> Iterator[Problem]:
    if depth >= (1 if one["type"] == 2 else 2):
        yield (*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "nested too deep"
    yield from _options(one.get("options") or [], (*path, "options"), depth + 1)


def _option(one: Json, path: Path) -> Iterator[Problem]:
    choices = one.get("choices") or []
    if choices and one.get("autocomplete"):
        code = "APPLICATION_COMMAND_AUTOCOMPLETE_MUTUALLY_EXCLUSIVE_CHOICES"
        yield (*path, "autocomplete"), code, "choices and autocomplete are mutually exclusive"
    for name in ("name", "value"):
        twice = [value for value, times in Counter(str(one[name]) for one in choices).items() if times > 1]
        if twice:
            yield (
                (*path, "choices"),
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                f"{name} {twice[0]!r} stands twice",
            )
    for choice in choices:
        yield from _locales(choice.get("name_localizations"), (*path, "choices", "name_localizations"))
    for least, most in (("min_value", "max_value"), ("min_length", "max_length")):
        if one.get(least) is not None and one.get(most) is not None and one[least] > one[most]:
            yield (*path, least), "BASE_TYPE_BAD_LENGTH", f"{least} is more than {most}"


def _named(name: str) -> bool:
    return bool(NAME.match(name)) and name == name.lower()


def _kind(one: Json) -> int:
    return int(one.get("type") or 1)


def _size(one: Json) -> int:
    """Names and descriptions (of each the longest of its languages) and choices' values."""
    size = 0
    for name in ("name", "description"):
        told = [one.get(name) or "", *(one.get(f"{name}_localizations") or {}).values()]
        size += max(map(len, told))
    size += len(str(one["value"])) if "value" in one else 0
    return size + sum(_size(inner) for name in ("options", "choices") for inner in one.get(name) or [])
