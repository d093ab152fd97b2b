"""What Slack's payloads say, before people and rooms are looked up. Pure.

Shapes: docs.slack.dev, the pages of slash commands, of each interaction payload, and of each event.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from adapters.slack import file_objects, modal
from adapters.slack.modal import Origin
from adapters.slack.spoken import markdown
from bot.requests import Junk
from bot.words import File, quote

Payload = Mapping[str, Any]

BUTTON = "do:"
"""How the action_id of every button of ours begins."""
ANSWER = "answer:"
"""How the block_id of a row of buttons begins that stands on an answer, which nobody edits later."""

QUOTED = 100_000
"""Characters of what was forwarded that are kept: more than a message holds."""

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did in Slack, in Slack's ids. `text` is mrkdwn, `files` are Markdown.

    `url` is the response_url, `trigger` opens a modal within three seconds. `private`: it was done on a message that
    only they see; `question`: on an answer of the desk's. `modal` is the view it was done in, empty for none. `fresh`:
    what it is about was said a moment ago, so that it may have overtaken it. `mention`: the bot is spoken to.
    `attached` are the files to be fetched, `quoted` what was forwarded with the text, mrkdwn each.
    """

    id: str
    team: str
    user: str
    name: str = ""
    channel: str = ""
    thread: str = ""
    message: str = ""
    verb: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    quoted: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    attached: tuple[File, ...] = ()
    submitted: bool = False
    trigger: str = ""
    url: str = ""
    private: bool = False
    question: bool = False
    modal: Payload = field(default_factory=dict)
    origin: Origin | None = None
    fresh: bool = False
    mention: bool = False

    def __post_init__(self) -> None:
        """TypeError for a payload with something else where Slack has a text."""
        ids = (self.id, self.team, self.user, self.name, self.channel, self.thread, self.message)
        if not all(isinstance(text, str) for text in (*ids, self.verb, self.text, self.trigger, self.url)):
            raise TypeError("a part that is no text")

    @property
    def in_view(self) -> bool:
        """Whether it was a click in a modal or on a Home tab."""
        return bool(self.modal) and not self.submitted

    @property
    def in_modal(self) -> bool:
        return self.in_view and self.modal.get("type") == "modal"

    def words(self, names: Mapping[str, str], person_first: bool = False) -> str:
        """The text as Markdown, with what is quoted and the files below it.

        `person_first`: the first person it mentions is an argument, and stays a mention.
        """
        mention = MENTION.search(self.text) if person_first else None
        if mention:
            before, behind = self.text[: mention.start()], self.text[mention.end() :]
            return " ".join(filter(None, [markdown(before, names), f"<@{mention[1]}>", markdown(behind, names)]))
        return words(self.text, self.quoted, self.files, names)


def words(text: str, quoted: Iterable[str], files: Iterable[str], names: Mapping[str, str]) -> str:
    """mrkdwn as Markdown, with quotations and lines for files below it."""
    quotations = (f"\n{quote(markdown(each, names), QUOTED)}\n" for each in quoted)
    return "\n".join(filter(None, [markdown(text, names), *quotations, *files])).strip()


def team(payload: Payload) -> str:
    """The team in which the app is installed that this was sent to: in a shared channel not always the sender's."""
    for view, part in (("view", "app_installed_team_id"), ("team", "id")):
        if isinstance(payload.get(view), dict) and payload[view].get(part):
            return str(payload[view][part])
    for authorized in payload.get("authorizations") or ():
        return str(authorized.get("team_id") or "")
    return str(payload.get("team_id") or (payload.get("user") or {}).get("team_id") or "")


def bots(payload: Payload) -> set[str]:
    """The app's own users, by whom an event could be seen."""
    return {str(a["user_id"]) for a in payload.get("authorizations") or () if a.get("is_bot") and a.get("user_id")}


def rate_limited(payload: Any) -> tuple[str, float] | None:
    """The team, and the minute (its first second) of which Slack tells no events: app_rate_limited, which is no event.

    None for anything else.
    """
    if not isinstance(payload, dict) or payload.get("type") != "app_rate_limited":
        return None
    return str(payload["team_id"]), float(payload["minute_rate_limited"])


def check(payload: Any) -> dict[str, Any]:
    """The payload, if it has the parts by which Bolt and the desk tell what it is; else Junk."""
    if not isinstance(payload, dict) or not _known(payload):
        raise Junk("Nothing that Slack sends to the desk looks like this.")
    return payload


