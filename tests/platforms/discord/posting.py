"""How messages come to stand in a channel, change, and go."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import mentions
from tests.platforms.discord.calls import Upload
from tests.platforms.discord.messages import COMPONENTS_V2, EPHEMERAL, LOADING, Attachment, Message, walk
from tests.platforms.discord.people import User
from tests.platforms.discord.records import Channel, Json
from tests.platforms.discord.refused import Refused
from tests.platforms.discord.rules import message as rules
from tests.platforms.discord.rules.components import numbered

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

FILE_SIZE = 10 * 1024 * 1024
"""Bytes that an upload may have in a guild without boosts."""
_KEPT_FLAGS = COMPONENTS_V2 | rules.SUPPRESS_EMBEDS | rules.SILENT


class Posting:
    """Writes messages; whoever calls has checked that the author may."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    def new(
        self, channel: Channel, author: User, body: Json, uploads: Sequence[Upload] = (), *, at: str = "", **more: Any
    ) -> Message:
        """A new message, checked and told to all; `at` is its id, if that is given."""
        check(body, uploads, int(body.get("flags") or 0))
        message = Message(at or self.discord.world.clock.snowflake(), channel, author, **more)
        message.content, message.tts = body.get("content") or "", bool(body.get("tts"))
        message.flags |= int(body.get("flags") or 0) & (_KEPT_FLAGS | (EPHEMERAL if message.ephemeral else 0))
        self._fill(message, body, uploads)
        mentions.resolve(message, body.get("allowed_mentions"), self.discord.world.users, ping=True)
        self.stand(message)
        return message

    def stand(self, message: Message) -> None:
        """Put a message where it belongs and tell of it."""
        channel = message.channel
        if message.ephemeral:
            channel.ephemerals.append(message)
            return
        channel.standing[message.id] = message
        channel.sent += message.counts and message.id != channel.id
        self._draw_in(message)
        self.discord.events.message("MESSAGE_CREATE", message)

    def change(self, message: Message, body: Json, uploads: Sequence[Upload] = (), *, answered: bool = False) -> None:
        """Edit: what is not named stays. `answered`: it was only awaited so far, so it is new to everybody."""
        flags = message.flags & _KEPT_FLAGS | int(body.get("flags") or 0) & COMPONENTS_V2
        after: Json = {"content": message.content, "embeds": message.embeds} | body
        if flags & COMPONENTS_V2 and not message.flags & COMPONENTS_V2:
            body = after
        elif "components" not in body:
            after["components"] = message.components
        kept = [one.id for one in message.attachments]
        check(body, uploads, flags, kept)
        if rules.empty(after, uploads) and not (message.attachments and "attachments" not in body):
            raise Refused(50006)
        message.flags = flags | message.flags & (EPHEMERAL | 1 << 5)
        message.content = after["content"] or ""
        self._fill(message, body, uploads)
        mentions.resolve(message, body.get("allowed_mentions"), self.discord.world.users, ping=answered)
        message.edited = None if answered else self.discord.world.clock.stamp()
        message.revisions += 1
        self.discord.events.message("MESSAGE_UPDATE", message)

    def remove(self, message: Message) -> None:
        """Delete."""
        channel = message.channel
        message.deleted = True
        if message.ephemeral:
            channel.ephemerals.remove(message)
            return
        del channel.standing[message.id]
        self.discord.events.message_gone(message)

    def awaited(self, message: Message) -> None:
        """A message that only says that the app is thinking."""
        message.flags |= LOADING
        self.stand(message)

    def system(self, channel: Channel, kind: int, author: User, content: str = "", **more: Any) -> Message:
        """What the platform itself says: somebody was added, a thread was started, a name was changed."""
        message = Message(self.discord.world.clock.snowflake(), channel, author, content, kind=kind, **more)
        self.stand(message)
        return message

    def _fill(self, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
        if "attachments" in body and body["attachments"] is not None:
            kept = {str(one["id"]) for one in body["attachments"]}
            message.attachments = [one for one in message.attachments if one.id in kept]
        message.attachments = message.attachments + self._attached(body, uploads, bool(message.ephemeral))
        if "embeds" in body:
            message.embeds = [{"type": "rich"} | embed for embed in body["embeds"] or []]
        if "components" in body:
            message.components = numbered(copy.deepcopy(body["components"] or []))
        for one in walk(message.components):
            for media in (one.get("file"), one.get("media"), *(item.get("media") for item in one.get("items") or [])):
                if media:
                    media |= _media(media["url"], message.attachments)

    def _attached(self, body: Json, uploads: Sequence[Upload], ephemeral: bool) -> list[Attachment]:
        told = {str(one["id"]): one for one in body.get("attachments") or []}
        files = list[Attachment]()
        for upload in uploads:
            about = told.get(upload.number, {})
            name = about.get("filename") or upload.name
            file = self.discord.world.attach(name, upload.content, upload.kind, about.get("description"))
            file.ephemeral = ephemeral
            files.append(file)
        return files

    def _draw_in(self, message: Message) -> None:
        """Whoever writes in a thread, or is mentioned there, joins it, if they may see the channel above."""
        thread = message.channel
        if not thread.is_thread or not message.counts:
            return
        who = [message.author.id, *sorted(message.pinged.users)]
        self.discord.threads.join(thread, [one for one in who if one not in thread.members])


def check(body: Json, uploads: Sequence[Upload], flags: int, kept: Sequence[str] = ()) -> None:
    """50035 with all that is wrong with what should be said; 40005 for too large a file."""
    if any(len(one.content) > FILE_SIZE for one in uploads):
        raise Refused(40005)
    if problems := rules.problems(body, [(one.number, one.name) for one in uploads], flags, kept):
        raise Refused(50035, *problems)


def _media(url: str, files: list[Attachment]) -> Json:
    name = url.removeprefix("attachment://")
    file = next((one for one in files if url.startswith("attachment://") and one.filename == name), None)
    if file is None:
        return {"url": url, "proxy_url": url}
    return {"url": file.url, "proxy_url": file.url, "attachment_id": file.id, "content_type": file.content_type}
