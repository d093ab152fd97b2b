"""What /metrics tells, in Prometheus' text format: figures about the desk itself, none about a person or a ticket.

Labels are verbs, outcomes, cycles and channels: what the program and its settings declare, so that their number is
bounded. What each figure is for: docs/operations.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import Session

from storage import failures, posts, sweeps
from storage.database import StorageFailed

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

    from bot.cycles import Heartbeat

Labels = tuple[str, ...]
PATIENCE = 2.0
"""Seconds for the database to answer in: who scrapes waits for some ten."""


class Figure(NamedTuple):
    """A figure, or one for each value of its labels. `counted`: it only grows, until the process ends."""

    name: str
    help: str
    values: Mapping[Labels, float]
    labels: Labels = ()
    counted: bool = False


class Waiting(NamedTuple):
    """What the database holds for later: since when the oldest post is to be sent, and how much is due, by table."""

    oldest_post: datetime | None
    due: Mapping[str, int]


def waiting(db: Session, now: datetime) -> Waiting:
    """Costs what is due and what is to be sent."""
    return Waiting(posts.oldest_waiting(db), sweeps.due(db, now))


async def exposition(heartbeat: Heartbeat) -> tuple[bytes, str]:
    """The text, and its content type. What the database holds is left out while that does not answer."""
    from prometheus_client import exposition as text  # a desk that nobody scrapes need not have it in memory
    from prometheus_client.registry import CollectorRegistry

    now = heartbeat.desk.now()
    held: Waiting | None = None
    with suppress(StorageFailed, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            held = await heartbeat.desk.database.read(lambda db: waiting(db, now))
    registry = CollectorRegistry()
    registry.register(_Collector(lambda: figures(heartbeat, held, now)))
    return text.generate_latest(registry), text.CONTENT_TYPE_LATEST


def figures(heartbeat: Heartbeat, held: Waiting | None, now: datetime) -> Iterator[Figure]:
    """All of them at an instant; without `held` those that the process knows by itself."""
    beats = heartbeat.beats()
    yield Figure("findings", "What the auditor finds wrong.", {(): len(heartbeat.auditor.problems(now))})
    if held:
        oldest = max(0.0, (now - held.oldest_post).total_seconds()) if held.oldest_post else 0.0
        yield Figure("oldest_unsent_post_seconds", "Age of the oldest message that is to be sent.", {(): oldest})
        yield Figure("due", "What is due and was not looked at yet.", _each(held.due.items()), ("kind",))
    lags = _each((beat.name, beat.lag(now)) for beat in beats)
    yield Figure("cycle_lag_seconds", "Since when a cycle of the heartbeat has not got on.", lags, ("cycle",))
    failing = _each((beat.name, bool(beat.error)) for beat in beats)
    yield Figure("cycle_failing", "Whether a cycle's last run failed.", failing, ("cycle",))
    yield Figure("channel_silence_seconds", "Since when nothing was heard.", _silences(heartbeat), ("channel",))
    yield from _counted(heartbeat)


def _counted(heartbeat: Heartbeat) -> Iterator[Figure]:
    sends: dict[Labels, float] = dict(heartbeat.deliverer.counts.items())
    commands: dict[Labels, float] = dict(heartbeat.desk.counts.items())
    labels = ("channel", "outcome")
    yield Figure("posts", "Sends of messages, by what came of them.", sends, labels, counted=True)
    yield Figure("commands", "Commands, by what came of them.", commands, ("verb", "outcome"), counted=True)
    refused = _each(failures.COUNTS.items())
    yield Figure("database_errors", "What the database refused.", refused, ("kind",), counted=True)


def _silences(heartbeat: Heartbeat) -> dict[Labels, float]:
    told = ((name, adapter.silent()) for name, adapter in heartbeat.deliverer.adapters.items())
    return _each((name, seconds) for name, seconds in told if seconds is not None)


def _each(values: Iterable[tuple[str, float]]) -> dict[Labels, float]:
    return {(name,): float(value) for name, value in values}


class _Collector:
    """Figures as Prometheus' own library takes them."""

    def __init__(self, figures: Callable[[], Iterator[Figure]]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

        for figure in self._figures():
            family = CounterMetricFamily if figure.counted else GaugeMetricFamily
            made = family(f"firstline_{figure.name}", figure.help, labels=figure.labels)
            for labels, value in sorted(figure.values.items()):
                made.add_metric(labels, value)
            yield made
