"""The methods of the Web API, one file a family; importing them fills the table."""

from tests.platforms.slack.methods import apps, chat, conversations, files, modals, oauth, people, reactions

__all__ = ["apps", "chat", "conversations", "files", "modals", "oauth", "people", "reactions"]
