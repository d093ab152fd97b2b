"""What plain words are, by where they are said: a reply, a note, a new ticket, the beginning of one, or nothing.

Pure.
"""

from __future__ import annotations

import re
from enum import Enum, auto

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


COURTESY = re.compile(
    r"(?:(?:ok(?:ay)?|great|perfect|super|cool|nice|cheers|many|thanks?|thank|you|u|so|much|very|a|lot|thx|ty|danke|merci|gracias|"
    r"hi|hello|hey|hallo|bonjour|hola|good|morning|afternoon|evening|day|everyone|all|team|guys|folks|there|bye|goodbye|"
    r"you're|youre|welcome|np|no|problem|got|it|works|worked|now|done|will|do|again|for|the|your|help|quick|fast|answer)\b[\s,.!?:)(;-]*)+",
    re.IGNORECASE,
)
TELLING = re.compile(
    r"\b(?:thank|thanks|thx|ty|cheers|danke|merci|gracias|hi|hello|hey|hallo|hola|bonjour|morning|afternoon|evening|ok|okay|great|perfect|bye|welcome|np)\b",
    re.IGNORECASE,
)

GREETING = re.compile(r"(?:hi|hello|hey|hallo|bonjour|hola|good (?:morning|afternoon|evening|day))\b", re.IGNORECASE)


def courtesy(text: str) -> bool:
    """Whether a message only thanks or greets: it opens no ticket and reopens none."""
    plain = re.sub(r":[a-z0-9_+-]+:|[^\w\s,.!?:)(;'-]", " ", text).strip()
    if not plain:
        return True
    return len(plain) <= 80 and COURTESY.fullmatch(plain) is not None and TELLING.search(plain) is not None


def route(
    text: str, *, side: str | None, threaded: bool, direct: bool, watched: bool, staff: bool, fresh_ticket: bool
) -> Route:
    """What a message is.

    `side` is the ticket thread's it stands in, if any; `fresh_ticket`: its writer has just opened one here.

    In the agents' thread everything is internal (BEHAVIOUR 17). In a watched room a new top-level message of somebody
    who is no agent is a ticket, or joins the one just made (BEHAVIOUR 4). A direct message may become one (BEHAVIOUR
    5).
    """
    if blank(text):
        return Route.NOTHING
    if side:
        return Route.NOTE if side == "agents" else Route.REPLY
    if direct:  # some chats put each talk with the bot into a thread of its own
        return _direct(text)
    if threaded:
        return Route.NOTHING
    if not watched or staff or courtesy(text):
        return Route.NOTHING
    return Route.FOLLOW_UP if fresh_ticket else Route.TICKET


def _direct(text: str) -> Route:
    """Who begins with a greeting waits for one."""
    if not courtesy(text):
        return Route.DRAFT
    return Route.GREETING if GREETING.match(text.strip()) else Route.NOTHING
