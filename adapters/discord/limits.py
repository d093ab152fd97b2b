"""Discord's numbers: characters as `length` counts them, unless they count something else.

From docs.discord.com (the component reference, the pages of messages and interactions) and its OpenAPI document.
"""

from __future__ import annotations

SLASH_COMMANDS = 100
COMMAND_OPTIONS = 25
NAME = 32
"""The name of a command, and of one of its options."""

DESCRIPTION = 100
"""What is told of a command, and of one of its options."""

CHOICES = 25
"""Choices of a command's option, and what completion offers."""

CHOICE = 100
"""The name of a choice, and its value."""

OPTION_TEXT = 6_000
"""What an option of a command takes."""

COMPONENTS = 40
"""All components of a message, however deep."""

TEXTS = 4_000
"""All texts of a message with components together."""

ROW = 5
"""Buttons beside each other."""

CUSTOM_ID = 100
LABEL = 80
"""The words on a button."""

OPTIONS = 25
"""Options of a select."""

OPTION = 100
"""The label of an option, and its value."""

ALT_TEXT = 1_024
"""What a screen reader says of a picture."""

ATTACHMENTS = 10
"""Files of a message, and what a file upload takes."""

FILE = 10 * 1_024 * 1_024
"""Bytes of one file, in a server without boosts and in direct messages."""

MENTIONS = 100
"""Users, and roles, that a message may be allowed to ping."""

MODAL_ITEMS = 5
MODAL_TITLE = 45
MODAL_LABEL = 45
MODAL_DESCRIPTION = 100
"""What stands below the label of a modal's field."""

INPUT = 4_000
"""What a text field takes."""

NONCE = 25


def length(text: str) -> int:
    """Characters as Discord's clients count them: one outside the basic plane (most emoji) counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, limit: int) -> str:
    """The longest beginning of a text that is no longer than `limit` by `length`."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
