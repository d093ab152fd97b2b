"""A chat of the tests' own: it keeps what stands in each room, and fails as platforms do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from adapters.contract import Adapter
from bot.words import Post, SendFailed

LOST = 0.1
"""Of so many sends the answer is lost after they were done."""


@dataclass
class Room(Adapter):
    """A chat in which all desks say what they say: it takes one message in ten and loses the answer.

    said: all that was new, in order; standing: what stands there now, by its name there. `down`: it takes nothing;
    `refuses`: the part of the rest that it does not take. `reads` looks at whatever comes to stand.
    """

    chance: random.Random
    said: list[Post] = field(default_factory=list)
    standing: dict[str, Post] = field(default_factory=dict)
    down: bool = False
    refuses: float = 0.0
    failed: int = 0
    reads: Callable[[Post], None] = lambda _: None
    name: str = "web"

    def __post_init__(self) -> None:
        self._names: dict[str, str] = {}

    def routes(self, desk: Any) -> Sequence[BaseRoute]:
        return ()

    async def run(self, desk: Any) -> None:
        """It never listens."""

    async def send(self, post: Post) -> str:
        if self.down or (self.refuses and self.chance.random() < self.refuses):
            self.failed += 1
            raise SendFailed("it takes nothing now", fate="not sent")
        ref = self._put(post)
        self.reads(post)
        if self.chance.random() < LOST:
            self.failed += 1
            raise SendFailed("the answer was lost")
        return ref

    def _put(self, post: Post) -> str:
        if not post.ref:
            self.said.append(post)
        ref = post.ref or str(len(self.said))
        self.standing[ref] = post
        self._names.setdefault(post.key, ref)
        return ref

    async def find(self, post: Post) -> str | None:
        return self._names.get(post.key)
