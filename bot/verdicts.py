"""What readers made of an article, as what it adds to how likely the article is to answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import atanh, exp
from typing import NamedTuple

PRIOR = 0.15
"""The most that verdicts move a confidence, up or down: no article is buried or pushed for good."""
MOST = 4 * atanh(PRIOR)
"""The same in log-odds: adding b to the log-odds moves a probability by at most tanh(b / 4), around one half."""
DOUBT = 4.0
"""Voices, half of them for and half against, that every article begins with: it takes some to be heard."""
WORTH = {"helped": 1.0, "answered": 0.5, "unhelped": -1.0}
"""A reader's own word counts whole; that an agent resolved a ticket with it, and its requester was silent, half.
Whoever only opened it has said nothing: it may have helped, or they may have given up."""
REWRITTEN = 0.25
"""What a verdict against an earlier text still counts: somebody may have put right what it was about."""
FORGOTTEN = 10
"""Half-lives after which a verdict counts for nothing (before, a thousandth)."""


class Said(NamedTuple):
    """A verdict: who, which kind, when."""

    person: str
    kind: str
    at: datetime


def log_odds(said: Iterable[Said], now: datetime, half_life: timedelta, written_at: datetime) -> float:
    """What an article's verdicts add to the log-odds that it answers, between -MOST and MOST.

    Each person has one voice, the newest of what they said. A voice is worth half after each half-life. The balance of
    voices is the mean of a Beta(DOUBT / 2, DOUBT / 2) prior updated with them (additive smoothing), stretched to
    -1 … 1: (for - against) / (for + against + DOUBT). written_at: when the text that stands was written.
    """
    balance = heard = 0.0
    for voice in _voices(said):
        worth = _worth(voice, now, half_life, written_at)
        balance, heard = balance + worth, heard + abs(worth)
    return MOST * balance / (heard + DOUBT)


def learned(confidence: float, added: float) -> float:
    """A probability after log-odds are added to it: Bayes' rule with the factor exp(added)."""
    factor = exp(added)
    return confidence * factor / (1 - confidence + confidence * factor)


def _voices(said: Iterable[Said]) -> Iterable[Said]:
    last: dict[str, Said] = {}
    for one in said:
        if one.kind in WORTH and (one.person not in last or last[one.person].at <= one.at):
            last[one.person] = one
    return last.values()


def _worth(voice: Said, now: datetime, half_life: timedelta, written_at: datetime) -> float:
    halved = max(now - voice.at, timedelta()) / half_life
    if halved >= FORGOTTEN:
        return 0.0
    outdated = voice.kind == "unhelped" and voice.at < written_at
    return float(WORTH[voice.kind] * 2**-halved * (REWRITTEN if outdated else 1))
