"""What menus of Discord's show, in the languages of `locales/`: {the English text: the translation}, a file a language.

Discord shows es-ES to es-419 too, and English to everybody else.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from bot.words import one_line


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every translation, by Discord's name of the language (`de`, `es-ES`)."""
    folder = files("adapters.discord") / "locales"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8")) for file in found}


def translations(text: str, limit: int) -> dict[str, str]:
    """The text in every language that has it, cut to `limit` characters."""
    return {locale: one_line(known[text], limit) for locale, known in texts().items() if text in known}
