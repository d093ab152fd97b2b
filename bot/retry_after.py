"""What an answer over HTTP says of how long to wait. Pure.

RFC 9110, 10.2.3 knows a date as well as seconds; no chat sends one, and a date needs a clock that both sides agree on.
"""

from __future__ import annotations

LONGEST = 86_400.0


def seconds(told: str | None) -> float | None:
    """The seconds that a header's value says, at most a day's; None where it says no number of them."""
    text = (told or "").strip()
    if not (text.isascii() and text.replace(".", "", 1).isdigit()):
        return None
    return min(float(text), LONGEST)
