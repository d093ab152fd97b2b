"""Long runs of what the suite looks at in short: `make soak`, or `make soak ARGS="clocks --cases 5000"` for a part."""

import sys

from tests.soak import clocks, kills, mutants, rota, timers, year

SOAKS = {
    "clocks": clocks.main,
    "kills": kills.main,
    "mutants": mutants.main,
    "rota": rota.main,
    "timers": timers.main,
    "year": year.main,
}


def main(words: list[str]) -> None:
    """Run the soak that is named first, with the words behind it; all of them, one after the other, without a name."""
    if words and words[0] not in SOAKS:
        sys.exit(f"there is no soak {words[0]!r}: {', '.join(SOAKS)}")
    for name in words[:1] or SOAKS:
        SOAKS[name](words[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
