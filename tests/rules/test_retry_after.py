"""How long to wait, as the headers of an answer say it, whatever stands in them."""

from __future__ import annotations

import pytest

from bot.retry_after import LONGEST, seconds


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0.35", 0.35),
        ("1.", 1.0),
        ("9" * 500, LONGEST),
        (None, None),
        ("", None),
        (".", None),
        ("1.2.3", None),
        ("-1", None),
        ("1e3", None),
        ("inf", None),
        ("nan", None),
        ("²", None),
        ("٣", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 09:00:00 GMT", None),
    ],
)
def test_a_wait_is_a_number_of_seconds_or_none(told: str | None, wait: float | None) -> None:
    assert seconds(told) == wait
