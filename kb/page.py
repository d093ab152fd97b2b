"""What a file of a folder says of an article, beyond what the index needs to know."""

import hashlib
import json
from dataclasses import astuple, dataclass, field
from datetime import date
from pathlib import Path

from kb.article import Article

STATUSES = ("draft", "published", "archived")


@dataclass(frozen=True)
class Page:
    """An article as a file has it.

    owner: who keeps it true. status: one of STATUSES. review: when it is to be looked at again.
    base: the sign of the text that the file was written from, see `sign`; "" where it does not say.
    place: the file's path within the folder. files: what its text shows or links to, by the name it has there.
    notes: what its author should know, such as a link that leads nowhere; it is an article all the same.
    """

    article: Article
    owner: str = ""
    status: str = "published"
    review: date | None = None
    base: str = ""
    place: str = ""
    files: dict[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sign(article: Article, owner: str) -> str:
    """12 hexadecimal digits that tell one text of an article from another, wherever it is kept."""
    return hashlib.sha256(json.dumps([*astuple(article), owner]).encode()).hexdigest()[:12]
