"""What a field begins with has to be something that could stand in it."""

from __future__ import annotations

from typing import Any

from tests.platforms.slack.blockkit.rules import Problems, say


def among_options(value: Any, pointer: str, problems: Problems) -> None:
    """initial_option and initial_options are found among the options, part by part."""
    if not isinstance(value, dict):
        return
    options = _listed(value.get("options"))
    for group in _listed(value.get("option_groups")):
        options += _listed(group.get("options")) if isinstance(group, dict) else []
    first = [value["initial_option"]] if value.get("initial_option") else []
    if any(one not in options for one in [*first, *_listed(value.get("initial_options"))]):
        say(problems, "the initial option must match exactly one of the options", pointer)


def within_lengths(value: Any, pointer: str, problems: Problems) -> None:
    """initial_value is no longer than max_length, and that is no less than min_length."""
    if not isinstance(value, dict):
        return
    most, least = value.get("max_length"), value.get("min_length")
    if isinstance(most, int) and isinstance(least, int) and least > most:
        say(problems, "min_length must not be more than max_length", pointer)
    if isinstance(most, int) and len(str(value.get("initial_value") or "")) > most:
        say(problems, "initial_value must not be longer than max_length", f"{pointer}/initial_value")


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []
