"""/report: the figures of the desk, with a picture."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from bot import cards
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import WORKERS, name_of
from bot.registry import command
from bot.reports import figures as reports
from bot.reports import issues, periods
from bot.reports import wording as words
from bot.reports.figures import Figures, Report, Sight
from bot.reports.periods import Period
from bot.reports.pictures import report_picture
from bot.words import Button, Card, Reply, bullets
from commands.choices import team_choices
from storage import figures

LISTED = 8
"""How many agents, teams or categories a card lists."""

PERIODS = tuple((name, label.capitalize()) for name, (label, _, _) in periods.NAMES.items())

SHORTER = tuple(
    pair
    for name, (label, _, _) in periods.NAMES.items()
    for pair in ((name, label.removeprefix("last ")), (name, f"this {name}"))
)
"""As they are called too: `7 days`, and `this week`, whose title says what is counted."""


class Asked(Form):
    period: Annotated[str, Ask("Period", "choice", choices=PERIODS, also=SHORTER)] = "week"
    team: Annotated[str, Ask("Team", "choice", choices=team_choices, hint="Leave it open for all")] = ""


@command("report", "Figures of the desk", needs=WORKERS, group="The desk", reads=True, form=Asked, sample="week")
def report(ctx: Context, asked: Asked) -> Reply:
    period = named_period(ctx, asked.period)
    made = make(ctx, period, asked.team)
    title = f"Report: {period.label}" + (f" · {cards.team_name(ctx, asked.team)}" if asked.team else "")
    buttons = _other_periods(asked)
    if made.total.empty:
        whose = f" for {cards.team_name(ctx, asked.team)}" if asked.team else ""
        text = f"No tickets yet {period.when}{whose}, and none are open. The figures come with the first `/ticket`."
        return Reply(Card(title, text, buttons=buttons))
    return Reply(Card(title, _body(ctx, made), buttons=buttons, picture=report_picture(made, title)))


def make(ctx: Context, period: Period, team: str = "") -> Report:
    """The report of a period as far as the sender may see it; of one team, or of all."""
    found = figures.cases(ctx.db, ctx.workspace, period.start, period.end, team)
    sight = Sight.of(ctx.sender.id, ctx.roles, ctx.settings)
    return reports.build(found, period, lambda key: ctx.worktime.of(ctx.settings.calendar_of(key)), sight)


def named_period(ctx: Context, name: str) -> Period:
    """The period of that name, in the organisation's own days."""
    return periods.named(name, ctx.now, ZoneInfo(ctx.settings.organisation.zone))


def _other_periods(asked: Asked) -> tuple[Button, ...]:
    known = {"team": asked.team} if asked.team else {}
    others = [(name, label) for name, label in PERIODS if name != asked.period]
    return tuple(Button(label, "report", known | {"period": name}) for name, label in others)


def headline(*figures: tuple[str, str]) -> str:
    """The figures of the whole, with their names, as they stand above those of its parts."""
    return "\n".join(f"- **{name}:** {figure}" for name, figure in figures)


def _headline(total: Figures) -> str:
    oldest = f" (oldest {words.age(total.oldest)}, median {words.age(total.age.median)})" if total.backlog else ""
    clocks = f" · first response {words.percent(total.first_sla)}, resolution {words.percent(total.resolution_sla)}"
    return headline(
        ("Received", f"{total.received:,}"),
        ("Resolved", f"{total.resolved:,}"),
        ("Backlog", f"{total.backlog:,}{oldest}"),
        ("First response", words.times(total.first_response)),
        ("Resolution", words.times(total.resolution)),
        ("SLA met", words.share(total.sla) + (clocks if total.sla.whole else "")),
        ("Reopened", words.share(total.reopened)),
        ("Satisfaction", words.stars(total.satisfaction)),
        ("Deflected", words.share(total.deflected)),
    )


def _body(ctx: Context, made: Report) -> str:
    parts = [
        _headline(made.total),
        _table("By category", {name or cards.UNCATEGORISED: f for name, f in made.categories.items()}),
        _table("By team", {cards.team_name(ctx, key): f for key, f in made.teams.items()}, least=2),
        _table("By channel", made.channels, least=2),
        _common(made),
        _table("By agent", {_name(ctx, key): f for key, f in made.agents.items() if key}),
        _workload(ctx, made),
        "_Times are working time. SLA met: first responses and resolutions, each once, when it was met or missed._",
    ]
    return "\n\n".join(part for part in parts if part)


def _name(ctx: Context, person: str) -> str:
    return name_of(ctx.db, ctx.workspace, person, ctx.settings)


def _table(title: str, groups: dict[str, Figures], least: int = 1) -> str:
    """A line a group, when there are at least so many; more than LISTED are summed up in a last line."""
    if len(groups) < least:
        return ""
    lines = [f"{name}: {_in_a_line(of)}" for name, of in groups.items()]
    return f"**{title}**\n{bullets(lines, LISTED)}"


def _in_a_line(of: Figures) -> str:
    parts = [f"{of.received:,} in, {of.resolved:,} resolved, {of.backlog:,} open"]
    if of.first_response.n:
        parts.append(f"first response {words.worked(of.first_response.median)}")
    if of.resolution.n:
        parts.append(f"resolution {words.worked(of.resolution.median)}")
    if of.sla.whole:
        parts.append(f"SLA {words.share(of.sla)}")
    if of.satisfaction.n:
        parts.append(words.stars(of.satisfaction))
    return " · ".join(parts)


def _common(made: Report) -> str:
    lines = [
        f"- {issue.category or cards.UNCATEGORISED} ({issue.tickets:,}): {_words(issue)}"
        for issue in made.issues
        if issue.words
    ]
    return "\n".join(["**Most common issues**", *lines]) if lines else ""


def _words(issue: issues.Issue) -> str:
    return ", ".join(f"{word} {count}×" for word, count in issue.words)


def _workload(ctx: Context, made: Report) -> str:
    load = [f"{_name(ctx, owner) if owner else 'nobody'} {count:,}" for owner, count in made.workload]
    return f"**Open now, by owner:** {' · '.join(load[: 2 * LISTED])}" if load else ""
