"""The beat of the cycles: APScheduler, kept going when the machine's clock is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler carries no types
    """So many seconds after the last time, however late that was."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + timedelta(seconds=self.seconds)


class Metronome(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler carries no types
    """APScheduler plans by the machine's clock, and sleeps by one that nobody sets.

    When the next turn is further away than the most frequent job ever waits, the machine's clock was set back: then
    every job begins its wait anew. One that is set ahead makes all of them due, once.
    """

    def __init__(self) -> None:
        super().__init__(timezone="UTC")

    def every(self, seconds: float, run: Callable[[str], Awaitable[object]], name: str) -> None:
        """Call `run(name)` every so many seconds, never twice at the same time."""
        settings = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self.add_job(run, Every(seconds), args=[name], id=name, **settings)

    def _process_jobs(self) -> float | None:
        wait: float | None = super()._process_jobs()
        jobs = self.get_jobs()
        shortest: float = min((job.trigger.seconds for job in jobs), default=0.0)
        if wait is None or wait < 2 * shortest:
            return wait
        for job in jobs:
            job.reschedule(job.trigger)
        return shortest
