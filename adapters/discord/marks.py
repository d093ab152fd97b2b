"""How a post is known again: by its nonce for some minutes, by its components' ids ever after. Pure."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from discord import ComponentType

from adapters.discord import limits

CONTAINER, TEXT = ComponentType.container.value, ComponentType.text_display.value
"""The types of the components that carry the mark."""

_MOST = 2**31 - 1


class Mark(NamedTuple):
    """The ids of a message's container and of its first text: 1 to 2**31 - 1, and never the same."""

    container: int
    text: int


def nonce(key: str) -> str:
    """The nonce of a post, by its key: 25 characters."""
    return b32encode(_digest(key)).decode().lower()[: limits.NONCE]


def mark(key: str) -> Mark:
    """The mark of a post, by its key."""
    digest = _digest(key)
    container, text = (1 + int.from_bytes(digest[start : start + 8]) % (_MOST - 1) for start in (16, 24))
    return Mark(container, text if text != container else text + 1)


def carries(components: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Whether a message's components, as Discord sends them, carry the mark of the post with this key."""
    found = {(component.get("type"), component.get("id")) for component in _every(components)}
    made = mark(key)
    return {(CONTAINER, made.container), (TEXT, made.text)} <= found


def _every(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from _every(component.get("components") or ())


def _digest(key: str) -> bytes:
    return sha256(key.encode(errors="backslashreplace")).digest()
