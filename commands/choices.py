"""What the forms of several commands let people choose from."""

from __future__ import annotations

from bot.settings import Level, Settings

LEVELS = tuple((level.value, level.value.capitalize()) for level in Level)


def team_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((key, team.name) for key, team in settings.teams.items())


def category_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in settings.categories)


def rotation_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in settings.on_call)
