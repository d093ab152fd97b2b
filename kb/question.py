"""What is asked: a person's words, put right and weighed."""

import math
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from itertools import pairwise

from kb.languages import STOP_WORDS
from kb.postings import Postings
from kb.speller import Speller
from kb.text import WORD, stem, words

LONGEST = 4_000  # characters of a question that are looked at
BODY = 0.6  # what a word in the question's body weighs, against 1 in its title
REPEATED = 2.0  # the most that a repeated word weighs
JOINED, HALF = 0.5, 0.8  # weight of a word joined from two ("log in" is login), and of each half of one that is split
UNKNOWN = 0.5  # weight of a word that no article has, against 1 for one that only this article has not
TELLING = 6.0  # rare words; a question with more of them is no better understood
MOST_TERMS = 32
MOST_FIXES = 8  # each costs up to a millisecond in a large knowledge base


@dataclass(frozen=True)
class Question:
    """title: the words of the title as they were meant. weights: how much each stem tells, the most telling first.
    total: the sum of these and of the words that no article has. text: title and body as they stand, the misspelt words
    put right. telling: 0 to 2.4, how many rare words' worth is asked, the square root of it."""

    title: str
    weights: dict[str, float]
    total: float
    text: str
    telling: float


class Reader:
    """Reads one question with the words of the articles in mind."""

    def __init__(self, speller: Speller, postings: Postings, real: Container[str] = ()) -> None:
        """real: words that are spelt rightly although no article has them."""
        self._real = real
        self._speller = speller
        self._postings = postings
        self._weights: defaultdict[str, float] = defaultdict(float)
        self._fixes = 0
        self._meant: dict[str, str] = {}  # by misspelt word

    def read(self, title: str, body: str) -> Question:
        """Weigh and put right what was asked."""
        meant = self._note(list(words(title, LONGEST)), 1.0)
        self._note(list(words(body, LONGEST)), BODY)
        rarity = self._postings.rarity
        weighed = sorted(((min(weight, REPEATED) * rarity(term), term) for term, weight in self._weights.items()))
        most = {term: weight for weight, term in weighed[: -MOST_TERMS - 1 : -1]}
        total = sum(weight * (1.0 if term in self._postings else UNKNOWN) for term, weight in most.items())
        telling = math.sqrt(min(TELLING, total / math.log(1 + self._postings.most())))
        return Question(" ".join(meant), most, total, self._put_right(title, body), telling)

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
        fixes = self._speller.fix(word)
        if word in self._real and fixes and fixes[0][0] in STOP_WORDS:
            return [(word, 1.0)]
        halves = () if fixes else self._speller.split(word)
        if word not in self._real:
            self._meant[word] = fixes[0][0] if fixes else " ".join(halves) if len(halves) > 1 else word
        if not (fixes or halves):
            halves = tuple(self._speller.compounds(word))
        return fixes or [(half, HALF) for half in halves] or [(word, 1.0)]

    def _put_right(self, title: str, body: str) -> str:
        text = ". ".join(part[:LONGEST] for part in (title.strip(), body.strip()) if part)
        return WORD.sub(lambda match: self._meant.get(match.group().casefold(), match.group()), text)
