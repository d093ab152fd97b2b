"""What stands in a rich_text block."""

from __future__ import annotations

from typing import Any

from tests.platforms.slack.blockkit.objects import ID, URL
from tests.platforms.slack.blockkit.rules import Problems, Rule, anything, each, flag, shape, string, typed, whole

_STYLE = {"style": shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag))}
_MOST = 1000


def _part(needed: dict[str, Rule], allowed: dict[str, Rule] | None = None) -> Rule:
    return shape({"type": anything} | needed, _STYLE | (allowed or {}))


_PARTS = typed(
    {
        "text": _part({"text": string(40_000, 1)}),
        "link": _part({"url": URL}, {"text": string(40_000), "unsafe": flag}),
        "user": _part({"user_id": ID}),
        "usergroup": _part({"usergroup_id": ID}),
        "channel": _part({"channel_id": ID}),
        "emoji": _part({"name": ID}, {"unicode": string(255), "skin_tone": whole(1, 6)}),
        "broadcast": _part({"range": ID}),
        "date": _part({"timestamp": anything, "format": string(255, 1)}, {"url": URL, "fallback": string(255)}),
        "color": _part({"value": string(20, 1)}),
        "team": _part({"team_id": ID}),
    },
    "rich text element",
)
_SECTION = shape({"type": anything, "elements": each(_PARTS, _MOST, 0)})
_LINES = shape({"type": anything, "elements": each(_PARTS, _MOST, 0)}, {"border": whole(0, 1), "language": string(255)})


def _list(value: Any, pointer: str, problems: Problems) -> None:
    sections = each(typed({"rich_text_section": _SECTION}, "list item"), _MOST, 0)
    outline = {"style": string(10), "indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)}
    shape({"type": anything, "elements": sections}, outline)(value, pointer, problems)


RICH = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": _list,
        "rich_text_preformatted": _LINES,
        "rich_text_quote": _LINES,
    },
    "rich text",
)
