"""What every benchmark needs: results as ratios, medians, the disk's flush time, what a process has used."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICKS = os.sysconf("SC_CLK_TCK")
FLUSHES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A line of the table. `ratio` is of the two before it; `more` says whether a larger one is better."""

    work: str
    ours: str
    other: str
    ratio: float
    least: float
    aim: float
    more: bool = True
    notes: Sequence[str] = ()

    @property
    def verdict(self) -> str:
        """How the ratio stands to what was asked for."""
        sign = 1 if self.more else -1
        if sign * self.ratio >= sign * self.aim:
            return "aim met"
        return "ok" if sign * self.ratio >= sign * self.least else "SHORT"


def flush_time(place: Path) -> float:
    """Seconds that fsync of 4 KB takes there, the median of 50."""
    path = place / "flush"
    block = bytes(4096)
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(block)
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    path.unlink()
    return median(times)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that it took by this clock."""
    start = clock()
    work()
    return clock() - start


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """What a process and its descendants have used so far."""
    return sum(_cpu(member) for member in family(pid))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> dict[str, float]:
    """Megabytes of a process: `rss`, and `pss`, where shared pages count in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return {"rss": sizes["Rss:"], "pss": sizes["Pss:"]}
