"""What a modal must be beyond its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.platforms.discord.refused import Path, Problem
from tests.platforms.discord.rules.components import SELECTS, located, select_problems, unique

Json = dict[str, Any]
MOST = 5
TEXT_INPUT, LABEL, UPLOAD, RADIO, CHECKBOXES = 4, 18, 19, 21, 22


def problems(modal: Json) -> list[Problem]:
    """What is wrong with the data of a modal response."""
    components = modal["components"]
    found: list[Problem] = []
    if not 1 <= len(components) <= MOST:
        found.append((("components",), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST} in length."))
    every = list(located(components))
    if not any(one.get("custom_id") for _, one in every):
        found.append((("components",), "COMPONENT_REQUIRED", "nothing can be filled in"))
    return found + unique(every) + [problem for path, one in every for problem in _one(path, one)]


def _one(path: Path, one: Json) -> Iterator[Problem]:
    kind = one["type"]
    if kind == TEXT_INPUT:
        yield from _text(path, one)
    elif kind in (*SELECTS, UPLOAD, CHECKBOXES):
        yield from select_problems(path, one)
    elif kind == RADIO and sum(bool(option.get("default")) for option in one["options"]) > 1:
        yield (*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "more than one default"
    if one.get("disabled"):
        yield (*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "nothing in a modal can be disabled"
    if kind in (*SELECTS, UPLOAD, CHECKBOXES) and one.get("min_values") == 0 and one.get("required") is not False:
        yield (*path, "required"), "COMPONENT_REQUIRED_MIN_VALUES", "min_values 0 needs required false"


def _text(path: Path, one: Json) -> Iterator[Problem]:
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    if least > most:
        yield (*path, "min_length"), "BASE_TYPE_BAD_LENGTH", f"min_length {least} is more than max_length {most}"
    if (value := one.get("value")) and not least <= len(value) <= most:
        yield (*path, "value"), "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
    if one.get("label") and path[-1] == "component":
        yield (*path, "label"), "COMPONENT_LABEL_IN_LABEL", "inside of a Label a text input has no label of its own"
