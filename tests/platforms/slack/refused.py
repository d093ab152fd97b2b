"""What Slack refuses, and the book of what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class Refused(Exception):
    """An answer `ok: false` with its error code; `more` is what else stands in the answer."""

    def __init__(self, error: str, *problems: str, **more: Any) -> None:
        super().__init__(error, *problems)
        self.error, self.problems, self.more = error, problems, more

    def answer(self) -> dict[str, Any]:
        """The answer's JSON, with what is wrong in `errors` and `response_metadata.messages`."""
        said: dict[str, Any] = {"ok": False, "error": self.error} | self.more
        if self.problems:
            said["errors"] = list(self.problems)
            said["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in self.problems]}
        return said


@dataclass(frozen=True)
class Violation:
    """Something that Slack would have refused, or told the person about: where, its error code, and details."""

    where: str
    error: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.error} {self.detail}".rstrip()


class Book(list[Violation]):
    """Violations, oldest first."""

    def note(self, where: str, error: str, detail: str | Sequence[str] = "") -> None:
        """Write a violation down."""
        self.append(Violation(where, error, detail if isinstance(detail, str) else "; ".join(detail)))

    def take(self, error: str) -> list[Violation]:
        """Those with this error code, taken out: for a test that has provoked them."""
        taken = [one for one in self if one.error == error]
        self[:] = [one for one in self if one.error != error]
        return taken
