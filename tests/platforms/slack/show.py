"""What a person sees, as readable text: for the failures of tests and for the page at /."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.platforms.slack.records import Json, Message
from tests.platforms.slack.views import View


def message_text(message: Message, names: dict[str, str]) -> str:
    """A message: who, what, its buttons, reactions and files; one that only one person sees says so."""
    marks = [f"only for {names.get(message.ephemeral, message.ephemeral)}"] if message.ephemeral else []
    marks += ["edited"] if message.edited else []
    marks += [message.subtype] if message.subtype else []
    who = names.get(message.user, message.user)
    head = f"{who} ({', '.join(marks)}):" if marks else f"{who}:"
    body = list(block_lines(message.blocks)) if message.blocks else message.text.splitlines()
    for attachment in [*message.attachments, *message.unfurls.values()]:
        body += block_lines(attachment.get("blocks", [])) or [str(attachment.get("text", ""))]
    body += [f"📎 {file.name} ({len(file.content)} bytes)" for file in message.files]
    body += [" ".join(f":{name}: {len(people)}" for name, people in message.reactions.items() if people)]
    return "\n".join([head, *(f"  {line}" for line in body if line)])


def view_text(view: View) -> str:
    """A modal or a Home tab, with what is filled in."""
    head = f"[{view.title}]" if view.title else "[Home]"
    lines = [head, *(f"  {line}" for line in block_lines(view.blocks, view.values))]
    submit = view.given.get("submit")
    return "\n".join(lines + ([f"  ({submit['text']})"] if submit else []))


def block_lines(blocks: Iterable[Json], values: dict[str, dict[str, Json]] | None = None) -> list[str]:
    """The text of blocks, line by line; buttons and menus as [label]."""
    lines: list[str] = []
    for block in blocks:
        lines += _lines(block, (values or {}).get(block.get("block_id", ""), {}))
    return lines


def _lines(block: Json, values: dict[str, Json]) -> list[str]:
    kind = block.get("type")
    if kind == "input":
        filled = "".join(f" = {filled_text(value)}" for value in values.values())
        return [f"{block['label']['text']}:{'' if block.get('optional') else ' *'}{filled}", *_texts(block.get("hint"))]
    if kind == "divider":
        return ["———"]
    if kind in ("actions", "context_actions"):
        return [" ".join(label(element) for element in block["elements"])]
    if kind == "table":
        return [" | ".join(_cell(cell) for cell in row) for row in block["rows"]]
    if kind == "image":
        return [f"(picture: {block.get('alt_text', '')})"]
    if kind == "rich_text":
        return rich_text(block).splitlines()
    return _layout(block)


def _layout(block: Json) -> list[str]:
    lines = []
    for name in ("title", "subtitle", "text", "body", "subtext"):
        lines += _texts(block.get(name))
    lines += [line for field in block.get("fields", []) for line in _texts(field)]
    lines += [f"(picture: {part['alt_text']})" for part in [block.get("hero_image")] if part]
    for element in block.get("elements", []):
        lines += _layout(element) if element.get("type") == "card" else [_small(element)]
    actions = [*block.get("actions", []), *([block["accessory"]] if "accessory" in block else [])]
    return lines + ([" ".join(label(element) for element in actions)] if actions else [])


def _texts(part: Any) -> list[str]:
    text = part if isinstance(part, str) else part.get("text", "") if isinstance(part, dict) else ""
    return str(text).splitlines()


def _small(element: Json) -> str:
    return f"(picture: {element['alt_text']})" if element.get("type") == "image" else str(element.get("text", ""))


def _cell(cell: Json) -> str:
    return rich_text(cell) if cell["type"] == "rich_text" else str(cell.get("text", cell.get("value", "")))


def label(element: Json) -> str:
    """A control's label, in brackets."""
    return f"[{label_text(element)}]"


def label_text(element: Json) -> str:
    """What a person reads on a control: its text, its placeholder, or the text of its first option."""
    for name in ("text", "placeholder"):
        if isinstance(element.get(name), dict):
            return str(element[name]["text"])
    options = " / ".join(option["text"]["text"] for option in element.get("options", []))
    return options or str(element.get("alt_text") or element.get("action_id", ""))


def filled_text(value: Json) -> str:
    """What stands in a field."""
    option = value.get("selected_option")
    if option:
        return str(option["text"]["text"])
    if value.get("selected_options"):
        return ", ".join(str(one["text"]["text"]) for one in value["selected_options"])
    plain = [part for name, part in value.items() if name != "type" and part]
    return str(plain[0]) if plain else ""


def rich_text(part: Any) -> str:
    """The plain text of a rich_text block."""
    if isinstance(part, dict):
        end = "\n" if str(part.get("type", "")).startswith("rich_text_") else ""
        mention = "".join(f"<@{part['user_id']}>" for _ in [0] if part.get("type") == "user")
        return str(part.get("text", "")) + mention + "".join(rich_text(one) for one in part.get("elements", [])) + end
    return ""
