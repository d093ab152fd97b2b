"""The typed shape of settings.yaml. Reading, watching and explaining it is `bot/configuration/reading.py`'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from bot.settings_discord import DiscordApp as DiscordApp
from bot.settings_files import Files as Files
from bot.settings_heartbeat import Watchdog as Watchdog
from bot.settings_ladders import Ladder as Ladder
from bot.settings_ladders import Step as Step
from bot.settings_oncall import Override as Override
from bot.settings_oncall import Rotation as Rotation
from bot.settings_slack import SlackApp as SlackApp
from bot.settings_values import PREFIX as PREFIX_PATTERN
from bot.settings_values import WEEKDAYS as WEEKDAYS
from bot.settings_values import Duration as Duration
from bot.settings_values import Email, Part, RoleIds, RoomName, Shape, Share, Some, WebAddress, window
from bot.settings_values import Handle as Handle
from bot.settings_values import Room as Room
from bot.settings_values import Window as Window
from bot.settings_values import written_duration as written_duration
from bot.words import WORKSPACE, Address


class Level(StrEnum):
    """Urgency and impact."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class ClockKind(StrEnum):
    FIRST = "first_response"
    NEXT = "next_response"
    RESOLUTION = "resolution"


class Organisation(Shape):
    """Who runs the desk."""

    name: str = Field("Example Ltd", description="The name shown on the pages and in messages.")
    prefix: str = Field(
        "IT", pattern=PREFIX_PATTERN, description="The letters in front of a ticket's number: IT in IT-1042."
    )
    first_number: int = Field(1001, ge=1, le=1_000_000_000, description="The number of the first ticket.")
    zone: str = Field("UTC", description="The time zone of people whose own zone is not known, like Europe/Berlin.")
    address: WebAddress = Field(
        "http://127.0.0.1:8000", description="Where the desk's pages are reached; links start with it."
    )


class Holidays(Shape):
    """Days on which nobody works."""

    country: str = Field(
        "", description="Public holidays of this country (ISO code, like DE), from the `holidays` library."
    )
    region: str = Field("", description="The country's region (like BE for Berlin).")
    extra: tuple[date, ...] = Field((), description="Further days off.")
    working: tuple[date, ...] = Field((), description="Public holidays that are worked all the same.")


class Hours(Shape):
    """A calendar: the working windows of each weekday, in a time zone, less the holidays."""

    zone: str = Field("", description="The time zone of the windows; empty: the organisation's.")
    mon: tuple[Window, ...] = Field((), description="Monday's windows; 24:00 is the day's end.")
    tue: tuple[Window, ...] = Field((), description="Tuesday's windows.")
    wed: tuple[Window, ...] = Field((), description="Wednesday's windows.")
    thu: tuple[Window, ...] = Field((), description="Thursday's windows.")
    fri: tuple[Window, ...] = Field((), description="Friday's windows.")
    sat: tuple[Window, ...] = Field((), description="Saturday's windows.")
    sun: tuple[Window, ...] = Field((), description="Sunday's windows.")
    holidays: Holidays = Field(Holidays(), description="Days off.")

    def windows(self) -> dict[int, tuple[tuple[time, time], ...]]:
        """The windows by weekday, Monday 0; an end of 24:00 or 00:00 is the day's end."""
        return {day: tuple(window(w) for w in getattr(self, name)) for day, name in enumerate(WEEKDAYS)}


class PersonEntry(Shape):
    """A person known in advance: needed for those who work at the desk, optional for everyone else."""

    name: str = Field(description="The name that others see.")
    email: Email = Field("", description="Their address; whoever proves it on a channel is this person there.")
    zone: str = Field("", description="Their time zone; empty: the organisation's.")
    identities: dict[str, str] = Field(
        {}, description="Their id on a channel: {slack: U024BE7LH}; in an installed workspace {slack: T0123/U024BE7LH}."
    )

    def ids_in(self, workspace: str) -> dict[str, str]:
        """Their id by channel, in one workspace: an id says nothing about who has it in another."""
        return _ids_in(workspace, self.identities)


def _ids_in(workspace: str, ids: Mapping[str, str]) -> dict[str, str]:
    written = ((channel, *name.rpartition("/")) for channel, name in ids.items())
    return {channel: name for channel, where, _, name in written if (where or WORKSPACE) == workspace}


class Member(Shape):
    """An agent in a team."""

    skills: tuple[str, ...] = Field((), description="What they can do; a category may ask for one of these.")
    cap: int = Field(10, ge=0, description="How many open tickets may be assigned to them automatically.")


