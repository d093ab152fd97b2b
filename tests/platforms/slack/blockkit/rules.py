"""The grammar in which Block Kit's shapes are written: a rule looks at a value and says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Problems = list[str]
Rule = Callable[[Any, str, Problems], None]
"""(value, JSON pointer, problems so far)"""


def say(problems: Problems, what: str, pointer: str) -> None:
    """Note a problem in Slack's own manner."""
    problems.append(f"{what} [json-pointer:{pointer or '/'}]")


def string(most: int, least: int = 0) -> Rule:
    """A text of so many characters."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            say(problems, "must provide a string", pointer)
        elif len(value) > most:
            say(problems, f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            say(problems, f"must be more than {least - 1} characters", pointer)

    return rule


def address(value: Any, pointer: str, problems: Problems) -> None:
    """A whole web address, or mailto, of at most 3,000 characters."""
    if not isinstance(value, str) or not re.match(r"(https?|slack)://[^\s/]|(mailto|tel):[^\s]", value):
        say(problems, "must be a valid url", pointer)
    elif len(value) > 3000:
        say(problems, "must be less than 3001 characters", pointer)


def flag(value: Any, pointer: str, problems: Problems) -> None:
    """true or false."""
    if not isinstance(value, bool):
        say(problems, "must be a boolean", pointer)


def whole(least: int, most: int) -> Rule:
    """A whole number within limits."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            say(problems, "must be an integer", pointer)
        elif not least <= value <= most:
            say(problems, f"must be between {least} and {most}", pointer)

    return rule


def choice(*values: str) -> Rule:
    """One of some words."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if value not in values:
            say(problems, f"unsupported value: {value!r}, must be one of {', '.join(values)}", pointer)

    return rule


def each(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many items."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            say(problems, "must provide an array", pointer)
            return
        if len(value) > most:
            say(problems, f"no more than {most} items allowed", pointer)
        if len(value) < least:
            say(problems, f"no less than {least} items allowed", pointer)
        for number, one in enumerate(value):
            item(one, f"{pointer}/{number}", problems)

    return rule


def shape(needed: Mapping[str, Rule], allowed: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these fields and no other."""
    fields = dict(needed) | dict(allowed or {})

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            say(problems, "must provide an object", pointer)
            return
        for name in needed:
            if value.get(name) is None:
                say(problems, f"missing required field: {name}", pointer)
        for name, part in value.items():
            if name not in fields:
                say(problems, f"additional property not allowed: {name}", pointer)
            elif part is not None:
                fields[name](part, f"{pointer}/{name}", problems)

    return rule


def typed(kinds: Mapping[str, Rule], what: str) -> Rule:
    """An object whose `type` says which rule it follows."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            say(problems, f"unsupported type of {what}: {kind!r}", f"{pointer}/type")
        else:
            kinds[kind](value, pointer, problems)

    return rule


def optional(item: Rule) -> Rule:
    """The rule, or null."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if value is not None:
            item(value, pointer, problems)

    return rule


def both(*rules: Rule) -> Rule:
    """All of the rules."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        for one in rules:
            one(value, pointer, problems)

    return rule


def needs_one_of(*names: str) -> Rule:
    """At least one of some fields is there."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            say(problems, f"must define one of: {', '.join(names)}", pointer)

    return rule


def anything(value: Any, pointer: str, problems: Problems) -> None:
    """No rule: parts that the desk has no use for are not looked into."""
