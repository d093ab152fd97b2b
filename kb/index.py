"""Which articles answer a question: BM25 over stems, misspelt words put right first, and how alike the titles are.

Every weight here and in its neighbours was chosen on real questions (OpenOffice and LibreOffice, Ask Ubuntu, three
shops' chats); the figures are flat around all of them.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from kb.article import Article
from kb.postings import Postings
from kb.question import Question, Reader
from kb.speller import Speller
from kb.text import STOP_WORDS, stem, trigrams, words

LONGEST_BODY, LONGEST_TITLE = 20_000, 300  # characters of an article that are looked at
TITLE = 2.5  # a word in the title or the tags counts as so many in the body
RERANKED = 50
ALIKE, COVERED = 0.3, 0.05  # weight of the titles' likeness, and of how much of the article's title was asked for
TELLING = 6.0  # rare words; a question with more of them is no better understood
SLOPE, OFFSET = 4.07, -3.98  # logistic fit of "this is the answer" on the score, eight sets of questions weighted alike


@dataclass(frozen=True)
class Hit:
    """An article that may answer. score: 0 upwards, comparable between questions. confidence: 0 to 1, roughly the
    probability that this article is the answer."""

    article_id: str
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index remembers of an article, beside its postings."""

    id: str
    title: str
    heading: frozenset[str]
    words: tuple[str, ...]


class Index:
    """Articles made searchable, in memory. Threads may share it: one is served at a time."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._postings = Postings()
        self._speller = Speller()
        self._lock = Lock()

    @classmethod
    def build(cls, articles: Iterable[Article], semantic: bool | None = None) -> "Index":
        """An index of these articles; of two with one id, the later.

        semantic: None or False matches words. RuntimeError for True: the optional model is no part of this build.
        """
        if semantic:
            raise RuntimeError("matching by meaning needs the optional model, which is no part of this build")
        index = cls()
        for article in articles:
            index.put(article)
        return index

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, article: Article) -> None:
        """Add an article, or replace the one with its id."""
        with self._lock:
            self._drop(article.id)
            self._add(article)

    def drop(self, article_id: str) -> None:
        """Take an article out; one that is not there is no error."""
        with self._lock:
            self._drop(article_id)

    def search(self, title: str, body: str = "", limit: int = 3) -> list[Hit]:
        """At most `limit` articles, best first, for a question of a line (`title`) and perhaps more (`body`).

        Any text will do: where no word matches, the list is empty. Only the first 4,000 characters of each count.
        """
        with self._lock:
            question = Reader(self._speller, self._postings).read(title, body)
            ranked = self._ranked(question, max(limit, RERANKED))
        return [Hit(article_id, score, _confidence(score)) for score, article_id in ranked[: max(limit, 0)]]

    def _add(self, article: Article) -> None:
        title = list(words(article.title, LONGEST_TITLE))
        tags = [word for tag in article.tags for word in words(tag, LONGEST_TITLE)]
        body = list(words(article.body, LONGEST_BODY))
        counts: defaultdict[str, float] = defaultdict(float)
        for text, weight in ((title, TITLE), (tags, TITLE), (body, 1.0)):
            for word in text:
                if word not in STOP_WORDS:
                    counts[stem(word)] += weight
        number = self._free.pop() if self._free else len(self._entries)
        heading = frozenset(stem(word) for word in title if word not in STOP_WORDS)
        entry = _Entry(article.id, " ".join(title), heading, tuple({*title, *tags, *body}))
        self._entries[number], self._numbers[article.id] = entry, number
        self._postings.put(number, counts)
        self._speller.learn(entry.words)

    def _drop(self, article_id: str) -> None:
        number = self._numbers.pop(article_id, None)
        if number is None:
            return
        entry = self._entries.pop(number)
        self._free.append(number)
        self._postings.drop(number, frozenset(stem(word) for word in entry.words if word not in STOP_WORDS))
        self._speller.forget(entry.words)

    def _ranked(self, question: Question, most: int) -> list[tuple[float, str]]:
        scores = self._postings.scores(question.weights)
        best = heapq.nlargest(most, scores.items(), key=lambda item: item[1])
        asked = trigrams(question.title)
        telling = math.sqrt(min(TELLING, question.total / math.log(1 + self._postings.most())))
        ranked = []
        for number, score in best:
            entry = self._entries[number]
            matched = score / question.total + ALIKE * _alike(asked, trigrams(entry.title))
            ranked.append((telling * (matched + COVERED * self._covered(entry.heading, question)), entry.id))
        return sorted(ranked, key=lambda pair: (-pair[0], pair[1]))

    def _covered(self, heading: frozenset[str], question: Question) -> float:
        """The part, 0 to 1, of an article's title that was asked for."""
        whole = sum(map(self._postings.rarity, heading))
        return sum(map(self._postings.rarity, heading & question.weights.keys())) / whole if whole else 0.0


def _alike(a: set[str], b: set[str]) -> float:
    """Dice's coefficient, 0 to 1."""
    return 2 * len(a & b) / (len(a) + len(b) or 1)


def _confidence(score: float) -> float:
    return 1 / (1 + math.exp(-(SLOPE * score + OFFSET)))
