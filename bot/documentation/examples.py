"""The prose and the examples of docs/settings.md; a test reads every example."""

INTRODUCTION = """
# Settings

Everything an owner may change stands in one file, `settings.yaml`. The one that comes with Firstline runs as it
is. This page lists every key; it is made from the program's own declarations (`make docs`).

`firstline` stands for `.venv/bin/python -m bot`; `python3 bootstrap.py` makes `.venv`, and so does `make run`.

- **Check it**: `firstline config check` names every mistake at once, with its line and the way out, and exits 1
  if there is one. `firstline config show` prints what counts, defaults included and secrets hidden. `firstline
  config schema` prints a JSON schema, with which an editor completes and checks while you type.
- **Another place**: `firstline config check PATH`, or `FIRSTLINE_SETTINGS=PATH`.
- **Changes** are taken up while the desk runs. A version with a mistake is reported, and the last good one goes
  on.
- **The environment** beats the file. `FIRSTLINE_ORGANISATION__ZONE=Europe/Paris` sets `organisation.zone`; two
  underscores go one level down, and dashes and spaces are written as one underscore:
  `FIRSTLINE_TEAMS__IT_HELP__LEAD=lena`. A list is written in brackets: `FIRSTLINE_ADMINS=[max, lena]`. An empty
  variable counts as not set. A misspelt one is told by `firstline config check`, and in the log.
- **The program's own** variables are `FIRSTLINE_DATABASE` ([operations](operations.md#where-the-data-stand)),
  `FIRSTLINE_SETTINGS` and `FIRSTLINE_HOST`, the address to listen on.
- **Secrets** never stand in the file. Each variable has a twin that ends in `_FILE` and names a file to read
  the value from, as Docker and Kubernetes mount them: `FIRSTLINE_ORGANISATION__NAME_FILE=/run/secrets/name`.

How values are written:

| kind | written | notes |
| --- | --- | --- |
| duration | `15m`, `4h`, `2d`, `1h 30m` | a unit is always needed; a day is 24 hours, and of working time too |
| hours | `09:00-17:00` | `24:00` is the day's end; a shift over midnight is two windows |
| room | `web:it-help`, `slack:C012AB3CD` | the channel, a colon, the room's name or id |
| handle | `ana` | small letters, digits, dots, dashes, underscores |
| date | `2026-12-24` | |
| date and time | `2026-12-24 09:00` | in the rotation's time zone, or with an offset: `2026-12-24T09:00+01:00` |
| time zone | `Europe/Berlin` | a name of the IANA database, never an abbreviation like CET |

A local time that the clocks skip is the instant at which they go on; of one that comes twice the first counts.

‹Angle brackets› below stand for a name of yours; `[]` stands for each item of a list.
"""

INTROS = {
    "organisation": "Who runs the desk.",
    "calendars": "Working hours: weekdays with any number of windows, a time zone, days off. Deadlines count only "
    "these hours, across weekends, holidays and daylight saving. The first calendar is that of teams which name "
    "none.",
    "people": "People known in advance: needed for those who work at the desk, since the rest of the file calls them "
    "by their handle; optional for everyone else, who become known when they first write. One person may have an "
    "identity on each channel.",
    "admins": "Who may do everything, in all teams.",
    "admin_roles": "The roles on a channel whose holders may do everything. What counts is who has one when they act.",
    "teams": "The people who work on some categories together: agents (`members`), a lead, a manager. Roles follow "
    "from this and are looked up at every click.",
    "default_team": "Who gets a ticket that fits no category.",
    "categories": "What tickets are about. The key is the name that people see.",
    "matrix": "A ticket's priority is `matrix[urgency][impact]`. All nine cells must be there, if the matrix is.",
    "sla": "How fast tickets are to be answered and resolved: a list of policies, of which the first that fits a "
    "ticket counts. A policy without `when` fits every ticket, so it comes last. What a new priority and a reopening "
    "do to the time that has passed, and from when on a policy counts, are choices of its own. A change of policies, "
    "calendars, public holidays or the zone database works the deadlines of all open tickets out anew, once, and "
    "where some have moved that is said in the escalation rooms.",
    "ladders": "Who hears of a breach, level by level, until somebody acknowledges. A running escalation keeps the "
    "ladder it began with. Quiet hours hold a level back until they end, and what follows it as well: put first who "
    "may be woken. They are those of every day, and may run over midnight.",
    "on_call": "Rotations: who is on call at a given minute. People take turns; `layers` put others on call at some "
    "hours, each in a zone of its own, so that a rotation follows the sun. Handovers are at a time of the wall clock, "
    "on both sides of daylight saving. `/oncall` shows who is on call and the address of each rotation's calendar.",
    "channels": "The rooms that the desk uses, by channel: `web`, `slack`, `discord`, `email`.",
    "slack": "The desk's own app on Slack; [slack.md](slack.md) goes through it step by step. Without `bot_token` and "
    "`client_id` the desk is not on Slack. Tokens and secrets belong in the environment "
    "(`FIRSTLINE_SLACK__BOT_TOKEN`, or `FIRSTLINE_SLACK__BOT_TOKEN_FILE`), never in the file, and are shown nowhere.",
    "discord": "The desk's own bot on Discord; [discord.md](discord.md) goes through it step by step. Without `token` "
    "the desk is not on Discord. The token belongs in the environment (`FIRSTLINE_DISCORD__TOKEN`, or "
    "`FIRSTLINE_DISCORD__TOKEN_FILE`), never in the file, and is shown nowhere.",
    "files": "Which of the files that come with a message or a form are taken over, on every channel.",
    "reminders": "What happens by itself to tickets that wait for their requester, and to resolved ones. In working "
    "time of the team's calendar, so that 16h are two days of eight hours. A change of these, of "
    "calendars or of holidays puts off what waits for a requester, and brings nothing forward; a resolved ticket "
    "closes when it was to.",
    "knowledge": "Where articles come from, and when one is suggested.",
    "limits": "Protection against floods and accidents.",
    "retention": "How long the desk's own records are kept.",
    "heartbeat": "An address outside that is called only while all is well, so that whoever watches it notices the "
    "desk's death ([operations.md](operations.md)). It is a key to that check, and belongs in the environment.",
}

