"""How figures are said: times, shares, ratings; "–" where there is nothing, and of how many where there is."""

from __future__ import annotations

from datetime import timedelta

from bot.reports.measures import Rating, Share, Spread

NOTHING = "–"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def worked(time: timedelta | None) -> str:
    """Working time: `< 1 min`, `25 min`, `3 h 20 min`, `26 h`. Never days, which are as long as a calendar has them."""
    if time is None:
        return NOTHING
    if time < MINUTE:
        return "< 1 min" if time else "0 min"
    minutes = round(time / MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if minutes >= 600 or not rest:
        return f"{round(minutes / 60)} h"
    return f"{hours} h {rest} min"


def age(time: timedelta | None) -> str:
    """Calendar time: in hours up to two days, then in days."""
    if time is None:
        return NOTHING
    if time < 2 * DAY:
        return worked(timedelta(hours=round(time / HOUR)) if time >= 10 * HOUR else time)
    return f"{round(time / DAY)} days"


def percent(share: Share) -> str:
    """`92%`; only what is all or nothing is called 100% or 0%."""
    rate = share.rate
    if rate is None:
        return NOTHING
    return f"{round(rate * 100) if rate in (0, 1) else min(max(round(rate * 100), 1), 99)}%"


def share(of: Share) -> str:
    """`92% (11 of 12)`."""
    return f"{percent(of)} ({of.part:,} of {of.whole:,})" if of.whole else NOTHING


def times(spread: Spread) -> str:
    """`25 min median · 1 h 40 min p90 · 40 min mean (n = 12)`."""
    if not spread.n:
        return NOTHING
    return f"{worked(spread.median)} median · {worked(spread.p90)} p90 · {worked(spread.mean)} mean (n = {spread.n:,})"


def stars(rating: Rating) -> str:
    """`★ 4.6 (n = 5)`."""
    return NOTHING if rating.mean is None else f"★ {rating.mean:.1f} (n = {rating.n:,})"
