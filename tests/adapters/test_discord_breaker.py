"""Nothing is asked of Discord that brings the ban of an address nearer, and nothing before its turn. Pure."""

from __future__ import annotations

import pytest

from adapters.discord.breaker import GO, MOST, STOP, WINDOW, Breaker
from adapters.discord.faults import BUSY
from adapters.discord.pace import Pace, kind


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_counts_is_what_discord_counts(clock: Clock) -> None:
    """The trap: 10,000 invalid requests in 10 minutes are an IP ban."""
    breaker = Breaker(clock, stop=4, go=1)
    for status, scope in ((200, ""), (404, ""), (400, ""), (500, ""), (429, "shared")) * 10:
        breaker.heard(status, scope)
    assert breaker.wait() == 0
    for status, scope in ((401, ""), (403, ""), (429, "user"), (429, "")):
        breaker.heard(status, scope)
    assert breaker.wait() == WINDOW


def test_it_stops_far_ahead_of_the_ban_and_goes_on_when_it_has_cooled(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(STOP):
        assert breaker.wait() == 0
        breaker.heard(403)
        clock.at += 0.1
    began = clock.at - STOP * 0.1
    assert STOP < MOST / 2 and breaker.wait() == pytest.approx(began + (STOP - GO - 1) * 0.1 + WINDOW - clock.at)
    clock.at += breaker.wait()
    assert breaker.wait() == 0
    breaker.heard(403)
    assert breaker.wait() == 0


def test_the_window_slides(clock: Clock) -> None:
    breaker = Breaker(clock, stop=10, go=2)
    for _ in range(1000):
        breaker.heard(403)
        clock.at += WINDOW / 9
    assert breaker.wait() == 0


def test_it_is_told_once(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    breaker = Breaker(clock, stop=5, go=1)
    for _ in range(50):
        breaker.heard(403)
    assert capsys.readouterr().out.count("too many requests were invalid") == 1


def test_an_empty_bucket_is_not_asked_again(clock: Clock) -> None:
    pace, path = Pace(clock), "/api/v10/channels/1086000000000000001/messages"
    pace.heard("POST", path, {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset-After": "4.2"})
    assert pace.wait("POST", path) == 0
    pace.heard("POST", path, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "4.2"})
    assert pace.wait("POST", path) == pytest.approx(4.2)
    assert pace.wait("GET", path) == pace.wait("POST", path.replace("01/", "02/")) == 0
    clock.at += 4.2
    assert pace.wait("POST", path) == 0


@pytest.mark.parametrize(
    ("headers", "body", "seconds", "everything"),
    [
        ({"Retry-After": "2"}, {"retry_after": 1.5, "global": False}, 1.5, False),
        ({"Retry-After": "2", "X-RateLimit-Scope": "shared"}, {"retry_after": 1.5}, 1.5, False),
        ({"Retry-After": "65"}, {"retry_after": 64.57, "global": True}, 64.57, True),
        ({"X-RateLimit-Scope": "global"}, {"retry_after": 3}, 3, True),
        ({}, {"retry_after": 10**12}, 86_400, False),
        ({"Retry-After": "7"}, {"retry_after": "soon"}, 7, True),
        ({}, {"retry_after": float("nan")}, BUSY, True),
        ({}, {"retry_after": -5}, BUSY, True),
        ({"Retry-After": "600"}, None, 600, True),
        ({}, None, BUSY, True),
        ({"Retry-After": "soon"}, ["?"], BUSY, True),
        ({"Retry-After": "²"}, None, BUSY, True),
        ({"Retry-After": "0"}, None, BUSY, True),
    ],
)
def test_a_429_holds_what_it_is_about(
    clock: Clock, headers: dict[str, str], body: object, seconds: float, everything: bool
) -> None:
    """One route, or all of them: the global limit, and Cloudflare, whose answer is no JSON."""
    pace, path = Pace(clock), "/api/v10/channels/1086000000000000001/messages"
    assert pace.too_fast("POST", path, headers, body) == seconds
    assert pace.wait("POST", path) == pytest.approx(seconds)
    assert (pace.wait("GET", "/api/v10/gateway/bot") > 0) is everything


def test_a_longer_wait_is_not_cut_short(clock: Clock) -> None:
    pace = Pace(clock)
    pace.hold(60)
    pace.hold(5)
    assert pace.wait("GET", "/users/@me") == 60
    pace.release()
    assert pace.wait("GET", "/users/@me") == 0


def test_buckets_are_counted_as_discord_does() -> None:
    """By method and route, each channel, guild and webhook by itself, whatever message it is about."""
    one, two = "/channels/1086000000000000001/messages/1086000000000000008", "1086000000000000009"
    assert kind("PATCH", one) == kind("PATCH", one.replace("1086000000000000008", two))
    assert kind("PATCH", one) != kind("DELETE", one)
    assert kind("PATCH", one) != kind("PATCH", one.replace("1086000000000000001", two))
