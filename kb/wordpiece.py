"""BERT's WordPiece: from text to the numbers that the embedding model reads."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).parent / "model" / "vocab.txt"
LONGEST_WORD = 100  # characters; longer ones are unknown, as in BERT
# A run of letters and digits, or one character that stands alone: punctuation, a symbol, an ideograph.
_ALONE = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_TOKEN = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+|[^\w\s]|_")
_MANY = 50_000  # words whose pieces are remembered


class WordPiece:
    """The uncased vocabulary of BERT, 30,522 pieces.

    Source: Devlin et al., BERT (2018), and its reference tokenizer: the longest piece that fits, again and again.
    """

    def __init__(self) -> None:
        pieces = VOCABULARY.read_text(encoding="utf-8").split("\n")
        self.numbers = {piece: number for number, piece in enumerate(pieces) if piece}
        self._unknown, self._begin, self._end = (self.numbers[name] for name in ("[UNK]", "[CLS]", "[SEP]"))
        self._word = lru_cache(_MANY)(self._split)

    def encode(self, text: str, most: int) -> list[int]:
        """The pieces' numbers between [CLS] and [SEP], `most` of them altogether."""
        numbers = [self._begin]
        for token in _tokens(text[: most * 20]):
            numbers += self._word(token)
            if len(numbers) >= most:
                break
        return [*numbers[: most - 1], self._end]

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        numbers: list[int] = []
        start = 0
        while start < len(word):
            end, number = self._longest(word, start)
            if number is None:
                return (self._unknown,)
            numbers.append(number)
            start = end
        return tuple(numbers)

    def _longest(self, word: str, start: int) -> tuple[int, int | None]:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            number = self.numbers.get(mark + word[start:end])
            if number is not None:
                return end, number
        return start, None


def _tokens(text: str) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(_plain(text.lower())))


def _plain(text: str) -> str:
    """Without accents (category Mn) and characters that show nothing (Cf)."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
