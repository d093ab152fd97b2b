"""`make bench`, or `python -m benchmarks intake claim` for some of them."""

from __future__ import annotations

import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Result, flush_time

NAMES = (
    "intake", "memory", "five_row", "claim", "workers", "tick", "sweep", "burst", "helpdesk", "slack", "kb",
    "categories",
)  # fmt: skip
COLUMNS = (30, 36, 36, 7, 9, 6, 8)


def main() -> None:
    names = [name.replace("-", "_") for name in sys.argv[1:]] or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.")
    _line("work", "ours", "floor or peer", "ratio", "at least", "aim", "")
    for name in names:
        _measure(name)


def _measure(name: str) -> None:
    with tempfile.TemporaryDirectory(prefix=f"firstline-bench-{name}-") as folder:
        place, start = Path(folder), time.perf_counter()
        flush = flush_time(place)
        for result in import_module(f"benchmarks.{name}").run(place):
            _show(result)
        took = time.perf_counter() - start
        print(f"    the disk flushes 4 KB in {flush * 1e3:.2f} ms; measured in {took:.0f} s", flush=True)


def _show(result: Result) -> None:
    sign = "≥" if result.more else "≤"
    least, aim = f"{sign} {result.least:g}", f"{sign} {result.aim:g}"
    _line(result.work, result.ours, result.other, f"{result.ratio:.2f}", least, aim, result.verdict)
    for note in result.notes:
        print(f"    {note}")


def _line(*cells: str) -> None:
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, COLUMNS, strict=True)).rstrip(), flush=True)


if __name__ == "__main__":
    main()
