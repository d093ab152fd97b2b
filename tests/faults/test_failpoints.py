"""The desk is killed (SIGKILL) at every boundary of every flow, and nothing is lost, doubled or out of order."""

from pathlib import Path

import pytest

from storage.failpoints import FAILPOINTS
from tests.faults.company import Company, a_company
from tests.faults.deaths import dies, in_peace, some, told
from tests.faults.flows import FLOWS
from tests.faults.process import Spare

VARIED = ("a_file", "a_warning_a_breach_and_both_levels", "reminders_and_silence")


@pytest.mark.parametrize("flow", FLOWS)
async def test_29_a_desk_that_dies_anywhere_in_a_flow_loses_and_doubles_nothing(it: Company, flow: str) -> None:
    """BEHAVIOUR 23, 29: each death once in the suite, at a time of its own; `make soak` has all of them."""
    expected, deaths = await in_peace(it, flow)
    kind = it.database.engine.dialect.name
    chosen = some(deaths, f"{flow}, {kind}", database=kind == "postgresql")
    came = [await dies(it, flow, death, expected) or await dies(it, flow, death.first, expected) for death in chosen]
    assert sum(came) > 0.8 * len(came), f"only {sum(came)} deaths of {len(came)} came"


async def test_every_failpoint_is_reached(sqlite_database_url: str, spare: Spare, tmp_path: Path) -> None:
    """A name that nobody reaches would be a death that is never died."""
    async with a_company(sqlite_database_url, tmp_path, spare) as it:
        await it.process.ask("watch")
        it.chat.deadly.lost("chat.postMessage", times=3)
        for flow in VARIED:
            await told(it, flow)
        assert set(await it.process.ask("reached")) == set(FAILPOINTS)
