"""How the signs that an article answers are weighed, and how sure they make.

The numbers were chosen on real questions (OpenOffice, LibreOffice, Ask Ubuntu, the chats of three shops). Each set was
also judged by numbers chosen on the others, and ranking is flat around all of them. `benchmarks/kb.py` measures.
"""

from typing import NamedTuple

import numpy as np

from kb.postings import Floats

# Beside 1 for the part of the question that an article's words match:
ALIKE = 0.3  # by words: how many trigrams the titles share
COVERED = 0.05  # by words: how much of the article's title was asked for; where titles are all there is, it decides
NEAR = 2.0  # by meaning: the cosine
BACKGROUND = slice(30, 80)  # ranks of candidates that are no answers, if there are so many


class Sureness(NamedTuple):
    """A logistic fit of "this answers" on two numbers, half of the questions being without an answer."""

    offset: float
    told: float  # the score × how telling the question is
    rise: float  # of the score over the background's: an answer stands out

    def of(self, scores: Floats, telling: float) -> Floats:
        """For scores in falling order, the probability of each, 0 to 1."""
        sure: Floats = 1 / (1 + np.exp(-signs(scores, telling) @ np.array(self)))
        return sure


def signs(scores: Floats, telling: float) -> Floats:
    """A row for each score: 1, and the two numbers."""
    background = scores[BACKGROUND].mean() if len(scores) > BACKGROUND.start else scores[-1:].sum()
    return np.stack([np.ones_like(scores), telling * scores, scores - background], axis=1)


BY_WORDS = Sureness(-3.98, 4.07, 0.0)
BY_MEANING = Sureness(-4.26, 0.32, 2.36)
