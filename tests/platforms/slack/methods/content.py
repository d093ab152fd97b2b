"""What a message says: text, blocks, attachments and metadata, taken in and checked as every posting method does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.platforms.slack.arguments import Arguments
from tests.platforms.slack.blockkit import MARKDOWN, markdown_length, message_problems
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused
from tests.platforms.slack.views import named
from tests.platforms.slack.world import World

LONG, LONGEST, UPDATED = 4_000, 40_000, 4_000
HEAVIEST = 8_192
_EVENT_TYPE = re.compile(r"[A-Za-z0-9_.\-]{1,255}")


@dataclass(frozen=True)
class Content:
    """What was given; None where it was not."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.text and not self.blocks and not self.attachments


def content(world: World, arguments: Arguments, where: str) -> Content:
    """The content of a call or of an answer to a response URL; Refused as Slack refuses it."""
    text = arguments.text("text") if arguments.has("text") else None
    blocks = _blocks(world, arguments)
    if arguments.has("markdown_text"):
        text, blocks = _markdown(world, arguments)
    if text and len(text) > LONGEST:
        raise Refused("msg_too_long")
    if text and len(text) > LONG and not blocks:
        world.violations.note(where, "text_over_4000", f"{len(text)} characters: Slack splits or cuts such a message")
    return Content(text, blocks, _attachments(arguments), _metadata(arguments))


def _markdown(world: World, arguments: Arguments) -> tuple[str, list[Json]]:
    if arguments.has("text") or arguments.has("blocks"):
        raise Refused("markdown_text_conflict")
    text = arguments.text("markdown_text")
    if len(text) > MARKDOWN:
        raise Refused("msg_too_long")
    return text, named([{"type": "markdown", "text": text}], world)


def _blocks(world: World, arguments: Arguments) -> list[Json] | None:
    if not arguments.has("blocks"):
        return None
    blocks = arguments.value("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if problems := message_problems(blocks):
        raise Refused("invalid_blocks", *problems)
    if markdown_length(blocks) > MARKDOWN:
        raise Refused("msg_blocks_too_long")
    return named(blocks, world)


def _attachments(arguments: Arguments) -> list[Json] | None:
    if not arguments.has("attachments"):
        return None
    attachments = arguments.value("attachments", "invalid_attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > 100:
        raise Refused("too_many_attachments")
    for number, attachment in enumerate(attachments):
        if "blocks" in attachment and (problems := message_problems(attachment["blocks"])):
            raise Refused(
                "invalid_blocks", *(one.replace("/blocks", f"/attachments/{number}/blocks") for one in problems)
            )
    return attachments


def _metadata(arguments: Arguments) -> Json | None:
    metadata: Any = arguments.value("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_schema", f"additional property not allowed: {sorted(metadata)}")
    if not _EVENT_TYPE.fullmatch(str(metadata.get("event_type", ""))):
        raise Refused("invalid_metadata_schema", "event_type")
    if not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema", "event_payload")
    if len(json.dumps(metadata["event_payload"])) > HEAVIEST:
        raise Refused("metadata_too_large")
    return metadata
