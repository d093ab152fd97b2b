"""What the year's settings promise, read from their text: calendars stepped through by the minute, targets, ladders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.calendar import Calendar
from bot.settings import Holidays, Targets
from bot.sla import Terms
from tests.rules.clock_cases import Case, Hours
from tests.rules.clock_oracle import Steps
from tests.year.ladder import Plan, span

SETTINGS = Path(__file__).with_name("settings.yaml")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)


class Promises:
    """All of them, for what begins at `origin` and lasts so many minutes."""

    def __init__(self, origin: datetime, minutes: int) -> None:
        self.plain: dict[str, Any] = yaml.safe_load(SETTINGS.read_text())
        self.origin, self.minutes = origin, minutes
        hours = {name: _hours(written) for name, written in self.plain["calendars"].items()}
        self.zones = {name: each.zone for name, each in hours.items()}
        self.calendars = {
            name: Calendar(each.zone, {day: tuple(w) for day, w in each.week.items()}) for name, each in hours.items()
        }
        self._hours = {self.calendars[name]: each for name, each in hours.items()}
        self._years = tuple(range(origin.year - 1, (origin + minutes * MINUTE).year + 2))
        empty = self.case((), Terms(Targets(), self.calendars["always"]))
        self.steps = {id(self.calendars[name]): Steps(empty, each) for name, each in hours.items()}

    def case(self, events: tuple[Any, ...], terms: Terms) -> Case:
        """What happened to a ticket, for the clocks' oracle."""
        return Case(self.origin, MINUTE, self.minutes, self._years, self._hours, terms, events, self.minutes)

    def tick(self, instant: datetime) -> int:
        return (instant - self.origin) // MINUTE

    def at(self, tick: int) -> datetime:
        return self.origin + tick * MINUTE

    # What is worked

    def calendar(self, team: str) -> str:
        name: str = self.plain["teams"][team]["calendar"]
        return name

    def is_open(self, team: str, now: datetime) -> bool:
        tick = self.tick(now)
        return self.steps[id(self.calendars[self.calendar(team)])].until(tick + 1)[tick]

    def after(self, team: str, now: datetime, work: timedelta) -> datetime:
        """When so much of a team's working time will have passed."""
        tick, left, steps = self.tick(now), work // MINUTE, self.steps[id(self.calendars[self.calendar(team)])]
        while left:
            left -= steps.until(tick + 1)[tick]
            tick += 1
        return self.at(tick)

    # Who, and how soon

    def priority(self, urgency: str, impact: str) -> str:
        matrix = {
            "low": ("low", "low", "medium"),
            "medium": ("low", "medium", "high"),
            "high": ("medium", "high", "critical"),
        }
        return matrix[urgency][("low", "medium", "high").index(impact)]

    def policy(self, priority: str) -> Mapping[str, Any]:
        policies: list[dict[str, Any]] = self.plain["sla"]
        return next(p for p in policies if priority in p.get("when", {}).get("priority", [priority]))

    def terms(self, priority: str, team: str) -> Terms:
        policy = self.policy(priority)
        return Terms(
            Targets(**{name: span(written) for name, written in policy["targets"].items()}),
            self.calendars[policy.get("calendar") or self.calendar(team)],
            policy["warn_at"],
            policy.get("on_priority_change", "recompute"),
            policy.get("on_reopen", "continue"),
            None,
            policy["name"],
        )

    def plan(self, priority: str) -> Plan:
        ladder = self.policy(priority).get("ladder", "default")
        return Plan(self.plain["ladders"][ladder], self.plain["organisation"]["zone"])

    def told(self, plan: Plan, level: int, team: str, now: datetime) -> str:
        """Who hears at a level."""
        entry = self.plain["teams"][team]
        if plan.step(level)["tell"] == "manager":
            return str(entry["manager"])
        return self.on_call(now) if entry.get("on_call") else str(entry["lead"])

    def on_call(self, now: datetime) -> str:
        """Of two in turn, from the first one's first Monday at nine of their clock."""
        rotation = self.plain["on_call"]["network"]
        local = now.astimezone(ZoneInfo(rotation["zone"])).replace(tzinfo=None)
        weeks = (local - datetime.combine(rotation["starts"], time(9))) // timedelta(weeks=1)
        return str(rotation["people"][weeks % len(rotation["people"])])

    def work(self, name: str) -> list[timedelta]:
        """A part of the section `reminders`."""
        written = self.plain["reminders"][name]
        return [span(each) for each in (written if isinstance(written, list) else [written])]


def _hours(written: Mapping[str, Any]) -> Hours:
    week = {number: [_window(each) for each in written.get(day, ())] for number, day in enumerate(DAYS)}
    return Hours(written["zone"], week, Holidays(**written.get("holidays", {})))


def _window(written: str) -> tuple[time, time]:
    start, end = re.sub("24:00", "00:00", written).split("-")
    return time.fromisoformat(start), time.fromisoformat(end)
