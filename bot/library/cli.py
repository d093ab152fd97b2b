"""`firstline kb`: articles in from a folder, out into one, and how well the desk would have found them.

The environment is the context's object: whoever calls gives it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot import library, readers
from bot.configuration.environment import database_address, settings_file
from bot.configuration.problems import SettingsError
from bot.configuration.reading import read
from bot.indexing import file_for, folder_for
from bot.installations import workspaces
from bot.knowledge import Knowledge, article
from bot.library import hindsight, importing, told
from bot.library.folders import checked
from bot.settings import Settings
from bot.words import WORKSPACE
from kb import Index, Unreadable
from kb.extra import installed
from kb.folder import Problem, read_pages
from kb.page import Page
from kb.writing import write_folder
from storage import article_files, articles, migrate
from storage.address import masked
from storage.database import Database, StorageFailed, open_database
from storage.hindsight import past as answered_tickets
from storage.knowledge import ArticleRow

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
        overwrite: Annotated[bool, typer.Option("--overwrite", help="Also over what was edited here since.")] = False,
        archive_missing: Annotated[
            bool, typer.Option("--archive-missing", help="Archive what came from a folder and is not in this one.")
        ] = False,
        workspace: Workspace = WORKSPACE,
    ) -> None:
        """Take up the articles of a folder: what is new, and what has changed. A running desk follows in seconds."""
        found, problems = _read(folder)
        pages, left_out, notes = checked(found, _settings(context.obj))
        ids = {page.article.id for page in found}
        with _database(context.obj, workspace) as database:
            made = asyncio.run(
                database.read(lambda db: importing.plan(db, workspace, pages, now(), overwrite=overwrite))
            )
            gone = asyncio.run(database.read(lambda db: importing.missing(db, workspace, ids)))
            archive = archive_missing and not problems and not left_out  # whose file is broken is not missing
            if archive:
                made.amended += [row.model_copy(update={"status": "archived", "remind_at": None}) for row in gone]
            if not dry_run:
                _write(database, workspace, made)
        told.tell(made, gone, [*problems, *left_out], [*notes, *made.dead], dry_run=dry_run, archived=archive)

    return app


def _read(folder: Path) -> tuple[list[Page], list[Problem]]:
    try:
        with typer.progressbar(length=1, label="Reading") as bar:

            def progress(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            return read_pages(folder, progress)
    except OSError as error:
        raise _ended(str(error)) from None


def _write(database: Database, workspace: str, made: importing.Plan) -> None:
    with typer.progressbar(length=len(made.rows) + len(made.files), label="Importing") as bar:
        for start in range(0, len(made.rows), BATCH):
            batch = importing.Plan(rows=made.rows[start : start + BATCH])
            asyncio.run(database.write(partial(importing.apply, workspace=workspace, made=batch)))
            bar.update(len(batch.rows))
        for file in made.files:
            one = importing.Plan(files=[file])
            asyncio.run(database.write(partial(importing.apply, workspace=workspace, made=one)))
            bar.update(1)
    rest = importing.Plan(amended=made.amended, dropped=made.dropped)
    asyncio.run(database.write(partial(importing.apply, workspace=workspace, made=rest)))


def export(
    context: Context,
    folder: Folder,
    everything: Annotated[bool, typer.Option("--all", help="Also drafts, and what is archived.")] = False,
    workspace: Workspace = WORKSPACE,
) -> None:
    """Write the published articles into a folder, with their files, as Markdown that import reads again."""
    with _database(context.obj, workspace) as database:
        rows = asyncio.run(database.read(lambda db: _exported(db, workspace, everything=everything)))

        def contents(page: Page) -> list[tuple[str, bytes]]:
            files = asyncio.run(database.read(lambda db: article_files.whole(db, workspace, page.article.id)))
            return [(file.name, file.content) for file in files]

        try:
            written = write_folder(map(library.page, rows), folder, contents)
            with typer.progressbar(written, len(rows), label="Exporting") as done:
                changed = sum(done)
        except OSError as error:
            raise _ended(str(error)) from None
    typer.echo(f"{len(rows):,} articles are in {folder}; {changed:,} of them are new or changed.")


def _exported(db: Session, workspace: str, *, everything: bool) -> list[ArticleRow]:
    if not everything:
        return articles.published(db, workspace)
    return [*articles.stand(db, workspace).values(), *articles.drafts(db, workspace)]


def check(context: Context, workspace: Workspace = WORKSPACE) -> None:
    """Ask again what was asked in the past: would the article that helped have been suggested?"""
    environment: Mapping[str, str] = context.obj
    settings = _settings(environment)
    with _database(environment, workspace) as database:
        rows = asyncio.run(database.read(lambda db: articles.published(db, workspace)))
        past = asyncio.run(database.read(lambda db: answered_tickets(db, workspace, MOST)))
    typer.echo(f"{len(rows):,} articles, matched by {'meaning' if installed() else 'words'}.")
    rules = settings.knowledge
    knowledge = _indexed(rows, _known(environment, workspace)) if past else Knowledge()
    with typer.progressbar(length=len(past), label="Looking back") as bar:
        findings = hindsight.look_back(knowledge, past, partial(readers.audiences, settings=settings), bar.update)
    typer.echo(hindsight.told(findings, rules.suggest_at, rules.suggestions, settings.organisation.prefix))


def _known(environment: Mapping[str, str], workspace: str) -> Index | None:
    """The desk's own index, in which most of what the model has to do is done."""
    folder = folder_for(database_address(environment), environment)
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


def _settings(environment: Mapping[str, str]) -> Settings:
    try:
        return read(settings_file(environment), environment)
    except SettingsError as error:
        raise _ended(str(error)) from None


@contextmanager
def _database(environment: Mapping[str, str], workspace: str) -> Iterator[Database]:
    """The desk's database, which knows the workspace; what is wrong with it is told, and ends the program."""
    try:
        url = database_address(environment)
    except SettingsError as error:
        raise _ended(str(error)) from None
    try:
        if migrate.pending(url):
            raise ValueError("it is not there yet, or an older version's; `firstline run` brings it up to date")
        database = open_database(url)
        try:
            known = asyncio.run(database.read(workspaces))
            if workspace not in known:
                raise _ended(f"The desk works in no workspace {workspace}: there is {', '.join(known)}.")
            yield database
        finally:
            database.close()
    except (StorageFailed, migrate.TooNew, OSError, ValueError, DBAPIError) as error:
        raise _ended(f"The database {masked(url)} could not be used: {getattr(error, 'orig', error)}") from None


def _ended(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
