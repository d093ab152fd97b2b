"""What `firstline kb import` says of what it did, or would do."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from bot.library.importing import Plan
from kb.folder import Problem
from storage.knowledge import ArticleRow

NAMED = 10
"""How many of those that are missing are named."""


def tell(
    made: Plan,
    missing: Sequence[ArticleRow],
    left_out: Sequence[Problem],
    notes: Sequence[Problem],
    *,
    dry_run: bool,
    archived: bool,
) -> None:
    """What was done, or would be, and what was not; exit 1 where a file was left out or left alone."""
    new = sum(row.version == 1 for row in made.rows)
    for row in made.rows if dry_run else ():
        typer.echo(f"{'new' if row.version == 1 else 'changed'}: {row.id}")
    would = "would be " if dry_run else ""
    typer.echo(f"{new:,} {would}added, {len(made.rows) - new:,} {would}changed, {made.same:,} are as they were.")
    if made.files or made.dropped:
        typer.echo(f"Their files: {len(made.files):,} {would}taken over, {len(made.dropped):,} {would}dropped.")
    if missing:
        stay = "stay, while files are left out" if left_out else "stay; --archive-missing archives them"
        typer.echo(_missing(missing, f"{would}archived" if archived else stay))
    for note in notes:
        typer.echo(f"note: {note}", err=True)
    for page, row in made.archived:
        typer.echo(f"note: {page.place}: {kept(row)}", err=True)
    for page, row in made.edited:
        typer.echo(f"left alone: {page.place}: {kept(row)}", err=True)
    for problem in left_out:
        typer.echo(f"left out: {problem}", err=True)
    if left_out or made.edited:
        raise typer.Exit(1)


def _missing(missing: Sequence[ArticleRow], done: str) -> str:
    some = ", ".join(row.id for row in missing[:NAMED]) + (", …" if len(missing) > NAMED else "")
    return f"{len(missing):,} that came from a folder are not in this one and {done}: {some}"


def kept(row: ArticleRow) -> str:
    """Why a version here stays, although the folder says something else, and what changes that."""
    if row.status == "archived":
        return f"{row.id} is archived here; `/kb publish {row.id}` or --overwrite brings it back"
    return (
        f"{row.id} was edited here since, as version {row.version} by {row.author}. `firstline kb export` writes that "
        "text; --overwrite puts the folder's over it, and keeps that one in its history"
    )
