"""Whole messages and views against Block Kit: the shapes, the counts, and the ids that must be unique."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.platforms.slack.blockkit.blocks import IN_HOMES, IN_MESSAGES, IN_MODALS
from tests.platforms.slack.blockkit.objects import plain
from tests.platforms.slack.blockkit.rules import Problems, Rule, choice, each, flag, say, shape, string, typed

_VIEW: dict[str, Rule] = {"private_metadata": string(3000), "callback_id": string(255), "external_id": string(255)}
_MODAL = shape(
    {"type": choice("modal"), "title": plain(24), "blocks": each(typed(IN_MODALS, "block"), 100)},
    _VIEW
    | {"submit": plain(24), "close": plain(24)}
    | {"clear_on_close": flag, "notify_on_close": flag, "submit_disabled": flag},
)
_HOME = shape({"type": choice("home"), "blocks": each(typed(IN_HOMES, "block"), 100, 0)}, _VIEW)
_MESSAGE = each(typed(IN_MESSAGES, "block"), 50, 0)

MARKDOWN = 12_000


def message_problems(blocks: Any) -> Problems:
    """What is wrong with the blocks of a message."""
    problems: Problems = []
    _MESSAGE(blocks, "/blocks", problems)
    if isinstance(blocks, list):
        _unique_ids(blocks, problems)
        _one_table(blocks, problems)
    return problems


def view_problems(view: Any, home: bool = False) -> Problems:
    """What is wrong with a modal, or with a Home tab."""
    problems: Problems = []
    (_HOME if home else _MODAL)(view, "/view", problems)
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        _unique_ids(view["blocks"], problems)
        _submittable(view, home, problems)
    return problems


def markdown_length(blocks: list[dict[str, Any]]) -> int:
    """Characters in all markdown blocks together: Slack allows 12,000 in a message."""
    return sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")


def _submittable(view: dict[str, Any], home: bool, problems: Problems) -> None:
    inputs = [block for block in view["blocks"] if isinstance(block, dict) and block.get("type") == "input"]
    if inputs and not home and not view.get("submit"):
        say(problems, "submit is required in the view when an input block is present", "/view/submit")
    focused = [element for _, element in elements(view["blocks"]) if element.get("focus_on_load")]
    if len(focused) > 1:
        say(problems, "only one element can have focus_on_load", "/view/blocks")


def _one_table(blocks: list[Any], problems: Problems) -> None:
    if sum(isinstance(block, dict) and block.get("type") == "table" for block in blocks) > 1:
        say(problems, "only_one_table_allowed", "/blocks")


def _unique_ids(blocks: list[Any], problems: Problems) -> None:
    named = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    acting = [(number, element.get("action_id")) for number, element in elements(blocks)]
    _unique(named, "block_id", problems)
    # Slack itself asks for this within a block only; elements that share an id in a message cannot be told apart.
    _unique([action for _, action in acting], "action_id", problems)


def _unique(ids: list[Any], what: str, problems: Problems) -> None:
    known = [one for one in ids if isinstance(one, str)]
    for repeated in sorted({one for one in known if known.count(one) > 1}):
        say(problems, f"`{what}` {repeated!r} already exists", "/blocks")


def elements(blocks: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element in the blocks, each with the block it stands in."""
    for block in blocks:
        if not isinstance(block, dict):
            continue
        for part in (
            block.get("accessory"),
            block.get("element"),
            *_listed(block, "elements"),
            *_listed(block, "actions"),
        ):
            if isinstance(part, dict) and part.get("type") == "card":
                yield from elements([part])
            elif isinstance(part, dict) and "type" in part:
                yield block, part


def _listed(block: dict[str, Any], name: str) -> list[Any]:
    parts = block.get(name)
    return parts if isinstance(parts, list) else []
