"""/report kb: what the articles do, what people ask and nobody wrote, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from bot import cards, readers
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import WORKERS
from bot.registry import command
from bot.reports import knowledge
from bot.reports import wording as words
from bot.reports.figures import Sight
from bot.reports.knowledge import Gap, Stale, Totals, Use
from bot.reports.periods import Period
from bot.words import Button, Card, Reply, bullets, one_line
from commands.report import PERIODS, SHORTER, headline, named_period
from storage import knowledge_figures as figures

LISTED, BUTTONS = 8, 4
"""How many lines of each list a card has, and buttons for them."""


class Asked(Form):
    period: Annotated[str, Ask("Period", "choice", choices=PERIODS, also=SHORTER)] = "month"


@dataclass(frozen=True, slots=True)
class KnowledgeReport:
    """The report of a period as far as its reader may see it. bounded: gaps were looked for among the newest tickets
    only."""

    period: Period
    uses: list[Use]
    totals: Totals
    gaps: list[Gap]
    stale: list[Stale]
    bounded: bool

    @property
    def empty(self) -> bool:
        return not (self.uses or self.gaps or self.stale or self.totals.deflected.whole)


@command(
    "report kb",
    "What the knowledge base does",
    needs=WORKERS,
    group="The desk",
    reads=True,
    form=Asked,
    sample="month",
)
def report_kb(ctx: Context, asked: Asked) -> Reply:
    made = make(ctx, named_period(ctx, asked.period))
    title = f"Knowledge base: {made.period.label}"
    others = tuple(Button(label, "report kb", {"period": name}) for name, label in PERIODS if name != asked.period)
    if made.empty:
        text = f"No tickets yet {made.period.when}: articles are counted when they come with one, or are read."
        return Reply(Card(title, text, buttons=others))
    parts = [_sums(made), _articles(made.uses), _gaps(ctx, made), _stale(made.stale)]
    buttons = (*_to_write(made.gaps), *_to_review(made.stale), *others)
    return Reply(Card(title, "\n\n".join(part for part in parts if part), buttons=buttons))


def make(ctx: Context, period: Period) -> KnowledgeReport:
    """The report of a period: no article that the sender may not read is in it, and no ticket of a team not theirs."""
    mine, span = readers.audiences(ctx.sender.id, ctx.settings), (ctx.db, ctx.workspace, period.start, period.end)
    teams = Sight.of(ctx.sender.id, ctx.roles, ctx.settings).reads
    standing = figures.standing(ctx.db, ctx.workspace, mine)
    uses = knowledge.uses(standing, figures.offered(*span), figures.said(*span))
    missed = figures.missed(*span, teams)
    rules = ctx.settings.knowledge

    def answers(title: str) -> list[str]:
        hits = ctx.knowledge.sure(title, "", rules.suggest_at, max(rules.suggestions, 1), audiences=mine)
        return [hit.article_id for hit in hits]

    return KnowledgeReport(
        period=period,
        uses=uses,
        totals=knowledge.totals(figures.sums(*span), sum(use.shown for use in uses)),
        gaps=knowledge.gaps(missed, answers),
        stale=knowledge.stale(standing, _lately(ctx), ctx.now),
        bounded=len(missed) == figures.MOST,
    )


def _lately(ctx: Context) -> dict[str, dict[str, int]]:
    """By article and kind, how many people said so lately."""
    found: dict[str, dict[str, int]] = {}
    # A day more, since `now` itself belongs to it.
    for one in figures.said(ctx.db, ctx.workspace, ctx.now - knowledge.RECENT, ctx.now + knowledge.DAY):
        kinds = found.setdefault(one.article, {})
        kinds[one.kind] = kinds.get(one.kind, 0) + one.people
    return found


def _sums(made: KnowledgeReport) -> str:
    totals = made.totals
    each = words.NOTHING if totals.suggested is None else f"{totals.suggested:.1f} a ticket"
    return headline(
        ("Tickets deflected", words.share(totals.deflected)),
        ("Tickets with a good article", words.share(totals.good)),
        ("Articles suggested", each),
        ("Gaps", f"{len(made.gaps):,}"),
        ("Need a look", f"{len(made.stale):,}"),
    )


def _list(title: str, lines: list[str]) -> str:
    """A heading and its lines, the long list folded; nothing for none."""
    return f"**{title}**\n{bullets(lines, LISTED)}" if lines else ""


def _articles(uses: list[Use]) -> str:
    return _list(
        "Articles in this time", [f"{one_line(use.title, 70)}: {', '.join(_counts(use))}{_doubt(use)}" for use in uses]
    )


def _counts(use: Use) -> Iterator[str]:
    """All counts that there are; how often it was shown and opened in any case."""
    yield f"{use.shown:,} shown"
    yield f"{use.opened:,} opened"
    rest = {"helped": use.helped, "not helpful": use.unhelped, "deflected": use.deflected, "answered": use.answered}
    yield from (f"{count:,} {what}" for what, count in rest.items() if count)


def _doubt(use: Use) -> str:
    return " ⚠ fails more often than it helps" if use.doubtful else ""


def _gaps(ctx: Context, made: KnowledgeReport) -> str:
    listed = _list("Asked, and no article helped", [_gap(ctx, gap) for gap in made.gaps])
    bounded = f"\n_Looked for among the newest {figures.MOST:,} tickets without an article._" if made.bounded else ""
    return listed + bounded if listed else ""


def _gap(ctx: Context, gap: Gap) -> str:
    numbers = ", ".join(cards.reference(number, ctx.settings) for number in gap.tickets[:3])
    tried = f"an article was tried with {gap.tried:,}" if gap.tried else "nothing was suggested"
    return f"**{', '.join(gap.words)}** {len(gap.tickets):,}× “{one_line(gap.example, 60)}” ({numbers}; {tried})"


def _stale(stale: list[Stale]) -> str:
    return _list(
        "Need a look, whatever the period", [f"{one_line(one.title, 70)}: {'; '.join(one.why)}" for one in stale]
    )


def _to_write(gaps: list[Gap]) -> Iterator[Button]:
    """A draft from the best solution of each gap that has one."""
    for gap in islice((gap for gap in gaps[:LISTED] if gap.best), BUTTONS):
        yield Button(one_line(f"Write an article: {', '.join(gap.words)}", 60), "kb draft", {"ticket": str(gap.best)})


def _to_review(stale: list[Stale]) -> Iterator[Button]:
    for one in stale[:BUTTONS]:
        yield Button(one_line(f"Review: {one.title}", 60), "kb show", {"article": one.article})
