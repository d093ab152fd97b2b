"""Files that were made for an answer, until they are fetched: as downloads, never shown in place."""

from __future__ import annotations

from collections import deque
from urllib.parse import quote

from starlette.responses import Response

from bot.words import Kept

ANSWERS_KEPT = 20


class Documents:
    """The files of the last answers, each for the person it was for alone. In memory, like private messages."""

    def __init__(self) -> None:
        self._kept: deque[tuple[str, str, tuple[Kept, ...]]] = deque(maxlen=ANSWERS_KEPT)

    def keep(self, person: str, message: str, documents: tuple[Kept, ...]) -> None:
        self._kept.append((person, message, documents))

    def of(self, person: str, message: str, name: str) -> Kept | None:
        """The file of this name of the newest answer of this id, if it was for this person."""
        answers = (files for owner, kept, files in reversed(self._kept) if (owner, kept) == (person, message))
        return next((file for file in next(answers, ()) if file.name == name), None)


def download(file: Kept) -> Response:
    """A file to be stored, whatever it is."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
    return Response(file.content, headers=headers, media_type="application/octet-stream")
