"""What a browser sends, as an Incoming of the desk's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.web.message import Message
from adapters.web.places import BOT, CHANNEL, Persona
from bot.requests import Junk
from bot.words import Address, Incoming, Said, Sender, storable

TICKET = "🎫"
DEEDS = ("say", "click", "submit", "react", "ticket", "edit", "delete")
_LIMITS = {"id": 200, "as": 64, "room": 80, "thread": 64, "message": 300, "verb": 64, "emoji": 16}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a person did in the browser. `id` is the browser's, the same when it tries again."""

    id: str
    person: str
    do: str
    room: str
    thread: str = ""
    message: str = ""
    text: str = ""
    verb: str = ""
    emoji: str = ""
    on: bool = True
    answers: Mapping[str, str] = field(default_factory=dict)


def act(sent: Any) -> Act:
    """An act from parsed JSON: `{"id", "as", "do", "room"}` and what else its `do` needs. `Junk` says what is wrong."""
    if not isinstance(sent, dict):
        raise Junk("An act is a JSON object.")
    words = {name: _word(sent, name, limit) for name, limit in _LIMITS.items()}
    for name in ("id", "as", "do", "room"):
        if not sent.get(name):
            raise Junk(f"The act has no {name!r}.")
    if sent["do"] not in DEEDS:
        raise Junk(f"'do' is one of: {', '.join(DEEDS)}.")
    words["person"] = words.pop("as")
    return Act(
        do=sent["do"],
        text=_word(sent, "text", 2_000_000),
        on=sent.get("on") is not False,
        answers=_answers(sent),
        **words,
    )


def _word(sent: Mapping[str, Any], name: str, limit: int) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise Junk(f"{name!r} has to be a text of at most {limit:,} characters.")
    return value if name == "text" else plain(name, value)


def plain(name: str, value: str) -> str:
    """A name of something, as no database refuses it. The words of people are cleaned by the desk instead."""
    if storable(value) != value:
        raise Junk(f"{name!r} holds characters that no name has.")
    return value


def _answers(sent: Mapping[str, Any]) -> Mapping[str, str]:
    answers = sent.get("answers") or {}
    if (
        not isinstance(answers, dict)
        or len(answers) > 100
        or not all(isinstance(value, str) for value in answers.values())
    ):
        raise Junk("'answers' has to be an object of texts.")
    return {plain("answers", name): value for name, value in answers.items()}


def sender(persona: Persona) -> Sender:
    """Somebody as the desk is told of them."""
    return Sender(persona.id, persona.name, zone=persona.zone.key)


def incoming(done: Act, who: Persona, about: Message | None, thread: tuple[Said, ...] = ()) -> Incoming:
    """What the desk is told. `about` is the message it was done to, or the one that was said.

    What is shown to one person only is no message that anybody else could find, so it is not named.
    """
    at = Address(CHANNEL, done.room, about.thread if about else done.thread)
    message = about.id if about and not about.private_to else ""
    return Incoming(done.id, sender(who), at, message=message, **_asked(done, thread))


def _asked(done: Act, thread: tuple[Said, ...]) -> dict[str, Any]:
    match done.do:
        case "say" if slash(done):
            verb, *words = done.text.strip()[1:].split(maxsplit=1)
            return {"verb": verb.lower(), "text": "".join(words)}
        case "say":
            return {"text": done.text}
        case "click" | "submit":
            return {"verb": done.verb, "answers": done.answers, "submitted": done.do == "submit"}
        case "edit":
            return {"verb": "edited", "text": done.text}
        case "delete":
            return {"verb": "deleted"}
        case _:
            return {"verb": "react", "thread": thread}


def slash(done: Act) -> bool:
    """Whether what was said is a command; a lone slash and a path like `/usr/bin` are words."""
    first = done.text.strip().split(maxsplit=1)[0] if done.text.strip() else ""
    return done.do == "say" and len(first) > 1 and first.startswith("/") and "/" not in first[1:]


def said(message: Message, people: Mapping[str, Persona]) -> Said:
    """A message as it is handed over with a thread; the desk's own are marked as a bot's."""
    known = people.get(message.author)
    who = sender(known) if known else Sender(message.author, message.author, bot=message.author == BOT)
    card = message.card
    return Said(who, message.text or (card.body or card.title if card else ""), message.id, message.at)
