"""What components must be beyond their schemas: Discord's documentation of components v2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.platforms.discord.refused import Path, Problem

Json = dict[str, Any]
ROW, BUTTON, STRING_SELECT, SECTION, TEXT, FILE, CONTAINER, LABEL, CHECKBOXES = 1, 2, 3, 9, 10, 13, 17, 18, 22
SELECTS = frozenset((3, 5, 6, 7, 8))
MOST, TEXT_IN_ALL, BUTTONS_IN_ROW = 40, 4000, 5


def located(components: list[Json], path: Path = ("components",)) -> Iterator[tuple[Path, Json]]:
    """Every component with where it stands, depth first."""
    for at, one in enumerate(components):
        yield (*path, at), one
        yield from located(one.get("components") or [], (*path, at, "components"))
        for name in ("accessory", "component"):
            if isinstance(inner := one.get(name), dict):
                yield (*path, at, name), inner


def problems(components: list[Json], v2: bool) -> list[Problem]:
    """What is wrong with a message's components."""
    found = list(_without_v2(components)) if not v2 else []
    every = list(located(components))
    if len(every) > MOST:
        found.append((("components",), "BASE_TYPE_BAD_LENGTH", f"{len(every)} components in all; at most {MOST}"))
    written = sum(len(one["content"]) for _, one in every if one["type"] == TEXT)
    if written > TEXT_IN_ALL:
        text = f"{written} characters in all text displays; at most {TEXT_IN_ALL}"
        found.append((("components",), "COMPONENT_MAX_TOTAL_TEXT_EXCEEDED", text))
    return found + unique(every) + [problem for path, one in every for problem in _one(path, one)]


def unique(every: list[tuple[Path, Json]]) -> list[Problem]:
    """Custom ids and given ids stand once in a message or a modal."""
    found: list[Problem] = []
    for name, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        count = Counter(one[name] for _, one in every if one.get(name))
        twice = [(path, one) for path, one in every if count[one.get(name)] > 1]
        found += [((*path, name), code, f"Component {name} {one[name]!r} stands twice") for path, one in twice]
    return found


def numbered(components: list[Json]) -> list[Json]:
    """The components as they are kept: with the ids that were given, the others counted up around them."""
    given = {one["id"] for _, one in located(components) if one.get("id")}
    free = (number for number in range(1, 10_000) if number not in given)
    return [_numbered(one, free) for one in components]


def _numbered(one: Json, free: Iterator[int]) -> Json:
    kept = {name: value for name, value in one.items() if value is not None}
    kept["id"] = one.get("id") or next(free)
    for name in ("accessory", "component"):
        if isinstance(inner := one.get(name), dict):
            kept[name] = _numbered(inner, free)
    if one.get("components"):
        kept["components"] = [_numbered(inner, free) for inner in one["components"]]
    return kept


def select_problems(path: Path, one: Json) -> Iterator[Problem]:
    """How many may be chosen must fit how many there are; values stand once."""
    usual = len(one.get("options") or []) if one["type"] == CHECKBOXES else 1
    least, most = _or(one.get("min_values"), 1), _or(one.get("max_values"), usual)
    if least > most:
        yield (*path, "min_values"), "BASE_TYPE_BAD_LENGTH", f"min_values {least} is more than max_values {most}"
    options = one.get("options")
    if options is None:
        return
    if one["type"] == STRING_SELECT and most > len(options):
        yield (*path, "max_values"), "BASE_TYPE_BAD_LENGTH", f"max_values {most}, but {len(options)} options"
    values = Counter(option["value"] for option in options)
    for value in (value for value, times in values.items() if times > 1):
        yield (*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", f"value {value!r} stands twice"
    if sum(bool(option.get("default")) for option in options) > most:
        yield (*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", f"more than {most} defaults"


def _without_v2(components: list[Json]) -> Iterator[Problem]:
    for at, one in enumerate(components):
        if one["type"] != ROW:
            text = f"type {one['type']} at the top needs the flag IS_COMPONENTS_V2"
            yield ("components", at, "type"), "BASE_TYPE_CHOICES", text
    if len(components) > 5:
        yield ("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."


def _one(path: Path, one: Json) -> Iterator[Problem]:
    kind = one["type"]
    if kind == ROW:
        yield from _row(path, one["components"])
    elif kind == BUTTON:
        yield from _button(path, one)
    elif kind in SELECTS:
        yield from select_problems(path, one)


def _row(path: Path, inside: list[Json]) -> Iterator[Problem]:
    selects = [one for one in inside if one["type"] in SELECTS]
    if selects and len(inside) > 1:
        yield (*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "a row holds one select and nothing else"
    if len(inside) > BUTTONS_IN_ROW:
        yield (*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."


def _button(path: Path, one: Json) -> Iterator[Problem]:
    link, premium = one["style"] == 5, one["style"] == 6
    if link == bool(one.get("custom_id")) or (link != bool(one.get("url")) and not premium):
        yield (*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "a link has a url, every other a custom_id"
    if not premium and not one.get("label") and not one.get("emoji"):
        yield (*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI", "a button has a label or an emoji"


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given
