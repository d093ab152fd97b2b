"""The desk's clock: forward only, whatever the machine's does."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import AHEAD, WAITED_FOR, Clock

T = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
same_every_time = settings(derandomize=True, deadline=None, database=None)


class Machine:
    """The machine's two clocks, in seconds."""

    def __init__(self) -> None:
        self.wall, self.steady = 0.0, 0.0

    def clock(self, shift: timedelta = timedelta(0)) -> Clock:
        return Clock(lambda: T + self.wall * SECOND, lambda: self.steady, shift)

    def runs(self, seconds: float) -> None:
        self.wall, self.steady = self.wall + seconds, self.steady + seconds


def test_it_goes_with_the_machine() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.runs(60)
    assert clock.now() == T + timedelta(minutes=1)


def test_when_the_machine_slept_it_follows() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 3600
    assert clock.now() == T + timedelta(hours=1)


def test_when_the_machine_is_set_back_it_goes_on_from_where_it_was() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.runs(3600)
    machine.wall -= 86400
    machine.runs(60)
    assert clock.now() == T + timedelta(minutes=61)


def test_when_the_machine_runs_fast_and_is_put_right_it_waits() -> None:
    """Else a desk whose clock drifts would be a minute ahead of the others in some days."""
    machine = Machine()
    clock = machine.clock()
    ahead = []
    for _ in range(60 * 24 * 7):
        machine.runs(60)
        machine.wall -= 0.009  # 150 parts in a million
        ahead.append(clock.now() - (T + machine.wall * SECOND))
    assert timedelta(0) < max(ahead) < AHEAD + 0.01 * SECOND


def test_a_demo_can_be_moved_forward_only() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.move_to(T + timedelta(hours=5))
    clock.move_to(T)
    machine.runs(1)
    assert clock.now() == T + timedelta(hours=5, seconds=1)
    assert machine.clock(clock.shift).now() == clock.now()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("runs"), st.floats(0, 1e5)),
        st.tuples(st.just("is set"), st.floats(-1e6, 1e6)),
        st.tuples(st.just("moves"), st.floats(-1e5, 1e5)),
    )
)


@same_every_time
@given(STEPS)
def test_it_never_goes_back_and_is_behind_no_more_than_it_has_waited(steps: list[tuple[str, float]]) -> None:
    machine = Machine()
    clock = machine.clock()
    last, ran, waited = clock.now(), 0.0, timedelta(milliseconds=1)
    for what, seconds in steps:
        match what:
            case "runs":
                machine.runs(seconds)
                ran += seconds
            case "is set":
                machine.wall += seconds
                waited += max(timedelta(0), min(-seconds * SECOND, WAITED_FOR))
            case _:
                clock.move_to(last + seconds * SECOND)
        now = clock.now()
        assert now >= last
        assert now >= T + machine.wall * SECOND - AHEAD + min(clock.shift, timedelta(0))
        assert now >= T + ran * SECOND - waited
        last = now
