"""What can be meant, but hardly is: settings that work and leave somebody waiting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from bot.configuration import discord, slack
from bot.configuration.crossref import CHANNELS
from bot.configuration.problems import Finding, did_you_mean, nearest
from bot.settings import Priority, Reminders, Settings, SlaPolicy, Team, written_duration

ROOT = Path(__file__).parents[2]
"""What folders of articles are relative to."""


def odd(settings: Settings) -> Iterator[Finding]:
    """All of it."""
    for key, team in settings.teams.items():
        yield from _team(key, team)
    yield from _skills(settings)
    yield from _targets(settings)
    yield from _in_order(settings)
    yield from _reminders(settings.reminders)
    yield from _never_used(settings)
    yield from _unheard(settings)
    yield from _skipped(settings)
    yield from _channels(settings)
    yield from _folders(settings)
    yield from slack.odd(settings)
    yield from discord.odd(settings)


def _team(key: str, team: Team) -> Iterator[Finding]:
    if not team.members and not team.lead:
        yield Finding(("teams", key), "nobody is in this team", "its tickets wait until it has a lead or members")
    if not team.triage:
        yield Finding(
            ("teams", key), "has no triage room", "its tickets are seen in lists only; add triage: [web:ROOM]"
        )


def _skills(settings: Settings) -> Iterator[Finding]:
    for key, category in settings.categories.items():
        team = settings.teams.get(category.team)
        if not team or not team.members or not category.skill:
            continue
        skills = sorted({skill for member in team.members.values() for skill in member.skills})
        if category.skill not in skills:
            text = f"nobody in {category.team} has the skill {category.skill}"
            yield Finding(
                ("categories", key, "skill"), text, did_you_mean(category.skill, skills) or "give it to somebody"
            )


def _chosen(settings: Settings, priority: Priority) -> Iterator[SlaPolicy | None]:
    """The policies for tickets of a priority, over all teams and categories."""
    for category, team in product(("", *settings.categories), settings.teams):
        yield settings.policy_of(priority, category, team)


def _targets(settings: Settings) -> Iterator[Finding]:
    for priority in Priority:
        chosen = list(_chosen(settings, priority))
        bare = sum(1 for policy in chosen if policy is None or not policy.targets.model_dump(exclude_none=True))
        if bare:
            some = "some " if bare < len(chosen) else ""
            text = f"{some}tickets of priority {priority} have no target"
            yield Finding(("sla",), text, "no clock of theirs runs; a last policy without when fits all that is left")


def _in_order(settings: Settings) -> Iterator[Finding]:
    for number, policy in enumerate(settings.sla):
        first, resolution = policy.targets.first_response, policy.targets.resolution
        if first and resolution and resolution < first:
            sooner, later = written_duration(resolution), written_duration(first)
            text = f"is to be resolved within {sooner}, and answered within {later}"
            yield Finding(("sla", number, "targets"), text, "the first answer is mostly the sooner one")


def _reminders(reminders: Reminders) -> Iterator[Finding]:
    late = [written_duration(after) for after in reminders.pending if after >= reminders.give_up]
    if late:
        text = f"a ticket is given up after {written_duration(reminders.give_up)}, and its requester reminded after"
        yield Finding(("reminders", "give_up"), f"{text} {late[0]}", "that reminder is never sent: give up later")


def _never_used(settings: Settings) -> Iterator[Finding]:
    used = {id(policy) for priority in Priority for policy in _chosen(settings, priority)}
    for number, policy in enumerate(settings.sla):
        if id(policy) not in used:
            text = f"{policy.name} never counts"
            yield Finding(("sla", number), text, "the policies above it fit all its tickets; move it up")


def _unheard(settings: Settings) -> Iterator[Finding]:
    for key, ladder in settings.ladders.items():
        if not settings.escalation_rooms(ladder):
            hint = "name rooms here, or the escalations room of a channel"
            yield Finding(("ladders", key), "a breach is said nowhere", hint)


def _skipped(settings: Settings) -> Iterator[Finding]:
    for key, rotation in settings.on_call.items():
        for number, override in enumerate(rotation.overrides):
            if override.end <= override.start:
                text = f"{override.person} stands in for no time"
                yield Finding(("on_call", key, "overrides", number), text, "the clocks skip these hours on that day")


def _folders(settings: Settings) -> Iterator[Finding]:
    for number, folder in enumerate(settings.knowledge.folders):
        if not _is_folder(ROOT / folder):
            text = f"there is no folder {ROOT / folder}"
            yield Finding(("knowledge", "folders", number), text, "nothing is read of it, nor of those behind it")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _channels(settings: Settings) -> Iterator[Finding]:
    for key in settings.channels:
        if key not in CHANNELS:
            near = nearest(key, CHANNELS)
            hint = f"did you mean {near}?" if near else "it needs an adapter of your own"
            yield Finding(("channels", key), f"no channel {key} comes with Firstline", hint)
