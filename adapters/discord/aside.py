"""What is too long for a custom id is put aside: a verb with its answers, under a short name made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic_core import to_json

ASIDE = "aside:"


class Memory(Protocol):
    """Keeps small texts over restarts and for all replicas; see bot.memory."""

    async def get(self, workspace: str, name: str) -> str: ...

    async def keep(self, workspace: str, name: str, text: str) -> None: ...

    async def aside(self, workspace: str, text: str) -> str: ...


async def put(memory: Memory, workspace: str, verb: str, answers: Mapping[str, str]) -> str:
    """The name under which they can be taken up again, as often as somebody presses."""
    return await memory.aside(workspace, to_json([verb, dict(sorted(answers.items()))]).decode())