class Policy(StrEnum):
    """How a team's new tickets get their owner."""

    CLAIM = "claim"
    ROUND_ROBIN = "round-robin"
    LEAST_LOAD = "least-load"


class Team(Shape):
    """The people who work on some categories together."""

    name: str = Field(description="The name that people see.")
    lead: Handle | None = Field(None, description="Hears of breaches; may do everything in the team.")
    manager: Handle | None = Field(None, description="Hears next.")
    deputies: tuple[Handle, ...] = Field((), description="May do what the lead may, and are not pinged.")
    on_call: str | None = Field(
        None, description="A rotation; while somebody is on call they are pinged in the lead's place."
    )
    user_groups: dict[str, str] = Field(
        {},
        description="A user group that an escalation pings in the place of the lead, or of whoever is on call, on a "
        "channel: {slack: S0614TZR7}; in an installed workspace {slack: T0123/S0614TZR7}; on Discord a role: "
        '{discord: "1042"}.',
    )
    members: dict[Handle, Member] = Field({}, description="The agents.")
    agent_roles: RoleIds = Field(
        {},
        description='Whoever has one of these roles on a channel may do what an agent may: {discord: ["1042"]}. Only '
        "members are given tickets automatically.",
    )
    lead_roles: RoleIds = Field({}, description="The same for what the lead may do; nobody is pinged for it.")
    policy: Policy = Field(
        Policy.CLAIM,
        description="How new tickets get their owner. claim: nobody is assigned, whoever is first takes it; "
        "round-robin: each in turn; least-load: whoever has the least to do.",
    )
    calendar: str = Field("", description="When the team works; empty: the first calendar.")
    triage: tuple[Room, ...] = Field((), description="Where its cards stand: web:triage-it, slack:C012AB3CD.")

    @property
    def leads(self) -> tuple[str, ...]:
        """Who may do what a lead may."""
        return tuple(handle for handle in (self.lead, self.manager, *self.deputies) if handle)

    @field_validator("user_groups")
    @classmethod
    def _a_role_is_no_person(cls, groups: dict[str, str]) -> dict[str, str]:
        """On Discord both are numbers: a role's is marked, as its mention `<@&1042>` is."""
        return {key: f"&{id}" if key == "discord" and id.isdecimal() else id for key, id in groups.items()}

    def group_in(self, workspace: str, channel: str) -> str:
        """The id of its user group on a channel, in one workspace; "" where it has none."""
        return _ids_in(workspace, self.user_groups).get(channel, "")


class Category(Shape):
    """What a ticket is about."""

    team: str = Field(description="The team that works on it.")
    skill: str = Field("", description="The owner must have this skill; empty: none is needed.")
    words: tuple[str, ...] = Field((), description="A ticket with one of these words (or phrases) is of this category.")
    impact: Level = Field(Level.LOW, description="The impact until an agent sets another.")


class Targets(Shape):
    """How long each clock may run, in working time of the policy's calendar. A clock without a target does not run."""

    first_response: Some | None = Field(None, description="Until an agent's first public answer.")
    next_response: Some | None = Field(None, description="Until the answer to each further message of the requester.")
    resolution: Some | None = Field(None, description="Until it is resolved; waiting for the requester does not count.")


class When(Shape):
    """Which tickets a policy is for: all that is named must fit; nothing named fits every ticket."""

    priority: tuple[Priority, ...] = Field((), description="Tickets of these priorities.")
    category: tuple[str, ...] = Field((), description="Tickets of these categories.")
    team: tuple[str, ...] = Field((), description="Tickets of these teams.")

    def fits(self, priority: str, category: str, team: str) -> bool:
        return all(
            not wanted or value in wanted
            for wanted, value in ((self.priority, priority), (self.category, category), (self.team, team))
        )


OnPriorityChange = Literal["recompute", "forward", "reset"]
OnReopen = Literal["continue", "reset"]


