"""Our own rate limiter: a message a second a channel, tiers of methods, Retry-After; pure, with a clock of its own."""

from __future__ import annotations

from adapters.slack.pace import AT_ONCE, METHODS, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def pace() -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(clock), clock


def test_a_few_messages_at_once_then_one_a_second() -> None:
    made, clock = pace()
    assert [made.wait("main", "chat.postMessage", "C1") for _ in range(AT_ONCE)] == [0.0] * AT_ONCE
    assert made.wait("main", "chat.postMessage", "C1") == 1.0
    clock.now += 1
    assert made.wait("main", "chat.postMessage", "C1") == 0.0 < made.wait("main", "chat.postMessage", "C1")
    assert made.wait("main", "chat.postMessage", "C2") == 0.0 == made.wait("T2", "chat.postMessage", "C1")


def test_no_minute_sees_more_than_a_tier_and_its_burst() -> None:
    for method, minute in METHODS.items():
        made, clock = pace()
        calls = 0
        for step in range(600):
            clock.now = 1000.0 + step / 10
            calls += made.wait("main", method, f"C{step}") == 0.0
        assert minute <= calls <= minute * 1.5 + 1, method


def test_those_who_wait_are_told_a_time_each() -> None:
    made, clock = pace()
    while made.wait("main", "chat.postMessage", "C1") == 0.0:
        pass
    told = [made.promise("main", "chat.postMessage", "C1") for _ in range(5)]
    assert told == [1.0, 2.0, 3.0, 4.0, 5.0]
    clock.now += 1
    assert made.wait("main", "chat.postMessage", "C1") == 0.0, "whoever comes first has the turn"


def test_what_slack_says_is_heeded_for_its_channel_method_or_workspace() -> None:
    made, clock = pace()
    made.hold(30, "main", "chat.postMessage", "C1")
    assert made.wait("main", "chat.postMessage", "C1") == 30.0 == made.promise("main", "chat.postMessage", "C1")
    assert made.wait("main", "chat.postMessage", "C2") == 0.0
    made.hold(30, "main", "users.info")
    assert made.wait("main", "users.info") == 30.0
    made.hold(300, "main")
    assert made.wait("main", "chat.update", "C2") == 300.0 and made.wait("T2", "chat.update", "C2") == 0.0
    clock.now += 301
    assert made.wait("main", "chat.postMessage", "C1") == 0.0


def test_memory_does_not_grow_for_ever() -> None:
    made, clock = pace()
    for number in range(25_000):
        clock.now += 1
        made.wait("main", "chat.postMessage", f"C{number}")
    assert len(made._lines) <= 10_002