def _known(payload: Payload) -> bool:
    match payload:
        case {"command": str(), "trigger_id": str(), "user_id": str(), "channel_id": str()}:
            return True
        case {"type": "event_callback", "event_id": str(), "event": {"type": str()}}:
            return True
        case {"type": "block_actions", "trigger_id": str(), "user": {"id": str()}, "actions": [*actions]}:
            named = all(isinstance(action, dict) and isinstance(action.get("action_id"), str) for action in actions)
            return bool(actions) and named and (payload.get("view") is None or _is_view(payload["view"]))
        case {"type": "view_submission" | "view_closed", "user": {"id": str()}, "view": dict(view)}:
            return _is_view(view)
        case {"type": "message_action" | "shortcut", "trigger_id": str(), "user": {"id": str()}, "callback_id": str()}:
            return True
        case _:
            return payload.get("type") == "block_suggestion" and isinstance(payload.get("action_id"), str)


def _is_view(view: Any) -> bool:
    if not isinstance(view, dict) or not all(isinstance(view.get(part), str) for part in ("id", "type", "callback_id")):
        return False
    blocks = view.get("blocks")
    return isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks)


def command(payload: Payload) -> Act:
    """A slash command."""
    return Act(
        id=payload["trigger_id"],
        team=team(payload),
        user=payload["user_id"],
        name=payload.get("user_name") or "",
        channel=payload["channel_id"],
        verb=payload["command"].removeprefix("/").lower(),
        text=payload.get("text") or "",
        trigger=payload["trigger_id"],
        url=payload.get("response_url") or "",
    )


def pressed(payload: Payload) -> Act | None:
    """A click on a button of ours, in a message or a modal; None for anything else that can be clicked."""
    button = next((a for a in payload["actions"] if str(a["action_id"]).startswith(BUTTON) and a.get("value")), None)
    if button is None:
        return None
    told, channel, container = json.loads(button["value"]), payload.get("channel") or {}, payload.get("container") or {}
    message, thread = _where(payload, container)
    private = bool(container.get("is_ephemeral"))
    return Act(
        id=payload["trigger_id"],
        team=team(payload),
        user=payload["user"]["id"],
        name=_name(payload["user"]),
        channel=channel.get("id") or container.get("channel_id") or "",
        thread=thread,
        message="" if private else message,
        verb=str(told["v"]),
        answers={str(name): str(value) for name, value in told.get("a", {}).items()},
        trigger=payload["trigger_id"],
        url=payload.get("response_url") or "",
        private=private,
        question=str(button.get("block_id", "")).startswith(ANSWER),
        modal=payload.get("view") or {},
    )


def _where(payload: Payload, container: Payload) -> tuple[str, str]:
    """The message that was clicked on, and the thread it stands in; a thread's first message stands in none."""
    shown = payload.get("message") or {}
    message = str(container.get("message_ts") or shown.get("ts") or "")
    thread = str(container.get("thread_ts") or shown.get("thread_ts") or "")
    return message, "" if thread == message else thread


def submission(payload: Payload) -> Act:
    """A modal that was sent. Sent again with the same words, as after an answer that got lost, it is the same act."""
    view = payload["view"]
    sent = modal.submitted(view)
    words = json.dumps(sent.answers, sort_keys=True)
    return Act(
        id=f"{view['id']}:{sha256(words.encode(errors='replace')).hexdigest()[:16]}",
        team=team(payload),
        user=payload["user"]["id"],
        name=_name(payload["user"]),
        verb=sent.verb,
        answers=sent.answers,
        submitted=True,
        trigger=payload.get("trigger_id") or "",
        message=sent.origin.message,
        thread=sent.origin.thread,
        modal=view,
        origin=sent.origin,
        attached=file_objects.submitted(view),
    )


def shortcut(payload: Payload) -> Act:
    """A shortcut: its callback_id is the verb. On a message it is about that message."""
    channel, message = payload.get("channel") or {}, payload.get("message") or {}
    return Act(
        id=payload["trigger_id"],
        team=team(payload),
        user=payload["user"]["id"],
        name=_name(payload["user"]),
        channel=channel.get("id") or "",
        message=str(payload.get("message_ts") or message.get("ts") or ""),
        verb=str(payload["callback_id"]),
        trigger=payload["trigger_id"],
        url=payload.get("response_url") or "",
    )


def mentioned(words: Iterable[str]) -> set[str]:
    """The ids of those whom texts mention."""
    return {match for text in words for match in MENTION.findall(text)}


def _name(user: Payload) -> str:
    return str(user.get("name") or user.get("username") or "")
