"""The budget of gateway sessions: what Discord says is heeded, and who goes on failing gets slow, over restarts too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.session_starts import DAY, Limit, Spent, pause

NOW = 1_764_000_000.0


def test_the_first_sessions_wait_for_nothing() -> None:
    """A take-over is a matter of seconds, and so are some dozens of them."""
    spent = Spent()
    for number in range(50):
        assert pause(spent, Limit(), NOW + number) == 0.0
        spent = spent.begun(NOW + number, Limit())


@given(st.floats(1.0, 60.0), st.integers(10, 5_000))
def test_a_crash_loop_never_spends_a_days_budget(seconds: float, total: int) -> None:
    """TRAPS: 1,000 IDENTIFY a day. Whoever begins as often as allowed is below that, over any day."""
    limit, spent, now, begun = Limit(total, total), Spent(), NOW, 0
    while now < NOW + DAY:
        now += max(seconds, pause(spent, limit, now))
        spent = Spent.of(spent.begun(now, limit).text)  # as after a restart
        begun += 1
    assert begun <= total


def test_what_is_left_of_the_day_has_to_last() -> None:
    """Others may use the same token: the last of what Discord says is left is spread over the time until the reset."""
    assert pause(Spent(), Limit(1000, 50, 3600.0), NOW) == 72.0
    assert pause(Spent(), Limit(1000, 0, 3600.0), NOW) == 3600.0
    assert pause(Spent(), Limit(1000, 900, 3600.0), NOW) == 0.0


def test_what_was_spent_is_made_up_for() -> None:
    """As time passes; a clock that is set back changes nothing."""
    spent = Spent(100.0, NOW)
    assert pause(spent, Limit(), NOW) > 0
    assert pause(spent, Limit(), NOW + 3 * 3600) == 0.0
    assert spent.by(NOW - 500, Limit()) == spent


def test_what_was_kept_badly_is_nothing() -> None:
    for text in ("", "{}", "[1]", "nonsense", '{"sessions": "x", "at": 1}'):
        assert Spent.of(text) == Spent()
    assert Spent.of(Spent(3.25, NOW).text) == Spent(3.25, NOW)
