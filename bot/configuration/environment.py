"""The environment's part in the settings: `FIRSTLINE_SECTION__KEY` overrides a value, `…_FILE` names a file with one.

Written by hand rather than with pydantic-settings, whose source reads `os.environ` by itself, cannot name keys that
have dashes or spaces (`teams.it-help`), and loses which variable a wrong value came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.configuration.problems import KeyPath, Problem, SettingsError
from bot.configuration.yaml_lines import Document, parse
from bot.settings import Settings
from storage.address import understood
from storage.database import DEFAULT_DATABASE

PREFIX = "FIRSTLINE_"
FILE = "_FILE"
SETTINGS, DATABASE, HOST = f"{PREFIX}SETTINGS", f"{PREFIX}DATABASE", f"{PREFIX}HOST"
OWN = (SETTINGS, DATABASE, HOST)
"""What the program itself asks for: no key of the settings."""
DEFAULT_SETTINGS = "settings.yaml"


def settings_file(environment: Mapping[str, str]) -> Path:
    """Where the settings stand: FIRSTLINE_SETTINGS, or settings.yaml here. SettingsError as of `secret`."""
    return Path(_own(environment, SETTINGS) or DEFAULT_SETTINGS)


def database_address(environment: Mapping[str, str]) -> str:
    """FIRSTLINE_DATABASE, or firstline.db here. SettingsError as of `secret`, and for what is no address."""
    try:
        return understood(_own(environment, DATABASE) or DEFAULT_DATABASE)
    except ValueError as error:
        raise SettingsError([Problem("", str(error), "", DATABASE)]) from None


def listening_host(environment: Mapping[str, str]) -> str:
    """FIRSTLINE_HOST, or "". SettingsError as of `secret`."""
    return _own(environment, HOST)


def _own(environment: Mapping[str, str], name: str) -> str:
    """A variable of the program's own. Whoever names a file for it does not want the default: it holds something."""
    value = secret(environment, name).strip()
    if not value and environment.get(name + FILE):
        raise SettingsError([Problem("", f"{environment[name + FILE]} is empty", "", name + FILE)])
    return value


def overlay(document: Document, environment: Mapping[str, str]) -> list[Problem]:
    """Put the environment's values over the document's, in place; what could not be put is returned.

    `FIRSTLINE_TEAMS__IT_HELP__LEAD=lena` finds the key `it-help`; a value in brackets is read as YAML (`[lena, max]`),
    any other is text; an empty one is as good as none. Names without `__` that are no section are the program's own,
    and left alone.
    """
    problems: list[Problem] = []
    for name, parts in _overrides(environment):
        try:
            path = _put(document.values, parts, _value(secret(environment, name)))
            document.places[path] = name
        except SettingsError as error:
            problems += [Problem("", problem.text, problem.hint, name) for problem in error.problems]
    return problems


def secret(environment: Mapping[str, str], name: str) -> str:
    """The value of the variable, or else what the file holds that `name`_FILE names; "" when neither is set.

    SettingsError when both are set, or the file cannot be read.
    """
    value, file = environment.get(name, ""), environment.get(name + FILE, "")
    if value and file:
        raise SettingsError([Problem("", f"{name} and {name + FILE} are both set", "keep one of them", name)])
    if not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError([Problem("", f"{file} cannot be read: {reason}", "", name + FILE)]) from None


def _overrides(environment: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The names, without _FILE, and what they are made of."""
    found = {name.removesuffix(FILE) for name in environment if name.startswith(PREFIX) and environment[name]}
    for name in sorted(found):
        parts = name.removeprefix(PREFIX).lower().split("__")
        if len(parts) > 1 or parts[0] in Settings.model_fields:
            yield name, parts


def _value(text: str) -> Any:
    return parse(text).values if text[:1] in ("[", "{") else text


def _put(values: Any, parts: list[str], value: Any) -> KeyPath:
    """Put the value where the parts lead, making blocks on the way; the path it went to."""
    path: KeyPath = ()
    for part in parts[:-1]:
        key = _key(values, part)
        if isinstance(values, dict) and values.get(key) is None:
            values[key] = {}
        values, path = values[key], (*path, key)
    last = _key(values, parts[-1])
    values[last] = value
    return (*path, last)


def _key(values: Any, part: str) -> Any:
    if isinstance(values, dict):
        return next((key for key in values if _slug(key) == part), part)
    if isinstance(values, list) and part.isdecimal() and int(part) < len(values):
        return int(part)
    raise SettingsError([Problem("", f"there is no place for {part!r} in the settings", "see docs/settings.md")])


def _slug(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "_", key.lower())
