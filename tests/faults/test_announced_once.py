"""BEHAVIOUR 29: each (ticket, clock, deadline, level) is announced once, whatever happens to those who look.

A case is a list of what happens, drawn by Hypothesis: acts that are heard twice and in any order, by any of the desks;
time, outages, clocks that are set back and right again, starts, and looks of one desk or of all at the same moment.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.databases import EMPTY
from tests.faults.estate import Estate
from tests.postgres import plain

ACTS = (
    "ticket my laptop is broken",
    "ticket the screen is dark",
    "claim IT-1001",
    "reply IT-1001 first words",
    "reply IT-1001 words of hers",
    "ask IT-1001 Which one?",
    "impact IT-1001 high",
    "impact IT-1002 high",
    "resolve IT-1001 done",
    "notfixed IT-1001",
    "reopen IT-1001 again",
    "!ack IT-1001",
    "!snooze IT-1001",
    "!escalate IT-1001",
    "!ack IT-1002",
)
Step = tuple[str, Any]
replica = st.integers(0, 1)
world: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("time passes"), st.integers(1, 200)),
    st.tuples(st.just("time passes"), st.integers(1, 200)),
    st.tuples(st.just("one looks"), replica),
    st.tuples(st.just("all look at once"), st.none()),
    st.tuples(st.just("its clock is set back"), replica),
    st.tuples(st.just("its clock is right again"), replica),
    st.tuples(st.just("starts again"), replica),
)


@st.composite
def cases(draw: st.DrawFn) -> list[Step]:
    """What is heard twice, in any order, among all that happens."""
    acts = ["ticket my laptop is broken", *draw(st.lists(st.sampled_from(ACTS), min_size=1, max_size=9))]
    heard: list[Step] = [("hear", (n, act, draw(replica))) for n, act in enumerate(acts) for _ in range(2)]
    return draw(st.permutations(heard + draw(st.lists(world, min_size=8, max_size=20))))


SAME = settings(
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],  # a case takes a while: the failing one is told as it is
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


def hold(url: str, steps: list[Step]) -> None:
    async def tell() -> None:
        with tempfile.TemporaryDirectory() as home:
            estate = Estate(url, Path(home), replicas=2, seed=len(steps))
            await estate.opens()
            try:
                for step in steps:
                    await estate.does(step)
                await estate.holds()
                await no_act_had_two_effects(estate, steps)
            finally:
                await estate.closes()

    asyncio.run(tell())


async def no_act_had_two_effects(estate: Estate, steps: list[Step]) -> None:
    """BEHAVIOUR 23."""
    acts = dict(with_[:2] for what, with_ in steps if what == "hear")
    tickets, replies = await estate.effects()
    assert tickets == sum(act.startswith("ticket") for act in acts.values())
    for words in ("first words", "words of hers"):
        assert replies[words] <= sum(act.endswith(words) for act in acts.values())


@settings(SAME, max_examples=15)
@given(steps=cases())
def test_29_each_level_is_announced_once_by_two_desks_on_sqlite(sqlite_template: Path, steps: list[Step]) -> None:
    """BEHAVIOUR 29."""
    with tempfile.TemporaryDirectory() as home:
        hold(f"sqlite:///{shutil.copy(sqlite_template, Path(home) / 'firstline.db')}", steps)


@settings(SAME, max_examples=10)
@given(steps=cases())
def test_29_each_level_is_announced_once_by_two_desks_on_postgresql(postgres_of_worker: str, steps: list[Step]) -> None:
    """BEHAVIOUR 29."""
    with psycopg.connect(plain(postgres_of_worker), autocommit=True) as connection:
        connection.execute(EMPTY)
    hold(postgres_of_worker, steps)
