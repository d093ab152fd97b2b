"""A message, the files at it, and what stands in it as people read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.clock import seconds_of, stamp

if TYPE_CHECKING:
    from tests.platforms.discord.people import Member, User
    from tests.platforms.discord.records import Channel

Json = dict[str, Any]
Whole = Callable[["Message"], bool]
EPHEMERAL, LOADING, COMPONENTS_V2, HAS_THREAD = 1 << 6, 1 << 7, 1 << 15, 1 << 5
DEFAULT, ADDED, RENAMED, THREAD_CREATED, REPLY, COMMAND, STARTER, CONTEXT = 0, 1, 4, 18, 19, 20, 21, 23
"""Discord's message types."""


@dataclass
class Attachment:
    """A file at a message."""

    id: str
    filename: str
    content: bytes
    url: str
    content_type: str = "application/octet-stream"
    description: str | None = None
    ephemeral: bool = False

    def shown(self) -> Json:
        """The attachment object."""
        told: Json = {"id": self.id, "filename": self.filename, "size": len(self.content), "url": self.url}
        told |= {"proxy_url": self.url, "content_type": self.content_type, "flags": 0}
        told |= {"description": self.description} if self.description else {}
        return told | ({"ephemeral": True} if self.ephemeral else {})


@dataclass
class Pinged:
    """Who was really pinged by a message: ids of users and roles, and whether it was everyone."""

    users: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


@dataclass(eq=False)
class Message:
    """A message. `ephemeral` is the id of the one person who sees it ("" for everybody)."""

    id: str
    channel: Channel
    author: User
    content: str = ""
    kind: int = DEFAULT
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reference: Json | None = None
    referenced: Message | None = None
    forwarded: list[Message] = field(default_factory=list)
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: Pinged = field(default_factory=Pinged)
    edited: str | None = None
    pinned: bool = False
    tts: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral: str = ""
    application: str = ""
    interaction: Json | None = None
    thread: Channel | None = None
    deleted: bool = False
    revisions: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts among a thread's messages: what the platform itself says does not."""
        return self.kind in (DEFAULT, REPLY, COMMAND, CONTEXT)

    @property
    def text(self) -> str:
        """All that can be read in it, a line a part; buttons in brackets."""
        lines = [self.content] if self.content else []
        lines += [str(embed.get(name)) for embed in self.embeds for name in ("title", "description") if embed.get(name)]
        for one in walk(self.components):
            lines += _read(one)
        lines += ["… is thinking"] if self.flags & LOADING else []
        return "\n".join(lines + [f"📎 {one.filename}" for one in self.attachments])

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in their order."""
        return [str(one.get("label") or "") for one in walk(self.components) if one["type"] == 2]

    def component(self, wanted: str) -> Json:
        """The button or menu with this label, placeholder or custom id."""
        inside = [one for one in walk(self.components) if one["type"] in (2, 3, 5, 6, 7, 8)]
        for one in inside:
            if wanted in (one.get("label"), one.get("placeholder"), one.get("custom_id")):
                return one
        raise AssertionError(f"no {wanted!r} at this message:\n{self.text}")

    def shown(self, reader: str = "", whole: Whole | None = None) -> Json:
        """The message object as an app gets it; where `whole` says no, without what needs MESSAGE_CONTENT."""
        told: Json = {"id": self.id, "channel_id": self.channel.id, "author": self.author.shown(), "type": self.kind}
        told |= {"content": self.content, "embeds": self.embeds, "components": self.components, "tts": self.tts}
        told |= {"attachments": [one.shown() for one in self.attachments], "pinned": self.pinned}
        if whole and not whole(self):
            told |= {"content": "", "embeds": [], "components": [], "attachments": []}
        told |= {"mentions": [one.shown() for one in self.mentions], "mention_roles": list(self.mention_roles)}
        told |= {"mention_everyone": self.mention_everyone, "timestamp": stamp(seconds_of(self.id))}
        told |= {"edited_timestamp": self.edited, "flags": self.flags}
        return told | self._more(reader, whole)

    def snapshot(self, whole: bool | None) -> Json:
        """The message as another one that forwards it carries it: without its author and its place."""
        told = self.shown(whole=lambda _: whole is not False)
        names = ("type", "content", "embeds", "components", "attachments", "mentions", "mention_roles", "timestamp")
        return {name: told[name] for name in (*names, "edited_timestamp", "flags")}

    def _more(self, reader: str, whole: Whole | None) -> Json:
        more: Json = {"nonce": self.nonce} if self.nonce is not None else {}
        if self.reference:
            more |= {"message_reference": self.reference}
        if self.forwarded:
            more |= {"message_snapshots": [{"message": one.snapshot(whole and whole(self))} for one in self.forwarded]}
        if self.kind in (REPLY, STARTER, CONTEXT):
            there = self.referenced if self.referenced and not self.referenced.deleted else None
            more |= {"referenced_message": there.shown(reader, whole) if there else None}
        if self.reactions:
            more["reactions"] = [_reaction(emoji, who, reader) for emoji, who in self.reactions.items()]
        if self.application:
            more |= {"application_id": self.application, "webhook_id": self.application}
        if self.interaction:
            more["interaction_metadata"] = self.interaction
        if self.thread and not self.thread.deleted:
            more["thread"] = self.thread.shown(reader)
        return more | ({"position": 0} if self.channel.is_thread else {})

    def member(self) -> Member | None:
        """Who wrote it, as a member of the guild."""
        guild = self.channel.guild
        return guild.members.get(self.author.id) if guild else None


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, depth first, in the order in which people read them."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        for name in ("accessory", "component"):
            if isinstance(inner := one.get(name), dict):
                yield from walk([inner])


def _read(one: Json) -> list[str]:
    if one["type"] == 10:
        return [str(one["content"])]
    if one["type"] == 2:
        return [f"[{one.get('label') or (one.get('emoji') or {}).get('name', '')}]"]
    if one["type"] in (3, 5, 6, 7, 8):
        return [f"[{one.get('placeholder') or one.get('custom_id')} ▾]"]
    return [f"📎 {one['file']['url']}"] if one["type"] == 13 else []


def _reaction(emoji: str, who: list[str], reader: str) -> Json:
    name, _, identity = emoji.partition(":")
    told: Json = {"emoji": {"id": identity or None, "name": name}, "count": len(who), "me": reader in who}
    return told | {"count_details": {"burst": 0, "normal": len(who)}, "burst_colors": [], "me_burst": False}
