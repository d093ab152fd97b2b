"""The chats that stories are told in: the playground, and Slack through its real SDK."""

from tests.stories.chats.chat import Chat, Message, NotPossible
from tests.stories.chats.slack import SlackChat
from tests.stories.chats.web import WebChat

__all__ = ["Chat", "Message", "NotPossible", "SlackChat", "WebChat"]
