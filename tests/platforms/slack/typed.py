"""What a person types, as Slack passes it on: escaped, with mentions of known people and of the whole channel."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEPT = re.compile(r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>|]*)?|(?:https?|mailto):[^<>\s]+)>")
_NAME = re.compile(r"(?<![\w.])@(\w[\w.-]*\w|\w)")
_EVERYBODY = ("channel", "here", "everyone")


def wire(text: str, ids: Mapping[str, str]) -> str:
    """`a < b @ana` becomes `a &lt; b <@U0ANA>`; entities like <@U0ANA> and <https://…> stay as they are."""
    parts, last = [], 0
    for entity in _KEPT.finditer(text):
        parts += [_escaped(text[last : entity.start()], ids), entity[0]]
        last = entity.end()
    return "".join([*parts, _escaped(text[last:], ids)])


def _escaped(text: str, ids: Mapping[str, str]) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAME.sub(lambda found: _mention(found, ids), text)


def _mention(found: re.Match[str], ids: Mapping[str, str]) -> str:
    name = found[1]
    if name in _EVERYBODY:
        return f"<!{name}>"
    return f"<@{ids[name]}>" if name in ids else found[0]
