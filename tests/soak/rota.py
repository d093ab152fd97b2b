"""Who is on call against a walk through the minutes, one rotation a seed; an interrupted run goes on with --first."""

import argparse
import sys

from tests.rules.test_rota_truth import looked_at_rota

EVERY = 100


def main(words: list[str]) -> None:
    """Look at all rotations of a range of seeds; the first that is wrong ends it."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='rota …'", description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--cases", type=int, default=20_000, help="how many")
    asked = parser.parse_args(words)
    for seed in range(asked.first, asked.first + asked.cases):
        try:
            looked_at_rota(seed)
        except Exception as error:  # whatever it is, the seed has to be told
            sys.exit(f"rota: seed {seed}: {type(error).__name__}: {error}")
        if (seed + 1 - asked.first) % EVERY == 0:
            print(f"rota: {seed + 1 - asked.first:,} of {asked.cases:,}, none wrong; next seed {seed + 1}", flush=True)
