"""A card's buttons as rows of Discord's, each within its limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import discord
from discord.ui import ActionRow

from adapters.discord import ids as custom_ids
from adapters.discord import limits, markup
from adapters.discord.dynamic_items import MORE, Choose, Press
from bot.words import Button, Style, blank

STYLES: Mapping[Style, discord.ButtonStyle] = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}

BUTTONS, BEFORE_SELECT = 25, 20
"""The most buttons beside each other. Where there are more, those behind the twentieth are in a select."""


class Rows(NamedTuple):
    """The rows, and the buttons that could not be carried."""

    items: list[ActionRow[Any]]
    left_out: list[Button]

    @property
    def components(self) -> int:
        """How many components they are."""
        return len(self.items) + sum(len(row.children) for row in self.items)


def rows(buttons: Sequence[Button], ids: Sequence[str] = ()) -> Rows:
    """The buttons in their order, five beside each other; `ids` are their custom ids, where given."""
    carried, left_out = [], []
    for place, button in enumerate(buttons):
        custom_id = _custom_id(button, ids[place] if place < len(ids) else "")
        if custom_id:
            carried.append((button, custom_id))
        else:
            left_out.append(button)
    apart = custom_ids.distinct([custom_id for _, custom_id in carried])
    made = [(button, custom_id) for (button, _), custom_id in zip(carried, apart, strict=True)]
    beside = len(made) if len(made) <= BUTTONS else BEFORE_SELECT
    more = made[beside : beside + limits.OPTIONS]
    return Rows(
        [*_beside(made[:beside]), *([_select(more)] if more else [])],
        left_out + [button for button, _ in made[beside + limits.OPTIONS :]],
    )


def plain(text: str, limit: int, instead: str = "–") -> str:
    """A person's words where Discord reads no Markdown: on one line, cut, with nothing in it that could ping."""
    words = next((text for text in (text, instead) if not blank(markup.tidy(text))), "–")
    line = " ".join(markup.inert(markup.in_utc(words)).split())
    return line if limits.length(line) <= limit else limits.head(line, limit - 1).rstrip() + "…"


def _custom_id(button: Button, given: str) -> str:
    made = given or custom_ids.pack(button.verb, button.answers) or ""
    return made if len(made) <= limits.CUSTOM_ID - custom_ids.APART else ""


def _beside(buttons: Sequence[tuple[Button, str]]) -> list[ActionRow[Any]]:
    made = [
        Press(plain(button.label, limits.LABEL, button.verb), custom_id, STYLES[button.style])
        for button, custom_id in buttons
    ]
    return [ActionRow(*made[start : start + limits.ROW]) for start in range(0, len(made), limits.ROW)]


def _select(buttons: Sequence[tuple[Button, str]]) -> ActionRow[Any]:
    options = [
        discord.SelectOption(label=plain(button.label, limits.OPTION, button.verb), value=custom_id)
        for button, custom_id in buttons
    ]
    return ActionRow(Choose(f"{MORE}:1", options, "More…"))
