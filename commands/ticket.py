"""/ticket: ask for help, for oneself or on behalf of somebody; and the fixes that come with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from bot import cards, forms, people, places, readers, similar
from bot.context import Context
from bot.forms import AboutTicket, Ask, Form
from bot.people import ANYONE, PARTIES, WORKERS
from bot.registry import command
from bot.timeline import read_clocks, record
from bot.triage import URGENCY, Guess
from bot.words import Address, Button, Card, Reply, left_out
from commands import category
from commands.choices import category_choices
from commands.intake import Opened, Request, open_and_tell, open_ticket, success, then_suggest
from storage import suggestions
from storage.tables import Ticket
from storage.timeline import opening_words

URGENCIES = (("low", "Low: it can wait"), ("medium", "Medium: it slows me down"), ("high", "High: I cannot work"))


class Asked(Form):
    text: Annotated[
        str, Ask("What is the matter?", "long", hint="What happens, since when, what have you tried?", limit=100_000)
    ]
    category: Annotated[
        str,
        Ask("Category", "choice", choices=category_choices, positional=False, hint="Leave it open if you are not sure"),
    ] = ""
    urgency: Annotated[str, Ask("Urgency", "choice", choices=URGENCIES, positional=False)] = URGENCY


VIA = (("phone", "Phone"), ("walk-up", "Walk-up"), ("chat", "Chat"))
TYPED_VIA = (
    *((via, f"{via}:") for via, _ in VIA),
    *((via, f"{how} {via}") for via in ("phone", "chat") for how in ("by", "via")),
    *(("walk-up", said) for said in ("walk-up", "walkup", "walk up")),
)
"""A request may begin with “phone” or “chat” as well."""


class AskedFor(Form):
    person: Annotated[str, Ask("For whom?", "person", hint="@ana")]
    via: Annotated[str, Ask("How did they ask?", "choice", choices=VIA, typed=TYPED_VIA)] = "phone"
    text: Annotated[str, Ask("What is the matter?", "long", limit=100_000)]
    category: Annotated[str, Ask("Category", "choice", choices=category_choices, positional=False)] = ""
    urgency: Annotated[str, Ask("Urgency", "choice", choices=URGENCIES, positional=False)] = URGENCY


@command(
    "ticket",
    "Ask for help",
    needs=ANYONE,
    group="Asking for help",
    form=Asked,
    sample="the vpn is down",
    suggests="text",
    submit="Open ticket",
    title="Ask for help",
    files=True,
)
def ticket(ctx: Context, asked: Asked) -> Reply:
    return open_and_tell(
        ctx,
        Request(
            text=asked.text,
            requester=ctx.sender,
            submitter=ctx.sender.id,
            via=ctx.at.channel,
            origin=Address(ctx.at.channel, ctx.at.room),
            category=asked.category,
            urgency=asked.urgency,
            files=ctx.incoming.files,
        ),
    )


@command(
    "ticket for",
    "File a ticket for somebody who phoned or walked up",
    needs=WORKERS,
    group="Working on tickets",
    form=AskedFor,
    sample="@ana by phone her screen stays black",
    submit="Open ticket",
    title="Ticket for somebody",
    files=True,
)
def ticket_for(ctx: Context, asked: AskedFor) -> Reply:
    asked = _with_whole_name(ctx, asked)
    somebody = people.named(ctx, asked.person)
    place = places.direct(ctx, somebody.id, ctx.at.channel)
    opened = open_ticket(
        ctx,
        Request(
            text=asked.text,
            requester=somebody,
            submitter=ctx.sender.id,
            via=asked.via,
            origin=Address(ctx.at.channel, place.room if place else ctx.at.room),
            category=asked.category,
            urgency=asked.urgency,
            files=ctx.incoming.files,
        ),
    )
    told = (
        f"{somebody.name} is told." if place else f"No channel knows {somebody.name} yet: please tell them the number."
    )
    card = success(ctx, opened)
    return Reply(
        Card(card.title, f"Filed for {somebody.name} ({asked.via}). {told}", card.facts, tone="good"),
        follow=then_suggest(ctx, opened),
    )


def _with_whole_name(ctx: Context, asked: AskedFor) -> AskedFor:
    """The same, where a full name was typed that only the desk's own records tell from the words behind it."""
    name, rest = people.leading_name(ctx, ctx.incoming.text)
    if not name or ctx.incoming.submitted:
        return asked
    answers = forms.parse(AskedFor, rest, {**ctx.incoming.answers, "person": name}, ctx.settings)
    return forms.fill(AskedFor, answers, ctx.settings)


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
    team = ctx.settings.team_of(about.category) if about else ticket.team
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
