"""The section `ladders` of settings.yaml: who hears of a breach, when, and at which hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from bot.quiet import told_hours
from bot.settings_values import Duration, Person, Room, Shape, Some, Window


class Step(Shape):
    """One level of a ladder: who hears, and how long after the level before (the first: after the breach)."""

    tell: Literal["owner", "lead", "manager", "on-call"] | Person = Field(
        description="Who hears: a part in the ticket or its team, or somebody in particular: person:ana."
    )
    after: Duration = Field(
        timedelta(0), description="How long after the level before, around the clock; empty: at once."
    )
    quiet: tuple[Window, ...] = Field(
        (),
        description="Quiet hours of this level, every day: [22:00-07:00]. A level that comes due in them is told when "
        "they end, and says since when it was held back; the levels after it count from then. Empty: told at any hour.",
    )

    @field_validator("quiet")
    @classmethod
    def _some_hour_is_left(cls, windows: tuple[str, ...]) -> tuple[str, ...]:
        told_hours(windows)
        return windows


class Ladder(Shape):
    """Who hears of a breach, level by level, until somebody acknowledges."""

    steps: tuple[Step, ...] = Field(
        (Step(tell="lead"), Step(tell="manager", after=timedelta(minutes=30))),
        min_length=1,
        description="The levels, in order.",
    )
    rooms: tuple[Room, ...] = Field((), description="Where it is said; empty: the channels' escalation rooms.")
    lease: Some = Field(
        timedelta(minutes=30),
        description="How long an acknowledgement holds the ladder without progress on the ticket.",
    )
    remind: Duration = Field(
        timedelta(minutes=5),
        description="How long before an acknowledgement ends whoever gave it is reminded, at most half of its length; "
        "0m: never.",
    )
    snooze: Some = Field(timedelta(minutes=30), description="How long Snooze holds the ladder.")
    repeat: int = Field(1, ge=0, le=10, description="How often the last level is said again before the ladder rests.")
    repeat_every: Some = Field(timedelta(hours=1), description="How long between those repetitions.")
    zone: str = Field("", description="The time zone of quiet hours; empty: the organisation's.")
    never_quiet: tuple[Literal["low", "medium", "high", "critical"], ...] = Field(
        ("critical",), description="Tickets of these priorities are told of in quiet hours too."
    )