EXAMPLES = {
    "organisation": """
organisation:
  name: Example Ltd
  prefix: IT
  zone: Europe/Berlin
  address: https://desk.example.org
""",
    "calendars": """
calendars:
  office:
    mon: ["09:00-12:30", "13:00-17:30"]
    fri: ["09:00-14:00"]
    holidays: {country: DE, region: BE, extra: [2026-12-24]}
  night:
    mon: ["22:00-24:00"]
    tue: ["00:00-06:00"]
""",
    "people": """
people:
  lena: {name: Lena Vogt, email: lena@example.org, zone: Europe/Berlin, identities: {slack: U024BE7LH}}
""",
    "teams": """
teams:
  it-help:
    name: IT Help
    lead: lena
    policy: least-load
    triage: [web:triage-it]
    members:
      lena: {skills: [hardware], cap: 8}
""",
    "categories": """
categories:
  Hardware:
    team: it-help
    skill: hardware
    impact: medium
    words: [laptop, monitor, docking station]
""",
    "matrix": """
matrix:
  low: {low: low, medium: low, high: medium}
  medium: {low: low, medium: medium, high: high}
  high: {low: medium, medium: high, high: critical}
""",
    "sla": """
sla:
  - name: Critical
    when: {priority: [critical]}
    targets: {first_response: 15m, next_response: 30m, resolution: 4h}
  - name: Standard
    targets: {first_response: 4h, resolution: 24h}
""",
    "ladders": """
ladders:
  default:
    steps:
      - {tell: on-call}
      - {tell: manager, after: 30m, quiet: ["22:00-07:00"]}
      - {tell: "person:lena", after: 1h}
    rooms: [web:escalations]
    never_quiet: [critical, high]
""",
    "on_call": """
on_call:
  network:
    people: [lena]
    every: week
    handover: mon 09:00
    starts: 2026-01-05
    layers:
      - {people: [lena], every: day, handover: 08:00, zone: America/New_York, days: [mon, tue], hours: ["08:00-16:00"]}
    overrides:
      - {person: lena, start: 2026-12-24 09:00, end: 2026-12-27 09:00}
""",
    "channels": """
channels:
  web: {escalations: escalations, watched: [it-help]}
  slack: {escalations: C012AB3CD}
""",
    "slack": """
slack: {mode: socket, reaction: ticket}
""",
    "discord": """
discord: {guild: 81384788765712384, tickets: help, reaction: "🎫"}
""",
    "files": """
files: {size: 20000000, types: [png, jpg, pdf, txt, log]}
""",
    "reminders": """
reminders: {pending: [16h, 32h], give_up: 48h, close: 24h}
""",
    "knowledge": """
knowledge: {folders: [handbook], suggest_at: 70%}
""",
}
