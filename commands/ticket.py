"""/ticket: ask for help, for oneself or on behalf of somebody."""

from __future__ import annotations

from typing import Annotated

from bot import forms, people, places
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE, WORKERS
from bot.registry import command
from bot.triage import URGENCY
from bot.words import Address, Reply
from commands.choices import category_choices
from commands.intake import Request, open_and_tell, open_ticket, told

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
    who_tells = (
        f"{somebody.name} is told." if place else f"No channel knows {somebody.name} yet: please tell them the number."
    )
    return told(ctx, opened, f"Filed for {somebody.name} ({asked.via}). {who_tells}")


def _with_whole_name(ctx: Context, asked: AskedFor) -> AskedFor:
    """The same, where a full name was typed that only the desk's own records tell from the words behind it."""
    name, rest = people.leading_name(ctx, ctx.incoming.text)
    if not name or ctx.incoming.submitted:
        return asked
    answers = forms.parse(AskedFor, rest, {**ctx.incoming.answers, "person": name}, ctx.settings)
    return forms.fill(AskedFor, answers, ctx.settings)
