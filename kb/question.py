"""What is asked: a person's words, put right and weighed."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from kb.postings import Postings
from kb.speller import Speller
from kb.text import STOP_WORDS, stem, words

LONGEST = 4_000  # characters of a question that are looked at
BODY = 0.6  # what a word in the question's body weighs, against 1 in its title
REPEATED = 2.0  # the most that a repeated word weighs
JOINED, HALF = 0.5, 0.8  # weight of a word joined from two ("log in" is login), and of each half of one that is split
UNKNOWN = 0.5  # weight of a word that no article has, against 1 for one that only this article has not
MOST_TERMS = 32
MOST_FIXES = 8  # each costs up to a millisecond in a large knowledge base


@dataclass(frozen=True)
class Question:
    """title: the words of the title as they were meant. weights: how much each stem tells, the most telling first.
    total: the sum of these and of the words that no article has."""

    title: str
    weights: dict[str, float]
    total: float


class Reader:
    """Reads one question with the words of the articles in mind."""

    def __init__(self, speller: Speller, postings: Postings) -> None:
        self._speller = speller
        self._postings = postings
        self._weights: defaultdict[str, float] = defaultdict(float)
        self._fixes = 0

    def read(self, title: str, body: str) -> Question:
        """Weigh and put right what was asked."""
        meant = self._note(list(words(title, LONGEST)), 1.0)
        self._note(list(words(body, LONGEST)), BODY)
        rarity = self._postings.rarity
        weighed = sorted(((min(weight, REPEATED) * rarity(term), term) for term, weight in self._weights.items()))
        most = {term: weight for weight, term in weighed[: -MOST_TERMS - 1 : -1]}
        total = sum(weight * (1.0 if term in self._postings else UNKNOWN) for term, weight in most.items())
        return Question(" ".join(meant), most, total)

    def _note(self, written: list[str], weight: float) -> list[str]:
        meant = []
        for word in written:
            candidates = [(word, 1.0)] if self._known(word) else self._guesses(word)
            meant.append(candidates[0][0])
            for candidate, likely in candidates if meant[-1] not in STOP_WORDS else ():
                if candidate not in STOP_WORDS:
                    self._weights[stem(candidate)] += weight * likely
        for whole in map("".join, pairwise(written)):
            if stem(whole) in self._postings and len(whole) > 3:
                self._weights[stem(whole)] += weight * JOINED
        return meant

    def _known(self, word: str) -> bool:
        return word in STOP_WORDS or stem(word) in self._postings

    def _guesses(self, word: str) -> list[tuple[str, float]]:
        """What an unknown word may stand for: known words, two that were run together, or itself."""
        if self._fixes == MOST_FIXES:
            return [(word, 1.0)]
        self._fixes += 1
        halves = [(half, HALF) for half in self._speller.split(word)]
        return self._speller.fix(word) or halves or [(word, 1.0)]
