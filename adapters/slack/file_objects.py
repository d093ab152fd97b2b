"""Slack's file objects as files of the desk's (docs.slack.dev/reference/objects/file-object). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.words import File

BLOCK = "files"
"""The block_id of the field of a modal that takes files."""
HIDDEN = frozenset(["tombstone", "hidden_by_limit", "external"])
"""The modes of what is gone, what is beyond the plan's limit, and what only a link leads to."""

Object = Mapping[str, Any]


def files(objects: Iterable[Object] | None) -> tuple[File, ...]:
    """Those that stand at Slack itself and can be fetched."""
    return tuple(file(one) for one in objects or () if _stands_here(one))


def file(told: Object) -> File:
    """A file; of one of another team's (Slack Connect) nothing but the id may be told."""
    if told.get("file_access") == "check_file_info":
        return File(str(told["id"]))
    name = str(told.get("name") or told.get("title") or "")
    url = str(told.get("url_private_download") or told.get("url_private") or "")
    return File(str(told["id"]), name, str(told.get("mimetype") or ""), int(told.get("size") or 0), url)


def submitted(view: Object) -> tuple[File, ...]:
    """The files that came with a modal."""
    elements = view.get("state", {}).get("values", {}).get(BLOCK, {}).values()
    return files([one for element in elements for one in element.get("files") or ()])


def _stands_here(told: Object) -> bool:
    return bool(told.get("id")) and told.get("mode") not in HIDDEN and not told.get("is_external")
