"""What a new ticket is about and whose it is, each with a reason for the card. Pure; takes settings and figures, asks
nobody.

Category: routing words, else what the nearest past tickets agree on, else none (BEHAVIOUR 12). Priority is
`Settings.priority` (BEHAVIOUR 13). Owner: BEHAVIOUR 14.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from unicodedata import normalize

from bot.derived import Derived
from bot.settings import Level, Policy, Priority, Settings
from bot.words import moment

WEIGHTS: dict[str, int] = {Priority.CRITICAL: 8, Priority.HIGH: 4, Priority.MEDIUM: 2, Priority.LOW: 1}
"""How much an open ticket loads its owner."""

URGENCY = Level.MEDIUM
"""The urgency of a ticket whose requester gave none. Never read from the words: who writes URGENT!!! says how they
feel, and would train everybody to write it."""

# benchmarks/categories.py tells what these do
NEAREST = 10  # past tickets that have a say
NEAR = 0.25  # how sure it must be, of 1, that the nearest is the same matter
AGREED = 0.6  # the part of their likenesses that one category must have
NAMED = 5  # people a reason names one by one


class Guess(NamedTuple):
    """A category's key, "" for uncategorised, and why."""

    category: str
    because: str


class Choice(NamedTuple):
    """A person's handle, None when the ticket stays in the queue, and why."""

    person: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent of the team, as things stand. load: the WEIGHTS of their open tickets, summed; open: how many these are.

    cap: how many open tickets they may be given. back: when somebody away or out of hours is there again, if known.
    asks: the ticket is their own request, which somebody else is to work on. here: whether they are in its workspace.
    """

    person: str
    load: float
    open: int
    last_assigned: datetime | None
    available: bool
    in_hours: bool
    skills: frozenset[str]
    cap: int
    name: str = ""
    back: datetime | None = None
    asks: bool = False
    here: bool = True


def category(text: str, settings: Settings) -> Guess:
    """What a text says that it is about.

    Words and phrases of the settings count whole, without regard to case, hyphens and spaces ("Wi-Fi", "wifi", "wi
    fi"); where several begin at one place, the longest. The category with the most words in its different phrases wins,
    then the one with the longest phrase. Words that fit two alike decide nothing.
    """
    hits = _hits(text, _routes(settings))
    if hits:
        ranked = sorted(((*_rank(phrases), key) for key, phrases in hits.items()), reverse=True)
        if len(ranked) == 1 or ranked[0][:2] > ranked[1][:2]:
            key = ranked[0][2]
            return Guess(key, f"it says {_listed(f'“{phrase}”' for phrase in hits[key])}")
    return Guess("", f"its words fit {_listed(sorted(hits))} alike" if hits else "no routing word fits")


def nearest(neighbours: Iterable[tuple[str, float]], settings: Settings) -> Guess | None:
    """What the nearest past tickets say, if they are near and agree; for where the words tell nothing.

    neighbours: (category, likeness in 0…1), in any order; only categories of the settings have a say.
    """
    known = ((score, key) for key, score in neighbours if score > 0 and key in settings.categories)
    heard = sorted(known, reverse=True)[:NEAREST]
    scores: dict[str, float] = {}
    for score, key in heard:
        scores[key] = scores.get(key, 0) + score
    best = max(scores, key=lambda key: scores[key], default="")
    if not best or scores[best] < AGREED * sum(scores.values()) or max(s for s, k in heard if k == best) < NEAR:
        return None
    agreeing = sum(key == best for _, key in heard)
    return Guess(
        best, f"like {agreeing} of the {len(heard)} nearest past tickets" if heard[1:] else "like a past ticket"
    )


def owner(candidates: Sequence[Candidate], skill: str, policy: Policy, last: str = "") -> Choice:
    """Who of a team's agents gets a ticket that needs a skill ("": none).

    Eligible is who has the skill, did not ask for it, is in the workspace, in hours, available and under their cap.
    least-load: the smallest load, then the longest without a new ticket (never counts longest), then the first handle.
    round-robin: the next eligible one after `last` in the candidates' order, from the start when `last` has left the
    team. claim: nobody.
    """
    if policy is Policy.CLAIM:
        return Choice(None, "this team claims its tickets")
    eligible = [c for c in candidates if not _hindrance(c, skill)]
    if not eligible:
        return Choice(None, _nobody(candidates, skill))
    return _next_in_turn(candidates, eligible, skill, last) if policy is Policy.ROUND_ROBIN else _least(eligible, skill)


class _Routes(NamedTuple):
    """Squashed phrases ("wifi") to how the settings write them and whose they are; and all their beginnings."""

    phrases: dict[str, tuple[str, tuple[str, ...]]]
    begins: frozenset[str]


_WORD = re.compile(r"[^\W_]+[+#]*")


def _words(text: str) -> list[str]:
    return _WORD.findall(normalize("NFKC", text).casefold())


def _compile(settings: Settings) -> _Routes:
    phrases: dict[str, tuple[str, tuple[str, ...]]] = {}
    for key, entry in settings.categories.items():
        for phrase in entry.words:
            if squashed := "".join(_words(phrase)):
                written, keys = phrases.get(squashed, (phrase, ()))
                phrases[squashed] = written, keys if key in keys else (*keys, key)
    begins = frozenset(squashed[:length] for squashed in phrases for length in range(1, len(squashed) + 1))
    return _Routes(phrases, begins)


_routes = Derived(_compile)


def _hits(text: str, routes: _Routes) -> dict[str, list[str]]:
    """The phrases found, by category. A word that begins none costs one look-up, however many phrases there are."""
    hits: dict[str, list[str]] = {}
    words, begins = _words(text), routes.begins
    at = 0
    while at < len(words):
        found, after = _longest(words, at, routes) if words[at] in begins else ("", at + 1)
        if found:
            phrase, keys = routes.phrases[found]
            for key in keys:
                if phrase not in hits.setdefault(key, []):
                    hits[key].append(phrase)
        at = after
    return hits


def _longest(words: list[str], at: int, routes: _Routes) -> tuple[str, int]:
    """The longest phrase that begins at a word ("" for none), and the word after it."""
    found, after, squashed = "", at + 1, ""
    for end in range(at, len(words)):
        squashed += words[end]
        if squashed not in routes.begins:
            break
        if squashed in routes.phrases:
            found, after = squashed, end + 1
    return found, after


def _rank(phrases: list[str]) -> tuple[int, int]:
    lengths = [len(phrase.split()) for phrase in phrases]
    return sum(lengths), max(lengths)


def _least(eligible: list[Candidate], skill: str) -> Choice:
    chosen = min(eligible, key=_idleness)
    level = sum(c.load == chosen.load for c in eligible)
    if len(eligible) == 1:
        why = f"the only one free{_with(skill)}"
    elif level == 1:
        why = f"least loaded of {len(eligible)}{_with(skill)}"
    else:
        why = f"longest idle of the {level} least loaded{_with(skill)}"
    return Choice(chosen.person, f"{why}: {chosen.open} open")


def _idleness(candidate: Candidate) -> tuple[float, datetime, str]:
    return candidate.load, candidate.last_assigned or datetime.min.replace(tzinfo=UTC), candidate.person


def _next_in_turn(candidates: Sequence[Candidate], eligible: list[Candidate], skill: str, last: str) -> Choice:
    order = [c.person for c in candidates]
    turn = order.index(last) + 1 if last in order else 0
    free = {c.person for c in eligible}
    chosen = next(person for person in order[turn:] + order[:turn] if person in free)
    return Choice(chosen, f"next in turn of {len(free)}{_with(skill)}")


def _nobody(candidates: Sequence[Candidate], skill: str) -> str:
    able = [c for c in candidates if _has(c, skill)]
    if not able:
        return f"nobody in the team has the skill {skill}" if candidates else "the team has no agents"
    reasons = [f"{c.name or c.person} {_hindrance(c, skill)}" for c in able[:NAMED]]
    more = [f"{len(able) - NAMED} more"] if len(able) > NAMED else []
    return f"nobody{_with(skill)} is available: {', '.join(reasons + more)}"


def _hindrance(candidate: Candidate, skill: str) -> str:
    """Why somebody cannot be given the ticket; "" when they can."""
    until = f" until {moment(candidate.back)}" if candidate.back else ""
    if not _has(candidate, skill):
        return f"lacks the skill {skill}"
    if candidate.asks:
        return "asks for it"
    if not candidate.here:
        return "is not in this workspace"
    if not candidate.available:
        return f"is away{until}"
    if not candidate.in_hours:
        return f"is off{until}"
    return "" if candidate.open < candidate.cap else f"is at the cap ({candidate.cap})"


def _has(candidate: Candidate, skill: str) -> bool:
    return not skill or skill in candidate.skills


def _with(skill: str) -> str:
    return f" with skill {skill}" if skill else ""


def _listed(parts: Iterable[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
