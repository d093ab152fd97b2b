"""What settings.yaml says about being on call: turns, layers of several zones, and who stands in."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

from pydantic import Field

from bot.settings_values import WEEKDAYS, Handle, Handover, Shape, Window, window

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Override(Shape):
    """Somebody stands in for a while."""

    person: Handle = Field(description="Who stands in.")
    start: datetime = Field(description="From when, like 2026-12-24 09:00, in the rotation's time zone.")
    end: datetime = Field(description="Until when.")


class Turns(Shape):
    """People in turn, handed over at a wall-clock time."""

    people: tuple[Handle, ...] = Field(min_length=1, description="Who takes turns, in order.")
    every: Literal["day", "week"] = Field("week", description="How long a turn is.")
    handover: Handover = Field("mon 09:00", description="When one hands over to the next.")
    starts: date = Field(date(2026, 1, 5), description="The first person's first day.")
    zone: str = Field("", description="The time zone of handover and overrides; empty: the organisation's.")


class Layer(Turns):
    """Other people at some hours, in a time zone of their own: with several of these the rotation follows the sun."""

    zone: str = Field("", description="The time zone of its handover and hours; empty: the rotation's.")
    days: tuple[Weekday, ...] = Field((), description="On which weekdays; empty: on all.")
    hours: tuple[Window, ...] = Field((), description="At which hours of its zone; empty: all day.")

    def windows(self) -> dict[int, tuple[tuple[time, time], ...]]:
        """The hours by weekday, Monday 0, as a calendar takes them."""
        hours = tuple(window(each) for each in self.hours) or ((time(), time()),)
        return {number: hours for number, day in enumerate(WEEKDAYS) if day in (self.days or WEEKDAYS)}


class Rotation(Turns):
    """Who is on call. Of the layers the first whose hours it is counts; outside all of them, the people named here."""

    layers: tuple[Layer, ...] = Field(
        (), description="Other people at some hours: several, each in a zone of its own, follow the sun."
    )
    overrides: tuple[Override, ...] = Field((), description="Who stands in, and when.")

    def takers(self) -> set[str]:
        """Everybody who takes turns in it, at whatever hours."""
        return {person for turns in (self, *self.layers) for person in turns.people}
