"""How the tickets of a past went: who did what, and when. Pure; chance comes from a `Random` that is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from bot.calendar import Calendar
from bot.past.topics import STILL, Topic

Deed = Literal["claim", "ask", "answer", "hear", "resolve", "reopen", "fixed", "rate", "close"]
MINUTE = timedelta(minutes=1)
FIRST, TALK, FIX = 55, 70, 150
"""Minutes of work until somebody takes a ticket, between two messages, and until it is done: the medians."""


class Step(NamedTuple):
    """Something that was done to a ticket, with the words that were said, or the stars that were given."""

    at: datetime
    deed: Deed
    words: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket: who asked for what, who helped them, and what happened in order."""

    topic: Topic
    words: str
    requester: str
    agent: str
    opened: datetime
    steps: tuple[Step, ...]


def steps(random: Random, topic: Topic, opened: datetime, calendar: Calendar, close: timedelta) -> Iterator[Step]:
    """What happens to a ticket until it is closed. `close`: so much work after a resolution it closes by itself."""

    def later(at: datetime, median: float) -> datetime:
        return calendar.add(at, median * random.lognormvariate(0, 0.9) * MINUTE)

    at = later(opened, FIRST)
    yield Step(at, "claim")
    if random.random() < 0.35:
        at += random.randint(1, 9) * MINUTE
        yield Step(at, "ask", topic.question[0])
        at = later(at, TALK)
        yield Step(at, "hear", topic.question[1])
    if random.random() < 0.7:
        at += random.randint(2, 25) * MINUTE
        yield Step(at, "answer", topic.says)
    at = later(at, FIX)
    yield Step(at, "resolve", topic.fix)
    if random.random() < 0.07:
        at = later(at, TALK)
        yield Step(at, "reopen", random.choice(STILL))
        at = later(at, FIX)
        yield Step(at, "resolve", topic.fix)
    if random.random() < 0.4:
        yield Step(calendar.add(at, close), "close")
        return
    at = later(at, TALK)
    yield Step(at, "fixed")
    if random.random() < 0.65:
        stars = random.choices("12345", (2, 3, 12, 35, 48))[0]
        yield Step(at + MINUTE, "rate", stars)
