"""What the settings say of a folder's articles: for whom they may be, and which files may come with them."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.attachments import unwanted
from bot.readers import EVERYONE
from bot.settings import Settings
from bot.words import File
from kb.folder import Problem
from kb.page import Page


def checked(pages: Iterable[Page], settings: Settings) -> tuple[list[Page], list[Problem], list[Problem]]:
    """(pages to take up, why others are left out, what whoever keeps the folder should know all the same).

    What is for a team that nobody knows is left out, and not shown to others; files that are not wanted are.
    """
    fine, left_out, notes = [], [], []
    for page in pages:
        audience = page.article.audience
        if audience != EVERYONE and audience not in settings.teams:
            known = ", ".join([EVERYONE, *settings.teams])
            says = f"there is no team {audience!r} to be its audience; say one of {known}"
            left_out.append(Problem(page.place, says))
            continue
        refused = {name: why for name in page.files if (why := _unwanted(page, name, settings))}
        fine.append(replace(page, files={name: path for name, path in page.files.items() if name not in refused}))
        told = (f"{name} is not taken over: {why}" for name, why in refused.items())
        notes += [Problem(page.place, note) for note in (*page.notes, *told, *_unknown(page, settings))]
    return fine, left_out, notes


def _unwanted(page: Page, name: str, settings: Settings) -> str:
    return unwanted(File("", name, type_of(name), page.files[name].stat().st_size), settings)


def type_of(name: str) -> str:
    """A file's MIME type, by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _unknown(page: Page, settings: Settings) -> Iterator[str]:
    """What the page names and the settings do not."""
    if page.article.category and page.article.category not in settings.categories:
        yield f"the settings have no category {page.article.category!r}"
    if page.owner and page.owner not in settings.people:
        yield f"the settings know nobody as {page.owner!r}, its owner"