class SlaPolicy(Shape):
    """Targets for some tickets. The first policy that fits a ticket counts."""

    name: str = Field(description="The name that people see.")
    when: When = Field(When(), description="Which tickets it is for; empty: all that no policy above it fits.")
    calendar: str = Field("", description="The calendar its time is counted on; empty: the team's.")
    targets: Targets = Field(description="How long each clock may run.")
    warn_at: Part = Field(
        0.75, gt=0, lt=1, description="The owner is warned when this part of the time has passed: 0.75 or 75%."
    )
    ladder: str = Field("default", description="The escalation ladder that starts at a breach.")
    on_priority_change: OnPriorityChange = Field(
        "recompute",
        description="What becomes of the time that has passed when an open ticket comes under this policy by another "
        "priority, category or team. recompute: all is counted as if it had been under it from the start; forward: "
        "what has passed stays as it was counted then, and what this policy's time has left of it counts from the "
        "change on, so that nothing is late before the change; reset: its clocks that run start anew at the change.",
    )
    on_reopen: OnReopen = Field(
        "continue",
        description="The resolution of a ticket that is opened again. continue: goes on with what was left; reset: "
        "gets the whole time again.",
    )
    enforce_from: datetime | None = Field(
        None,
        description="Tickets opened before this, like 2026-12-01 or 2026-12-01 09:00 in the organisation's time zone, "
        "are under no deadline of this policy, so that switching it on makes no backlog late; empty: all count.",
    )


class Channel(Shape):
    """The rooms of a channel that the desk uses."""

    escalations: RoomName = Field("", description="The room that hears of breaches.")
    watched: tuple[RoomName, ...] = Field(
        (), description="Rooms in which each new message of an employee becomes a ticket."
    )
    panel: RoomName = Field(
        "",
        description="A room in which a message with the button “Ask for help” stands; said again where it was deleted.",
    )


