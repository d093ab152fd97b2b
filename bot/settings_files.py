"""The section `files` of settings.yaml."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.settings_values import Shape

PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "heic", "svg", "mp4", "mov")
TEXTS = ("txt", "log", "md", "csv", "json", "xml", "yaml", "yml", "eml", "har", "zip")
PAPERS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp")
FILE_TYPES = PICTURES + TEXTS + PAPERS
"""What people send a service desk, and a service desk may open."""


def _ending(written: str) -> str:
    """`pdf`, also where it is written as `.PDF` or `*.pdf`."""
    ending = re.sub(r"^\*?\.", "", written.strip()).lower()
    if not re.fullmatch(r"[\w+-]+", ending):
        raise ValueError(f"must be how names of such files end, like pdf, not {written}")
    return ending


Ending = Annotated[str, AfterValidator(_ending)]


class Files(Shape):
    """Which files are taken over from a channel's messages and forms."""

    size: int = Field(
        20_000_000, ge=0, le=100_000_000, description="The largest file that is taken over, in bytes; 0: none is."
    )
    types: tuple[Ending, ...] = Field(FILE_TYPES, description="The types of file that are taken over.")
