"""/kb new and /kb edit: articles are written in a form, and kept as drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from bot import approvals, editing, forms, keeping, people, readers
from bot.context import Context
from bot.differences import differences
from bot.forms import Ask, Form, Wrong
from bot.people import WORKERS
from bot.readers import EVERYONE
from bot.registry import REGISTRY, command
from bot.settings import Settings
from bot.words import Card, Reply, one_line, refuse
from commands.choices import category_choices, team_choices
from storage import articles
from storage.knowledge import ArticleRow

LONGEST = 100_000
"""Characters of a text that is written in a form; what is longer comes from a folder."""

Months = Annotated[int, Field(ge=0, le=120)]


def audience_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    return (EVERYONE, "Everyone"), *team_choices(settings)


class Written(Form):
    title: Annotated[str, Ask("Title", hint="For example: VPN does not connect", limit=200)]
    text: Annotated[str, Ask("Text", "long", hint="Markdown", positional=False, limit=LONGEST)]
    category: Annotated[str, Ask("Category", "choice", choices=category_choices, positional=False)] = ""
    audience: Annotated[str, Ask("Who may read it", "choice", choices=audience_choices, positional=False)] = EVERYONE
    tags: Annotated[str, Ask("Tags", hint="For example: vpn, remote access", positional=False, limit=300)] = ""
    owner: Annotated[str, Ask("Owner", "person", hint="Who keeps it true", positional=False)] = ""
    months: Annotated[Months | None, Ask("Review in months", "number", hint="For example: 12", positional=False)] = None


class Edited(Written):
    article: Annotated[str, Ask("Article", "article", positional=False, fixed=True)]
    version: Annotated[int, Ask("Version", "number", positional=False, fixed=True)]


class Named(Form):
    article: Annotated[str, Ask("Article", "article", hint="vpn-will-not-connect", limit=200)]


@command(
    "kb new",
    "Write an article",
    needs=WORKERS,
    group="Knowledge",
    form=Written,
    sample="VPN does not connect",
    title="Write an article",
    submit="Keep as draft",
)
def kb_new(ctx: Context, asked: Written) -> Reply:
    id = editing.new_id(ctx, asked.title)
    row = approvals.draft(ctx, id, _text(ctx, asked, None))
    theirs = editing.may_publish(ctx.sender.id, row, None, ctx.settings)
    names = " or ".join(() if theirs else keeping.leads(ctx, row))
    until = f"{names} publishes it" if names else "it is published"
    return Reply(keeping.kept(ctx, row, f"It is a draft: only those who work here see it until {until}."))


@command(
    "kb edit",
    "Change an article",
    needs=WORKERS,
    group="Knowledge",
    form=Named,
    reads=True,
    sample="vpn-will-not-connect",
    title="Change an article",
)
def kb_edit(ctx: Context, asked: Named) -> Reply:
    """The form with the newest version's text; how else, where a form cannot hold it."""
    row = newest(ctx, asked.article)
    room = ctx.incoming.longest or LONGEST
    long = len(row.body.encode("utf-16-le", "replace")) // 2
    if long > room:
        return refuse(
            f"“{one_line(row.title, 80)}” has {long:,} characters, and a form holds {room:,} here: it would be cut. "
            f"Edit it in the browser, or as a file: `firstline kb export FOLDER`, change `{row.id}.md`, "
            "`firstline kb import FOLDER`."
        )
    save = REGISTRY.commands["kb save"]
    shown = forms.dialog(save.verb, save.title, save.form, ctx.settings, _answers(ctx, row), anew=True)
    return Reply(form=replace(shown, title=f"Change “{one_line(row.title, 60)}”", submit=save.submit))


@command(
    "kb save",
    "Keep a changed article",
    needs=WORKERS,
    group="Knowledge",
    form=Edited,
    hidden=True,
    title="Change an article",
    submit="Keep as draft",
)
def kb_save(ctx: Context, asked: Edited) -> Reply:
    """A draft of what was written. Did somebody else write meanwhile, both are kept, and the sender is told."""
    last = newest(ctx, asked.article)
    text = _text(ctx, asked, last)
    if text == editing.text_of(last):
        return Reply(Card(last.title, "Nothing was changed.", buttons=keeping.buttons(ctx, last)))
    row = approvals.draft(ctx, last.id, text)
    if last.version == asked.version:
        return Reply(keeping.kept(ctx, row, differences(last, row)))
    if last.version < asked.version:
        what = f"version {asked.version} was discarded. Yours is version {row.version}. From what stands to yours"
    else:
        what = (
            f"version {last.version}{keeping.by(ctx, last)} came. Nothing is lost: yours is version {row.version}, "
            "but what changed there is not in it. From theirs to yours"
        )
    words = f"While you wrote, {what}:\n{differences(last, row)}"
    return Reply(keeping.kept(ctx, row, words, tone="warning"))


def newest(ctx: Context, id: str) -> ArticleRow:
    """The newest version of an article that somebody names, a draft where one waits. `Wrong` where they may not."""
    stands = readers.named(ctx, id)
    last = articles.draft(ctx.db, ctx.workspace, stands.id) or stands
    if not readers.may_read(ctx.sender.id, last, ctx.settings):
        raise Wrong(f"A draft of “{one_line(stands.title, 60)}” waits that is for another team.", "article")
    return last


def _answers(ctx: Context, row: ArticleRow) -> Mapping[str, str]:
    owner = row.owner and people.external(ctx.db, ctx.workspace, ctx.at.channel, row.owner, ctx.settings)
    known = {"title": row.title, "text": row.body, "category": row.category, "audience": row.audience}
    return known | {"tags": ", ".join(row.tags), "owner": owner, "article": row.id, "version": str(row.version)}


def _text(ctx: Context, asked: Written, last: ArticleRow | None) -> editing.Text:
    if len(asked.text) > LONGEST:
        raise Wrong(f"Text: at most {LONGEST:,} characters, please (it has {len(asked.text):,}).", "text")
    review = last.review_at if last else None
    return editing.Text(
        title=one_line(asked.title, 200),
        body=asked.text,
        tags=tuple(tag for part in asked.tags.split(",") if (tag := one_line(part, 60))),
        category=_category(ctx, asked, last),
        audience=last.audience if last and "audience" not in asked.model_fields_set else asked.audience,
        owner=_owner(ctx, asked, last),
        review_at=editing.months_later(ctx.now, asked.months) if asked.months else review,
    )


def _category(ctx: Context, asked: Written, last: ArticleRow | None) -> str:
    """A form cannot name a category that the settings do not know any more: it stays."""
    former = last.category if last else ""
    return asked.category or (former if former not in dict(category_choices(ctx.settings)) else "")


def _owner(ctx: Context, asked: Written, last: ArticleRow | None) -> str:
    """Who keeps it true. A form cannot name an owner whom its channel does not know: they stay."""
    if asked.owner:
        owner = people.named(ctx, asked.owner, "owner")
        if not people.works_here(owner.id, ctx.settings):
            raise Wrong(f"Owner: {owner.name} is in none of the desk's teams.", "owner")
        return owner.id
    if last is None:
        return ctx.sender.id
    shown = last.owner and people.external(ctx.db, ctx.workspace, ctx.at.channel, last.owner, ctx.settings)
    return "" if shown else last.owner
