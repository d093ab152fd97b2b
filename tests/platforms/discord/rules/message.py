"""What a message must be beyond its schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.platforms.discord import mentions
from tests.platforms.discord.messages import COMPONENTS_V2, EPHEMERAL
from tests.platforms.discord.refused import Path, Problem
from tests.platforms.discord.rules import components

Json = dict[str, Any]
CONTENT, EMBEDS = 2000, 6000
SUPPRESS_EMBEDS, SILENT, VOICE = 1 << 2, 1 << 12, 1 << 13
ALLOWED_FLAGS = SUPPRESS_EMBEDS | EPHEMERAL | SILENT | VOICE | COMPONENTS_V2
_LEGACY = ("content", "embeds", "sticker_ids", "poll")


def problems(body: Json, uploads: Sequence[tuple[str, str]], flags: int, kept: Sequence[str] = ()) -> list[Problem]:
    """`uploads` are (number, file name), `flags` those that the message will have, `kept` files that it has already."""
    found = _length(body) + mentions.problems(body.get("allowed_mentions")) + _flags(body)
    if flags & COMPONENTS_V2:
        text = "The '{}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        legacy = [name for name in _LEGACY if body.get(name)]
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        found += [((name,), code, text.format(name)) for name in legacy]
    found += components.problems(body.get("components") or [], bool(flags & COMPONENTS_V2))
    return found + _embeds(body.get("embeds") or []) + _files(body, uploads, kept)


def empty(body: Json, uploads: Sequence[object]) -> bool:
    """Whether nothing would stand in it."""
    said = [body.get(name) for name in ("content", "embeds", "components", "sticker_ids", "poll", "attachments")]
    return not uploads and not any(said)


def _length(body: Json) -> list[Problem]:
    if len(body.get("content") or "") <= CONTENT:
        return []
    return [(("content",), "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length.")]


def _flags(body: Json) -> list[Problem]:
    unknown = int(body.get("flags") or 0) & ~ALLOWED_FLAGS
    return [(("flags",), "FLAGS_INVALID", f"flags {unknown} cannot be set")] if unknown else []


def _embeds(embeds: list[Json]) -> list[Problem]:
    found: list[Problem] = []
    total = 0
    for at, embed in enumerate(embeds):
        total += sum(len(text) for text in _texts(embed))
        if not any(
            embed.get(name) for name in ("title", "description", "fields", "image", "thumbnail", "author", "footer")
        ):
            found.append((("embeds", at, "description"), "BASE_TYPE_REQUIRED", "This field is required"))
    if total > EMBEDS:
        found.append((("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBEDS}"))
    return found


def _texts(embed: Json) -> list[str]:
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [(embed.get("author") or {}).get("name")]
    texts += [field[name] for field in embed.get("fields") or [] for name in ("name", "value")]
    return [text for text in texts if text]


def _files(body: Json, uploads: Sequence[tuple[str, str]], kept: Sequence[str]) -> list[Problem]:
    numbers, found = {number for number, _ in uploads}, list[Problem]()
    named = {_clean(name) for _, name in uploads}
    for at, one in enumerate(body.get("attachments") or []):
        if one.get("filename"):
            named.add(_clean(one["filename"]))
        if str(one["id"]) not in numbers and str(one["id"]) not in kept:
            found.append((("attachments", at, "id"), "ATTACHMENT_NOT_FOUND", f"no file {one['id']} was sent"))
    if len(uploads) > 10:
        found.append((("attachments",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length."))
    for path, url in _references(body):
        if url.removeprefix("attachment://") not in named and not kept:
            text = f"{url} names no file of this request"
            found.append((path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", text))
    return found


def _references(body: Json) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    for path, one in components.located(body.get("components") or []):
        media = [one.get("file"), one.get("media"), *(item.get("media") for item in one.get("items") or [])]
        urls = [str(each["url"]) for each in media if each]
        found += [(path, url) for url in urls if url.startswith("attachment://")]
    return found


def _clean(name: str) -> str:
    return re.sub(r"[^\w\-.]", "_", name)
