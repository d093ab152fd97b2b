"""What was meant: misspelt words matched with the words that the articles use."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.text import STOP_WORDS

SHORT, LONG = 3, 7  # letters: a short word may have one letter swapped, a long one two slips, others one
FIRST_LETTER = 0.5  # slips: people seldom miss the first letter
COMMON = 0.15  # slips per e-fold: of two candidates the commoner is likelier
CLOSE = 0.6  # slips: candidates further than this behind the best are not considered
CERTAIN, NEXT = 0.8, 0.6  # weight of the best candidate, and of each further one relative to the one before
MOST = 3


class Speller:
    """The articles' words and how many articles have each. The words are kept by length and compared one by one, in C:
    24,000 of them take 0.4 ms, need no index in memory and miss nothing within two slips."""

    def __init__(self) -> None:
        self._articles: Counter[str] = Counter()
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self.learn(STOP_WORDS)  # so that "plese" is please, and no rarer word

    def learn(self, words: Iterable[str]) -> None:
        """Note an article's distinct words."""
        for word in words:
            self._articles[word] += 1
            if self._articles[word] == 1 and len(word) >= SHORT and not word.isdigit():
                self._by_length[len(word)].append(word)

    def forget(self, words: Iterable[str]) -> None:
        """Take back what `learn` noted."""
        for word in words:
            self._articles[word] -= 1
            if not self._articles[word]:
                del self._articles[word]
                if len(word) >= SHORT and not word.isdigit():
                    self._by_length[len(word)].remove(word)

    def knows(self, word: str) -> bool:
        return word in self._articles

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
                if len(word) > SHORT or near[0] == word[0]:
                    yield self._unlikely(word, near, distance), near

    def _unlikely(self, word: str, near: str, distance: float) -> float:
        return distance + FIRST_LETTER * (near[0] != word[0]) - COMMON * math.log(self._articles[near])

    def split(self, word: str) -> tuple[str, ...]:
        """The two known words of three letters or more that `word` is run together from; none if it is not."""
        pairs = [(word[:i], word[i:]) for i in range(3, len(word) - 2)]
        known = [(a, b) for a, b in pairs if a in self._articles and b in self._articles]
        return max(known, key=lambda pair: min(self._articles[part] for part in pair), default=())
