"""What the articles themselves teach about their words: a title is near its own text, and far from others'."""

import numpy as np

from kb.embedding import Vectors, unit

FEWEST = 200  # articles with a title and a text; from fewer there is nothing to learn
STEPS, BATCH = 80, 256  # whatever the number of articles: more steps forget what the model knew
RATE, SHARPNESS = 0.0003, 10.0
SEED = 5


def learn(titles: Vectors, texts: Vectors) -> Vectors:
    """A matrix (384 × 384) that brings each title nearer to its own text than to the other texts of a batch.

    InfoNCE in both directions, from the identity, with Adam; a second on one core. Source: van den Oord et al.,
    Representation Learning with Contrastive Predictive Coding (2018); Kingma and Ba, Adam (2015).
    """
    matrix = np.eye(titles.shape[1], dtype=np.float32)
    if len(titles) < FEWEST:
        return matrix
    draw = np.random.default_rng(SEED)
    mean, spread = np.zeros_like(matrix), np.zeros_like(matrix)
    for step in range(1, STEPS + 1):
        batch = draw.choice(len(titles), min(BATCH, len(titles)), replace=False)
        slope = _slope(matrix, titles[batch], texts[batch])
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        matrix -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return matrix


def _slope(matrix: Vectors, titles: Vectors, texts: Vectors) -> Vectors:
    """The derivative of the loss by the matrix."""
    a, b = titles @ matrix, texts @ matrix
    near = SHARPNESS * unit(a) @ unit(b).T
    pull = (_softmax(near) + _softmax(near.T).T - 2 * np.eye(len(near), dtype=np.float32)) * (SHARPNESS / len(near))
    slope: Vectors = titles.T @ _through_unit(a, pull @ unit(b)) + texts.T @ _through_unit(b, pull.T @ unit(a))
    return slope


def _softmax(rows: Vectors) -> Vectors:
    powers = np.exp(rows - rows.max(axis=1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _through_unit(rows: Vectors, slopes: Vectors) -> Vectors:
    """A derivative by unit(rows), taken on to one by the rows."""
    length = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    direction = rows / length
    through: Vectors = (slopes - direction * (slopes * direction).sum(axis=1, keepdims=True)) / length
    return through
