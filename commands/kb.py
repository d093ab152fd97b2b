"""/kb: search the knowledge base."""

from __future__ import annotations

from typing import Annotated

from bot import readers
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE
from bot.registry import command
from bot.words import Button, Card, Reply, one_line
from kb import Hit

LISTED_AT = 0.15
"""Who searches is shown what is only this sure; a suggestion nobody asked for has to be surer."""


class Sought(Form):
    words: Annotated[str, Ask("What are you looking for?", hint="vpn does not connect", limit=500)]


def search_for(ctx: Context, asked: Sought) -> list[Hit]:
    mine = readers.audiences(ctx.sender.id, ctx.settings)
    return [hit for hit in ctx.knowledge.search(asked.words, limit=5, audiences=mine) if hit.confidence >= LISTED_AT]


@command(
    "kb",
    "Search the knowledge base",
    needs=ANYONE,
    group="Knowledge",
    form=Sought,
    reads=True,
    prepare=search_for,
    sample="vpn does not connect",
    suggests="words",
    submit="Search",
    title="Search the knowledge base",
)
@command(
    "kb search",
    "Search the knowledge base",
    needs=ANYONE,
    group="Knowledge",
    form=Sought,
    reads=True,
    prepare=search_for,
    sample="vpn does not connect",
)
def kb(ctx: Context, asked: Sought) -> Reply:
    hits: list[Hit] = ctx.found
    words = one_line(asked.words, 80)
    if not hits:
        ask = Button("Ask for help", "ticket", {"text": asked.words}, "primary")
        return Reply(
            Card(f"Nothing about “{words}”", "Nobody has written about this yet. The desk can help.", buttons=(ask,))
        )
    title = ctx.knowledge.title
    lines = [
        f"{position}. **{title(hit.article_id)}** · `/kb show {hit.article_id}`" for position, hit in enumerate(hits, 1)
    ]
    buttons = tuple(
        Button(one_line(f"{position}. {title(hit.article_id)}", 40), "kb show", {"article": hit.article_id})
        for position, hit in enumerate(hits, 1)
    )
    return Reply(Card(f"About “{words}”", "\n".join(lines), buttons=buttons))
