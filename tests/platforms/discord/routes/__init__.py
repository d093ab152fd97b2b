"""The routes; importing this declares them."""

from tests.platforms.discord.routes import (
    applications,
    channels,
    guilds,
    interactions,
    messages,
    reactions,
    threads,
    users,
    webhooks,
)

__all__ = [
    "applications",
    "channels",
    "guilds",
    "interactions",
    "messages",
    "reactions",
    "threads",
    "users",
    "webhooks",
]
