"""YAML text → plain values, and the line each was written on. Knows nothing of settings.

Read as YAML 1.2 does where 1.1 surprises (https://yaml.org/spec/1.2.2/#103-core-schema): `country: NO` is Norway and
not false, `handover: 10:30` is no number in base 60, `0123` keeps its zero, and dates stay text until they are wanted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.configuration.problems import KeyPath, Problem, SettingsError, dotted

MOST_NODES = 100_000
TAG = "tag:yaml.org,2002:"
MERGE = f"{TAG}merge"

HINTS = {
    "\\t": "indent with spaces, not with tabs",
    "cannot start any token": "put a text that begins with such a character in quotes",
    "mapping values are not allowed": "put a text that holds a colon in quotes, and look at the indentation",
    "expected <block end>": "look at the indentation: what belongs together starts in one column",
    "could not find expected ':'": "a key wants a colon and a space behind it",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "undefined alias": "the anchor it names must come before it",
    "expected a single document": "leave out the line with ---",
}


class _Loader(yaml.SafeLoader):
    """The safe loader with fewer guesses about what a bare word is."""


_Loader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,30})$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(TAG + _name, re.compile(_pattern), list(_first))


@dataclass
class Document:
    """Values (dicts with text keys, lists, str, int, float, bool, None), where each was written, and what was wrong."""

    values: Any
    places: dict[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: KeyPath) -> str:
        """Where a value, or failing that the nearest one around it or the first one in it, was written."""
        around = (path[:length] for length in range(len(path), 0, -1))
        inside = (way for way in self.places if path and way[: len(path)] == path)
        return next((self.places[way] for way in (*around, *inside) if way in self.places), "")


def parse(text: str) -> Document:
    """The text's document. SettingsError, with line and column, when it is no YAML, or empty, or grows without end."""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise SettingsError([Problem("", "the file is empty", "it must name calendars and teams at least")])
        return _Reading(loader).document(node)
    except yaml.YAMLError as error:
        raise SettingsError([_syntax(error)]) from None
    except RecursionError:
        raise SettingsError([Problem("", "the file is nested too deeply, or holds itself by an anchor")]) from None
    finally:
        if loader:
            loader.dispose()


class _Reading:
    """One walk over a document's nodes."""

    def __init__(self, loader: _Loader) -> None:
        self.loader, self.left = loader, MOST_NODES
        self.places: dict[KeyPath, str] = {}
        self.problems: list[Problem] = []

    def document(self, node: Node) -> Document:
        return Document(self.value(node, ()), self.places, self.problems)

    def value(self, node: Node, path: KeyPath) -> Any:
        self.left -= 1
        if self.left < 0:
            raise ConstructorError(None, None, "the file has too many values", node.start_mark)
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.item(part, (*path, number)) for number, part in enumerate(node.value)]
        return self.scalar(node)

    def item(self, node: Node, path: KeyPath) -> Any:
        self.places[path] = f"line {node.start_mark.line + 1}"
        return self.value(node, path)

    def mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        self.look_for_twins(node, path)
        self.loader.flatten_mapping(node)
        values: dict[str, Any] = {}
        for key, part in node.value:
            name = self.key(key)
            self.places[*path, name] = f"line {key.start_mark.line + 1}"
            values[name] = self.value(part, (*path, name))
        return values

    def look_for_twins(self, node: MappingNode, path: KeyPath) -> None:
        keys = [(self.key(key), key.start_mark.line + 1) for key, _ in node.value if key.tag != MERGE]
        for name, times in Counter(name for name, _ in keys).items():
            if times > 1:
                lines = " and ".join(str(line) for other, line in keys if other == name)
                text = f"is written {'twice' if times == 2 else f'{times} times'}, on lines {lines}"
                self.problems.append(Problem(dotted((*path, name)), text, "keep one of them"))

    def key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise ConstructorError(None, None, "a key must be a word, not a list or a block", node.start_mark)
        return str(node.value)

    def scalar(self, node: Node) -> Any:
        if node.tag.startswith("!"):
            raise ConstructorError(None, None, f"the tag {node.tag} means nothing here", node.start_mark)
        try:
            value = self.loader.construct_object(node)
        except (ValueError, ArithmeticError, AttributeError, LookupError, TypeError):
            raise ConstructorError(None, None, f"{node.value!r} is not what its tag says", node.start_mark) from None
        return value if isinstance(value, str | int | float | None) else str(node.value)


def _syntax(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    text = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is no YAML"
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return Problem("", str(text), next(_hints(str(text)), ""), place)


def _hints(text: str) -> Iterator[str]:
    return (hint for sign, hint in HINTS.items() if sign in text)
