"""What happens in channels, whoever does it: each act changes the state and is told to the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.platforms.slack.records import Channel, Message, User

if TYPE_CHECKING:
    from tests.platforms.slack.methods.content import Content
    from tests.platforms.slack.server import Slack


@dataclass(frozen=True)
class Talk:
    """The acts."""

    slack: Slack

    def edit(self, channel: Channel, message: Message, said: Content) -> None:
        """A message says something else. Text alone takes the blocks away; without text the blocks are kept."""
        before = message.shown()
        if said.text is not None:
            message.text = said.text
        if said.blocks is not None or said.text:
            message.blocks = said.blocks or []
        if said.attachments is not None:
            message.attachments = said.attachments
        if said.metadata is not None:
            message.metadata = said.metadata
        self.edited(channel, message, before)

    def edited(self, channel: Channel, message: Message, before: dict[str, object]) -> None:
        """A message was changed: mark it, and tell."""
        ts = self.slack.world.clock.ts()
        message.edited = {"user": message.user, "ts": ts}
        changed = {"message": message.shown(), "previous_message": before}
        self.slack.events.hidden(channel, "message_changed", ts, changed)

    def remove(self, channel: Channel, message: Message) -> None:
        """A message is gone; one with replies leaves a tombstone behind, which the app is told as a change."""
        if message.parent:
            self._bury(channel, message)
            return
        self.slack.world.drop(channel, message)
        gone = {"deleted_ts": message.ts, "previous_message": message.shown()}
        self.slack.events.hidden(channel, "message_deleted", self.slack.world.clock.ts(), gone)

    def _bury(self, channel: Channel, message: Message) -> None:
        before = message.shown()
        message.subtype, message.user, message.bot = "tombstone", "USLACKBOT", None
        message.text, message.blocks, message.attachments = "This message was deleted.", [], []
        message.files, message.reactions, message.edited, message.metadata = [], {}, None, None
        changed = {"message": message.shown() | {"hidden": True}, "previous_message": before}
        self.slack.events.hidden(channel, "message_changed", self.slack.world.clock.ts(), changed)

    def unfurl(self, channel: Channel, message: Message, unfurls: dict[str, Any]) -> None:
        """Previews under a message: the app is told of a change, though nobody has edited anything."""
        before = message.shown()
        message.unfurls |= unfurls
        changed = {"message": message.shown(), "previous_message": before}
        self.slack.events.hidden(channel, "message_changed", self.slack.world.clock.ts(), changed)

    def react(self, message: Message, user: User, name: str) -> None:
        """An emoji on a message."""
        message.reactions.setdefault(name, []).append(user.id)
        self.slack.events.reaction("reaction_added", message, user, name)

    def unreact(self, message: Message, user: User, name: str) -> None:
        """An emoji taken off a message."""
        message.reactions[name].remove(user.id)
        self.slack.events.reaction("reaction_removed", message, user, name)

    def enter(self, channel: Channel, user: User) -> None:
        """Somebody joins a channel: a message says so, and an event."""
        channel.members.append(user.id)
        ts = self.slack.world.clock.ts()
        said = Message(channel.id, ts, user.id, channel.team, f"<@{user.id}> has joined the channel", [])
        said.subtype = "channel_join"
        self.slack.world.put(channel, said)
        self.slack.events.message(channel, said)
        self.slack.events.membership("member_joined_channel", channel, user)

    def leave(self, channel: Channel, user: User) -> None:
        """Somebody leaves a channel."""
        channel.members.remove(user.id)
        self.slack.events.membership("member_left_channel", channel, user)

    def rename(self, channel: Channel, name: str) -> None:
        """A channel is called something else."""
        channel.name = name
        told = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
        self._about("channel_rename", channel, told | {"is_channel": True, "is_mpim": False})

    def archive(self, channel: Channel, archived: bool = True) -> None:
        """A channel is put away, or taken out again."""
        channel.archived = archived
        self._about("channel_archive" if archived else "channel_unarchive", channel, channel.id)

    def _about(self, kind: str, channel: Channel, told: object) -> None:
        event = {"type": kind, "channel": told, "event_ts": self.slack.world.clock.ts()}
        self.slack.events.emit(channel.team, kind, event)

    def permalink(self, message: Message) -> str:
        """The web address of a message."""
        domain = self.slack.world.teams[message.team].domain
        address = f"https://{domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return address + (f"?thread_ts={message.thread_ts}&cid={message.channel}" if message.reply else "")
