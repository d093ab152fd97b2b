"""/kb history and /kb drafts: what an article was, and what waits to be published or looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import keeping, readers
from bot.context import Context
from bot.differences import differences
from bot.people import WORKERS
from bot.registry import NoForm, command
from bot.words import Button, Card, Reply, bullets, moment, one_line
from commands.kb_write import Named
from storage import articles
from storage.knowledge import ArticleRow

TOLD, LISTED, LINES = 5, 20, 6
"""Versions that are told with what changed, entries of a list, and changed lines of a version."""
SHOWN = 5
"""Entries of a list that have a button."""


@command(
    "kb history",
    "Show the versions of an article",
    needs=WORKERS,
    group="Knowledge",
    form=Named,
    reads=True,
    sample="vpn-will-not-connect",
    title="Versions of an article",
    submit="Show",
)
def kb_history(ctx: Context, asked: Named) -> Reply:
    row = readers.named(ctx, asked.article)
    found = articles.history(ctx.db, ctx.workspace, row.id)
    mine = [version for version in found if readers.may_read(ctx.sender.id, version, ctx.settings)]
    told = [_version(ctx, new, old) for new, old in zip(mine[:TOLD], [*mine[1:], None], strict=False)]
    if more := len(mine) - len(told):
        told.append(f"… and {more:,} before.")
    title = f"“{one_line(row.title, 80)}”: {len(mine):,} version{'' if len(mine) == 1 else 's'}"
    return Reply(Card(title, "\n\n".join(told), buttons=keeping.buttons(ctx, row)))


def _version(ctx: Context, row: ArticleRow, before: ArticleRow | None) -> str:
    who = keeping.by(ctx, row) or " from a folder"
    head = f"**Version {row.version}** · {keeping.status(row)} · {moment(row.at)}{who}"
    return "\n".join(filter(None, [head, differences(before, row, LINES)]))


@command("kb drafts", "Show drafts, and articles to look at again", needs=WORKERS, group="Knowledge", reads=True)
def kb_drafts(ctx: Context, asked: NoForm) -> Reply:
    drafts = [
        row for row in articles.drafts(ctx.db, ctx.workspace) if readers.may_read(ctx.sender.id, row, ctx.settings)
    ]
    due = articles.to_review(ctx.db, ctx.workspace, ctx.now)
    due = [row for row in due if readers.may_read(ctx.sender.id, row, ctx.settings)]
    if not drafts and not due:
        return Reply(Card("Drafts and reviews", "No draft waits, and no review is due."))
    parts = [
        _list(ctx, "Drafts", drafts, lambda row: f"kept {moment(row.at)}"),
        _list(ctx, "To look at again", due, lambda row: f"since {moment(row.review_at or row.at)}"),
    ]
    buttons = (_button(row) for row in (*drafts[:SHOWN], *due[:SHOWN]))
    return Reply(Card("Drafts and reviews", "\n\n".join(filter(None, parts)), buttons=tuple(buttons)))


def _list(ctx: Context, title: str, rows: Sequence[ArticleRow], state: Callable[[ArticleRow], str]) -> str:
    if not rows:
        return ""
    lines = [f"{one_line(row.title, 80)} · `/kb show {row.id}` · {state(row)}{keeping.by(ctx, row)}" for row in rows]
    return f"**{title}**\n{bullets(lines, LISTED)}"


def _button(row: ArticleRow) -> Button:
    return Button(one_line(row.title, 40), "kb show", {"article": row.id, "version": str(row.version)})
