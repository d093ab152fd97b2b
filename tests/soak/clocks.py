"""A million cases of the clocks against their oracle, one a seed; an interrupted run goes on with --first."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

from bot.sla import clocks
from tests.rules.clock_cases import case
from tests.rules.clock_oracle import looked_at

BATCH = 2000


def main(words: list[str]) -> None:
    """Look at all cases of a range of seeds; exit 1 with the seeds that failed."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='clocks …'", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--cases", type=int, default=1_000_000, help="how many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(words)
    end, started, failed = asked.first + asked.cases, time.monotonic(), 0
    batches = [(first, min(first + BATCH, end)) for first in range(asked.first, end, BATCH)]
    with ProcessPoolExecutor(asked.workers) as pool:
        for (_, done), wrong in zip(batches, pool.map(_batch, batches), strict=True):
            failed += len(wrong)
            pace = (done - asked.first) / (time.monotonic() - started)
            sys.stdout.writelines(f"  {line}\n" for line in wrong)
            print(
                f"clocks: {done - asked.first:,} of {asked.cases:,} ({pace:,.0f}/s), {failed} wrong; next seed {done}",
                flush=True,
            )
    if failed:
        sys.exit(1)


def _batch(seeds: tuple[int, int]) -> list[str]:
    return list(_wrong(range(*seeds)))


def _wrong(seeds: range) -> Iterator[str]:
    for seed in seeds:
        try:
            found = case(Random(seed))
            looked_at(found, clocks(found.events, found.terms))
        except Exception as error:  # whatever it is, the others are looked at as well
            yield f"seed {seed}: {type(error).__name__}: {str(error)[:200]}"
