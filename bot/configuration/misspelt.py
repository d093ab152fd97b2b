"""Variables that mean nothing to the desk, and are nearly what means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.configuration import plain_errors
from bot.configuration.environment import FILE, OWN, PREFIX
from bot.configuration.problems import Problem, nearest
from bot.settings import Settings

CLOSE = 80
"""Others may have variables that begin like the desk's, as Kubernetes makes some for a service of that name."""


def misspelt(environment: Mapping[str, str]) -> Iterator[Problem]:
    """Each with the one that is meant. Those with two underscores are keys of the settings, and told with them."""
    for name in sorted(environment):
        word = name.removeprefix(PREFIX).removesuffix(FILE)
        if not name.startswith(PREFIX) or PREFIX + word in OWN or "__" in word or word.lower() in Settings.model_fields:
            continue
        if meant := nearest(word, _words(), CLOSE) or _deeper(word):
            twin = FILE if name.endswith(FILE) else ""
            yield Problem("", "means nothing to the desk", f"did you mean {PREFIX}{meant}{twin}?", name)


def _words() -> Iterator[str]:
    yield from (name.removeprefix(PREFIX) for name in OWN)
    for section in Settings.model_fields:
        yield section.upper()
        yield from (f"{section}__{key}".upper() for key in plain_errors.fields((section,)))


def _deeper(word: str) -> str:
    """One underscore where two go a level down, to a key of the owner's: TEAMS_IT_HELP__LEAD."""
    sections = (section.upper() for section in Settings.model_fields)
    return next(
        (f"{section}__{word[len(section) + 1 :]}" for section in sections if word.startswith(f"{section}_")), ""
    )
