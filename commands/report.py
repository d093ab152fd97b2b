"""/report: the figures of the desk, with a picture; /report kb: what the articles do, and which are missing."""

from __future__ import annotations

from datetime import timedelta
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
from bot.reports.measures import Share
from bot.reports.periods import Period
from bot.reports.pictures import report_picture
from bot.words import Button, Card, Fact, Reply, one_line
from commands.choices import team_choices
from storage import figures

STALE = timedelta(days=365)
LISTED = 8
"""How many agents, articles or gaps a card lists."""


PERIODS = tuple((name, label.capitalize()) for name, (label, _, _) in periods.NAMES.items())


class Asked(Form):
    period: Annotated[str, Ask("Period", "choice", choices=PERIODS)] = "week"
    team: Annotated[str, Ask("Team", "choice", choices=team_choices, hint="Leave it open for all")] = ""


class AskedKnowledge(Form):
    period: Annotated[str, Ask("Period", "choice", choices=PERIODS)] = "month"


@command("report", "Figures of the desk", needs=WORKERS, group="The desk", reads=True, form=Asked, sample="week")
def report(ctx: Context, asked: Asked) -> Reply:
    period = _period(ctx, asked.period)
    made = make(ctx, period, asked.team)
    title = f"Report: {period.label}" + (f" · {cards.team_name(ctx, asked.team)}" if asked.team else "")
    buttons = _other_periods(asked)
    if made.total.empty:
        whose = f" for {cards.team_name(ctx, asked.team)}" if asked.team else ""
        text = f"No tickets yet {period.when}{whose}, and none are open. The figures come with the first `/ticket`."
        return Reply(Card(title, text, buttons=buttons))
    return Reply(Card(title, _body(ctx, made), _facts(made.total), buttons, picture=report_picture(made, title)))


def make(ctx: Context, period: Period, team: str = "") -> Report:
    """The report of a period as far as the sender may see it; of one team, or of all."""
    found = figures.cases(ctx.db, ctx.workspace, period.start, period.end, team)
    sight = Sight.of(ctx.sender.id, ctx.roles, ctx.settings)
    return reports.build(found, period, lambda key: ctx.worktime.of(ctx.settings.calendar_of(key)), sight)


def _period(ctx: Context, name: str) -> Period:
    return periods.named(name, ctx.now, ZoneInfo(ctx.settings.organisation.zone))


def _other_periods(asked: Asked) -> tuple[Button, ...]:
    known = {"team": asked.team} if asked.team else {}
    others = [(name, label) for name, label in PERIODS if name != asked.period]
    return tuple(Button(label, "report", known | {"period": name}) for name, label in others)


def _facts(total: Figures) -> tuple[Fact, ...]:
    oldest = f" (oldest {words.age(total.oldest)}, median {words.age(total.age.median)})" if total.backlog else ""
    clocks = f" · first response {words.percent(total.first_sla)}, resolution {words.percent(total.resolution_sla)}"
    return (
        Fact("Received", f"{total.received:,}"),
        Fact("Resolved", f"{total.resolved:,}"),
        Fact("Backlog", f"{total.backlog:,}{oldest}"),
        Fact("First response", words.times(total.first_response)),
        Fact("Resolution", words.times(total.resolution)),
        Fact("SLA met", words.share(total.sla) + (clocks if total.sla.whole else "")),
        Fact("Reopened", words.share(total.reopened)),
        Fact("Satisfaction", words.stars(total.satisfaction)),
        Fact("Deflected", words.share(total.deflected)),
    )


def _body(ctx: Context, made: Report) -> str:
    parts = [
        _table("By category", {name or cards.UNCATEGORISED: f for name, f in made.categories.items()}),
        _table("By team", {cards.team_name(ctx, key): f for key, f in made.teams.items()}, least=2),
        _table("By channel", made.channels, least=2),
        _common(made),
        _table("By agent", {_name(ctx, key): f for key, f in made.agents.items() if key}),
        _workload(ctx, made),
        "_Times are working time. Each clock counts once, when it was met or missed._",
    ]
    return "\n\n".join(part for part in parts if part)


