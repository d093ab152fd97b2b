"""Forms that somebody is filling in, and what buttons of answers do that is too long for a custom id: here, and kept
for all, a while.

The first answer to a click must not wait for the database: what was put aside lately is known without it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from bot.background import Background
from bot.memory import ASIDE, Memory, short_name
from bot.words import WORKSPACE, Dialog, File

log = structlog.get_logger()

HERE = 5_000
"""So many are known without the database."""


class Put(NamedTuple):
    """What a button does."""

    verb: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it is to be shown next, with all that was typed so far; `page` counts from 0. `files` came along."""

    dialog: Dialog
    page: int = 0
    files: tuple[File, ...] = ()


_DRAFT = TypeAdapter(Draft)


class Drafts:
    """Put aside under short names that are made of the content."""

    def __init__(self, memory: Memory, underway: Background) -> None:
        self._memory, self._underway = memory, underway
        self._here: OrderedDict[str, str] = OrderedDict()

    def put(self, draft: Draft | Put) -> str:
        """The name under which it is known at once; it is kept beside, while somebody reads what they were shown."""
        text = kept(draft)
        name = short_name(text)
        self._note(name, text)
        self._underway.begin(self._memory.keep_a_while(WORKSPACE, f"{ASIDE}{name}", text))
        return name

    def here(self, name: str) -> Draft | Put | None:
        """What is known without the database."""
        return _read(self._here.get(name, ""))

    async def taken(self, name: str) -> Draft | Put | None:
        """What was put aside under a name, by whichever replica; None where nothing was, or it cannot be read."""
        if name not in self._here:
            self._note(name, await self._memory.get(WORKSPACE, f"{ASIDE}{name}"))
        return self.here(name)

    def _note(self, name: str, text: str) -> None:
        if text:
            self._here[name] = text
            self._here.move_to_end(name)
        while len(self._here) > HERE:
            self._here.popitem(last=False)


def kept(draft: Draft | Put) -> str:
    """The text as which it is put aside: the same however its answers are ordered."""
    made: Any = [draft.verb, dict(sorted(draft.answers.items()))] if isinstance(draft, Put) else draft
    return to_json(made).decode()


def _read(text: str) -> Draft | Put | None:
    if not text:
        return None
    try:
        if text.startswith("["):
            verb, answers = from_json(text)
            return Put(verb, answers)
        return _DRAFT.validate_json(text)
    except (ValueError, ValidationError):  # kept by another version of the desk
        log.warning("what was put aside cannot be read any more")
        return None
