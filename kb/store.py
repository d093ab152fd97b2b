"""An index as a file: a line that says what it is, a header in JSON, and arrays that are read where they lie."""

import json
import os
import zlib
from array import array
from pathlib import Path
from typing import Any

import numpy as np

from kb.extra import SHA256, Unreadable, installed
from kb.matcher import Matcher

FORMAT = 2  # raise it when the arrays change, or what text.py, meaning.py or adapter.py make of a text
_FIRST = b"Firstline knowledge base index\n"
_ALIGNED = 64
_POSTINGS = ("starts", "numbers", "counts")
_MEANING = ("given", "keys", "sizes", "mean", "adapter", "rows", "lengths", "signs", "owners", "alive")


def save(matcher: Matcher, file: Path) -> None:
    """Write it beside `file`, then put it in its place."""
    matcher.postings.settle()
    beside = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            for part in _parts(matcher):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def load(file: Path) -> tuple[Matcher, bool]:
    """The matcher in a file, and whether it matches by meaning. Unreadable, or OSError if there is no such file."""
    header, content = _checked(file)
    if header["model"] and not (header["model"] == SHA256 and installed()):
        raise Unreadable(f"{file} was made with a model that is not installed here")
    arrays = {
        name: content[start : start + length].view(kind).reshape(shape)
        for name, (start, length, kind, shape) in header["arrays"].items()
    }
    return _matcher(arrays, bool(header["model"])), bool(header["model"])


def _parts(matcher: Matcher) -> list[bytes]:
    arrays = _arrays(matcher)
    places, bodies, at = {}, [], 0
    for name, values in arrays.items():
        body = values.tobytes()
        places[name] = (at, len(body), values.dtype.str, values.shape)
        bodies.append(body + bytes(-len(body) % _ALIGNED))
        at += len(bodies[-1])
    checksum = 0
    for body in bodies:
        checksum = zlib.crc32(body, checksum)
    about = {"format": FORMAT, "model": SHA256 if matcher.meaning else "", "length": at, "checksum": checksum}
    header = json.dumps({**about, "arrays": places}).encode()
    first = _FIRST + b"%d %d\n" % (len(header), zlib.crc32(header))
    return [first, header, bytes(-(len(first) + len(header)) % _ALIGNED), *bodies]


def _arrays(matcher: Matcher) -> dict[str, Any]:
    alive = [matcher.numbers.get(id) == number for number, id in enumerate(matcher.ids)]
    texts = {
        "ids": [id if there else None for id, there in zip(matcher.ids, alive, strict=True)],
        "titles": matcher.titles,
        "terms": list(matcher.postings.terms),
        "words": list(matcher.speller.words),
    }
    arrays: dict[str, Any] = {name: np.frombuffer(json.dumps(v).encode(), np.uint8) for name, v in texts.items()}
    arrays |= {name: getattr(matcher.postings, name) for name in _POSTINGS}
    arrays |= {name: np.array(getattr(matcher.postings, name)) for name in ("having", "lengths")}
    return arrays | ({f"meaning {n}": getattr(matcher.meaning, n) for n in _MEANING} if matcher.meaning else {})


def _checked(file: Path) -> tuple[dict[str, Any], Any]:
    """The header, and all that follows it as bytes that may be written to without changing the file."""
    with file.open("rb") as lines:
        if lines.readline(len(_FIRST)) != _FIRST:
            raise Unreadable(f"{file} is no index of a knowledge base")
        try:
            length, checksum = map(int, lines.readline(40).split())
            text = lines.read(length)
            header = json.loads(text) if zlib.crc32(text) == checksum else {"format": FORMAT, "length": -1}
        except ValueError as error:
            raise Unreadable(f"{file} is damaged: {error}") from error
        start = lines.tell() + -lines.tell() % _ALIGNED
    if header["format"] != FORMAT:
        raise Unreadable(f"{file} is of format {header['format']}, this Firstline reads {FORMAT}")
    if file.stat().st_size != start + header["length"]:
        raise Unreadable(f"{file} is damaged: it is not as long as it should be")
    content = np.memmap(file, np.uint8, "c", start)
    if zlib.crc32(content.data) != header["checksum"]:
        raise Unreadable(f"{file} is damaged: its checksum is another")
    return header, content.view(np.ndarray)


def _matcher(arrays: dict[str, Any], meaning: bool) -> Matcher:
    ids, titles, terms, words = (json.loads(arrays[name].tobytes()) for name in ("ids", "titles", "terms", "words"))
    matcher = Matcher(meaning)
    matcher.ids, matcher.titles = [id or "" for id in ids], titles
    matcher.numbers = {id: number for number, id in enumerate(ids) if id is not None}
    postings = matcher.postings
    postings.terms = {term: number for number, term in enumerate(terms)}
    for name in _POSTINGS:
        setattr(postings, name, arrays[name])
    postings.having, postings.lengths = array("i", arrays["having"].tobytes()), array("f", arrays["lengths"].tobytes())
    postings.articles, postings.length = len(matcher.numbers), float(arrays["lengths"].sum(dtype=np.float64))
    matcher.speller.learn(words)
    if matcher.meaning:
        for name in _MEANING:
            setattr(matcher.meaning, name, arrays[f"meaning {name}"])
    return matcher
