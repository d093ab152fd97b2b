"""/kb: search the knowledge base."""

from __future__ import annotations

from typing import Annotated

from bot import readers
from bot.article_card import gist
from bot.context import Context
from bot.forms import Ask, Form
from bot.people import ANYONE
from bot.registry import command
from bot.words import Button, Card, Reply, one_line
from kb import Hit
from storage import article_list

LISTED_AT = 0.15
"""Who searches is shown what is only this sure; a suggestion nobody asked for has to be surer."""


class Sought(Form):
    words: Annotated[str, Ask("What are you looking for?", hint="For example: vpn does not connect", limit=500)]


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
    title="Search the articles",
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
    title="Search the articles",
)
def kb(ctx: Context, asked: Sought) -> Reply:
    hits: list[Hit] = ctx.found
    words = one_line(asked.words, 80)
    if not hits:
        ask = Button("Ask for help", "ticket", {"text": asked.words}, "primary")
        return Reply(
            Card(f"Nothing about “{words}”", "Nobody has written about this yet. The desk can help.", buttons=(ask,))
        )
    ids = [hit.article_id for hit in hits]
    mine = readers.audiences(ctx.sender.id, ctx.settings)
    begins = {row.id: gist(row.begins, 110) for row in article_list.some(ctx.db, ctx.workspace, mine, ids)}
    titles = [(position, ctx.knowledge.title(id), id) for position, id in enumerate(ids, 1)]
    lines = [
        f"{position}. **{title}**" + (f"\n   _{begins[id]}_" if begins.get(id) else "")
        for position, title, id in titles
    ]
    buttons = tuple(Button(one_line(f"{at}. {title}", 40), "kb show", {"article": id}) for at, title, id in titles)
    return Reply(Card(f"About “{words}”", "\n".join(lines), buttons=buttons))
