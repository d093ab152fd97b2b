"""What Discord's interactions say, before rooms and people are looked up. Pure.

Shapes: docs.discord.com, Receiving and Responding to Interactions, and the interaction data of each kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from adapters.discord import commands, ids, limits, marks
from adapters.discord.drafts import Put
from adapters.discord.read_messages import given
from adapters.discord.rooms import Spot, guessed, spot
from bot.registry import Registry
from bot.words import Incoming, Said, Sender

Interaction = discord.Interaction[Any]
Data = Mapping[str, Any]

ANSWER, STEP = "answer", "step"
"""The marks of what was answered to somebody, and of what leads them on: what was wrong, or a form's next page."""

ARTICLE = re.compile(r"article:([\w.-]{1,80})\Z")
"""What a field holds that completes with articles, when one was chosen."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did. The room of `incoming` is Discord's id of it so far.

    `private`: on a message that only they see; `question`: on one that asks for it, and is over with the answer.
    `given` is the message that it is about, where Discord hands it over.
    """

    incoming: Incoming
    spot: Spot
    private: bool = False
    question: bool = False
    given: Said | None = None

    def asking(self, verb: str, answers: Mapping[str, str]) -> Act:
        """The same, with another verb."""
        return replace(self, incoming=replace(self.incoming, verb=verb, answers=answers))


def sender(user: discord.User | discord.Member) -> Sender:
    """Somebody as a payload tells of them. Their roles are those ids that it carries: not all may be known by name."""
    roles = tuple(map(str, user._roles)) if isinstance(user, discord.Member) else ()
    return Sender(str(user.id), user.display_name, bot=user.bot, roles=roles)


def command(interaction: Interaction, registry: Registry) -> Act:
    """A slash command, or an entry of the menu on a message or a person."""
    data: Data = interaction.data or {}
    verb, target = commands.verb(str(data["name"])), str(data.get("target_id") or "")
    act = _act(interaction, verb, options(data), message=target if "messages" in _resolved(data) else "")
    if act.incoming.message:
        return replace(act, given=given(_resolved(data)["messages"][target], interaction.guild))
    if target:
        return act.asking(verb, {"person": target})
    return _meant(act, registry)


def options(data: Data) -> dict[str, str]:
    """The answers that were typed or chosen behind a command."""
    return {str(o["name"]): str(o["value"]) for o in data.get("options") or () if "value" in o}


def focused(data: Data) -> tuple[str, str]:
    """The field that is being typed into, and what stands there."""
    found: Data = next((o for o in data.get("options") or () if o.get("focused")), {})
    return str(found.get("name", "")), str(found.get("value", ""))


def pressed(interaction: Interaction, verb: str, answers: Mapping[str, str]) -> Act:
    """A button."""
    private = _private(interaction)
    message = "" if private or interaction.message is None else str(interaction.message.id)
    act = _act(interaction, verb, answers, message=message)
    return replace(act, private=private, question=_question(interaction))


def submission(interaction: Interaction, verb: str) -> Act:
    """A form that was sent, without what was filled in."""
    act = _act(interaction, verb, {})
    incoming = replace(act.incoming, submitted=True)
    return replace(act, incoming=incoming, private=_private(interaction), question=_question(interaction))


def put(custom_id: str) -> Put | str | None:
    """What a button does, or the name under which that is put aside; None for a button that is not ours."""
    packed = ids.unpack(custom_id)
    if packed is None:
        return None
    return packed.aside or Put(packed.verb, packed.answers)


def _meant(act: Act, registry: Registry) -> Act:
    """Who takes an article that was offered while they typed wants to read it; `status` is no request for help."""
    asked, _ = registry.find(act.incoming.verb)
    words = act.incoming.answers.get(asked.suggests, "").strip() if asked and asked.suggests else ""
    if chosen := ARTICLE.match(words):
        return act.asking("kb show", {"article": chosen[1]})
    instead = registry.instead(act.incoming.verb, words) if len(act.incoming.answers) == 1 else None
    if instead:
        command, text = instead
        return replace(act, incoming=replace(act.incoming, verb=command.verb, answers={}, text=text))
    return act


def _act(interaction: Interaction, verb: str, answers: Mapping[str, str], message: str = "") -> Act:
    where = spot(interaction.channel, interaction.user.id)
    incoming = Incoming(
        str(interaction.id),
        sender(interaction.user),
        guessed(where),
        verb,
        dict(answers),
        message=message,
        named=_named(_resolved(interaction.data or {})),
        longest=limits.INPUT,
    )
    return Act(incoming, where)


def _resolved(data: Data) -> Data:
    return data.get("resolved") or {}


def _named(resolved: Data) -> tuple[Sender, ...]:
    """The people whom answers name: bots are none."""
    members: Data = resolved.get("members") or {}
    users = (resolved.get("users") or {}).items()
    return tuple(_sender(id, user, members.get(id) or {}) for id, user in users if not user.get("bot"))


def _sender(id: str, user: Data, member: Data) -> Sender:
    name = member.get("nick") or user.get("global_name") or user.get("username") or ""
    return Sender(str(id), str(name), roles=tuple(map(str, member.get("roles") or ())))


def _private(interaction: Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _between_two(interaction: Interaction) -> bool:
    """Whether it stands in somebody's talk with the bot: direct messages, or a thread in their place."""
    channel = interaction.channel
    return interaction.guild_id is None or getattr(channel, "type", None) is discord.ChannelType.private_thread


def _question(interaction: Interaction) -> bool:
    """Whether a message asks one person something: what others see is not theirs to use up, nor to be answered in."""
    if interaction.message is None or not (_private(interaction) or _between_two(interaction)):
        return False
    components = [component.to_dict() for component in interaction.message.components]
    return marks.carries(components, STEP) or (marks.carries(components, ANSWER) and not _private(interaction))
