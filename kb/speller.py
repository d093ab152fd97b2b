"""What was meant: misspelt words matched with the words that the articles use."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.languages import STOP_WORDS
from kb.postings import Postings
from kb.text import stem

SHORT, LONG = 3, 7  # letters: a short word may have one letter swapped, a long one two slips, others one
FIRST_LETTER = 0.5  # slips: people seldom miss the first letter
COMMON = 0.15  # slips per e-fold: of two candidates the commoner is likelier
CLOSE = 0.6  # slips: candidates further than this behind the best are not considered
CERTAIN, NEXT = 0.8, 0.6  # weight of the best candidate, and of each further one relative to the one before
MOST = 3
PART = 5  # letters: of a compound, and of what has to be the same in two words


class Speller:
    """The articles' words, by length. They are compared one by one, in C: 24,000 of them take 0.4 ms, need no index in
    memory and miss nothing within two slips. A word is known while an article has its stem."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self.words: dict[str, str] = {}  # and their stems
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self.learn(STOP_WORDS)  # so that "plese" is please, and no rarer word

    def learn(self, words: Iterable[str]) -> None:
        """Note an article's words."""
        for word in words:
            if word not in self.words:
                self.words[word] = stem(word)
                if len(word) >= SHORT and not word.isdigit():
                    self._by_length[len(word)].append(word)

    def knows(self, word: str) -> bool:
        return self._articles(word) > 0

    def _articles(self, word: str) -> int:
        """How many articles have a form of the word."""
        if word in STOP_WORDS:
            return self._postings.most() // 4
        return self._postings.articles_with(self.words[word]) if word in self.words else 0

    def fix(self, word: str) -> list[tuple[str, float]]:
        """Up to three known words that `word` may stand for, likeliest first, each with a weight between 0 and 1.

        The distance is optimal string alignment: a slip is a letter too many, missing, wrong, or two exchanged.
        """
        if len(word) < SHORT or word.isdigit():
            return []
        ranked = sorted(self._near(word))[:MOST]
        return [(near, CERTAIN * NEXT**n) for n, (slips, near) in enumerate(ranked) if slips <= ranked[0][0] + CLOSE]

    def _near(self, word: str) -> Iterator[tuple[float, str]]:
        slips = 2 if len(word) >= LONG else 1
        reach = slips if len(word) > SHORT else 0
        for length in range(len(word) - reach, len(word) + reach + 1):
            known = self._by_length.get(length, ())
            for near, distance, _ in process.extract(word, known, scorer=OSA.distance, score_cutoff=slips, limit=20):
                if self.knows(near) and (len(word) > SHORT or _close(word, near)):
                    yield self._unlikely(word, near, distance), near

    def _unlikely(self, word: str, near: str, distance: float) -> float:
        return distance + FIRST_LETTER * (near[0] != word[0]) - COMMON * math.log(self._articles(near))

    def split(self, word: str) -> tuple[str, ...]:
        """The two known words of three letters or more that `word` is run together from; if it is not, a known word
        that it ends with or begins with, as compounds do; none if there is none."""
        pairs = [(word[:i], word[i:]) for i in range(3, len(word) - 2)]
        known = [(a, b) for a, b in pairs if self.knows(a) and self.knows(b)]
        return max(known, key=lambda pair: min(map(self._articles, pair)), default=()) or self._part(word)

    def _part(self, word: str) -> tuple[str, ...]:
        ends = [word[i:] for i in range(3, len(word) - PART + 1)]
        begins = [word[:i] for i in range(len(word) - 3, PART - 1, -1)]
        return next(((part,) for part in [*ends, *begins] if self.knows(part) and part not in STOP_WORDS), ())

    def compounds(self, word: str) -> list[str]:
        """A few known words that begin or end with `word`, the commonest first."""
        if len(word) < PART:
            return []
        longer = (words for length, words in self._by_length.items() if length >= len(word) + 3)
        near = [w for words in longer for w in words if w.startswith(word) or w.endswith(word)]
        return sorted(filter(self.knows, near), key=lambda w: (-self._articles(w), w))[:MOST]


def _close(word: str, near: str) -> bool:
    """Whether a short word may be this one: all are a letter from some little word, as "vpm" is from "vom"."""
    return near[0] == word[0] and (near not in STOP_WORDS or sorted(near) == sorted(word))
