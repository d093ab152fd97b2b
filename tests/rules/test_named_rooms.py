"""Which rooms the settings name: every place that can name one, on its own channel."""

from __future__ import annotations

from bot.configuration.reading import parsed
from bot.configuration.rooms import named_rooms

TEXT = """
calendars: {office: {mon: ["09:00-17:00"]}}
people: {lena: {name: Lena}}
teams: {it: {name: IT, lead: lena, triage: ["slack:help", "discord:help", "discord:triage-it"]}}
ladders: {default: {steps: [{tell: lead}]}, loud: {rooms: ["discord:help"], steps: [{tell: lead}]}}
sla: [{name: All, targets: {resolution: 4h}}]
channels:
  slack: {escalations: alarms, panel: front-desk}
  discord: {escalations: alarms, watched: [help], panel: front-desk}
discord: {tickets: tickets}
"""


def test_every_place_that_names_a_room() -> None:
    settings = parsed(TEXT, {})
    assert named_rooms(settings, "slack") == {
        "help": ("teams.it.triage[0]",),
        "alarms": ("channels.slack.escalations",),
        "front-desk": ("channels.slack.panel",),
    }
    assert named_rooms(settings, "discord") == {
        "help": ("teams.it.triage[1]", "ladders.loud.rooms[0]", "channels.discord.watched[0]"),
        "triage-it": ("teams.it.triage[2]",),
        "alarms": ("channels.discord.escalations",),
        "front-desk": ("channels.discord.panel",),
        "tickets": ("discord.tickets",),
    }