def _name(ctx: Context, person: str) -> str:
    return name_of(ctx.db, ctx.workspace, person, ctx.settings)


def _table(title: str, groups: dict[str, Figures], least: int = 1) -> str:
    """A line a group, when there are at least so many; more than LISTED are summed up in a last line."""
    if len(groups) < least:
        return ""
    lines = [f"- {name}: {_in_a_line(of)}" for name, of in list(groups.items())[:LISTED]]
    more = len(groups) - LISTED
    return "\n".join([f"**{title}**", *lines, *([f"- … and {more} more"] if more > 0 else [])])


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


@command(
    "report kb",
    "What the knowledge base does",
    needs=WORKERS,
    group="The desk",
    reads=True,
    form=AskedKnowledge,
    sample="month",
)
def report_kb(ctx: Context, asked: AskedKnowledge) -> Reply:
    period = _period(ctx, asked.period)
    sight = Sight.of(ctx.sender.id, ctx.roles, ctx.settings)
    teams = None if sight.reads is None else sorted(sight.reads)
    offered = figures.offered(ctx.db, ctx.workspace, period.start, period.end)
    missed = figures.unhelped(ctx.db, ctx.workspace, period.start, period.end, teams)
    title = f"Knowledge base: {period.label}"
    parts = [_articles(ctx, offered), _gaps(ctx, missed), _stale(ctx)]
    if not any(parts):
        return Reply(Card(title, f"No tickets yet {period.when}: articles are counted when they come with one."))
    return Reply(Card(title, "\n\n".join(part for part in parts if part), _sums(offered, missed)))


def _sums(offered: list[figures.Offered], missed: list[figures.Unhelped]) -> tuple[Fact, ...]:
    shown, helped = sum(o.shown for o in offered), sum(o.helped for o in offered)
    return (
        Fact("Articles shown", f"{shown:,}"),
        Fact("Opened", words.share(Share(sum(o.opened for o in offered), shown))),
        Fact("Helped", words.share(Share(helped, shown))),
        Fact("Not helpful", words.share(Share(sum(o.unhelped for o in offered), shown))),
        Fact("Tickets no article helped", f"{len(missed):,}" + ("+" if len(missed) == figures.MOST else "")),
    )


def _articles(ctx: Context, offered: list[figures.Offered]) -> str:
    lines = [
        f"- {ctx.knowledge.title(o.article)}: {o.shown:,} shown, {o.opened:,} opened, "
        f"{o.helped:,} helped, {o.unhelped:,} not helpful{_doubt(o)}"
        for o in offered[:LISTED]
    ]
    return "\n".join(["**Articles**", *lines]) if lines else ""


def _doubt(of: figures.Offered) -> str:
    return " ⚠ needs another look" if of.unhelped > max(of.helped, 1) else ""


def _gaps(ctx: Context, missed: list[figures.Unhelped]) -> str:
    """What several people asked in like words, and no article answered."""
    groups = [group for group in issues.alike(missed, lambda one: one.title) if len(group) > 1][:LISTED]
    lines = [f"- {len(group):,}× “{one_line(group[0].title, 70)}” ({_where(ctx, group)})" for group in groups]
    return "\n".join(["**Asked, and no article helped**", *lines]) if lines else ""


def _where(ctx: Context, group: list[figures.Unhelped]) -> str:
    tried = sum(one.offered > 0 for one in group)
    numbers = ", ".join(cards.reference(one.number, ctx.settings) for one in group[:3])
    return f"{numbers}; " + (f"an article was tried with {tried:,}" if tried else "nothing was suggested")


def _stale(ctx: Context) -> str:
    old = figures.stale(ctx.db, ctx.workspace, ctx.now - STALE)
    lines = [f"- {title} ({words.age(ctx.now - at)} old)" for _, title, at in old]
    return "\n".join(["**Not touched for a year**", *lines]) if lines else ""
