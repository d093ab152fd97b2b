"""What stories type, as people enter it on Discord: a command's words in its options, names as mentions."""

from __future__ import annotations

import re
from typing import Any

from adapters.discord.commands import name
from bot import forms
from bot.registry import Command, Registry
from bot.settings import Settings
from tests.platforms.discord import Discord
from tests.platforms.discord.options import INTEGER, USER
from tests.platforms.discord.records import Json
from tests.stories.chats.chat import NotPossible

LONGEST = 6_000
"""Characters of an option that has no length of its own."""

_NAME = re.compile(r"(?<![\w.])@(\w[\w.-]*\w|\w)")


def written(text: str, discord: Discord) -> str:
    """Words with their `@ana` as mentions."""
    ids = {user.name: user.id for user in discord.world.users.values()}
    return _NAME.sub(lambda found: f"<@{ids[found[1]]}>" if found[1] in ids else found[0], text)


def options(
    discord: Discord, registry: Registry, verb: str, words: str, settings: Settings, *, thread: bool
) -> tuple[str, dict[str, Any]]:
    """The name of a command, and its options as the words fill them; NotPossible where the client takes them not.

    `/ticket for me the lamp` is no `/ticket-for`: there is nobody of that name to be chosen.
    """
    command, rest = registry.find(verb, words)
    if registry.instead(verb, words):  # what is meant by them the desk knows, and the client does not
        command, rest = registry.commands.get(verb), words
    if command is None or command.hidden:
        raise NotPossible(f"there is no command /{verb}")
    try:
        return _options(discord, command, rest, settings, thread)
    except NotPossible:
        shorter = registry.commands.get(verb)
        if shorter in (None, command) or "@" in words:
            raise
        return _options(discord, shorter, words, settings, thread)


def _options(
    discord: Discord, command: Command, words: str, settings: Settings, thread: bool
) -> tuple[str, dict[str, Any]]:
    called = name(command.verb)
    known = [*discord.world.app.commands.get(discord.guild.id, {}).values()]
    known += discord.world.app.commands.get("", {}).values()
    taken = {one["name"]: one for told in known if told["name"] == called for one in told.get("options") or ()}
    answers = _answers(command, words, settings, thread)
    return called, {field: _entered(discord, taken[field], text) for field, text in answers.items()}


def _answers(command: Command, words: str, settings: Settings, thread: bool) -> dict[str, str]:
    """The words by the fields that they are meant for; the only one may hold anything."""
    try:
        return forms.parse(command.form, words, {}, settings, in_thread=thread)
    except forms.Wrong as wrong:
        fields = [field for field, (ask, _) in forms.asks(command.form).items() if ask.positional]
        if len(fields) != 1:
            raise NotPossible(f"/{name(command.verb)} has no option for that: {wrong.text}") from None
        return {fields[0]: words}


def _entered(discord: Discord, option: Json, text: str) -> Any:
    """A value as somebody types or chooses it."""
    if option["type"] == USER:
        return _person(discord, text)
    if option["type"] == INTEGER:
        return _number(option, text)
    if choices := option.get("choices"):
        return _choice(choices, text)
    return text[: option.get("max_length") or LONGEST]


def _person(discord: Discord, text: str) -> Any:
    for member in discord.guild.members.values():
        if text.removeprefix("@").casefold() in (member.user.name, str(member.nick).casefold()):
            return member.user
    raise NotPossible(f"nobody on Discord is called {text}")


def _number(option: Json, text: str) -> int:
    if not text.isdecimal() or int(text) not in range(option.get("min_value", 0), option.get("max_value", 2**53) + 1):
        raise NotPossible(f"{option['name']} takes no {text}")
    return int(text)


def _choice(choices: list[Json], text: str) -> str:
    for choice in choices:
        if text.casefold() in (choice["name"].casefold(), choice["value"].casefold()):
            return str(choice["value"])
    raise NotPossible(f"{text} is not among {[choice['name'] for choice in choices]}")
