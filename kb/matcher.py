"""Which articles answer a question: by their words, misspelt ones put right first; by how alike the titles are; and,
where the model is installed, by meaning."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.article import Article
from kb.languages import STOP_WORDS
from kb.meaning import Meaning
from kb.postings import Floats, Postings
from kb.question import Question, Reader
from kb.ranking import ALIKE, BY_MEANING, BY_WORDS, COVERED, NEAR
from kb.speller import Speller
from kb.text import trigrams, words

LONGEST_BODY, LONGEST_TITLE = 20_000, 300  # characters of an article that are looked at
TITLE = 2.5  # a word in the title or the tags counts as so many in the body
RERANKED = 50  # candidates by words, and as many by meaning
SETS = 64  # of articles that may be found; so many are remembered


class Matcher:
    """Articles by number, and what is known of each. Not safe for threads."""

    def __init__(self, meaning: bool) -> None:
        self.ids: list[str] = []
        self.titles: list[str] = []
        self.numbers: dict[str, int] = {}  # of those that were not dropped
        self.postings = Postings()
        self.speller = Speller(self.postings)
        self.meaning = Meaning() if meaning else None
        self._sets: dict[frozenset[str], NDArray[np.bool_]] = {}

    def put(self, articles: Sequence[Article], known: Sequence[Meaning] = ()) -> None:
        """Add articles whose ids differ; those with the same ids are dropped."""
        for article in articles:
            self.drop(article.id)
            self._add(article)
        if self.meaning is not None:
            self.meaning.put(articles, known)

    def drop(self, article_id: str) -> None:
        number = self.numbers.pop(article_id, None)
        if number is not None:
            self.postings.drop(number)
            if self.meaning is not None:
                self.meaning.drop(number)

    def settle(self) -> None:
        """After many were put: sort and learn."""
        self.postings.settle()
        if self.meaning is not None:
            self.meaning.learn()

    def search(
        self, title: str, body: str, limit: int, only: frozenset[str] | None = None
    ) -> list[tuple[str, float, float]]:
        """Ids, scores and confidences, best first."""
        ids, scores, telling = self.ranked(title, body, limit, only)
        sure = (BY_MEANING if self.meaning else BY_WORDS).of(scores, telling)
        hits = zip(ids, (telling * scores).tolist(), sure.tolist(), strict=True)
        return list(hits)[: max(limit, 0)]

    def ranked(
        self, title: str, body: str, limit: int, only: frozenset[str] | None = None
    ) -> tuple[list[str], Floats, float]:
        """At least `limit` candidates, if there are so many: ids and scores, best first; and how telling the question
        is."""
        question = Reader(self.speller, self.postings, self.meaning.words if self.meaning else ()).read(title, body)
        if not question.total:
            return [], np.zeros(0), 0.0
        scores = self._scores(question, max(limit, RERANKED), None if only is None else self._among(only))
        order = sorted((-score, self.ids[number]) for number, score in scores.items())
        return [id for _, id in order], -np.array([score for score, _ in order], np.float64), question.telling

    def _among(self, only: frozenset[str]) -> NDArray[np.bool_]:
        """By number: may the article be found."""
        among = self._sets.get(only)
        if among is None or len(among) < len(self.ids):  # a number is never used twice
            if len(self._sets) == SETS:
                self._sets.clear()
            among = self._sets[only] = np.zeros(len(self.ids), np.bool_)
            among[[self.numbers[id] for id in only & self.numbers.keys()]] = True
        return among

    def _scores(self, question: Question, most: int, among: NDArray[np.bool_] | None) -> dict[int, float]:
        """The candidates' scores, by number."""
        matched = self.postings.scores(question.weights, among) / question.total
        numbers = _largest(matched, most)
        if self.meaning is None:
            asked = trigrams(question.title)
            return {n: float(matched[n]) + self._title(self.titles[n], asked, question) for n in numbers}
        asked_for = self.meaning.vector(question.text)
        numbers = sorted({*numbers, *self.meaning.nearest(asked_for, most, among)})
        near = NEAR * self.meaning.cosines(asked_for, numbers)
        return dict(zip(numbers, (matched[numbers] + near).tolist(), strict=True))

    def _title(self, title: str, asked: set[str], question: Question) -> float:
        """What an article's title adds to its score: how alike it is, and the part of it that was asked for."""
        stems = {self.speller.words[word] for word in title.split() if word not in STOP_WORDS}
        rarities = {stem: self.postings.rarity(stem) for stem in stems}
        covered = sum(rarity for stem, rarity in rarities.items() if stem in question.weights)
        return ALIKE * _alike(asked, trigrams(title)) + COVERED * covered / (sum(rarities.values()) or 1)

    def _add(self, article: Article) -> None:
        title = list(words(article.title, LONGEST_TITLE))
        tags = [word for tag in article.tags for word in words(tag, LONGEST_TITLE)]
        body = list(words(article.body, LONGEST_BODY))
        self.speller.learn({*title, *tags, *body})
        counts: defaultdict[str, float] = defaultdict(float)
        for text, weight in ((title, TITLE), (tags, TITLE), (body, 1.0)):
            for word in text:
                if word not in STOP_WORDS:
                    counts[self.speller.words[word]] += weight
        self.numbers[article.id] = self.postings.put(counts)
        self.ids.append(article.id)
        self.titles.append(" ".join(title))


def _largest(scores: Floats, most: int) -> list[int]:
    """The numbers of the best that are above zero."""
    best = np.argpartition(-scores, most)[:most] if len(scores) > most else np.arange(len(scores))
    numbers: list[int] = best[scores[best] > 0].tolist()
    return numbers


def _alike(a: set[str], b: set[str]) -> float:
    """Dice's coefficient, 0 to 1."""
    return 2 * len(a & b) / (len(a) + len(b) or 1)
