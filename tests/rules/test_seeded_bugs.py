"""The bugs that `make soak ARGS="mutants"` puts in can be put in, and the tests that have to fail are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_finds_its_place(bug: Bug) -> None:
    assert (ROOT / bug.file).read_text(encoding="utf-8").count(bug.old) == 1
    assert bug.old != bug.new and bug.tests
    assert all((ROOT / name).is_file() for name in bug.tests)
