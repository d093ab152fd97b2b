"""What Slack documents of blocks and views, as checks: limits, shapes, and that nothing pings by accident."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

LIVE = re.compile(r"<[@#!](?!date\^\d+\^\{date_short_pretty\}, \{time\}\|[\d: UTC-]+>)")
"""A mention, a group, a channel or a command; our own dates are none."""

RAW = re.compile(r"<(?!(?:https?://|mailto:|!date\^)[^<>\n]+>)", re.IGNORECASE)
"""A `<` that begins neither a link nor a date."""

NASTY = st.lists(
    st.sampled_from(
        [
            "<!here>",
            "<!channel>",
            "<!everyone>",
            "@here @channel @everyone",
            "<@U1>",
            "<@U1|ana>",
            "<!subteam^S1>",
            "<!subteam^S1|@it>",
            "<#C1|general>",
            "<!date^1^{date}|now>",
            "<https://evil.example|https://bank.example>",
            "[https://bank.example](https://evil.example)",
            "[<!here>](https://a.example/?a=1&b=<2>|3)",
            "[a|b](https://a.example/a|b)",
            "[x](javascript:alert(1))",
            "[**b**\n_i_](mailto:a@b.example)",
            "![x](https://a.example/x.png)",
            "&lt;!here&gt;",
            "&amp;lt;!channel&amp;gt;",
            "&",
            "<",
            ">",
            "|",
            "\\",
            ":tada:",
            "`<!here>`",
            "```\n<!channel>\n```\n",
            "```",
            "`",
            "*",
            "**",
            "_",
            "~",
            "~~",
            "# ",
            "> ",
            "\n>> ",
            "- ",
            "\n1. ",
            "\n    ",
            "\n|a|b|\n|-|-|\n|<!here>|[c](https://c.example)|\n",
            "\n",
            "\n\n",
            "⟦2026-11-23T09:00:00Z⟧",
            "⟦9999-99-99T99:99:99Z⟧",
            "\x00\x02\x03",
            "\ud800",
            "\u202e",
            "🔥" * 40,
            "word " * 300,
            "x" * 3100,
            '"' * 1500,
            "https://a.example/" + "y" * 1600,
        ]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)


def texts(shown: Any) -> Iterator[dict[str, Any]]:
    """Every text object in blocks, however deep."""
    if isinstance(shown, dict):
        if shown.get("type") in ("mrkdwn", "plain_text"):
            yield shown
        shown = list(shown.values())
    if isinstance(shown, list):
        for part in shown:
            yield from texts(part)


def inert(blocks: list[dict[str, Any]]) -> None:
    """Nothing in the blocks pings, and Slack makes links of nothing by itself."""
    for text in texts(blocks):
        assert text["text"].strip() and len(text["text"]) <= 3000
        assert not LIVE.search(text["text"])
        if text["type"] == "mrkdwn":
            assert text["verbatim"] is True and not RAW.search(text["text"])
            assert text["text"].count("\n```") + text["text"].startswith("```") in range(0, 99, 2), "code left open"
        else:
            assert text["emoji"] is False


def fits_a_message(blocks: list[dict[str, Any]]) -> None:
    """Within the limits of a message, by Slack's pages and by its own library."""
    assert 1 <= len(blocks) <= 50 and len(json.dumps(blocks, ensure_ascii=False)) <= 12_000
    json.dumps(blocks, ensure_ascii=False).encode()
    actions = [element for block in blocks for element in block.get("elements", []) if element["type"] == "button"]
    assert len({action["action_id"] for action in actions}) == len(actions)
    for block in blocks:
        _fits(block)
    for parsed in Block.parse_all(blocks):
        parsed.validate_json()


def fits_a_view(view: dict[str, Any]) -> None:
    """Within the limits of a modal."""
    assert len(view["blocks"]) <= 100 and len(view["private_metadata"]) <= 3000
    assert all(1 <= len(view[name]["text"]) <= 24 for name in ("title", "submit", "close"))
    names = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(set(names)) == len(names) and all(len(name) <= 255 for name in names)
    for block in view["blocks"]:
        _fits(block)
        if block["type"] == "input":
            _input_fits(block["element"])
            Block.parse(block).validate_json()
    json.dumps(view, ensure_ascii=False).encode()
    View(**view).validate_json()


def _fits(block: dict[str, Any]) -> None:
    match block["type"]:
        case "header":
            assert len(block["text"]["text"]) <= 150
        case "section":
            assert "text" in block or 1 <= len(block["fields"]) <= 10
            assert all(len(field["text"]) <= 2000 for field in block.get("fields", []))
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            for button in block["elements"]:
                _button_fits(button)
        case "context":
            assert 1 <= len(block["elements"]) <= 10
        case "input":
            assert len(block["label"]["text"]) <= 2000 and len(block.get("hint", {"text": ""})["text"]) <= 2000
    if "accessory" in block:
        _button_fits(block["accessory"])


def _button_fits(button: dict[str, Any]) -> None:
    assert button["action_id"].startswith("do:") and len(button["action_id"]) <= 255
    assert 1 <= len(button["text"]["text"]) <= 75 and len(button["value"]) <= 2000
    assert button.get("style") in (None, "primary", "danger")
    assert 1 <= len(button.get("accessibility_label", "x")) <= 75
    assert set(json.loads(button["value"])) == {"v", "a"}


def _input_fits(element: dict[str, Any]) -> None:
    options = element.get("options", [])
    groups = element.get("option_groups", [])
    assert len(options) <= (10 if element["type"] == "radio_buttons" else 100) and len(groups) <= 100
    every = options + [option for group in groups for option in group["options"]]
    assert all(1 <= len(option["text"]["text"]) <= 75 and 1 <= len(option["value"]) <= 150 for option in every)
    assert len({option["value"] for option in every}) == len(every)
    assert all(len(group["options"]) <= 100 and len(group["label"]["text"]) <= 75 for group in groups)
    if element["type"] == "plain_text_input":
        assert 1 <= element["max_length"] <= 3000
        assert len(element.get("initial_value", "")) <= element["max_length"]
    if "initial_option" in element:
        assert element["initial_option"] in every
