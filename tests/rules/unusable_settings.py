"""Settings to go wrong with: what is changed in a right file, and what its owner is to be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BASE = """\
organisation: {zone: Europe/Berlin}
calendars:
  office: {mon: ["09:00-17:00"]}
people:
  ana: {name: Ana}
  lena: {name: Lena}
teams:
  it-help: {name: IT Help, lead: lena, members: {ana: {skills: [hardware]}}, triage: [web:triage]}
categories:
  Hardware: {team: it-help, skill: hardware}
sla: [{name: All, targets: {resolution: 8h}}]
channels:
  web: {escalations: escalations}
"""


def rotation(**parts: Any) -> dict[str, Any]:
    return {"r": {"people": ["ana"], **parts}}


def override(start: str, end: str) -> dict[str, Any]:
    return {"person": "ana", "start": start, "end": end}


UNUSABLE = [
    ("teams/it-help/memmbers", {}, "teams.it-help.memmbers: unknown key; did you mean members?"),
    ("organization", {}, "organization: unknown key; did you mean organisation?"),
    ("teams/x", {"lead": "lena"}, "teams.x.name: is missing: the name that people see"),
    ("teams", None, "teams: is missing: teams, by a short name that the rest of the file uses"),
    ("teams", {}, "teams: must name one at least"),
    ("people", ["ana"], "people: must be a block of keys and values, not a list"),
    ("admins", "ana", "admins: must be a list, like [one, two], not ana"),
    (
        "teams/it-help/policy",
        "clam",
        "teams.it-help.policy: must be one of claim, round-robin, least-load, not clam; did you mean claim?",
    ),
    (
        "organisation/prefix",
        "it",
        "organisation.prefix: must be up to ten capital letters and digits, a letter first, like IT, not it",
    ),
    ("organisation/first_number", 0, "organisation.first_number: must be 1 or more, not 0"),
    ("organisation/first_number", "many", "organisation.first_number: must be a whole number, not many"),
    ("organisation/name", True, "organisation.name: must be text, not true; put it in quotes"),
    (
        "organisation/address",
        "desk",
        "organisation.address: must be an address that starts with http:// or https://, not desk",
    ),
    ("organisation/zone", "", "organisation.zone: is empty; write one like Europe/Berlin or UTC"),
    ("organisation/zone", "Berlin", "organisation.zone: no time zone is called Berlin; did you mean Europe/Berlin?"),
    (
        "organisation/zone",
        "Europe/Berln",
        "organisation.zone: no time zone is called Europe/Berln; did you mean Europe/Berlin?",
    ),
    (
        "organisation/zone",
        "EST",
        "organisation.zone: EST is no place, and knows nothing of its daylight saving; did you mean America/New_York?",
    ),
    (
        "calendars/office/zone",
        "CET",
        "calendars.office.zone: CET is no place, and knows nothing of its daylight saving; did you mean Europe/Berlin?",
    ),
    (
        "organisation/zone",
        "Etc/GMT+1",
        "organisation.zone: Etc/GMT+1 is no place, and knows nothing of its daylight saving; "
        "write one like Europe/Berlin or UTC",
    ),
    (
        "people/Ana",
        {"name": "A"},
        "people.Ana: the name must be a handle: small letters, digits, dots, dashes and underscores, like ana",
    ),
    (
        "files",
        {"types": ["pdf", "application/pdf"]},
        "files.types[1]: must be how names of such files end, like pdf, not application/pdf",
    ),
    ("files", {"types": ["*"]}, "files.types[0]: must be how names of such files end, like pdf, not *"),
    ("people/ana/email", "ana", "people.ana.email: must be an e-mail address, like ana@example.org, not ana"),
    (
        "people/ana/identities",
        {"slak": "U1"},
        "people.ana.identities.slak: no channel is called slak; did you mean slack?",
    ),
    ("teams/it-help/lead", "lenna", "teams.it-help.lead: nobody in people is called lenna; did you mean lena?"),
    ("teams/it-help/manager", "zzz", "teams.it-help.manager: nobody in people is called zzz; there is ana, lena"),
    (
        "teams/it-help/members",
        {"anna": None},
        "teams.it-help.members.anna: nobody in people is called anna; did you mean ana?",
    ),
    (
        "teams/it-help/members",
        ["ana", "lena"],
        "teams.it-help.members: must be a block of keys and values, not a list; write {ana: {}, lena: {}}",
    ),
    ("teams/it-help/on_call", "x", "teams.it-help.on_call: no rotation in on_call is called x"),
    ("teams/it-help/calendar", "ofice", "teams.it-help.calendar: no calendar is called ofice; did you mean office?"),
    (
        "teams/it-help/triage",
        ["triage"],
        "teams.it-help.triage[0]: 'triage' is no address: write channel:room, like web:it-help",
    ),
    ("teams/it-help/triage", ["wep:x"], "teams.it-help.triage[0]: no channel is called wep; did you mean web?"),
    ("admins", ["ana", "anna"], "admins[1]: nobody in people is called anna; did you mean ana?"),
    ("default_team", "it-hlep", "default_team: no team is called it-hlep; did you mean it-help?"),
    ("categories/Hardware/team", "help", "categories.Hardware.team: no team is called help; did you mean it-help?"),
    ("channels/web/escalations", "web:x", "channels.web.escalations: names its channel twice; write x"),
    ("calendars/office/mon", ["9-17"], "calendars.office.mon[0]: must be hours like 09:00-17:00, not 9-17"),
    ("calendars/office/mon", ["09:00-25:00"], "calendars.office.mon[0]: 25:00 is no time of day"),
    (
        "calendars/office/mon",
        [],
        'calendars.office: has no working hours at all; give at least one weekday hours: mon: ["09:00-17:00"]',
    ),
    (
        "calendars/office/mon",
        ["22:00-06:00"],
        "calendars.office.mon[0]: Monday 22:00–06:00 ends before it starts; "
        "write a shift over midnight as two windows, Monday 22:00–00:00 and Tuesday 00:00–06:00",
    ),
    (
        "calendars/office/mon",
        ["12:00-17:00", "09:00-12:30"],
        "calendars.office.mon[0]: 09:00-12:30 and 12:00-17:00 overlap; "
        "end the one before the other begins, or make them one",
    ),
    (
        "calendars/office/holidays",
        {"country": "Germany"},
        "calendars.office.holidays.country: no country with holidays has the code Germany; did you mean DE?",
    ),
    (
        "calendars/office/holidays",
        {"country": "de"},
        "calendars.office.holidays.country: no country with holidays has the code de; did you mean DE?",
    ),
    (
        "calendars/office/holidays",
        {"country": "DE", "region": "Berln"},
        "calendars.office.holidays.region: DE has no region Berln; did you mean Berlin?",
    ),
    (
        "calendars/office/holidays",
        {"country": "GB", "region": "Kent"},
        "calendars.office.holidays.region: GB has no region Kent; "
        "there is ENG (England), NIR (Northern Ireland), SCT (Scotland), WLS (Wales)",
    ),
    (
        "calendars/office/holidays",
        {"region": "BE"},
        "calendars.office.holidays.region: is a region of no country; name the country too",
    ),
    (
        "calendars/office/holidays",
        {"extra": ["24.12."]},
        "calendars.office.holidays.extra[0]: must be a date like 2026-12-24, not 24.12.",
    ),
    (
        "sla",
        [{"name": "A", "targets": {"resolution": 4}}],
        "sla[0].targets.resolution: 4 is no duration: write it like 15m, 4h or 1h 30m",
    ),
    (
        "reminders",
        {"pending": ["16h", "8h"]},
        "reminders.pending: each reminder must come later than the one before it, like [16h, 32h]",
    ),
    ("sla", [{"name": "A", "targets": {"resolution": "0h"}}], "sla[0].targets.resolution: must be longer than nothing"),
    (
        "sla",
        [{"name": "A", "targets": {"resolution": "9" * 400 + "d"}}],
        f"sla[0].targets.resolution: '{'9' * 400}d' is too long: a duration has at most 3660d",
    ),
    (
        "sla",
        [{"name": "A", "targets": {}, "ladder": "defualt"}],
        "sla[0].ladder: no ladder is called defualt; did you mean default?",
    ),
    ("knowledge/suggest_at", "often", "knowledge.suggest_at: 'often' is no share: write it like 60% or 0.6"),
    ("knowledge/suggest_at", 60, "knowledge.suggest_at: must be between 0% and 100%, not 60"),
    ("knowledge/suggest_at", "nan", "knowledge.suggest_at: must be between 0% and 100%, not nan"),
    ("knowledge/suggest_at", True, "knowledge.suggest_at: True is no share: write it like 60% or 0.6"),
    (
        "sla",
        [{"name": "A", "targets": {}, "warn_at": 75}],
        "sla[0].warn_at: must be between 0% and 100%, not 75",
    ),
    ("sla", [{"name": "A", "targets": {}, "warn_at": "100%"}], "sla[0].warn_at: must be less than 1, not 1.0"),
    (
        "sla",
        [{"name": "A", "targets": {}, "when": {"priority": ["hihg"]}}],
        "sla[0].when.priority[0]: must be one of low, medium, high, critical, not hihg; did you mean high?",
    ),
    (
        "sla",
        [{"name": "A", "targets": {}, "when": {"category": ["hardwear"]}}],
        "sla[0].when.category[0]: no category is called hardwear; did you mean Hardware?",
    ),
    (
        "sla",
        [{"name": "A", "targets": {}, "when": {"team": ["x"]}}],
        "sla[0].when.team[0]: no team is called x; there is it-help",
    ),
    (
        "ladders/default",
        {"steps": [{"tell": "boss"}]},
        "ladders.default.steps[0].tell: must be one of owner, lead, manager, on-call or "
        "person:HANDLE, like person:ana, not boss",
    ),
    (
        "ladders/default",
        {"steps": [{"tell": ["lead", "manager"]}]},
        "ladders.default.steps[0].tell: must be one of owner, lead, manager, on-call or must be text, "
        "not a list; write an item for each: {tell: lead}, {tell: manager}",
    ),
    (
        "ladders/default",
        {"steps": [{"tell": "person:an"}]},
        "ladders.default.steps[0].tell: nobody in people is called an; did you mean ana?",
    ),
    ("on_call", rotation(handover="mon 25:00"), "on_call.r.handover: 25:00 is no time of day"),
    ("on_call", rotation(people=[]), "on_call.r.people: must name one at least"),
    (
        "on_call",
        rotation(zone="CEST"),
        "on_call.r.zone: no time zone is called CEST; write one like Europe/Berlin or UTC",
    ),
    (
        "on_call",
        rotation(overrides=[override("2026-12-27 09:00", "2026-12-24 09:00")]),
        "on_call.r.overrides[0].end: is not after start; an override ends after it starts",
    ),
    (
        "on_call",
        rotation(overrides=[override("soon", "2026-12-24 09:00")]),
        "on_call.r.overrides[0].start: must be a date and time like 2026-12-24 09:00, not soon",
    ),
    (
        "matrix",
        {"low": {"low": "low", "medium": "low", "high": "low"}, "high": {"low": "low", "medium": "low", "high": "low"}},
        "matrix.medium: is missing; the matrix gives a priority for each urgency and impact",
    ),
]


BROKEN = [
    ("", "the file is empty; it must name calendars and teams at least"),
    ("# nothing but a comment\n", "the file is empty; it must name calendars and teams at least"),
    (
        "a: b: c",
        "line 1, column 5: mapping values are not allowed here; put a text that holds a "
        "colon in quotes, and look at the indentation",
    ),
    (
        "teams:\n\tx: 1",
        "line 2, column 1: found character '\\t' that cannot start any token; indent with spaces, not with tabs",
    ),
    (
        "name: @desk",
        "line 1, column 7: found character '@' that cannot start any token; "
        "put a text that begins with such a character in quotes",
    ),
    ("teams: [a", "line 1, column 10: expected ',' or ']', but got '<stream end>'"),
    ("a: *b", "line 1, column 4: found undefined alias 'b'; the anchor it names must come before it"),
    (
        "a: !!python/object:os.system x",
        "line 1, column 4: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.system'",
    ),
    ("a: !secret x", "line 1, column 4: the tag !secret means nothing here"),
    ("a: !!int x", "line 1, column 4: 'x' is not what its tag says"),
    ("? [a]\n: b", "line 1, column 3: a key must be a word, not a list or a block"),
    ("a: &a [*a]", "the file is nested too deeply, or holds itself by an anchor"),
    ("[" * 3000, "the file is nested too deeply, or holds itself by an anchor"),
    ("- a\n- b", "must be a block of keys and values, not a list"),
]


ODD = [
    (
        "reminders",
        {"pending": ["4h", "16h", "32h"], "give_up": "16h"},
        "reminders.give_up: a ticket is given up after 16h, and its requester reminded after 16h; "
        "that reminder is never sent: give up later",
    ),
    (
        "teams/empty",
        {"name": "E", "triage": ["web:e"]},
        "teams.empty: nobody is in this team; its tickets wait until it has a lead or members",
    ),
    (
        "teams/it-help/triage",
        [],
        "teams.it-help: has no triage room; its tickets are seen in lists only; add triage: [web:ROOM]",
    ),
    (
        "categories/Hardware/skill",
        "hardwear",
        "categories.Hardware.skill: nobody in it-help has the skill hardwear; did you mean hardware?",
    ),
    (
        "channels/web/escalations",
        "",
        "ladders.default: a breach is said nowhere; name rooms here, or the escalations room of a channel",
    ),
    (
        "sla",
        [{"name": "A", "targets": {"first_response": "8h", "resolution": "4h"}}],
        "sla[0].targets: is to be resolved within 4h, and answered within 8h; "
        "the first answer is mostly the sooner one",
    ),
    (
        "knowledge",
        {"folders": ["kb/samples", "kb/nowhere"]},
        f"knowledge.folders[1]: there is no folder {ROOT / 'kb/nowhere'}; "
        "nothing is read of it, nor of those behind it",
    ),
    (
        "on_call",
        rotation(zone="Europe/Berlin", overrides=[override("2026-03-29 02:10", "2026-03-29 02:50")]),
        "on_call.r.overrides[0]: ana stands in for no time; the clocks skip these hours on that day",
    ),
    ("channels/slak", {}, "channels.slak: no channel slak comes with Firstline; did you mean slack?"),
]
