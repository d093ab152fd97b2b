"""A report's picture: well-formed whatever the figures and the title are, and nothing in it but what was drawn."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.reports import periods
from bot.reports.figures import Report, build
from bot.reports.pictures import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, nice_top, report_picture
from storage.figures import Case, Timer

NOW = datetime(2026, 11, 19, 14, 20, tzinfo=UTC)
ALWAYS = Calendar("UTC", {})
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {SVG + name for name in ("svg", "title", "desc", "rect", "path", "text")}
same_every_time = settings(derandomize=True, deadline=None, database=None)


def report(name: str, ages: list[float], *, in_time: bool = True) -> Report:
    """Tickets of so many days ago, each resolved at once."""
    made = [NOW - timedelta(days=age) for age in ages]
    cases = [
        Case(number=n, title="x", status="resolved", category="", team="it", owner=None, via="web", created_at=at,
             resolved_at=at, first_reply_at=at, first=Timer("met", at, at, not in_time))
        for n, at in enumerate(made)
    ]  # fmt: skip
    return build(cases, periods.named(name, NOW, ZoneInfo("Europe/Berlin")), lambda team: ALWAYS)


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(SVG + "text")]


@pytest.mark.parametrize("name", periods.NAMES)
def test_without_any_figure_it_says_so(name: str) -> None:
    svg = report_picture(report(name, []), "Report")
    assert "Nothing came in, nothing was resolved" in words(svg)
    assert words(svg).count("–") == 3 and "no clock yet" in words(svg) and "NaN" not in svg


@same_every_time
@given(st.text(), st.sampled_from(list(periods.NAMES)), st.lists(st.floats(0, 100), max_size=30), st.booleans())
def test_it_is_well_formed_whatever_it_is_given(title: str, name: str, ages: list[float], in_time: bool) -> None:
    root = ElementTree.fromstring(report_picture(report(name, ages, in_time=in_time), title))
    assert root.tag == SVG + "svg" and root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert {element.tag for element in root.iter()} <= DRAWN


@pytest.mark.parametrize(
    "title",
    [
        "</text><script>alert(1)</script>",
        "</title><image href='http://evil.example/x'/>",
        '"><a href="javascript:alert(1)">x</a>',
        "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
        "]]>\x00\x1b\ud800 ⟦2026-01-01T00:00:00Z⟧ \u202eback",
    ],
)
def test_hostile_words_stay_words(title: str) -> None:
    svg = report_picture(report("week", [0.1]), title)
    root = ElementTree.fromstring(svg)
    assert {element.tag for element in root.iter()} <= DRAWN
    attributes = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") or name in ("href", "style", "class") for name in attributes)
    svg.encode()


def test_it_tells_those_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(report_picture(report("week", [0.1, 1]), "Report: IT"))
    title, desc = root.find(SVG + "title"), root.find(SVG + "desc")
    assert title is not None and title.text == "Report: IT"
    assert desc is not None and (desc.text or "").startswith(
        "2 received, 2 resolved, 0 open. Clocks met in time: 100% of 2."
    )


@same_every_time
@given(st.integers(1, 10**7))
def test_the_axis_holds_the_highest_bar_in_whole_steps(most: int) -> None:
    top = nice_top(most)
    assert most <= top <= max(3 * most, 2)


def test_everything_is_drawn_inside() -> None:
    root = ElementTree.fromstring(report_picture(report("month", [n / 3 for n in range(90)]), "W" * 200))
    places: list[Any] = [(element.get("x"), element.get("y")) for element in root.iter(SVG + "text")]
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in places)
    assert 0 < LEFT < RIGHT < WIDTH and 0 < TOP < BOTTOM < HEIGHT
