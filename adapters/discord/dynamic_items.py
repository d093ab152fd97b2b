"""Buttons and selects that work after a restart, and a year later: all they need stands in their custom id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, Self, cast

import discord

from adapters.discord.ids import BUTTON

MORE = "more"
"""What the custom id of a select begins with; the values of its options are custom ids of buttons."""


class Presses(Protocol):
    """What a client offers whose buttons are ours."""

    async def pressed(self, interaction: discord.Interaction[Any], custom_id: str) -> None:
        """Somebody pressed the button with this custom id, or chose it from a select."""


class Press(discord.ui.DynamicItem["discord.ui.Button[Any]"], template=re.compile(rf"{BUTTON}:.+", re.DOTALL)):
    """A button."""

    def __init__(self, label: str, custom_id: str, style: discord.ButtonStyle) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, style=style))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it stands in the message."""
        shown = cast("discord.ui.Button[Any]", item)
        return cls(shown.label or "", match.string, shown.style)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand it to the client."""
        await cast(Presses, interaction.client).pressed(interaction, self.custom_id)


class Choose(discord.ui.DynamicItem["discord.ui.Select[Any]"], template=re.compile(rf"{MORE}:\d+")):
    """A select whose options do what buttons do."""

    def __init__(self, custom_id: str, options: Sequence[discord.SelectOption], placeholder: str | None = None) -> None:
        super().__init__(
            discord.ui.Select(custom_id=custom_id, options=list(options), placeholder=placeholder),
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The select as it stands in the message."""
        shown = cast("discord.ui.Select[Any]", item)
        return cls(match.string, shown.options, shown.placeholder)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand what was chosen to the client."""
        for custom_id in self.item.values[:1]:
            await cast(Presses, interaction.client).pressed(interaction, custom_id)


ITEMS = (Press, Choose)
"""What a client registers before it listens, in `setup_hook`."""
