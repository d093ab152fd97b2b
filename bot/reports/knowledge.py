"""What the knowledge base does: what came of articles, what people ask and nobody wrote, what needs a look. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.lifecycle import SOLVED
from bot.reports.clusters import clusters, telling
from bot.reports.measures import Share
from storage.knowledge_figures import Missed, Offered, Said, Standing, Sums

DAY = timedelta(days=1)
UNOPENED = timedelta(days=365)
"""An article that nobody has opened for so long is stale."""
RECENT = timedelta(days=90)
"""Verdicts that are this new say whether an article still helps."""
FEW = 3
"""Fewer people say nothing about an article."""
EXAMINED = 50
"""So many groups of tickets are asked about, the largest, whether an article has come meanwhile."""


@dataclass(frozen=True, slots=True)
class Use:
    """What came of an article in a period.

    shown: tickets that it was offered with; deflected: those of them that it closed without an agent. opened, helped,
    unhelped: so many tickets, and people who read it without one. answered: people whose ticket an agent resolved with
    it.
    """

    article: str
    title: str
    shown: int = 0
    opened: int = 0
    helped: int = 0
    unhelped: int = 0
    deflected: int = 0
    answered: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether more readers say that it does not help than that it does."""
        return self.unhelped > max(self.helped + self.answered, 1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a period's tickets: those that an article closed without an agent, and those with a good article, one that was
    offered and not found unhelpful, or answered with. suggested: articles offered a ticket, None without tickets."""

    deflected: Share
    good: Share
    suggested: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Tickets about the same that no article answered.

    words: those that tell them from others. tickets: their numbers, the newest first, whose title is `example`. tried:
    with how many an article was offered. best: the ticket whose solution makes the best article, if any was solved.
    """

    words: tuple[str, ...]
    example: str
    tickets: tuple[int, ...]
    tried: int
    best: int | None


@dataclass(frozen=True, slots=True)
class Stale:
    """A published article that needs a look, and why."""

    article: str
    title: str
    why: tuple[str, ...]


def uses(standing: Iterable[Standing], offered: Iterable[Offered], said: Iterable[Said]) -> list[Use]:
    """What came of these articles and of no others, those that did most first; those of which nothing came are left
    out."""
    found = {article.id: Use(article.id, article.title) for article in standing}
    for row in offered:
        if row.article in found:
            counts: dict[str, Any] = {name: value for name, value in row._asdict().items() if name != "article"}
            found[row.article] = replace(found[row.article], **counts)
    for one in said:
        if one.article in found and (one.alone or one.kind == "answered"):
            use = found[one.article]
            found[one.article] = _more(use, one)
    return sorted((use for use in found.values() if use != Use(use.article, use.title)), key=_rank)


def _more(use: Use, said: Said) -> Use:
    more: dict[str, Any] = {said.kind: getattr(use, said.kind) + said.people}
    return replace(use, **more)


def _rank(use: Use) -> tuple[int, int, int, str]:
    return -use.shown, -use.opened, -(use.helped + use.answered), use.article


def totals(sums: Sums, shown: int) -> Totals:
    """`shown`: how often an article was offered with the period's tickets."""
    return Totals(
        Share(sums.deflected, sums.received),
        Share(sums.good, sums.received),
        shown / sums.received if sums.received else None,
    )


def gaps(missed: Sequence[Missed], answers: Callable[[str], Iterable[str]]) -> list[Gap]:
    """What two or more of these tickets ask in like words, the largest first.

    answers: the articles that would be suggested for some words today. Where there is one that was not tried with a
    ticket of the gap, somebody has written it meanwhile, and there is no gap any more.
    """
    by_number = {ticket.number: ticket for ticket in missed}
    titles = {number: ticket.title for number, ticket in by_number.items()}
    everything = list(titles.values())
    found = []
    for numbers in [group for group in clusters(titles) if len(group) > 1][:EXAMINED]:
        group = [by_number[number] for number in sorted(numbers, reverse=True)]
        words = telling([ticket.title for ticket in group], everything)
        if words and not _written(group, answers):
            found.append(_gap(group, words))
    return found


def _written(group: Sequence[Missed], answers: Callable[[str], Iterable[str]]) -> bool:
    tried = frozenset().union(*(ticket.offered for ticket in group))
    return bool(set(answers(group[0].title)) - tried)


def _gap(group: Sequence[Missed], words: tuple[str, ...]) -> Gap:
    solved = [ticket for ticket in group if ticket.outcome in SOLVED]
    best = max(solved, key=_solution, default=None)
    return Gap(
        words=words,
        example=group[0].title,
        tickets=tuple(ticket.number for ticket in group),
        tried=sum(bool(ticket.offered) for ticket in group),
        best=best.number if best else None,
    )


def _solution(ticket: Missed) -> tuple[bool, int, int, int, int]:
    """How good a solution is to write from: confirmed, never reopened, well rated, in many words, new."""
    return ticket.outcome == "fixed", -ticket.reopened, ticket.stars or 0, min(ticket.resolution, 500), ticket.number


def stale(standing: Iterable[Standing], recent: Mapping[str, Mapping[str, int]], now: datetime) -> list[Stale]:
    """The articles that need a look, those with most reasons first.

    recent: by article and kind, how many people said so since `now - RECENT`.
    """
    found = [Stale(a.id, a.title, tuple(_why(a, recent.get(a.id, {}), now))) for a in standing]
    return sorted((one for one in found if one.why), key=lambda one: (-len(one.why), one.title, one.article))


def _why(article: Standing, recent: Mapping[str, int], now: datetime) -> Iterable[str]:
    against, in_favour = recent.get("unhelped", 0), recent.get("helped", 0) + recent.get("answered", 0)
    if against >= FEW and against > in_favour:
        yield f"{against} of {against + in_favour} readers said lately that it does not help"
    if article.review_at and article.review_at <= now:
        yield f"its review has been due for {_age(now - article.review_at)}"
    if max(article.at, article.opened_at or article.at) <= now - UNOPENED:
        yield "nobody has opened it for a year"


def _age(time: timedelta) -> str:
    days = time // DAY
    return f"{days:,} days" if days > 1 else "a day" if days else "less than a day"
