"""`firstline kb`: articles in from a folder, out into one, and how well the desk would have found them.

The environment is the context's object: whoever calls gives it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot import hindsight, library, readers
from bot.configuration.problems import SettingsError
from bot.configuration.reading import read
from bot.indexing import file_for, folder_for
from bot.knowledge import Knowledge, article
from bot.words import WORKSPACE
from kb import Index, Unreadable
from kb.extra import installed
from kb.folder import Problem, read_folder
from kb.writing import write_folder
from storage import articles, migrate
from storage.database import DEFAULT_DATABASE, Database, StorageFailed, open_database
from storage.knowledge import ArticleRow

T = TypeVar("T")
BATCH = 100
"""Articles that are written in one transaction, so that a running desk need not wait long for its turn."""
MOST = 5000
"""Tickets of the past that are asked again."""
Folder = Annotated[Path, typer.Argument(help="The folder.")]
Workspace = Annotated[str, typer.Option(help="A workspace of a desk that works in several.")]
Context = typer.Context


def made(now: Callable[[], datetime]) -> typer.Typer:
    """The commands. The clock is given, for nobody here reads it."""
    app = typer.Typer(no_args_is_help=True)
    app.command("export")(export)
    app.command("check")(check)

    @app.command("import")
    def import_(
        context: Context,
        folder: Folder,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
        workspace: Workspace = WORKSPACE,
    ) -> None:
        """Take up the articles of a folder: what is new, and what has changed. A running desk follows in seconds."""
        try:
            found, problems = read_folder(folder)
        except OSError as error:
            raise _ended(str(error)) from None
        with _database(context.obj, upgrade=not dry_run) as database:
            rows = _run(database.read(lambda db: library.new_versions(db, workspace, found, now())))
            if not dry_run:
                _write(database, workspace, rows)
        _tell(rows, len(found), problems, "would be " if dry_run else "")

    return app


def _write(database: Database, workspace: str, rows: list[ArticleRow]) -> None:
    with typer.progressbar(length=len(rows), label="Importing") as bar:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            _run(database.write(partial(library.add, workspace=workspace, rows=batch)))
            bar.update(len(batch))


def _tell(rows: list[ArticleRow], read: int, problems: list[Problem], would: str) -> None:
    """What was done, or would be; exit 1 where a file was left out."""
    new = sum(row.version == 1 for row in rows)
    for row in rows if would else ():
        typer.echo(f"{'new' if row.version == 1 else 'changed'}: {row.id}")
    typer.echo(f"{new:,} {would}added, {len(rows) - new:,} {would}changed, {read - len(rows):,} are as they were.")
    for problem in problems:
        typer.echo(f"left out: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def export(context: Context, folder: Folder, workspace: Workspace = WORKSPACE) -> None:
    """Write the published articles into a folder, as Markdown that import reads again."""
    with _database(context.obj) as database:
        newest = _run(database.read(lambda db: articles.newest(db, workspace)))
    rows = [row for row in newest.values() if row.status == "published"]
    try:
        with typer.progressbar(write_folder(map(article, rows), folder), len(rows), label="Exporting") as written:
            changed = sum(written)
    except OSError as error:
        raise _ended(str(error)) from None
    typer.echo(f"{len(rows):,} articles are in {folder}; {changed:,} files are new or changed.")


def check(context: Context, workspace: Workspace = WORKSPACE) -> None:
    """Ask again what was asked in the past: would the article that helped have been suggested?"""
    environment: Mapping[str, str] = context.obj
    try:
        settings = read(environment.get("FIRSTLINE_SETTINGS", "settings.yaml"), environment)
    except SettingsError as error:
        raise _ended(str(error)) from None
    with _database(environment) as database:
        rows = _run(database.read(lambda db: articles.published(db, workspace)))
        past = _run(database.read(lambda db: articles.past(db, workspace, MOST)))
    typer.echo(f"{len(rows):,} articles, matched by {'meaning' if installed() else 'words'}.")
    rules = settings.knowledge
    knowledge = _indexed(rows, _known(environment, workspace)) if past else Knowledge()
    with typer.progressbar(length=len(past), label="Looking back") as bar:
        findings = hindsight.look_back(knowledge, past, partial(readers.audiences, settings=settings), bar.update)
    typer.echo(hindsight.told(findings, rules.suggest_at, rules.suggestions, settings.organisation.prefix))


def _known(environment: Mapping[str, str], workspace: str) -> Index | None:
    """The desk's own index, in which most of what the model has to do is done."""
    folder = folder_for(environment.get("FIRSTLINE_DATABASE", DEFAULT_DATABASE), environment)
    with suppress(OSError, Unreadable):
        return Index.load(file_for(folder, workspace))
    return None


def _indexed(rows: list[ArticleRow], known: Index | None) -> Knowledge:
    knowledge, seen = Knowledge(), 0
    with typer.progressbar(length=len(rows), label="Reading the articles") as bar:

        def progress(done: int, total: int) -> None:
            nonlocal seen
            bar.update(done - seen)
            seen = done

        knowledge.take(Index.build(map(article, rows), progress=progress, known=known), rows)
    return knowledge


@contextmanager
def _database(environment: Mapping[str, str], upgrade: bool = False) -> Iterator[Database]:
    """The desk's database; what is wrong with it is told, and ends the program."""
    url = environment.get("FIRSTLINE_DATABASE", DEFAULT_DATABASE)
    try:
        if upgrade:
            migrate.upgrade(url)
        elif migrate.pending(url):
            raise ValueError("it is not there yet, or an older version's; `firstline run` brings it up to date")
        database = open_database(url)
        try:
            yield database
        finally:
            database.close()
    except (StorageFailed, migrate.TooNew, OSError, ValueError, ArgumentError, DBAPIError) as error:
        raise _ended(f"The database could not be used: {getattr(error, 'orig', error)}") from None


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _ended(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
