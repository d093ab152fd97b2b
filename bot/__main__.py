"""The command line. It wires the pieces together, and it alone reads the clock and the environment."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Annotated
from zoneinfo import ZoneInfo

import structlog
import typer
import uvloop
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

import commands
from adapters.contract import Adapter
from bot import __version__, listen_address, logs, workspaces
from bot import doctor as diagnosis
from bot.clock import Clock, Wall, steady
from bot.configuration import cli as configure_cli
from bot.configuration.environment import database_address, listening_host, settings_file
from bot.configuration.misspelt import misspelt
from bot.configuration.problems import SettingsError
from bot.configuration.reading import Live, read
from bot.context import Scene
from bot.core import Desk
from bot.cycles import Heartbeat
from bot.indexing import folder_for
from bot.installations import Installation, Installations
from bot.library import cli as library_cli
from bot.listen_address import LOOPBACK
from bot.posts import Deliverer
from bot.registry import REGISTRY
from bot.server import Server, application, server
from bot.settings import Settings
from bot.words import WORKSPACE
from storage import migrate, state, sweeps
from storage.address import masked
from storage.database import Database, StorageFailed, open_database
from storage.server_time import server_time

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(
    library_cli.made(lambda: datetime.now(UTC)), name="kb", help="Articles in and out, and how well they are found."
)
app.add_typer(configure_cli.app, name="config", help="Check, show and explain settings.yaml.")
slack = typer.Typer(no_args_is_help=True)
app.add_typer(slack, name="slack", help="Set the desk up on Slack.")
discord = typer.Typer(no_args_is_help=True)
app.add_typer(discord, name="discord", help="Set the desk up on Discord.")

SHIFT = "shift"
SET_BACK = timedelta(hours=2)
log = structlog.get_logger()
HOME = Path(".demo")
ROOT = Path(__file__).parent.parent


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"Firstline {__version__}")
        raise typer.Exit


@app.callback()
def firstline(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Firstline: the service desk that lives in chat."""
    context.obj = os.environ


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=listen_address.MOST, help="The port on this machine.")] = 8000,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what the last demo did.")] = False,
) -> None:
    """Run the desk with a chat playground in the browser. Its data stay in .demo/."""
    with _said():
        listen_address.look(LOOPBACK, port, "demo")
    HOME.mkdir(exist_ok=True)
    with _alone(HOME / "lock"):
        if reset:
            for file in HOME.glob("*.db*"):
                if file.is_file():  # the folder beside them holds what the model made of the articles, which stays true
                    file.unlink()
        found = (HOME / "firstline.db").exists()
        typer.echo(f"Firstline is starting at http://{LOOPBACK}:{port} — open it in a browser. Ctrl-C stops it.")
        if found:
            typer.echo("The desk of last time is there again. `make demo RESET=1` starts afresh.")
        environment = {"FIRSTLINE_ORGANISATION__ADDRESS": f"http://{LOOPBACK}:{port}", **os.environ}
        _run(Start(f"sqlite:///{HOME / 'firstline.db'}", port, environment, HOME / "playground.db", fresh=not found))
        typer.echo(f"Stopped. The demo's data stay in {HOME}/ for the next time.")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two desks on one SQLite file would each believe themselves alone: the second one is refused."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            typer.echo(f"A desk is running on the data in {lock.parent}/ already. Stop it first.", err=True)
            raise typer.Exit(1) from None
        yield


@app.command()
def run(
    port: Annotated[int, typer.Option(min=0, max=listen_address.MOST, help="The port; 0: any that is free.")] = 8000,
    host: Annotated[
        str, typer.Option(help="The address to listen on, 0.0.0.0 for all; else FIRSTLINE_HOST, or 127.0.0.1.")
    ] = "",
    playground: Annotated[
        bool, typer.Option("--playground", help="Also serve the chat playground, on loopback.")
    ] = False,
) -> None:
    """Run the desk. The database is FIRSTLINE_DATABASE, or firstline.db here."""
    with _said():
        host = host or listening_host(os.environ) or LOOPBACK
        if playground and not listen_address.is_loopback(host):
            raise listen_address.CannotListen(f"The playground lets in whoever comes: it is not served on {host}.")
        listen_address.look(host, port, "run")
        url = database_address(os.environ)
    _run(Start(url, port, os.environ, Path("playground.db") if playground else None, host=host))


@app.command()
def docs() -> None:
    """Write the generated pages of docs/ anew."""
    from bot.documentation import pages  # only who writes documentation needs it

    REGISTRY.load(commands)
    for page in pages.write_all(ROOT):
        typer.echo(f"written: {page}")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")] = False,
) -> None:
    """Look whether all that the desk needs is there, and say how to mend what is not; exit 1 on an error."""
    findings = asyncio.run(_examined())
    typer.echo(diagnosis.as_json(findings) if as_json else diagnosis.as_text(findings))
    raise typer.Exit(int(diagnosis.failed(findings)))


