"""The chats that stories are told in: the playground, and Slack and Discord through their real libraries."""

from tests.stories.chats.chat import Chat, Message, NotPossible
from tests.stories.chats.discord import DiscordChat
from tests.stories.chats.slack import SlackChat
from tests.stories.chats.web import WebChat

__all__ = ["Chat", "DiscordChat", "Message", "NotPossible", "SlackChat", "WebChat"]
