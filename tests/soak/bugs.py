"""The bugs that `tests.soak.mutants` puts in: what a hurried change might do, each with the tests that have to fail."""

from typing import NamedTuple


class Bug(NamedTuple):
    """`old` stands once in `file` and becomes `new`; one of `tests` (files of the suite) has to fail then."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


BUGS = (
    Bug(
        "the unique key of announcements is dropped",
        "storage/announcements.py",
        'return _ANNOUNCE.change(db, {"workspace": workspace, "key": key, "at": at}) == 1',
        'return _ANNOUNCE.change(db, {"workspace": workspace, "key": key, "at": at}) >= 0',
        ("tests/storage/test_races.py", "tests/stories/test_restart.py"),
    ),
    Bug(
        "deliveries are not remembered",
        "bot/core.py",
        "if not command.reads and not reply.early:",
        "if command.reads and not reply.early:",
        ("tests/stories/test_duplicates.py", "tests/stories/test_intake.py"),
    ),
    Bug(
        "Slack is acknowledged before the write",
        "adapters/slack/acts.py",
        "PATIENCE = 2.2",
        "PATIENCE = 0.0",
        ("tests/adapters/test_slack_commands.py",),
    ),
    Bug(
        "the Slack SDK repeats calls by itself",
        "adapters/slack/calls.py",
        "AsyncWebClient(token or None, url, session=http, retry_handlers=[])",
        "AsyncWebClient(token or None, url, session=http)",
        ("tests/adapters/test_slack_delivery.py", "tests/adapters/test_slack_pace.py"),
    ),
    Bug(
        "a breach has a second's grace",
        "bot/sla.py",
        'return "breach" if clock.deadline <= now else "warn"',
        'return "breach" if (now - clock.deadline).total_seconds() >= 1 else "warn"',
        ("tests/rules/test_sla.py", "tests/stories/test_sla.py"),
    ),
    Bug(
        "a clock is over its deadline only behind it",
        "bot/rounds.py",
        "self.deadline is not None and self.deadline <= now)",
        "self.deadline is not None and self.deadline < now)",
        ("tests/rules/test_sla.py", "tests/rules/test_clock_truth.py"),
    ),
    Bug(
        "naive datetimes pass for UTC",
        "storage/prepared.py",
        'raise ValueError("a naive datetime cannot be stored: give it a zone")',
        "value = value.replace(tzinfo=UTC)",
        ("tests/storage/test_rows.py", "tests/storage/test_writing.py"),
    ),
    Bug(
        "the pause is forgotten",
        "bot/sla.py",
        'run.stop(event.at, "paused")',
        "run.stop(event.at, run.state)",
        ("tests/rules/test_sla.py", "tests/rules/test_clock_truth.py"),
    ),
    Bug(
        "clocks are not moved by daylight saving",
        "bot/calendar.py",
        "if self._offset(midnight + DAY) == before:",
        "if self._offset(midnight + DAY) is not None:",
        ("tests/rules/test_calendar.py",),
    ),
    Bug(
        "holidays are worked on",
        "bot/calendar.py",
        "for start, stop in () if day in self.holidays else self._week[day.weekday()]:",
        "for start, stop in self._week[day.weekday()]:",
        ("tests/rules/test_calendar.py",),
    ),
    Bug(
        "the requester's own words are a first response",
        "bot/sla.py",
        "self._answered(event.at) if event.by_agent else self._asked(event.at)",
        "self._answered(event.at)",
        ("tests/rules/test_sla.py", "tests/rules/test_clock_truth.py"),
    ),
    Bug(
        "a second claim wins",
        "commands/claim.py",
        "    if ticket.owner:\n        take_over",
        "    if not ticket.owner:\n        take_over",
        ("tests/stories/test_working.py",),
    ),
    Bug(
        "roles are not checked",
        "bot/people.py",
        "if not roles & needs:",
        "if not needs:",
        ("tests/rules/test_roles.py", "tests/stories/test_commands.py"),
    ),
    Bug(
        "notes are public",
        "commands/reply.py",
        'record(ctx, ctx.the_ticket, "note", text, author=ctx.sender.id, by_agent=True,',
        'record(ctx, ctx.the_ticket, "note", text, author=ctx.sender.id, by_agent=True, public=True,',
        ("tests/stories/test_talk.py", "tests/stories/test_transcripts.py"),
    ),
    Bug(
        "thanks reopen a ticket",
        "commands/reply.py",
        "if status is Status.RESOLVED and may_move and (answers or not polite):",
        "if status is Status.RESOLVED and may_move:",
        ("tests/stories/test_ending.py",),
    ),
    Bug(
        "bots open tickets in watched rooms",
        "commands/said.py",
        "if ctx.incoming.sender.bot or _heard_before(ctx):",
        "if _heard_before(ctx):",
        ("tests/stories/test_intake.py",),
    ),
    Bug(
        "agents open tickets in watched rooms",
        "bot/routing.py",
        "if not watched or staff or courtesy(text, names):",
        "if not watched or courtesy(text, names):",
        ("tests/rules/test_routing.py",),
    ),
    Bug(
        "each reaction makes a ticket of its own",
        "commands/intake.py",
        "return not message or announcements.announce(ctx.db, ctx.workspace, key, ctx.now)",
        "return not message or announcements.announce(ctx.db, ctx.workspace, key + ctx.sender.id, ctx.now)",
        ("tests/stories/test_intake.py",),
    ),
    Bug(
        "what may stand already is not looked for",
        "bot/posts.py",
        "if row.unsure and not row.ref and (found := await adapter.find(post)):",
        "if not row.unsure and not row.ref and (found := await adapter.find(post)):",
        ("tests/rules/test_posts.py", "tests/adapters/test_slack_delivery.py"),
    ),
    Bug(
        "later words overtake what failed",
        "bot/posts.py",
        "if lane in held:",
        "if lane in held and row.sent:",
        ("tests/rules/test_posts.py",),
    ),
    Bug(
        "an equal card is sent anew",
        "storage/posts.py",
        "where=_POST.c.card != wanted.excluded.card,",
        "where=_POST.c.card != '',",
        ("tests/storage/test_rows.py",),
    ),
    Bug(
        "Retry-After is not heeded",
        "adapters/slack/calls.py",
        "if failed.code in FAST and failed.retry_after:",
        "if failed.code in FAST and not failed.retry_after:",
        ("tests/adapters/test_slack_pace.py", "tests/adapters/test_slack_delivery.py"),
    ),
    Bug(
        "a job that failed keeps half of what it did",
        "storage/writer.py",
        'driver.execute("ROLLBACK TO job")',
        'driver.execute("SELECT 1")',
        ("tests/storage/test_writing.py",),
    ),
    Bug(
        "two replicas take the same rows",
        "storage/sweeps.py",
        """    .order_by(_CLOCK.c.next_at, _CLOCK.c.ticket)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
