"""Files as a browser gets them: as downloads, pictures shown in place; those of an answer are kept until then."""

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


def shown_in_place(file: Kept) -> Response | None:
    """A picture that a browser can only draw; None for all else, which may be anything."""
    signs = _PICTURES.get(file.type)
    if signs is None or not file.content.startswith(signs):
        return None
    return Response(file.content, media_type=file.type)


_PICTURES = {
    "image/png": (b"\x89PNG\r\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
