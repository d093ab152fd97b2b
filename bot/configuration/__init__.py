"""Reading settings.yaml, telling what is wrong in it, and taking up its changes."""

from bot.configuration.problems import Problem, SettingsError
from bot.configuration.reading import Live, parsed, read, warnings

__all__ = ["Live", "Problem", "SettingsError", "parsed", "read", "warnings"]
