"""What the bot asks of a server, each with its reason: the one table behind the invitation, the doctor and the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discord import Permissions

REASONS: Mapping[str, str] = {
    "view_channel": "sees the channels that the settings name, and what is written in them",
    "send_messages": "posts cards and pings in a channel, and forum posts",
    "attach_files": "hands over files of a ticket, and pictures of figures",
    "read_message_history": "finds a post of its own whose fate is unknown, and reads what was said while it was away",
    "manage_threads": "locks and archives the thread of a closed ticket, and opens it again with the ticket",
    "create_public_threads": "begins the thread under a card, in which the agents talk",
    "create_private_threads": "opens the private thread of a ticket, for its requester and the team",
    "send_messages_in_threads": "speaks in these threads",
}
"""By discord.py's names, in the order of their bits (https://docs.discord.com/developers/topics/permissions)."""

TITLES: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
    "manage_threads": "Manage Threads and Posts",
    "create_public_threads": "Create Public Threads",
    "create_private_threads": "Create Private Threads",
    "send_messages_in_threads": "Send Messages in Threads and Posts",
}
"""How Discord's own settings call them."""

INTENTS: Mapping[str, str] = {
    "guilds": "knows the server's channels and threads",
    "guild_messages": "hears that something was said, changed or deleted in a channel or a thread",
    "guild_reactions": "notices the emoji that makes a ticket of a message",
    "dm_messages": "hears what people write to it directly",
    "dm_reactions": "notices that emoji on what they wrote to it",
    "message_content": "reads the words; only where it is granted",
}
"""What the gateway is asked for, by discord.py's names. The last is privileged, the others are not."""

SMALLEST = Permissions(**dict.fromkeys(REASONS, True))

_ALWAYS = ("view_channel", "attach_files", "read_message_history", "manage_threads", "send_messages_in_threads")
CARDS = (*_ALWAYS, "send_messages", "create_public_threads")
"""Needed where cards stand and threads hang on them."""

POSTS = (*_ALWAYS, "send_messages")
"""Needed in a forum, where to post needs no more than to speak."""

PRIVATE = (*_ALWAYS, "create_private_threads")
"""Needed where requesters get private threads."""

GUESTS = ("view_channel", "send_messages_in_threads")
"""What requesters need there: who cannot see a channel does not see their own private thread in it either."""


def needed(*, forum: bool, cards: bool, tickets: bool) -> tuple[str, ...]:
    """What the bot needs in a channel: for cards or posts of its own, for requesters' private threads, or for both."""
    own = (POSTS if forum else CARDS) if cards else ()
    wanted = {*own, *(PRIVATE if tickets else ())}
    return tuple(name for name in REASONS if name in wanted)


def missing(given: Permissions, names: Sequence[str]) -> list[str]:
    """The titles of those that are not given.

    A channel that is not seen lacks all for that alone; and discord.py takes the files from who may not send messages.
    """
    if "view_channel" in names and not given.view_channel:
        return [TITLES["view_channel"]]
    told = (name for name in names if name != "attach_files" or given.send_messages)
    return [TITLES[name] for name in told if not getattr(given, name)]