async def _examined() -> list[diagnosis.Finding]:
    from adapters.discord import doctor as discord_doctor  # only who looks needs them
    from adapters.slack import doctor as slack_doctor

    settings, found = diagnosis.look_at_settings(os.environ)
    url, at_database = diagnosis.find_database(os.environ)
    found += at_database
    if settings is None:
        return found
    known: list[Installation] = []
    if not (diagnosis.failed(at_database) or migrate.pending(url)):
        known, told = await _asked(url)
        found += [diagnosis.server_clock(told - datetime.now(UTC))] if told else []
    found += await slack_doctor.examine(settings, known, lambda: datetime.now(UTC))
    return found + await discord_doctor.examine(settings, REGISTRY.load(commands), lambda: datetime.now(UTC))


async def _asked(url: str) -> tuple[list[Installation], datetime | None]:
    """Where the desk is installed, and what time it is for the database's server."""
    database = open_database(url)
    try:
        known = await Installations(database, lambda: datetime.now(UTC)).all()
        return known, await database.read(server_time)
    finally:
        database.close()


@slack.command()
def manifest(
    as_yaml: Annotated[bool, typer.Option("--yaml", help="As YAML; without it as JSON.")] = False,
    several: Annotated[
        bool, typer.Option("--several", help="For an app that several workspaces install, over OAuth.")
    ] = False,
) -> None:
    """Print the manifest of the desk's app, to be pasted where Slack asks for it."""
    from adapters.slack import manifest as made  # only who sets Slack up needs it

    settings = _settings()
    several, address = several or bool(settings.slack.client_id), settings.organisation.address
    if (several or settings.slack.mode == "http") and not address.startswith("https://"):
        typer.echo(f"Slack takes no {address}: set organisation.address to the public https:// one.", err=True)
    plain = made.manifest(REGISTRY.load(commands), settings, settings.slack.mode, several=several)
    typer.echo(made.as_yaml(plain) if as_yaml else made.as_json(plain), nl=False)


@discord.command()
def invite(
    application: Annotated[str, typer.Option(help="The application's id; without it Discord is asked.")] = "",
) -> None:
    """Print the link by which the bot is added to a server, with the permissions that it needs."""
    from adapters.discord import invite as made  # only who sets Discord up needs it

    settings = _settings()
    try:
        id = application or asyncio.run(made.application(settings.discord))
    except made.NoApplication as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(made.link(id, settings.discord.guild))


def _settings() -> Settings:
    """The settings in force; what is wrong with them is told, and ends the program."""
    with _said():
        return read(settings_file(os.environ), os.environ)


@contextmanager
def _said() -> Iterator[None]:
    """What is wrong with the settings, the environment or the address is told, and ends the program."""
    try:
        yield
    except (SettingsError, listen_address.CannotListen) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@dataclass(frozen=True)
class Start:
    """What a desk is started with. `fresh`: a demo that begins, in working hours and with a past that is made up."""

    url: str
    port: int
    environment: Mapping[str, str]
    playground: Path | None = None
    fresh: bool = False
    host: str = LOOPBACK

    def tell(self, port: int, settings: Path, channels: list[str]) -> None:
        """The line with which a desk begins, once it listens."""
        log.info(
            "the desk is there",
            version=__version__,
            address=listen_address.url(self.host, port),
            database=masked(self.url),
            settings=str(settings),
            channels=", ".join(channels) or "none: docs/slack.md and docs/discord.md show how",
        )


