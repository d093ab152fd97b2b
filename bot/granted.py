"""What the roles that somebody has on a platform make of them here, for as long as what they asked takes. Pure."""

from __future__ import annotations

from collections.abc import Collection

from bot.settings import Member, Settings, Team

UNASSIGNED = Member(cap=0)
"""Nobody is given tickets automatically for a role: whether they still have it is known only when they act."""


def granted(settings: Settings, person: str, channel: str, roles: Collection[str]) -> Settings:
    """The settings with the person in the teams that these roles of theirs put them into."""
    if not roles:
        return settings
    teams = {key: _joined(team, person, channel, roles) for key, team in settings.teams.items()}
    changed = {"teams": teams} if any(teams[key] is not team for key, team in settings.teams.items()) else {}
    admin = not set(roles).isdisjoint(settings.admin_roles.get(channel, ()))
    admins = {"admins": (*settings.admins, person)} if admin and person not in settings.admins else {}
    return settings.model_copy(update={**changed, **admins}) if changed or admins else settings


def _joined(team: Team, person: str, channel: str, roles: Collection[str]) -> Team:
    members, deputies = team.members, team.deputies
    if person not in members and not set(roles).isdisjoint(team.agent_roles.get(channel, ())):
        members = {**members, person: UNASSIGNED}
    if person not in team.leads and not set(roles).isdisjoint(team.lead_roles.get(channel, ())):
        deputies = (*deputies, person)
    if members is team.members and deputies is team.deputies:
        return team
    return team.model_copy(update={"members": members, "deputies": deputies})
