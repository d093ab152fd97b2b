"""Block Kit's blocks and their limits (docs.slack.dev, reference/block-kit/blocks)."""

from __future__ import annotations

from tests.platforms.slack.blockkit.elements import ACCESSORY, ACTIONS, BUTTON, FEEDBACK, IMAGE, INPUT
from tests.platforms.slack.blockkit.objects import ID, SLACK_FILE, URL, mrkdwn, plain, text
from tests.platforms.slack.blockkit.rich import RICH
from tests.platforms.slack.blockkit.rules import (
    Rule,
    anything,
    both,
    choice,
    each,
    flag,
    needs_one_of,
    optional,
    shape,
    string,
    typed,
    whole,
)

_BLOCK = {"block_id": ID}


def _block(needed: dict[str, Rule], allowed: dict[str, Rule] | None = None) -> Rule:
    return shape({"type": anything} | needed, _BLOCK | (allowed or {}))


_SMALL = typed({"plain_text": plain(2000), "mrkdwn": mrkdwn(2000), "image": IMAGE}, "element")
_CARD = both(
    _block(
        {},
        {
            "hero_image": IMAGE,
            "icon": IMAGE,
            "slack_icon": anything,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "actions": each(BUTTON, 3),
        },
    ),
    needs_one_of("hero_image", "title", "actions", "body"),
)
_CELL = typed(
    {
        "raw_text": shape({"type": anything, "text": string(3000, 1)}),
        "raw_number": shape({"type": anything, "value": anything}, {"text": string(3000)}),
        "rich_text": _block({"elements": each(RICH, 1000, 0)}),
    },
    "cell",
)
_COLUMN = optional(shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}))
EVERYWHERE: dict[str, Rule] = {
    "actions": _block({"elements": each(ACTIONS, 25)}),
    "context": _block({"elements": each(_SMALL, 10)}),
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": whole(1, 4)}),
    "image": both(
        _block({"alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)}),
        needs_one_of("image_url", "slack_file"),
    ),
    "input": _block(
        {"label": plain(2000), "element": INPUT}, {"dispatch_action": flag, "hint": plain(2000), "optional": flag}
    ),
    "rich_text": _block({"elements": each(RICH, 1000, 0)}),
    "section": both(
        _block({}, {"text": text(3000), "fields": each(text(2000), 10), "accessory": ACCESSORY, "expand": flag}),
        needs_one_of("text", "fields"),
    ),
    "video": _block(
        {"alt_text": string(2000), "title": plain(200), "thumbnail_url": URL, "video_url": URL},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "title_url": URL,
        },
    ),
    "alert": _block({"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": each(typed({"card": _CARD}, "element"), 10)}),
}

IN_MESSAGES = EVERYWHERE | {
    "file": _block({"external_id": string(255), "source": choice("remote")}),
    "markdown": _block({"text": string(12000, 1)}),
    "table": _block({"rows": each(each(_CELL, 20), 100)}, {"column_settings": each(_COLUMN, 20)}),
    "context_actions": _block({"elements": each(FEEDBACK, 5)}),
    "plan": _block({"title": anything}, {"tasks": anything, "plan_id": string(255)}),
    "task_card": _block(
        {"task_id": string(255), "title": string(3000)},
        dict.fromkeys(("details", "output", "sources", "status"), anything),
    ),
}

IN_MODALS = {kind: rule for kind, rule in EVERYWHERE.items() if kind not in ("card", "carousel")}
IN_HOMES = EVERYWHERE