""",
        """    .order_by(_CLOCK.c.next_at, _CLOCK.c.ticket)
    .limit(bindparam("most"))
""",
        ("tests/storage/test_replicas.py", "tests/storage/test_races.py"),
    ),
    Bug(
        "a double click climbs two levels",
        "bot/escalation.py",
        "if escalation.closed_at or not escalation.plan.rungs or seen != escalation.level:",
        "if escalation.closed_at or not escalation.plan.rungs:",
        ("tests/rules/test_escalation.py",),
    ),
    Bug(
        "an acknowledgement never ends",
        "bot/escalation.py",
        "return replace(held, next_at=_reminder(held.plan, until)) if escalation.plan.rungs else held",
        "return replace(held, next_at=None)",
        ("tests/rules/test_escalation.py",),
    ),
    Bug(
        "a met clock is told of all the same",
        "bot/climb.py",
        "if not ladders.stands(row, read_clocks(scene, ticket)):",
        "if (row.clock, row.deadline) is None:",
        ("tests/stories/test_escalation.py", "tests/faults/test_announced_once.py"),
    ),
    Bug(
        "Slack's signature is not looked at",
        "adapters/slack/http.py",
        'if not hmac.compare_digest(f"v0={mine}".encode(), given.encode(errors="replace")):',
        "if not mine:",
        ("tests/adapters/test_slack_http.py",),
    ),
    Bug(
        "a person's words can mention everybody",
        "adapters/slack/escaping.py",
        'return tidy(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")',
        'return tidy(text).replace("&", "&amp;")',
        ("tests/adapters/test_slack_markup.py",),
    ),
    Bug(
        "tickets of others can be looked at",
        "bot/core.py",
        "if ticket is None or (roles is Role.OUTSIDER and Role.OUTSIDER not in command.needs):",
        "if ticket is None:",
        ("tests/stories/test_talk.py",),
    ),
    Bug(
        "articles of other teams are found",
        "bot/readers.py",
        "for key, team in settings.teams.items() if admin or person in staff(team))",
        "for key, team in settings.teams.items() if admin or staff(team))",
        ("tests/rules/test_readers.py", "tests/stories/test_audiences.py"),
    ),
    Bug(
        "drafts are read by everybody",
        "bot/readers.py",
        'return row.status == "published" or works_here(person, settings)',
        'return row.status != "archived" or works_here(person, settings)',
        ("tests/rules/test_readers.py", "tests/stories/test_audiences.py"),
    ),
    Bug(
        "one person has many voices",
        "bot/verdicts.py",
        "return last.values()",
        "return [one for one in said if one.kind in WORTH]",
        ("tests/rules/test_verdicts.py",),
    ),
    Bug(
        "a surge is proposed again while it goes on",
        "bot/surge.py",
        "announcements.announce_all(scene.db, scene.workspace, others, scene.now)",
        "del others",
        ("tests/stories/test_duplicates.py",),
    ),
    Bug(
        "a surge that is an incident is proposed again",
        "bot/surge.py",
        "if new and not known:",
        "if new:",
        ("tests/stories/test_duplicates.py",),
    ),
    Bug(
        "who stood still between two calls goes on sending",
        "adapters/slack/calls.py",
        "    turns.check()",
        "    pass",
        ("tests/adapters/test_slack_delivery.py",),
    ),
    Bug(
        "parked posts are searched for among all",
        "storage/tables.py",
        'Index("ix_post_parked", "workspace", "channel", "room", **where("parked <> \'\'"))',
        'Index("ix_post_parked", "workspace", "key", **where("parked <> \'\'"))',
        ("tests/storage/test_migrate.py",),
    ),
    Bug(
        "a panel is forgotten with old lines",
        "storage/posts.py",
        "delete(_POST).where(sql(LINE), ",
        "delete(_POST).where(sql(\"next_at IS NULL AND side = ''\"), ",
        ("tests/storage/test_rows.py",),
    ),
)
