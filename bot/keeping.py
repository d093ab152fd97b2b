"""What those who keep the articles see on the card of one: how it stands, and what can be done about it."""

from __future__ import annotations

from bot import people, readers
from bot.context import Context
from bot.editing import may_publish, team_key_of
from bot.people import works_here
from bot.words import Button, Card, Fact, Tone, one_line
from storage import articles
from storage.knowledge import ArticleRow


def facts(ctx: Context, row: ArticleRow) -> tuple[Fact, ...]:
    """Its status, the draft that waits, its owner and its review, for those who work here."""
    if not works_here(ctx.sender.id, ctx.settings):
        return ()
    told = [Fact("Status", f"{status(row)}, version {row.version}")]
    if draft := _beside(ctx, row, articles.draft(ctx.db, ctx.workspace, row.id)):
        told.append(Fact("Draft", f"version {draft.version}{by(ctx, draft)} waits"))
    if row.audience != readers.EVERYONE:
        team = ctx.settings.teams.get(row.audience)
        told.append(Fact("For", team.name if team else f"{row.audience}, which is no team any more"))
    if row.status == "draft" and not row.discarded and not decides(ctx, row):
        told.append(Fact("To be published by", " or ".join(leads(ctx, row)) or "an admin"))
    if row.owner:
        told.append(Fact("Owner", people.name_of(ctx.db, ctx.workspace, row.owner, ctx.settings)))
    if row.status == "published" and row.review_at:
        told.append(Fact("Review", row.review_at))
    return tuple(told)


def buttons(ctx: Context, row: ArticleRow) -> tuple[Button, ...]:
    """What the sender may do with it: edit, publish, discard, archive, say that it is still true."""
    if not works_here(ctx.sender.id, ctx.settings):
        return ()
    known = {"article": row.id}
    made = [Button("Edit", "kb edit", known)]
    draft = articles.draft(ctx.db, ctx.workspace, row.id)
    beside, waits = _beside(ctx, row, draft), draft is not None and draft.version == row.version
    if beside:
        made.append(Button("Show the draft", "kb show", known | {"version": str(beside.version)}))
    if waits and articles.standing(ctx.db, ctx.workspace, row.id):
        made.append(Button("Discard the draft", "kb discard", known | {"version": str(row.version)}, "danger"))
    if not decides(ctx, row):
        return tuple(made)
    if row.status == "published":
        made += [Button("Still true", "kb review", known)] if row.review_at and row.review_at <= ctx.now else []
        made.append(Button("Archive", "kb archive", known, "danger"))
    elif waits or (row.status == "archived" and not beside):
        made.append(Button("Publish", "kb publish", known | {"version": str(row.version)}, "primary"))
    return tuple(made)


def status(row: ArticleRow) -> str:
    """A version's status in a word or two."""
    return "discarded draft" if row.discarded else row.status


def decides(ctx: Context, row: ArticleRow) -> bool:
    """Whether the sender may publish it."""
    return may_publish(ctx.sender.id, row, articles.standing(ctx.db, ctx.workspace, row.id), ctx.settings)


def done(ctx: Context, row: ArticleRow, what: str, words: str, *first: Button, tone: Tone = "good") -> Card:
    """That something was done with a version, how it stands now, and what can be done next."""
    title = f"“{one_line(row.title, 80)}” {what}"
    return Card(title, words, facts(ctx, row), (*first, *buttons(ctx, row)), tone=tone)


def kept(ctx: Context, row: ArticleRow, words: str, what: str = "is kept as a draft", tone: Tone = "good") -> Card:
    """The same of a draft, with a button that shows it."""
    show = Button("Show it", "kb show", {"article": row.id, "version": str(row.version)})
    return done(ctx, row, what, words, show, tone=tone)


def leads(ctx: Context, row: ArticleRow) -> list[str]:
    """The names of the leads of its team, who may publish it."""
    return [people.name_of(ctx.db, ctx.workspace, who, ctx.settings) for who in _leads(ctx, row)]


def approvers(ctx: Context, row: ArticleRow) -> list[str]:
    """The leads of its team; where it has none, the admins."""
    return _leads(ctx, row) or list(ctx.settings.admins)


def _leads(ctx: Context, row: ArticleRow) -> list[str]:
    team = team_key_of(row, ctx.settings)
    found = [handle for key in ([team] if team else ctx.settings.teams) for handle in ctx.settings.teams[key].leads]
    return list(dict.fromkeys(found))


def _beside(ctx: Context, row: ArticleRow, draft: ArticleRow | None) -> ArticleRow | None:
    """The draft that waits, beside another version than it."""
    waits = draft and draft.version != row.version and readers.may_read(ctx.sender.id, draft, ctx.settings)
    return draft if waits else None


def by(ctx: Context, row: ArticleRow) -> str:
    """Who wrote a version, to be put behind it."""
    return f" by {people.name_of(ctx.db, ctx.workspace, row.author, ctx.settings)}" if row.author else ""
