"""What Discord refuses, and the book of what it should not have been asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]
Problem = tuple[Path, str, str]
"""Where in the body, Discord's code (BASE_TYPE_REQUIRED …) and what it says."""

MESSAGES = {
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10011: "Unknown Role",
    10013: "Unknown User",
    10014: "Unknown Emoji",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    20012: "You are not authorized to perform this action on this application",
    30033: "Max number of thread participants has been reached",
    40003: "You are opening direct messages too fast",
    40005: "Request entity too large",
    40058: "Cannot send a message in a forum channel",
    40060: "Interaction has already been acknowledged.",
    40067: "A tag is required to create a forum post in this channel",
    50001: "Missing Access",
    50003: "Cannot execute action on a DM channel",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50019: "A message can only be pinned to the channel it was sent in",
    50021: "Cannot execute action on a system message",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
    160005: "Thread is locked",
    160006: "Maximum number of active threads reached",
}
"""Discord's JSON error codes, as its documentation words them."""

_FORBIDDEN = (20012, 40003, 50001, 50005, 50007, 50013, 50278)
STATUSES = dict.fromkeys(_FORBIDDEN, 403) | {40005: 413, 50027: 401}
"""HTTP statuses that do not follow from the code: 10xxx is 404, all others are 400."""

WORLDLY = frozenset((10003, 10007, 10008, 10013, 10015, 30033, 50007, 50083, 50278, 160004, 160005, 160006))
"""What an app cannot know before it asks: an answer of the world, no fault of the app's."""


class Refused(Exception):
    """An error answer. `problems` stand under `errors` in Discord's nested form."""

    def __init__(self, code: int, *problems: Problem, status: int = 0, message: str = "") -> None:
        self.code, self.problems = code, problems
        self.status = status or STATUSES.get(code) or (404 if 10000 <= code < 11000 else 400)
        self.message = message or MESSAGES.get(code, "")
        super().__init__(str(self))

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        said: dict[str, Any] = {"message": self.message, "code": self.code}
        return said | ({"errors": _nested(self.problems)} if self.problems else {})

    def __str__(self) -> str:
        details = "; ".join(f"{'.'.join(map(str, path)) or 'body'}: {text}" for path, _, text in self.problems)
        return f"{self.code or self.status} {self.message} {details}".rstrip()


def form(path: str, code: str, text: str) -> Refused:
    """50035 with one problem; `path` is dotted."""
    return Refused(50035, (tuple(path.split(".")) if path else (), code, text))


class Book(list[str]):
    """Lines, oldest first: where, code, message, details."""

    def note(self, where: str, what: object) -> None:
        """Write a line."""
        self.append(f"{where}: {what}")

    def take(self, text: str | int) -> list[str]:
        """Those with this code or text in them, taken out: for a test that has provoked them."""
        taken = [one for one in self if str(text) in one]
        self[:] = [one for one in self if str(text) not in one]
        return taken


def _nested(problems: Iterable[Problem]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, code, text in problems:
        node = tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": text})
    return tree
