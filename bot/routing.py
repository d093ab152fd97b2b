"""What plain words are, by where they are said: a reply, a note, a new ticket, the beginning of one, or nothing.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, auto

from bot.courtesy import confirms, courtesy, greets
from bot.words import blank


class Route(Enum):
    """What is made of a message."""

    NOTHING = auto()
    REPLY = auto()
    NOTE = auto()
    TICKET = auto()
    FOLLOW_UP = auto()
    DRAFT = auto()
    GREETING = auto()
    CONFIRMATION = auto()


def route(
    text: str,
    *,
    side: str | None,
    threaded: bool,
    direct: bool,
    watched: bool,
    staff: bool,
    fresh_ticket: bool,
    names: Collection[str] = (),
) -> Route:
    """What a message is.

    `side` is the ticket thread's it stands in, if any; `fresh_ticket`: its writer has just opened one here;
    `names`: what people are called who may be greeted or thanked.

    In the agents' thread everything is internal (BEHAVIOUR 17). In a watched room a new top-level message of somebody
    who is no agent is a ticket, or joins the one just made (BEHAVIOUR 4). A direct message may become one (BEHAVIOUR
    5).
    """
    if blank(text):
        return Route.NOTHING
    if side:
        return Route.NOTE if side == "agents" else Route.REPLY
    if direct:  # some chats put each talk with the bot into a thread of its own
        return _direct(text, names)
    if threaded:
        return Route.NOTHING
    if not watched or staff or courtesy(text, names):
        return Route.NOTHING
    return Route.FOLLOW_UP if fresh_ticket else Route.TICKET


def _direct(text: str, names: Collection[str]) -> Route:
    """Who begins with a greeting waits for one; a yes is an answer, to whatever was asked last."""
    if not courtesy(text, names):
        return Route.DRAFT
    if confirms(text, names):
        return Route.CONFIRMATION
    return Route.GREETING if greets(text, names) else Route.NOTHING
