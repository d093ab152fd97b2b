"""What people say and do in channels; the app hears of it as events."""

from __future__ import annotations

import mimetypes

from tests.platforms.slack.records import Channel, File, Json, Message
from tests.platforms.slack.someone import Someone
from tests.platforms.slack.typed import wire


class Talking(Someone):
    """Each act changes the channel and waits until its events were tried once."""

    async def says(
        self, channel: Channel | str, text: str, thread: Message | str = "", broadcast: bool = False
    ) -> Message:
        """A message, in a thread when one is given; `broadcast` shows the reply in the channel too.

        The text is what the person types: @ana becomes a mention, & < > are escaped.
        """
        message = self._message(self.place(channel), text, thread)
        message.subtype = "thread_broadcast" if broadcast and message.thread_ts else ""
        return await self._put(message)

    async def uploads(
        self, channel: Channel | str, name: str, content: bytes, text: str = "", thread: Message | str = ""
    ) -> Message:
        """A file shared in a channel."""
        place = self.place(channel)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        world = self.slack.world
        file = File(world.id("F"), self.team.id, self.id, name, content, kind, world.clock.seconds(), world.base)
        file.channels = [place.id]
        world.files[file.id] = file
        message = self._message(place, text, thread)
        message.subtype, message.files = "file_share", [file]
        return await self._put(message)

    async def forwards(
        self, message: Message, channel: Channel | str, text: str = "", thread: Message | str = ""
    ) -> Message:
        """Another's message shared in a channel, with a comment: it is an attachment of the new one."""
        author, place = self.team.users[message.user], self.team.channels[message.channel]
        blocks = {"team": self.team.id, "channel": place.id, "ts": message.ts, "message": {"blocks": message.blocks}}
        share = {"id": 1, "ts": message.ts, "channel_id": place.id, "channel_team": self.team.id, "text": message.text}
        share |= {"is_msg_unfurl": True, "is_share": True, "message_blocks": [blocks], "mrkdwn_in": ["text"]}
        share |= {"author_id": author.id, "author_name": author.real_name, "author_subname": author.real_name}
        share |= {"from_url": self.slack.talk.permalink(message), "footer": "Posted in Slack"}
        share |= {"files": [file.shown() for file in message.files]} if message.files else {}
        made = self._message(self.place(channel), text, thread)
        made.attachments = [share | {"fallback": f"[{message.ts}] {author.name}: {message.text}"}]
        made.blocks = made.blocks if text else []
        return await self._put(made)

    async def edits(self, message: Message, text: str) -> None:
        """Another text for one's own message."""
        assert message.user == self.id, "people edit only what they said themselves"
        before = message.shown()
        message.text, message.blocks = wire(text, self._ids()), [_rich(text)]
        self.slack.talk.edited(self.team.channels[message.channel], message, before)
        await self.slack.events.quiet()

    async def deletes(self, message: Message) -> None:
        """One's own message, gone."""
        self.slack.talk.remove(self.team.channels[message.channel], message)
        await self.slack.events.quiet()

    async def reacts(self, message: Message, emoji: str) -> None:
        """An emoji, without colons."""
        self.slack.talk.react(message, self.user, emoji)
        await self.slack.events.quiet()

    async def unreacts(self, message: Message, emoji: str) -> None:
        """The emoji taken back."""
        self.slack.talk.unreact(message, self.user, emoji)
        await self.slack.events.quiet()

    async def joins(self, channel: Channel | str) -> None:
        """The person enters a channel."""
        self.slack.talk.enter(self.place(channel), self.user)
        await self.slack.events.quiet()

    async def leaves(self, channel: Channel | str) -> None:
        """The person leaves a channel."""
        self.slack.talk.leave(self.place(channel), self.user)
        await self.slack.events.quiet()

    async def invites_bot(self, channel: Channel | str) -> None:
        """The bot comes into a channel."""
        installed = self.slack.world.installation(self.team.id)
        assert installed, "the app is not installed"
        self.slack.talk.enter(self.place(channel), installed.bot)
        await self.slack.events.quiet()

    def _message(self, channel: Channel, text: str, thread: Message | str) -> Message:
        assert self.id in channel.members, f"{self.user.name} is not in {channel.name}"
        said = wire(text, self._ids())
        message = Message(channel.id, self.slack.world.clock.ts(), self.id, self.team.id, said, [_rich(text)])
        message.client_msg_id = self.slack.world.secret()
        if thread:
            message.thread_ts = thread if isinstance(thread, str) else thread.thread_ts or thread.ts
        return message

    def _ids(self) -> dict[str, str]:
        return {user.name: user.id for user in self.team.users.values()}

    async def _put(self, message: Message) -> Message:
        channel = self.team.channels[message.channel]
        self.slack.world.put(channel, message)
        self.slack.events.message(channel, message)
        await self.slack.events.quiet()
        return message


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": "b1", "elements": [section]}
