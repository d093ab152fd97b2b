"""The section `files` of settings.yaml."""

from __future__ import annotations

from pydantic import Field

from bot.settings_values import Shape

PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "heic", "svg", "mp4", "mov")
TEXTS = ("txt", "log", "md", "csv", "json", "xml", "yaml", "yml", "eml", "har", "zip")
PAPERS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp")
FILE_TYPES = PICTURES + TEXTS + PAPERS
"""What people send a service desk, and a service desk may open."""


class Files(Shape):
    """Which files are taken over from a channel's messages and forms."""

    size: int = Field(
        20_000_000, ge=0, le=100_000_000, description="The largest file that is taken over, in bytes; 0: none is."
    )
    types: tuple[str, ...] = Field(FILE_TYPES, description="The types of file that are taken over.")