class Reminders(Shape):
    """What happens to tickets that wait for the requester, and to resolved ones.

    In working time of the team's calendar.
    """

    pending: tuple[Some, ...] = Field(
        (timedelta(hours=16), timedelta(hours=32)),
        description="When a silent requester is reminded, counted from the last question.",
    )
    give_up: Some = Field(
        timedelta(hours=48), description="When the ticket is resolved as unanswered, counted likewise."
    )
    close: Some = Field(
        timedelta(hours=24), description="When a resolved ticket closes by itself: 24h are three days of eight hours."
    )

    @field_validator("pending")
    @classmethod
    def _one_after_the_other(cls, pending: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if any(later <= sooner for sooner, later in pairwise(pending)):
            raise ValueError("each reminder must come later than the one before it, like [16h, 32h]")
        return pending


class Knowledge(Shape):
    """The knowledge base."""

    folders: tuple[str, ...] = Field((), description="Folders of Markdown articles, read at start.")
    suggest_at: Share = Field(
        0.3,
        description="Suggest a fix when at least so sure that it answers, like 30%, which is also written 0.3. Of ten "
        "articles of which the desk is 30% sure, about three are the answer. On real messages to three shops, 30% "
        "showed the right one for four in ten of those that had one, and something to one in ten of those that had "
        "none; 50% for one in five, and to one in fifty. `firstline kb check` tells what it does on your own tickets.",
    )
    suggestions: int = Field(3, ge=0, le=5, description="At most so many fixes at a time; 0: none.")
    review_after: int = Field(
        12,
        ge=0,
        le=120,
        description="Months after which the owner of an article that was published is asked whether it is still true; "
        "0: never. An article may say another time.",
    )
    half_life: Some = Field(
        timedelta(days=180),
        description="After this time what somebody said of an article (“This fixed it”, “Not helpful”) counts half.",
    )


class Limits(Shape):
    """Protection against floods and accidents."""

    tickets_per_minute: int = Field(6, ge=1, description="How many tickets one person may open a minute.")
    text: int = Field(
        20_000, ge=500, le=100_000, description="How many characters of a message are kept; who wrote more is told."
    )
    follow_up: Duration = Field(
        timedelta(minutes=3),
        description="A person's further messages in a watched room within this time join the ticket just made.",
    )
    surge: int = Field(5, ge=2, description="So many similar tickets within surge_within propose a major incident.")
    surge_within: Some = Field(timedelta(minutes=30), description="The time in which similar tickets are a surge.")


class Retention(Shape):
    """How long each kind of data is kept. Applied by the desk's retention cycle."""

    deliveries: Some = Field(timedelta(days=7), description="The memory of deliveries, and what answers put aside.")
    posts: Some = Field(timedelta(days=90), description="Posts of closed tickets, and what was said of none.")


MATRIX: dict[Level, dict[Level, Priority]] = {
    Level.LOW: {Level.LOW: Priority.LOW, Level.MEDIUM: Priority.LOW, Level.HIGH: Priority.MEDIUM},
    Level.MEDIUM: {Level.LOW: Priority.LOW, Level.MEDIUM: Priority.MEDIUM, Level.HIGH: Priority.HIGH},
    Level.HIGH: {Level.LOW: Priority.MEDIUM, Level.MEDIUM: Priority.HIGH, Level.HIGH: Priority.CRITICAL},
}


class Settings(Shape):
    """Everything an owner may change."""

    organisation: Organisation = Field(Organisation(), description="Who runs the desk.")
    calendars: dict[str, Hours] = Field(
        min_length=1, description="Working hours, by a name of yours. The first is that of teams which name none."
    )
    people: dict[Handle, PersonEntry] = Field(
        {}, description="People, by a short handle that the rest of the file uses."
    )
    admins: tuple[Handle, ...] = Field((), description="Who may do everything, in all teams.")
    admin_roles: RoleIds = Field({}, description="Whoever has one of these roles on a channel may do everything.")
    teams: dict[str, Team] = Field(min_length=1, description="Teams, by a short name that the rest of the file uses.")
    default_team: str = Field("", description="Who gets tickets without a category; empty: the first team.")
    categories: dict[str, Category] = Field({}, description="What tickets are about, by the name that people see.")
    matrix: dict[Level, dict[Level, Priority]] = Field(
        MATRIX, description="A ticket's priority is matrix[urgency][impact]: low, medium, high or critical."
    )
    sla: tuple[SlaPolicy, ...] = Field((), description="How fast tickets are to be answered and resolved.")
    ladders: dict[str, Ladder] = Field({"default": Ladder()}, description="Escalation ladders, by a name of yours.")
    on_call: dict[str, Rotation] = Field({}, description="On-call rotations, by a name of yours.")
    channels: dict[str, Channel] = Field({}, description="Rooms, by channel: web, slack, discord, email.")
    slack: SlackApp = Field(SlackApp(), description="The desk's own app on Slack.")
    discord: DiscordApp = Field(DiscordApp(), description="The desk's own bot on Discord.")
    files: Files = Field(Files(), description="Which files are taken over.")
    reminders: Reminders = Field(Reminders(), description="Reminders, and what closes by itself.")
    knowledge: Knowledge = Field(Knowledge(), description="The knowledge base.")
    limits: Limits = Field(Limits(), description="Protection against floods and accidents.")
    retention: Retention = Field(Retention(), description="How long data is kept.")
    heartbeat: Watchdog = Field(Watchdog(), description="An address that is called while all is well.")

    def changed(self, to: Settings) -> list[str]:
        """The sections that are others in other settings."""
        return [section for section in Settings.model_fields if getattr(self, section) != getattr(to, section)]

    def team_key_of(self, category: str) -> str:
        """The key of the team that works on a category; a category that has vanished is the default team's."""
        entry = self.categories.get(category)
        return entry.team if entry else self.default_team or next(iter(self.teams))

    def team_for(self, key: str) -> Team:
        """A team; the default one in the place of a team that has vanished, so that nobody's ticket is nobody's."""
        return self.teams.get(key) or self.teams.get(self.default_team) or next(iter(self.teams.values()))

    def teams_of(self, person: str) -> tuple[str, ...]:
        """The keys of the teams in which a person is an agent, lead or manager."""
        return tuple(key for key, team in self.teams.items() if person in staff(team))

    def workers(self) -> tuple[str, ...]:
        """Who has work at the desk: the admins, and who has a part in a team."""
        return tuple(dict.fromkeys([*self.admins, *(person for team in self.teams.values() for person in staff(team))]))

    def priority(self, urgency: str, impact: str) -> str:
        return self.matrix[Level(urgency)][Level(impact)].value

    def calendar_of(self, team: str) -> str:
        """The key of a team's calendar."""
        entry = self.teams.get(team)
        return (entry.calendar if entry else "") or next(iter(self.calendars))

    def policy_of(self, priority: str, category: str, team: str) -> SlaPolicy | None:
        return next((p for p in self.sla if p.when.fits(priority, category, team)), None)

    def watched(self, channel: str) -> tuple[str, ...]:
        """The rooms of a channel in which each new message of an employee becomes a ticket."""
        own = self.channels.get(channel)
        return own.watched if own else ()

    def escalation_rooms(self, ladder: Ladder) -> tuple[str, ...]:
        """The rooms, as channel:room, that hear of a breach."""
        return ladder.rooms or tuple(str(room) for room in self.own_escalation_rooms())

    def own_escalation_rooms(self) -> list[Address]:
        """The channels' escalation rooms."""
        return [Address(name, channel.escalations) for name, channel in self.channels.items() if channel.escalations]

    def panels(self) -> list[Address]:
        """The rooms in which a message stands that offers help."""
        return [Address(name, channel.panel) for name, channel in self.channels.items() if channel.panel]


def staff(team: Team) -> Iterator[str]:
    """Everyone who has a part in a team."""
    yield from team.members
    yield from team.leads
