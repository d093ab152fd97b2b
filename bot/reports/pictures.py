"""A report as a picture: a small SVG with a card of its own, so that it reads on light and on dark chats. Pure.

Presentation attributes only, no style sheets, fonts or links: every renderer draws them, and nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape
from itertools import cycle

from bot.reports.figures import Bucket, Report
from bot.reports.measures import Share, Spread
from bot.reports.periods import Period
from bot.reports.wording import HOUR, MINUTE, NOTHING, percent, worked
from bot.words import clean, one_line

WIDTH, HEIGHT = 720, 360
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
INK, SOFT, FAINT, LINE, GROUND, TILE = "#1b2433", "#5b6678", "#7a8496", "#e3e7ee", "#ffffff", "#f5f7fa"
RECEIVED, RESOLVED = "#4c5fd5", "#17936c"
GOOD, FAIR, POOR = "#17936c", "#b7791f", "#c93a3a"
LEFT, RIGHT, TOP, BOTTOM = 52, 472, 92, 312
SIDE = 504
GAUGE_X, GAUGE_Y, GAUGE_R = 600, 164, 68


def report_picture(report: Report, title: str) -> str:
    """Received and resolved over time, SLA attainment and median times, as an SVG document of 720 × 360.

    `title` may hold anybody's text: it is cut, cleaned and escaped.
    """
    shown = one_line(clean(title), 42)
    parts = [
        *_head(shown, _span(report.period)),
        *_chart(report),
        *_gauge(report.total.sla),
        *_tile(SIDE, "First response", report.total.first_response),
        *_tile(SIDE + 100, "Resolution", report.total.resolution),
    ]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title desc" font-family="{FONT}">'
    )
    named = f'<title id="title">{escape(shown)}</title><desc id="desc">{escape(description(report))}</desc>'
    return "\n".join([opening, named, _ground(), *parts, "</svg>"])


def description(report: Report) -> str:
    """The picture in a sentence, for those who do not see it."""
    total = report.total
    return (
        f"{total.received} received, {total.resolved} resolved, {total.backlog} open. "
        f"Clocks met in time: {percent(total.sla)} of {total.sla.whole}. "
        f"Median first response {worked(total.first_response.median)}, "
        f"median resolution {worked(total.resolution.median)}, in working time."
    )


def _ground() -> str:
    return (
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="14" fill="{GROUND}" stroke="{LINE}"/>'
        f'<path d="M{SIDE - 16} 28V332" stroke="{LINE}"/>'
    )


def _text(
    x: float, y: float, words: str, size: float, ink: str = SOFT, anchor: str = "start", weight: int = 400
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}"'
    return f'<text {place} text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'


def _head(title: str, span: str) -> Iterator[str]:
    yield _text(24, 40, title, 18, INK, weight=600)
    yield _text(24, 61, span, 12.5)


def _span(period: Period) -> str:
    first = period.start.astimezone(period.zone)
    if period.unit == "hour":
        return f"{first:%A} {first.day} {first:%B %Y}"
    last = period.seen.astimezone(period.zone)
    return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"


def _legend(received: int, resolved: int) -> Iterator[str]:
    x = RIGHT
    for ink, label in ((RESOLVED, f"{resolved:,} resolved"), (RECEIVED, f"{received:,} received")):
        x -= 7 * len(label) + 18  # some 7 units a letter at this size, and fonts differ
        yield f'<rect x="{x}" y="51" width="11" height="11" rx="3" fill="{ink}"/>'
        yield _text(x + 17, 61, label, 12.5, INK)
        x -= 12


def _chart(report: Report) -> Iterator[str]:
    yield from _legend(report.total.received, report.total.resolved)
    yield from _labels(report.buckets, report.period)
    most = max((max(b.received, b.resolved) for b in report.buckets), default=0)
    if most:
        yield from _grid(nice_top(most))
        yield from _bars(report.buckets, nice_top(most))
    else:
        yield f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="{LINE}"/>'
        yield _text(
            (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2, "Nothing came in, nothing was resolved", 14, FAINT, "middle"
        )


def _grid(top: int) -> Iterator[str]:
    for step in range(0, top + 1, _step(top)):
        y = BOTTOM - (BOTTOM - TOP) * step / top
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{LINE}"/>'
        yield _text(LEFT - 10, y + 4, f"{step:,}", 11.5, FAINT, "end")


def nice_top(most: int) -> int:
    """The top of an axis that holds `most`: whole steps of 1, 2 or 5 × 10ⁿ, four at most."""
    step = _step(most)
    return max(math.ceil(most / step), 2) * step


def _step(most: int) -> int:
    step, factors = 1, cycle((2, 2.5, 2))
    while most > 4 * step:
        step = int(step * next(factors))
    return step


def _bars(buckets: Sequence[Bucket], top: int) -> Iterator[str]:
    slot = (RIGHT - LEFT) / len(buckets)
    wide = min(slot * 0.36, 18)
    for n, bucket in enumerate(buckets):
        middle = LEFT + slot * (n + 0.5)
        yield from _bar(middle - wide - 0.75, wide, bucket.received, top, RECEIVED)
        yield from _bar(middle + 0.75, wide, bucket.resolved, top, RESOLVED)


def _bar(x: float, wide: float, count: int, top: int, ink: str) -> Iterator[str]:
    """A bar that stands on the axis, its upper corners round, with its number where there is room."""
    high = (BOTTOM - TOP) * count / top
    r = min(3.0, wide / 2, high)
    if count:
        yield (
            f'<path d="M{x:.1f} {BOTTOM}v{r - high:.1f}q0 {-r:.1f} {r:.1f} {-r:.1f}h{wide - 2 * r:.1f}'
            f'q{r:.1f} 0 {r:.1f} {r:.1f}v{high - r:.1f}z" fill="{ink}"/>'
        )
    if count and wide == 18 and count < 1000:
        yield _text(x + wide / 2, BOTTOM - high - 5, str(count), 11, SOFT, "middle")


def _labels(buckets: Sequence[Bucket], period: Period) -> Iterator[str]:
    slot = (RIGHT - LEFT) / len(buckets)
    every = 4 if period.unit == "hour" else math.ceil(len(buckets) / 7)
    first = 0 if period.unit == "hour" else (len(buckets) - 1) % every
    for n in range(first, len(buckets), every):
        yield _text(LEFT + slot * (n + 0.5), BOTTOM + 20, _label(buckets[n], period), 11.5, SOFT, "middle")


def _label(bucket: Bucket, period: Period) -> str:
    start = bucket.start.astimezone(period.zone)
    if period.unit == "hour":
        return f"{start:%H:%M}"
    return f"{start:%a} {start.day}" if len(period.edges) <= 9 else f"{start.day} {start:%b}"


def _gauge(sla: Share) -> Iterator[str]:
    yield _text(GAUGE_X, 61, "SLA met in time", 12.5, SOFT, "middle")
    yield _arc(1.0, LINE)
    if sla.part:
        yield _arc(max(sla.part / sla.whole, 0.01), _verdict(sla))
    yield _text(GAUGE_X, GAUGE_Y - 6, percent(sla), 30, INK if sla.whole else FAINT, "middle", 600)
    yield _text(
        GAUGE_X,
        GAUGE_Y + 24,
        f"{sla.part:,} of {sla.whole:,} clocks" if sla.whole else "no clock yet",
        12,
        SOFT,
        "middle",
    )


def _verdict(sla: Share) -> str:
    rate = sla.rate or 0
    return GOOD if rate >= 0.9 else FAIR if rate >= 0.75 else POOR


def _arc(share: float, ink: str) -> str:
    """The part of the half circle from the left, clockwise."""
    angle = math.pi * (1 - share)
    x, y = GAUGE_X + GAUGE_R * math.cos(angle), GAUGE_Y - GAUGE_R * math.sin(angle)
    start = f"M{GAUGE_X - GAUGE_R} {GAUGE_Y}"
    return (
        f'<path d="{start}A{GAUGE_R} {GAUGE_R} 0 0 1 {x:.2f} {y:.2f}" fill="none" stroke="{ink}" '
        f'stroke-width="13" stroke-linecap="round"/>'
    )


def _tile(x: float, label: str, of: Spread) -> Iterator[str]:
    yield f'<rect x="{x}" y="212" width="92" height="116" rx="10" fill="{TILE}"/>'
    number, unit = _amount(of.median)
    for y, words, size, ink in ((236, label, 11.5, SOFT), (291, unit, 11.5, SOFT), (313, _of(of.n), 11, FAINT)):
        yield _text(x + 46, y, words, size, ink, "middle")
    yield _text(x + 46, 273, number, 28, INK if of.n else FAINT, "middle", 600)


def _of(n: int) -> str:
    return f"median of {n:,}" if n else "none yet"


def _amount(median: timedelta | None) -> tuple[str, str]:
    """A number and its unit: working minutes under an hour, then working hours."""
    if median is None:
        return NOTHING, ""
    minutes, hours = round(median / MINUTE), median / HOUR
    if minutes < 60:
        return f"{minutes}", "working min"
    return (f"{hours:.1f}" if hours < 9.95 else f"{round(hours):,}"), "working hours"
