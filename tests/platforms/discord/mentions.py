"""Who a message mentions, and whom it really pings: what allowed_mentions lets through, and permissions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.platforms.discord.messages import Message, Pinged, walk
from tests.platforms.discord.people import User
from tests.platforms.discord.permissions import Permission
from tests.platforms.discord.records import Json
from tests.platforms.discord.refused import Problem

_USER, _ROLE, _EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True)
class Allowed:
    """allowed_mentions as given; None allows all."""

    given: Json | None

    def kind(self, kind: str, one: str = "") -> bool:
        """Whether this kind of mention, of this id, is let through."""
        if self.given is None:
            return True
        return kind in (self.given.get("parse") or ()) or one in map(str, self.given.get(kind) or ())

    @property
    def replied(self) -> bool:
        """Whether the author of the message that is replied to is pinged."""
        return True if self.given is None else bool(self.given.get("replied_user"))


def problems(given: Json | None) -> list[Problem]:
    """What is wrong with allowed_mentions beyond its schema: a kind is parsed, or listed, never both."""
    if not given:
        return []
    both = [kind for kind in ("users", "roles") if kind in (given.get("parse") or ()) and given.get(kind)]
    text = "parse:[{0!r}] and {0}: [ids...] are mutually exclusive."
    code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"
    return [(("allowed_mentions",), code, text.format(kind)) for kind in both]


def resolve(message: Message, given: Json | None, users: dict[str, User], *, ping: bool) -> None:
    """Fill in whom a message mentions; `ping`: it is new, so it pings them too."""
    allowed, text = Allowed(given), _text(message)
    guild = message.channel.guild
    present = guild.members if guild else message.channel.members
    named = [one for one in dict.fromkeys(_USER.findall(text)) if one in present and allowed.kind("users", one)]
    if (replied := message.referenced) and message.reference and message.kind == 19 and allowed.replied:
        named = list(dict.fromkeys([*named, replied.author.id]))
    message.mentions = [users[one] for one in named if one in users]
    roles = guild.roles if guild else {}
    message.mention_roles = [
        one for one in dict.fromkeys(_ROLE.findall(text)) if one in roles and allowed.kind("roles", one)
    ]
    loud = bool(message.channel.allowed(message.author.id) & Permission.MENTION_EVERYONE)
    message.mention_everyone = bool(_EVERYONE.search(text)) and allowed.kind("everyone") and loud
    if ping:
        heard = {one for one in message.mention_roles if loud or roles[one].mentionable}
        message.pinged = Pinged(set(named) - {message.author.id}, heard, message.mention_everyone)


def _text(message: Message) -> str:
    shown = [str(one["content"]) for one in walk(message.components) if one["type"] == 10]
    return "\n".join([message.content, *shown])
