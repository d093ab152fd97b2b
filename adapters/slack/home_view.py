"""A page of the desk's as the Home tab: within every limit of Slack's, whatever is on it. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from adapters.slack import blocks, limits, markup
from adapters.slack.blocks import Block
from bot.words import Card, Section, blank, one_line

MOST = 20
"""So many of each section are asked for: of more not even those of one would fit."""
SECTIONS = 12
"""So many sections are drawn at the most."""
FIXED = 3
"""Blocks of a section beside its cards: a line above it, its title, and what is left out or stands in their place."""


def view(head: Card, sections: Sequence[Section]) -> dict[str, Any]:
    """The view for views.publish. Where not all cards fit, each section shows its first ones and says how many more.

    Its private_metadata names what it shows: two views with the same one look the same.
    """
    shown = [blocks.message(head).blocks]
    drawn = _drawn(sections[:SECTIONS], len(shown[0]), _size(shown))
    for section, cards in zip(sections, drawn, strict=False):
        shown.append([*_title(section), *(block for card in cards for block in card), *_foot(section, len(cards))])
    if left := sections[SECTIONS:]:
        shown.append([blocks.context(f"_{len(left):,} more parts did not fit here._")])
    made = _numbered([block for part in shown for block in part])
    return {"type": "home", "private_metadata": _digest(made), "blocks": made}


def _drawn(sections: Sequence[Section], used: int, size: int) -> list[list[list[Block]]]:
    """The cards of each section, as blocks, as many as there is room for. They take turns, so that none goes short."""
    room = limits.VIEW_BLOCKS - used - FIXED * len(sections) - 1
    bytes_left = limits.VIEW - size - _size([[*_title(s), *_foot(s, 0)] for s in sections]) - 1_000
    drawn: list[list[list[Block]]] = [[] for _ in sections]
    waiting = list(range(len(sections)))
    while waiting:
        for place in list(waiting):
            cards = sections[place].cards
            number = len(drawn[place])
            made = blocks.message(cards[number]).blocks if number < len(cards) else []
            if not made or len(made) > room or _size([made]) > bytes_left:
                waiting.remove(place)
                continue
            drawn[place].append(made)
            room -= len(made)
            bytes_left -= _size([made])
    return drawn


def _title(section: Section) -> list[Block]:
    count = f" · {section.total:,}" if section.total else ""
    words = blocks.plain(section.title, limits.HEADER - len(count))
    return [{"type": "divider"}, {"type": "header", "text": words | {"text": f"{words['text']}{count}"}}]


def _foot(section: Section, shown: int) -> list[Block]:
    left = max(section.total, len(section.cards)) - shown
    if left > 0:
        behind = f": `/{markup.verbatim(one_line(section.verb, 60))}`" if section.verb else ""
        return [blocks.context(f"_and {left:,} more_{behind}" if shown else f"_{left:,} of them_{behind}")]
    if shown or blank(markup.tidy(section.empty)):
        return []
    return [blocks.section(markup.cut(markup.line(section.empty), limits.SECTION))]


def _numbered(made: list[Block]) -> list[Block]:
    """The same with buttons that have no id in common, though they stand on several cards."""
    place = 0
    for block in made:
        for element in block["elements"] if block["type"] == "actions" else ():
            verb = element["action_id"].split(":", 2)[2]
            element["action_id"] = f"do:{place}:{verb}"[: limits.ID]
            place += 1
    return made


def _digest(made: list[Block]) -> str:
    return sha256(json.dumps(made).encode()).hexdigest()[:16]


def _size(parts: Sequence[Sequence[Block]]) -> int:
    """Characters of JSON, as the SDK sends it."""
    return sum(len(json.dumps(part)) for part in parts)
