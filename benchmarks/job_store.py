"""APScheduler with its own job store, a job for each thing to look at, as the sweep's peer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler


class Stepped(BaseScheduler):
    """A scheduler that looks when it is told to."""

    def wakeup(self) -> None:
        """Not by itself."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


def looked_at() -> None:
    """What a job does: nothing, in the store's favour."""


def seconds(place: Path, jobs: int, due: int) -> float:
    """How long it takes to find `due` jobs of so many, run them, and write down when each is to run next.

    In its favour: no thread is needed for a job, and none that is late is left out.
    """
    scheduler = Stepped(timezone="UTC")
    scheduler.add_executor(DebugExecutor(), "default")
    scheduler.add_jobstore(SQLAlchemyJobStore(url=f"sqlite:///{place / 'jobs.db'}"), "default")
    scheduler.start()
    now = datetime.now(UTC)
    for number in range(jobs):
        first = now - timedelta(minutes=1) if number < due else now + timedelta(days=1)
        scheduler.add_job(looked_at, "interval", hours=12, next_run_time=first, misfire_grace_time=None)
    start = perf_counter()
    scheduler._process_jobs()
    took = perf_counter() - start
    left = [job for job in scheduler.get_jobs() if job.next_run_time <= now]
    scheduler.shutdown(wait=False)
    if left:
        raise AssertionError(f"{len(left)} jobs were not run")
    return took
