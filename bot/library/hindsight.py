"""How well the knowledge base would have done on the desk's own past: was the article that helped suggested?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.knowledge import Knowledge
from storage.hindsight import Past

DEPTH = 10
"""How many hits of each ticket are looked at."""
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class Finding:
    """What is found for a ticket of the past: (is it an answer, how sure) for each hit, best first."""

    past: Past
    hits: tuple[tuple[bool, float], ...]

    def right(self, at_least: float, limit: int) -> bool:
        """Would an answer have been among the suggestions?"""
        return any(answer and sure >= at_least for answer, sure in self.hits[:limit])

    def offers(self, at_least: float) -> bool:
        """Would anything have been suggested?"""
        return any(sure >= at_least for _, sure in self.hits)


def look_back(
    knowledge: Knowledge,
    past: Iterable[Past],
    audiences: Callable[[str], frozenset[str]],
    done: Callable[[int], object] = lambda n: None,
) -> list[Finding]:
    """Ask again what was asked then, among what the requester may read by now; `done` is called with 1 after each
    ticket. What was said of articles does not count: it would be asked what it was told.

    Answers that are no longer published count for nothing: a ticket with no others is left out.
    """
    findings = []
    for ticket in past:
        if not ticket.answers or ticket.answers & knowledge.held.keys():
            hits = knowledge.fixes(ticket.words, 0.0, DEPTH, audiences=audiences(ticket.requester))
            findings.append(Finding(ticket, tuple((h.article_id in ticket.answers, h.confidence) for h in hits)))
        done(1)
    return findings


def told(findings: list[Finding], at_least: float, limit: int, prefix: str) -> str:
    """The figures in words, and what each threshold would have done."""
    solved = [f for f in findings if f.past.answers]
    unsolved = [f for f in findings if not f.past.answers]
    if not findings:
        return (
            "There is nothing to look back on yet: no requester has said of a suggestion “This fixed it” or “None of "
            "these”, and no ticket was resolved with an article."
        )
    right = [f for f in solved if f.right(at_least, limit)]
    first = [f for f in right if f.right(at_least, 1)]
    unsure = [f for f in solved if f not in right and f.right(0.0, DEPTH)]
    missed = [f for f in solved if f not in right and f not in unsure]
    return "\n".join(
        [
            f"{len(solved):,} tickets were resolved by an article. At {at_least:.0%} it",
            f"  would have been suggested for {_of(right, solved)}, in the first place for {_of(first, solved)},",
            f"  would have been found, but too far down or not surely enough, for {_of(unsure, solved)},",
            f"  would not have been found for {_of(missed, solved)}{_named(missed, prefix)}.",
            f"{len(unsolved):,} tickets were offered articles that did not help: "
            f"now {_of([f for f in unsolved if f.offers(at_least)], unsolved)} would be offered any.",
            "",
            "suggest_at   answered   offered, not helped",
            *(_level(level, limit, solved, unsolved) for level in LEVELS),
        ]
    )


def _level(level: float, limit: int, solved: list[Finding], unsolved: list[Finding]) -> str:
    right, offered = sum(f.right(level, limit) for f in solved), sum(f.offers(level) for f in unsolved)
    return f"{level:>10.0%}   {right:>8,}   {offered:>19,}"


def _of(some: list[Finding], whole: list[Finding]) -> str:
    return f"{len(some):,} ({len(some) / len(whole):.0%})" if whole else "0"


def _named(findings: list[Finding], prefix: str) -> str:
    shown = [f"{prefix}-{finding.past.ticket}" for finding in findings[:5]]
    return f" ({', '.join(shown)}{', …' if len(findings) > len(shown) else ''})" if shown else ""
