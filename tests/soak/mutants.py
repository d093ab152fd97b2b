"""Bugs that are put in on purpose, one at a time, each into a copy of the repository: the tests have to notice.

docs/testing.md lists them, with what noticed. `make soak ARGS="mutants"`; with a name behind it, those whose names
begin so.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak.bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]
PATIENCE = 600
"""Seconds for which the tests of one bug may run: one that makes them hang is noticed as well."""
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
PASSED = 0
"""What pytest returns when all is well."""


def main(words: list[str]) -> None:
    """Look whether the tests pass without a bug, and fail with each; exit 1 if one is not noticed."""
    parser = argparse.ArgumentParser(prog="make soak ARGS='mutants …'", description=__doc__)
    parser.add_argument("name", nargs="*", help="how the bugs' names begin")
    parser.add_argument("--workers", default="2", help="tests side by side")
    asked = parser.parse_args(words)
    chosen = [bug for bug in BUGS if bug.name.startswith(" ".join(asked.name))]
    with copied() as place:
        sound = sorted({test for bug in chosen for test in bug.tests})
        code, seen = outcome(place, sound, asked.workers, patience=None)
        if code != PASSED:
            sys.exit(f"mutants: the tests fail without any bug:\n{seen}")
        unnoticed = [bug.name for bug in chosen if not noticed(place, bug, asked.workers)]
    print(f"mutants: {len(chosen) - len(unnoticed)} of {len(chosen)} were noticed", flush=True)
    if unnoticed:
        sys.exit(f"not noticed: {', '.join(unnoticed)}")


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of what stands in the repository, with changes that are not committed yet."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    with TemporaryDirectory(prefix="firstline-mutants-") as place:
        for name in listed.stdout.decode().splitlines():
            if (ROOT / name).is_file():
                (Path(place) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, Path(place) / name)
        yield Path(place)


def noticed(place: Path, bug: Bug, workers: str) -> bool:
    """Whether a test fails with the bug; the copy is as before afterwards."""
    file = place / bug.file
    sound = file.read_text()
    if sound.count(bug.old) != 1:
        sys.exit(f"mutants: {bug.name!r} is to replace what stands {sound.count(bug.old)} times in {bug.file}")
    file.write_text(sound.replace(bug.old, bug.new))
    try:
        code, seen = outcome(place, bug.tests, workers)
    finally:
        file.write_text(sound)
    found = FAILED.search(seen)
    by = found[1] if found else "a hang" if code is None else "nothing"
    print(f"mutants: {bug.name}: noticed by {by}", flush=True)
    return code is None or found is not None


def outcome(
    place: Path, tests: Sequence[str], workers: str, patience: float | None = PATIENCE
) -> tuple[int | None, str]:
    """What pytest returned (None: it did not end), and what it said."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", workers, "-p", "no:cacheprovider", "--tb=no", *tests]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stdout[-3000:]
