"""What Slack's events, and the messages in a channel's history, say. Pure.

Shapes: docs.slack.dev/reference/events, the pages of message and its subtypes, and of reaction_added.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import UTC, datetime

from adapters.slack import file_objects
from adapters.slack.escaping import escape
from adapters.slack.read import Act, Payload, team, words
from bot.markdown import plain
from bot.words import File, Sender

FRESH = 600.0
"""Seconds after which Slack delivers nothing late any more."""

SPOKEN = frozenset(["", "file_share", "thread_broadcast", "me_message"])
"""The subtypes of messages that are people's words."""


def reaction(payload: Payload, emoji: str) -> Act | None:
    """The ticket emoji on a message; None for any other, and for one on a file."""
    event = payload["event"]
    item = event["item"]
    if event["reaction"] != emoji or item.get("type", "message") != "message":
        return None
    return Act(
        payload["event_id"], team(payload), event["user"], channel=item["channel"], message=item["ts"], verb="react"
    )


def message(payload: Payload, own: Container[str] = ()) -> Act | None:
    """Words of a person's, changed or deleted ones; None for what nobody said: joins, bots, previews.

    `own` are the ids of the bot's users: what it shares as a file does not say that a bot did.
    """
    event = payload["event"]
    match event.get("subtype") or "":
        case "message_changed":
            act = _changed(payload, event, event["message"], event.get("previous_message") or {})
        case "message_deleted":
            act = _deleted(payload, event, event.get("previous_message") or {}, str(event["deleted_ts"]))
        case subtype if subtype in SPOKEN and _by_person(event):
            act = _about(payload, event, event, str(event["ts"]))
        case _:
            act = None
    return None if act and act.user in own else act


def _changed(payload: Payload, event: Payload, now: Payload, before: Payload) -> Act | None:
    if now.get("subtype") == "tombstone":  # its thread goes on, so that Slack keeps its place
        return _deleted(payload, event, before, str(now.get("ts") or before.get("ts") or ""))
    same = now.get("text") == before.get("text") and _ids(now) == _ids(before) and shared(now) == shared(before)
    if same or not _by_person(now):  # Slack has unfolded a link, or counts the replies
        return None
    return _about(payload, event, now, str(now.get("ts") or before.get("ts") or ""), "edited")


def _deleted(payload: Payload, event: Payload, before: Payload, message: str) -> Act | None:
    """By nobody where Slack does not say what stood there, as its page shows it: then the record has to know."""
    if before and not _by_person(before):
        return None
    return _about(payload, event, {**before, "text": "", "files": (), "attachments": ()}, message, "deleted")


def _about(payload: Payload, event: Payload, told: Payload, message: str, verb: str = "") -> Act:
    thread = str(told.get("thread_ts") or "")
    return Act(
        payload["event_id"],
        team(payload),
        str(told.get("user") or ""),
        channel=event["channel"],
        thread="" if thread == message else thread,
        message=message,
        verb=verb,
        text=str(told.get("text") or ""),
        quoted=shared(told),
        files=files(told),
        attached=attached(told),
        fresh=_fresh(event, message if verb else thread),
        mention=event["type"] == "app_mention",
    )


def _fresh(event: Payload, about: str) -> bool:
    return bool(about) and float(event.get("event_ts") or event["ts"]) - float(about) < FRESH


def _by_person(told: Payload) -> bool:
    return bool(told.get("user")) and not told.get("bot_id") and told["user"] != "USLACKBOT"


def _ids(told: Payload) -> list[str]:
    return [str(file.get("id")) for file in _all_files(told)]


def _all_files(told: Payload) -> list[Payload]:
    """A message's own, and those of the messages that it forwards."""
    return [file for message in (told, *_shares(told)) for file in message.get("files") or ()]


def files(told: Payload) -> tuple[str, ...]:
    """A line of Markdown for each file of a message."""
    return tuple(f"📎 {_file(file)}" for file in _all_files(told) if file.get("mode") != "tombstone")


def attached(told: Payload) -> tuple[File, ...]:
    """Those files of a message that can be fetched."""
    return file_objects.files(_all_files(told))


def shared(told: Payload) -> tuple[str, ...]:
    """What a message forwards of others, mrkdwn each with its author; no link's preview, and nothing that bots attach.

    Slack leaves the message's own text empty, or keeps the comment there.
    """
    return tuple(quoted for attachment in _shares(told) if (quoted := _forwarded(attachment)))


def _shares(told: Payload) -> list[Payload]:
    return [attachment for attachment in told.get("attachments") or () if attachment.get("is_share")]


def _forwarded(attachment: Payload) -> str:
    said, author = str(attachment.get("text") or ""), str(attachment.get("author_name") or "")
    return f"{said}\n— {escape(author)}" if said and author else said


def _file(file: Payload) -> str:
    name = plain(" ".join(str(file.get("name") or file.get("title") or "a file").split()))
    link = str(file.get("permalink") or file.get("url_private") or "")
    return f"[{name}]({link})" if link.startswith("https://") and not set(link) & set("()<> ") else name


def author(told: Payload, own: bool) -> Sender:
    """Who wrote a message of a channel's history, by id. Only the desk's own messages count as a bot's."""
    return Sender(str(told.get("user") or told.get("bot_id") or "unknown"), str(told.get("username") or ""), bot=own)


def text(told: Payload, names: Mapping[str, str]) -> str:
    """The words of a message of a channel's history; of a bot's without any, those of its attachments."""
    said, quoted = str(told.get("text") or ""), shared(told)
    if not (said or quoted):
        said = "\n".join(str(a.get("text") or a.get("fallback") or "") for a in told.get("attachments") or ())
    return words(said, quoted, files(told), names)


def instant(ts: str) -> datetime:
    """When a message was said; a ts is Unix seconds."""
    return datetime.fromtimestamp(float(ts), UTC)


def given(payload: Payload) -> Payload | None:
    """The message that a shortcut brings along, if it is one that can be read."""
    told = payload.get("message")
    if told is not None:
        text(told, {})
        instant(str(told["ts"]))
    return told
