"""The desk is killed (SIGKILL) at every boundary of every flow, and nothing is lost, doubled or out of order."""

import pytest

from tests.faults.company import Company
from tests.faults.deaths import dies, in_peace, some
from tests.faults.flows import FLOWS


@pytest.mark.parametrize("flow", FLOWS)
async def test_29_a_desk_that_dies_anywhere_in_a_flow_loses_and_doubles_nothing(it: Company, flow: str) -> None:
    """BEHAVIOUR 23, 29: each death once in the suite, at a time of its own; `make soak` has all of them."""
    expected, deaths = await in_peace(it, flow)
    chosen = some(deaths, f"{flow}, {it.database.engine.dialect.name}")
    came = [await dies(it, flow, death, expected) for death in chosen]
    assert sum(came) > 0.7 * len(came), f"only {sum(came)} deaths of {len(came)} came"
