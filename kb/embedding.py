"""The optional model: sentences to vectors that lie near each other when they mean much the same."""

from collections.abc import Container, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.extra import checked
from kb.wordpiece import WordPiece

DIMENSIONS = 384
LONGEST = 128  # pieces of words; what comes after them is not read
BATCH = 16
FLUENT = 1.5  # pieces a word

Vectors = NDArray[np.floating[Any]]


@cache
def model() -> "Model":
    """The model, loaded once a process. ModelMissing if it cannot be."""
    return Model(checked())


class Model:
    """all-MiniLM-L6-v2 on onnxruntime, on one thread."""

    def __init__(self, file: Path) -> None:
        import onnxruntime  # the extra `semantic`; takes 0.1 s and 30 MB

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it keeps what the longest batch took
        self._session: Any = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self._pieces = WordPiece()
        self.words: Container[str] = self._pieces.numbers

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of 384 numbers of length 1 for each text: the mean over its pieces."""
        pieces = [self._pieces.encode(text, LONGEST) for text in texts]
        order = sorted(range(len(texts)), key=lambda n: len(pieces[n]))  # a batch is as slow as its longest text
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._run([pieces[n] for n in batch])
        return vectors

    def fluency(self, text: str) -> float:
        """How well it reads a text, 0 to 1: words that fall into many pieces are of no language that it learned.

        English has 1.2 pieces a word (a tenth of questions 2 or more), French 2.2, German 3.4.
        """
        return min(1.0, FLUENT * len(text.split()) / max(len(self._pieces.encode(text, LONGEST)) - 2, 1))

    def _run(self, batch: list[list[int]]) -> Vectors:
        ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
        for row, numbers in enumerate(batch):
            ids[row, : len(numbers)] = numbers
        mask = (ids > 0).astype(np.int64)  # [PAD] is piece 0
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, inputs)[0]
        return unit(np.einsum("bth,bt->bh", hidden, mask.astype(np.float32)))


def unit(vectors: Vectors) -> Vectors:
    """Each row at length 1; a row of zeros stays one."""
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return scaled