def _run(start: Start) -> None:
    logs.set_up()
    try:
        live = Live(settings_file(start.environment), start.environment)
        for problem in misspelt(start.environment):
            log.warning("a variable is misspelt", problem=str(problem))
        migrate.upgrade(start.url)
        uvloop.run(_serve(start, live, open_database(start.url)))
    except (SettingsError, StorageFailed, migrate.TooNew, OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except DBAPIError as error:
        typer.echo(f"The database {masked(start.url)} could not be opened: {str(error.orig).strip()}", err=True)
        raise typer.Exit(1) from None


async def _serve(start: Start, live: Live, database: Database) -> None:
    wall = Wall(database, lambda: datetime.now(UTC), steady)
    await wall.ask()
    clock = await start_clock(database, wall.now, steady)
    desk, heartbeat, adapters = assemble(live, database, clock, start.playground, wall)
    desk.indexing.folder = folder_for(start.url, start.environment)
    await workspaces.furnish_all(desk)
    if start.fresh:
        await _begin_afresh(desk, heartbeat, clock)
    routes = [route for adapter in adapters for route in adapter.routes(desk)]
    web = server(application(routes, heartbeat), start.host, start.port)
    web.told = lambda port: start.tell(port, live.path, [adapter.name for adapter in adapters])
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    heartbeat.start()
    gc.collect()
    gc.freeze()  # what was made so far lives as long as the process: the collector need not look at it again
    gc.set_threshold(
        20_000, 20, 50
    )  # each request makes many short-lived objects and no cycles worth looking for often
    hearing = [asyncio.create_task(adapter.run(desk)) for adapter in adapters]
    serving = asyncio.create_task(_serve_http(web, stop))
    await stop.wait()
    web.should_exit = True
    await heartbeat.stop()  # before the adapters, whose connections it sends over
    for task in hearing:
        task.cancel()
    await asyncio.gather(serving, *hearing, return_exceptions=True)
    database.close()
    if not web.started:
        raise typer.Exit(1)


async def _begin_afresh(desk: Desk, heartbeat: Heartbeat, clock: Clock) -> None:
    """In working hours, and with months behind it, so that there is something to see."""
    from bot.past import writing  # only a demo has a past that never was

    if (opens := desk.worktime.of("").next_open(clock.now())) > clock.now():
        await travel(desk, heartbeat, clock, opens - clock.now())
    now, settings, worktime = clock.now(), desk.settings, desk.worktime

    def write(db: Session) -> None:
        scene = Scene(db=db, now=now, workspace=WORKSPACE, settings=settings, worktime=worktime)
        writing.write(scene, Random(0), desk.knowledge)

    await desk.database.write(write)


async def start_clock(database: Database, wall: Callable[[], datetime], steady: Callable[[], float]) -> Clock:
    """The clock of a desk that starts: no earlier than the desk has been before, where the one on the wall was set
    back a little meanwhile.
    """
    shift = await database.read(lambda db: state.get(db, WORKSPACE, SHIFT))
    clock = Clock(wall, steady, timedelta(seconds=float(shift or 0)))
    last = await database.read(sweeps.last_beat)
    if last is None or last <= clock.now():
        return clock
    behind = last - clock.now()
    if behind > SET_BACK:
        log.warning("the clock is far behind the desk's own record: please check it", behind=str(behind))
    else:
        clock.move_to(last)
    return clock


async def _serve_http(web: Server, stop: asyncio.Event) -> None:
    with suppress(SystemExit):  # uvicorn's way to say that it could not listen, which it has logged
        await web.serve()
    stop.set()


def assemble(
    live: Live, database: Database, clock: Clock, playground: Path | None, wall: Wall | None
) -> tuple[Desk, Heartbeat, list[Adapter]]:
    """The desk with its heartbeat and its channels, not yet running. `wall` is what its clock goes by."""
    desk = Desk(database, lambda: live.current, REGISTRY.load(commands), clock.now)
    adapters: list[Adapter] = []
    if playground:
        from adapters.web import Playground  # the playground exists only where it was asked for

        adapters.append(Playground(str(playground), lambda: live.current, clock.now))
    if live.current.slack.on:
        adapters.append(_slack(desk, live))
    if live.current.discord.on:
        adapters.append(_discord(live))
    heartbeat = Heartbeat(desk, Deliverer(database, {a.name: a for a in adapters}), live, wall)
    desk.wake = heartbeat.wake
    desk.installations.newcomer = lambda workspace: workspaces.furnish(desk, workspace)
    if playground:
        desk.traveller = lambda by: travel(desk, heartbeat, clock, by)
    return desk, heartbeat, adapters


def _slack(desk: Desk, live: Live) -> Adapter:
    """Slack, in the one team whose token the settings give, or in all that have installed the app as well."""
    from adapters.slack import Slack  # its SDK is loaded only where it is used
    from adapters.slack.installed import InstalledTeams

    app = live.current.slack
    several = InstalledTeams(lambda: live.current.slack, desk.installations, desk.now) if app.client_id else None
    return Slack(lambda: live.current, time.time, teams=several)


def _discord(live: Live) -> Adapter:
    """Discord, under a name of this replica's own, by which it holds what only one may do at a time."""
    from adapters.discord import Discord  # its library is loaded only where it is used

    return Discord(lambda: live.current, time.time, owner=secrets.token_hex(8))


async def travel(desk: Desk, heartbeat: Heartbeat, clock: Clock, by: timedelta | None) -> datetime:
    """Move a demo's clock forward, doing on the way what becomes due; the instant it shows now."""
    target = clock.now() + by if by is not None else next_working_day(desk)

    async def move(instant: datetime) -> None:
        clock.move_to(instant)  # and remember it before anything is done there: a restart must not begin in the past
        shift = str(clock.shift.total_seconds())
        await desk.database.write(lambda db: state.keep(db, WORKSPACE, SHIFT, shift))

    await heartbeat.step_to(target, move)
    return clock.now()


def next_working_day(desk: Desk) -> datetime:
    """When work begins after today, by the first calendar."""
    calendar = desk.worktime.of("")
    today = desk.now().astimezone(ZoneInfo(calendar.zone))
    return calendar.next_open((today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0))


def main() -> None:
    """The entry point."""
    app()


if __name__ == "__main__":
    main()
