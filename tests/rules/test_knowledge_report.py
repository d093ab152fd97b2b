"""What the knowledge base does, what is missing and what is stale: BEHAVIOUR 34."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.clusters import clusters, telling
from bot.reports.knowledge import Gap, Totals, Use, gaps, stale, totals, uses
from bot.reports.measures import Share
from storage.knowledge_figures import Missed, Offered, Said, Standing, Sums

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TITLES = {
    1: "VPN drops every hour",
    2: "my vpn drops every hour!",
    3: "printer on floor 3 jams",
    4: "The pritner jams (floor 3)",
    5: "?!",
    6: "…",
    7: "payslip is missing",
}


def missed(number: int, title: str = "", **rest: Any) -> Missed:
    plain: dict[str, Any] = {
        "title": title or TITLES[number], "team": "it", "outcome": "", "stars": None, "reopened": 0, "resolution": 0,
        "offered": frozenset(),
    }  # fmt: skip
    return Missed(number=number, **(plain | rest))


def article(id: str, at: datetime = NOW, **rest: Any) -> Standing:
    plain: dict[str, Any] = {"title": id.title(), "audience": "everyone", "review_at": None, "opened_at": None}
    return Standing(id=id, at=at, **(plain | rest))


def nothing(words: str) -> Iterable[str]:
    return ()


def test_34_texts_about_the_same_are_put_together_slips_and_all() -> None:
    """BEHAVIOUR 34."""
    assert clusters(TITLES) == [[1, 2], [3, 4], [5], [6], [7]]


def test_what_says_much_more_is_not_the_same() -> None:
    """All of the short text is in the long one, but not the other way round."""
    texts = {1: "printer", 2: "printer on floor three jams after the update of its drivers", 3: "vpn"}
    assert clusters(texts) == [[1], [2], [3]]


@given(st.dictionaries(st.integers(1, 99), st.sampled_from([*TITLES.values(), "vpn", "printer vpn", ""]), max_size=12))
def test_each_text_is_in_one_group_whatever_their_order(texts: dict[int, str]) -> None:
    found = clusters(texts)
    assert sorted(number for group in found for number in group) == sorted(texts)
    assert found == clusters(dict(reversed(texts.items())))
    assert all(len(one) >= len(other) for one, other in pairwise(found))


def test_a_group_is_named_by_what_tells_it_from_others() -> None:
    everything = ["vpn drops on my laptop", "vpn drops on laptop", "laptop is slow", "laptop hums", "laptop is hot"]
    assert telling(everything[:2], everything) == ("drops", "vpn", "laptop")
    assert telling(["?!"], everything) == ()


def test_34_a_gap_has_its_words_its_tickets_and_the_best_solution_to_write_from() -> None:
    """BEHAVIOUR 34: gaps (what people ask and nobody wrote) are listed."""
    tickets = [
        missed(4, outcome="solved", resolution=400),
        missed(3, outcome="fixed", stars=3, resolution=40),
        missed(2),
        missed(1, offered=frozenset({"wifi"})),
        missed(7, outcome="fixed"),
    ]
    assert gaps(tickets, nothing) == [
        Gap(("drops", "hour", "vpn", "every")[:3], TITLES[2], (2, 1), 1, None),
        Gap(("floor", "jams"), TITLES[4], (4, 3), 0, 3),
    ]


def test_34_a_gap_is_closed_by_an_article_that_came_since() -> None:
    """BEHAVIOUR 34: but not by one that was tried, and did not help."""
    tickets = [missed(2, offered=frozenset({"vpn"})), missed(1)]
    assert len(gaps(tickets, lambda words: ["vpn"])) == 1
    assert gaps(tickets, lambda words: ["vpn", "vpn-new"]) == []


def test_34_of_two_solutions_the_confirmed_one_that_was_never_reopened_is_better() -> None:
    """BEHAVIOUR 35."""
    kinds: list[dict[str, Any]] = [
        {"outcome": "solved", "stars": 5, "resolution": 400},
        {"outcome": "fixed", "reopened": 1, "stars": 5},
        {"outcome": "fixed", "stars": 2, "resolution": 10},
        {"outcome": "fixed", "stars": 4, "resolution": 10},
        {"outcome": "fixed", "stars": 4, "resolution": 90},
    ]
    for many in range(2, len(kinds) + 1):
        tickets = [missed(number, "vpn drops", **kind) for number, kind in enumerate(kinds[:many], 1)]
        assert [gap.best for gap in gaps(tickets[::-1], nothing)] == [many]
    unsolved = [missed(number, "vpn drops", outcome="unanswered") for number in (1, 2)]
    assert gaps(unsolved, nothing)[0].best is None


def test_34_what_came_of_each_article() -> None:
    """BEHAVIOUR 34: shown, opened, deflected, helpful, per article; of those that the reader may read."""
    found = uses(
        [article("vpn"), article("wifi"), article("unused")],
        [Offered("vpn", 3, 2, 1, 1, 1), Offered("hidden", 9, 9, 9, 9, 9)],
        [
            Said("vpn", "helped", True, 2),
            Said("vpn", "helped", False, 5),  # counted as a ticket already
            Said("vpn", "answered", False, 1),
            Said("wifi", "opened", True, 4),
            Said("hidden", "helped", True, 1),
        ],
    )
    assert found == [Use("vpn", "Vpn", 3, 2, 3, 1, 1, 1), Use("wifi", "Wifi", opened=4)]
    assert not found[0].doubtful and Use("a", "A", unhelped=2, helped=1).doubtful


def test_34_the_sums() -> None:
    """BEHAVIOUR 34."""
    assert totals(Sums(4, 1, 2, 3), 6) == Totals(Share(1, 4), Share(2, 4), 1.5)
    assert totals(Sums(0, 0, 0, 0), 0) == Totals(Share(), Share(), None)


def test_34_an_article_needs_a_look_for_a_reason() -> None:
    """BEHAVIOUR 34: stale articles are listed."""
    old = NOW - 365 * DAY
    articles = [
        article("due", review_at=NOW - 3 * DAY),
        article("later", review_at=NOW + DAY),
        article("unopened", old, opened_at=old),
        article("rewritten", NOW - 364 * DAY, opened_at=old - DAY),
        article("read", old - DAY, opened_at=NOW),
        article("bad", old, opened_at=NOW),
        article("few", opened_at=NOW),
        article("both", old, review_at=NOW),
    ]
    recent = {"bad": {"unhelped": 3, "helped": 1, "answered": 1, "opened": 9}, "few": {"unhelped": 2}}
    assert [(one.article, one.why) for one in stale(articles, recent, NOW)] == [
        ("both", ("its review has been due for less than a day", "nobody has opened it for a year")),
        ("bad", ("3 of 5 readers said lately that it does not help",)),
        ("due", ("its review has been due for 3 days",)),
        ("unopened", ("nobody has opened it for a year",)),
    ]
    assert not stale(articles[5:6], {"bad": {"unhelped": 3, "helped": 2, "answered": 1}}, NOW)
