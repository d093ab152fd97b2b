"""The desk on Discord."""

from adapters.discord.adapter import Discord

__all__ = ["Discord"]
