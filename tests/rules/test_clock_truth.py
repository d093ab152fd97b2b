"""The clocks against an oracle that steps through time, over random calendars, policies and timelines.

A case is made of its seed: `make soak ARGS="clocks --first SEED --cases 1"` looks at one again.
"""

from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.sla import clocks
from tests.rules.clock_cases import case
from tests.rules.clock_oracle import looked_at

PARTS = 8
EACH = 1300


@pytest.mark.parametrize("part", range(PARTS))
@given(st.integers(0, 2**40 - 1))
@settings(
    max_examples=EACH, derandomize=True, deadline=None, database=None, phases=(Phase.generate,)
)  # the neighbour of a seed is another case altogether: there is nothing to shrink
def test_clocks_are_what_stepping_through_time_says(part: int, seed: int) -> None:
    """BEHAVIOUR 24 to 26: 10,400 cases over all the zones there are."""
    found = case(Random(part * 2**40 + seed))
    looked_at(found, clocks(found.events, found.terms))
