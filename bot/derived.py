"""What is made of the settings, kept for as long as they are those in force."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
MOST = 8
"""A process knows one settings object, two while it reloads; tests know more."""


class Derived(Generic[Given, Made]):
    """What `make` makes of an object that never changes, made once for each: told apart by identity, as settings have
    no hash. The object is kept with it, so that its id stays its own.
    """

    def __init__(self, make: Callable[[Given], Made]) -> None:
        self._make = make
        self._known: dict[int, tuple[Given, Made]] = {}

    def __call__(self, given: Given) -> Made:
        known = self._known.get(id(given))
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[id(given)] = (given, self._make(given))
        return known[1]
