"""What messages say: whose they are, their words and their files. Pure.

Shapes: docs.discord.com, the message resource and its types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import discord

from adapters.discord import file_objects
from adapters.discord.spoken import NOBODY, markdown
from adapters.discord.threads import heading, opening
from bot.markdown import plain
from bot.ticket_numbers import mentioned
from bot.words import File, Said, Sender, one_line

SPOKEN = frozenset([discord.MessageType.default, discord.MessageType.reply])
"""The types of messages that are people's words: all others tell of pins, joins, boosts, threads, commands."""


def by_person(message: discord.Message) -> bool:
    """Whether somebody said it, and no bot, webhook or Discord itself."""
    return message.type in SPOKEN and not message.author.bot and message.webhook_id is None


def withheld(message: discord.Message) -> bool:
    """Whether Discord keeps its words from a bot without the intent for them: nothing at all is in it."""
    shown = (message.content, message.attachments, message.embeds, message.components, message.stickers, message.poll)
    return not any(shown) and not message.message_snapshots


def words(message: discord.Message, me: int = 0, known: Mapping[str, str] = NOBODY) -> str:
    """Its words as Markdown, without the name of the bot (`me`) in front of them; its files below.

    `known`: names by id that the message itself does not say.
    """
    content = re.sub(rf"\A<@!?{me}>[\s,:]*", "", message.content) or _passed_on(message)
    return _text(content, {**known, **names(message)}, files(message))


def _passed_on(message: discord.Message) -> str:
    """The words of a message without its own: of those that it forwards, or (as other bots do) of its embeds."""
    shown = (part for embed in message.embeds for part in (embed.title, embed.description))
    return "\n".join(filter(None, [*(one.content for one in message.message_snapshots), *shown]))


class Replied(NamedTuple):
    """What is replied to: the message, and where the desk said that what it replied to; the ticket in its title, or the
    only one in the first line of what has none.
    """

    messages: tuple[str, ...] = ()
    ticket: int = 0


def replied(message: discord.Message, me: int, prefix: str) -> Replied:
    """What a message replies to. `prefix` is that of tickets' numbers."""
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None or not reference.message_id:
        return Replied()
    to, said = str(reference.message_id), reference.resolved
    if not isinstance(said, discord.Message) or said.author.id != me:
        return Replied((to,))
    above = said.reference.message_id if said.reference else None
    return Replied((to, str(above)) if above else (to,), _about(said, prefix))


def _about(said: discord.Message, prefix: str) -> int:
    """The ticket that a message of the desk's is about, by its words; 0 where they do not say it."""
    told = {"components": [component.to_dict() for component in said.components]}
    title = heading(told)
    named = mentioned(title or opening(told), prefix)
    return named[0] if len(named) == 1 or (title and named) else 0


def names(message: discord.Message) -> dict[str, str]:
    """Whom and what it mentions, by id."""
    people = {str(user.id): user.display_name for user in message.mentions}
    places = {str(one.id): one.name for one in [*message.role_mentions, *message.channel_mentions]}
    return people | places


def files(message: discord.Message) -> tuple[File, ...]:
    """The files that came with it, those of what it forwards as well; voice messages are files too."""
    passed_on = (one for snapshot in message.message_snapshots for one in snapshot.attachments)
    return tuple(
        file_objects.file(one.to_dict(), file_objects.source(message.channel.id, message.id, one.id))
        for one in (*message.attachments, *passed_on)
    )


def said(message: discord.Message, author: Sender, known: Mapping[str, str] = NOBODY) -> Said:
    """A message as part of a talk."""
    return Said(author, words(message, known=known), str(message.id), message.created_at, files(message))


def given(message: Mapping[str, Any], guild: discord.Guild | None = None) -> Said:
    """The message that an interaction hands over, with its words whether or not the bot may read along.

    `guild` is where it was said, with the names of its roles and channels.
    """
    author = message["author"]
    name = str(author.get("global_name") or author.get("username") or "")
    known = {str(user["id"]): str(user.get("global_name") or user["username"]) for user in message.get("mentions", ())}
    if guild is not None:
        known |= {str(one.id): one.name for one in (*guild.roles, *guild.channels, *guild.threads)}
    passed_on = (str(one.get("content") or "") for one in file_objects.forwarded(message))
    content = str(message.get("content") or "\n".join(filter(None, passed_on)))
    files = file_objects.files(message)
    at = discord.utils.snowflake_time(int(message["id"]))
    return Said(Sender(str(author["id"]), name), _text(content, known, files), str(message["id"]), at, files)


def began(id: int | str) -> datetime:
    """When what has this id was made."""
    return discord.utils.snowflake_time(int(id))


def _text(content: str, known: Mapping[str, str], attached: Iterable[File]) -> str:
    return "\n".join(filter(None, [markdown(content, known), *(f"📎 {_plain(file.name)}" for file in attached)]))


def _plain(name: str) -> str:
    return plain(one_line(name))
