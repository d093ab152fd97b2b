"""What may help with a new ticket, right behind it: for its requester, and for those who work on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import cards, places, readers, similar
from bot.context import Context
from bot.deadlines import read_clocks
from bot.forms import AboutTicket
from bot.people import PARTIES
from bot.registry import command
from bot.timeline import record
from bot.triage import Guess
from bot.words import Button, Card, Reply, left_out
from commands import category
from commands.intake import Opened, success
from storage import suggestions
from storage.tables import Ticket
from storage.timeline import opening_words


@dataclass(frozen=True, slots=True)
class Found:
    """What may help with a ticket, those who asked and those who answer: (article, title, confidence); resolved tickets
    like it, for those who answer: (number, how sure); and what it is about, where its words do not tell."""

    fixes: list[tuple[str, str, float]]
    for_agents: list[tuple[str, str, float]]
    similar: list[tuple[int, float]]
    about: Guess | None


def look_up(ctx: Context, asked: AboutTicket) -> Found | None:
    """What is sure enough to be offered for the ticket's own words; None for nothing at all."""
    ticket = ctx.db.get(Ticket, (ctx.workspace, asked.ticket))
    if ticket is None:
        return None
    words = opening_words(ctx.db, ctx.workspace, asked.ticket)
    about = category.inferred(ctx, ticket, words)
    team = ctx.settings.team_key_of(about.category) if about else ticket.team
    theirs = readers.audiences(ticket.requester, ctx.settings)
    room = frozenset({readers.EVERYONE, *({team} & ctx.settings.teams.keys())})  # whoever reads the team's card
    fixes = _fixes(ctx, words, theirs)
    same = ctx.knowledge.readable(theirs) == ctx.knowledge.readable(room)
    for_agents = fixes if same else _fixes(ctx, words, room)
    alike = similar.for_card(ctx, ctx.precedents, words, team, ticket.number)
    return Found(fixes, for_agents, alike, about) if fixes or for_agents or alike or about else None


def _fixes(ctx: Context, words: str, audiences: frozenset[str]) -> list[tuple[str, str, float]]:
    rules, knowledge = ctx.settings.knowledge, ctx.knowledge
    hits = knowledge.fixes(words, rules.suggest_at, rules.suggestions, audiences=audiences)
    return [(hit.article_id, knowledge.title(hit.article_id), hit.confidence) for hit in hits]


@command(
    "suggest",
    "Offer fixes for a ticket",
    needs=PARTIES,  # who files it for somebody else watches it
    group="Knowledge",
    form=AboutTicket,
    hidden=True,
    prepare=look_up,
    later=True,
)
def suggest(ctx: Context, asked: AboutTicket) -> Reply:
    ticket = ctx.the_ticket
    found: Found | None = ctx.found
    if found is None:
        return Reply()
    sorted_in = category.infer(ctx, found.about)
    articles = [(article, sure) for article, _, sure in found.fixes]
    own = ctx.sender.id == ticket.requester  # who filed it for somebody else has nothing to try out
    if own:
        suggestions.shown(ctx.db, ctx.workspace, ticket.number, articles, ctx.now)
    if found.for_agents or found.similar:
        data = {"articles": [article for article, *_ in found.for_agents], "similar": found.similar}
        record(ctx, ticket, "suggested", _for_agents(found.for_agents), data=data)
    clocks = read_clocks(ctx, ticket)
    places.stand(ctx, ticket)
    if not (own and (found.fixes or sorted_in)):
        return Reply()
    told = success(ctx, Opened(ticket, clocks))
    if cut := left_out(opening_words(ctx.db, ctx.workspace, ticket.number)):
        told = replace(told, body=f"{told.body}\n\n{cut}")
    return Reply(_with_fixes(ctx, told, found.fixes) if found.fixes else told)


def _for_agents(fixes: list[tuple[str, str, float]]) -> str:
    return "\n".join(f"- {title} (`/kb show {article}`)" for article, title, _ in fixes)


def _with_fixes(ctx: Context, told: Card, fixes: list[tuple[str, str, float]]) -> Card:
    ticket = ctx.the_ticket
    lines = [f"{position}. **{title}**" for position, (_, title, _) in enumerate(fixes, 1)]
    known = cards.about(ticket)
    buttons = []
    for position, (article, _, _) in enumerate(fixes, 1):
        mark = f" {position}" if len(fixes) > 1 else ""
        buttons.append(Button(f"Show{mark}", "kb show", {"article": article, "ticket": str(ticket.number)}))
        buttons.append(
            Button(
                f"This fixed it{mark}" if mark else "This fixed it", "helped", known | {"article": article}, "primary"
            )
        )
    buttons.append(Button("None of these", "unhelped", known))
    words = "**This may fix it at once:**" if len(fixes) == 1 else "**One of these may fix it at once:**"
    body = f"{told.body}\n\n{words}\n" + "\n".join(lines)
    return Card(told.title, body, told.facts, tuple(buttons), tone="good")
