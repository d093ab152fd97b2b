"""What the app asks of Slack, each with its reason: the one table behind manifest, doctor, installation and docs."""

from __future__ import annotations

SCOPES = {
    "app_mentions:read": "hears when somebody mentions @Firstline in a channel",
    "assistant:write": "suggests prompts in the talk with a person",
    "channels:history": "reads messages in public channels it is in: watched channels, and threads that become tickets",
    "channels:read": "finds a public channel by the name that settings.yaml gives it",
    "chat:write": "posts and updates cards, replies and pings where it is a member",
    "commands": "offers the slash commands and the message shortcut",
    "files:read": "takes over files that people attach to a ticket",
    "files:write": "hands over files of a ticket, and the pictures of reports",
    "groups:history": "reads messages in private channels it was invited to, as in public ones",
    "groups:read": "finds a private channel it was invited to by its name",
    "im:history": "reads what people write to it directly",
    "im:write": "opens its talk with a person, to answer and to remind",
    "links:read": "notices links to tickets of this desk",
    "links:write": "shows a ticket's state under such a link",
    "reactions:read": "notices the emoji that makes a ticket of a message",
    "users:read": "knows people's names and time zones",
    "users:read.email": "recognises who is already known from another channel",
}
"""The bot token's scopes, by name (https://docs.slack.dev/reference/scopes)."""

OPTIONAL = {
    "channels:join": "enters a public channel by itself, where nobody has said `/invite @Firstline`",
    "im:read": "finds the talks of people it does not know yet, to read what they wrote while it was away",
}
"""Not in the manifest: whoever wants it adds it."""

APP_SCOPES = {"connections:write": "opens Socket Mode; for the app-level token, in the mode socket only"}

EVENTS = {
    "app_home_opened": "App Home is drawn anew, or prompts are suggested in the talk with the person",
    "app_mention": "somebody mentions @Firstline",
    "app_uninstalled": "a workspace has removed the app: its installation is forgotten",
    "link_shared": "a link to a ticket was posted",
    "message.channels": "something was said, edited or deleted in a public channel",
    "message.groups": "the same in a private channel",
    "message.im": "somebody writes to Firstline directly",
    "reaction_added": "somebody put the ticket emoji on a message",
    "tokens_revoked": "a workspace has taken the token back: its installation is disabled",
}
"""The bot's events, by type (https://docs.slack.dev/reference/events), and what follows from each."""
