"""How likely it is that an article answers."""

from enum import IntEnum

import numpy as np

from kb.postings import Floats


class Feature(IntEnum):
    """Columns of what is known about a question and an article, all 0 to 1."""

    MATCHED = 0  # BM25, as a part of what the question's words tell
    ALIKE = 1  # trigrams that the titles share
    COVERED = 2  # how much of the article's title was asked for
    NEAR = 3  # by meaning


WORDS = np.array([1, 0.3, 0.05, 0], np.float32)
MEANING = np.array([1, 0.3, 0.05, 1.5], np.float32)
BACKGROUND = slice(30, 80)  # ranks of candidates that are no answer, if there are so many
SURE_BY_WORDS = (-3.98, 4.07, 0.0)  # of the logistic fit: offset, the score times how telling the question is, the rise
SURE_BY_MEANING = (-3.84, 0.39, 2.14)


def scores(features: Floats, meaning: bool) -> Floats:
    return features @ (MEANING if meaning else WORDS)


def confidences(scores: Floats, telling: float, meaning: bool) -> Floats:
    """For scores in falling order, the probability that each is of an answer: a logistic fit on the score and on how
    far it rises above the background."""
    offset, score, rise = SURE_BY_MEANING if meaning else SURE_BY_WORDS
    background = scores[BACKGROUND].mean() if len(scores) > BACKGROUND.start else scores[-1:].sum()
    sure: Floats = 1 / (1 + np.exp(-(offset + score * telling * scores + rise * (scores - background))))
    return sure
