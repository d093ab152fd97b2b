"""The pages of docs/ that are made from the code: `python -m bot docs` writes them anew."""

from __future__ import annotations

from pathlib import Path

from bot.documentation import commands as commands_docs
from bot.documentation import settings as settings_docs
from bot.registry import REGISTRY, Registry


def pages(registry: Registry = REGISTRY) -> dict[str, str]:
    """What each page has to hold, by its name in docs/. The registry must have been loaded."""
    if not registry.commands:
        raise ValueError("no commands are declared: load the registry first")
    return {"settings.md": settings_docs.render(), "commands.md": commands_docs.render(registry)}


def write_all(root: Path) -> list[Path]:
    """Write the pages into root/docs; those that changed."""
    changed = []
    for name, text in pages().items():
        page = root / "docs" / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text, encoding="utf-8")
            changed.append(page)
    return changed
