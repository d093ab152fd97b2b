"""The command line: where it finds settings and database, and what it says before and when it starts."""

from __future__ import annotations

import errno
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import structlog
from typer.testing import CliRunner

from bot import __main__ as program
from bot import __version__, listen_address

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "settings.yaml")
NOBODY = "postgres://desk:hunter2@127.0.0.1:1/desk"
"""Where no database listens."""


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """What `run` sets up is this runner's."""
    yield
    structlog.reset_defaults()


def says(*arguments: str, **environment: str) -> tuple[int, str]:
    given = {"FIRSTLINE_SETTINGS": EXAMPLE} | environment
    result = CliRunner(env=given).invoke(program.app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("verb", [("run", "--port", "0"), ("doctor",), ("kb", "check")])
def test_the_database_s_address_may_come_from_a_file(tmp_path: Path, verb: tuple[str, ...]) -> None:
    file = tmp_path / "address"
    code, said = says(*verb, FIRSTLINE_DATABASE_FILE=str(file))
    assert code == 1 and f"FIRSTLINE_DATABASE_FILE: {file} cannot be read: No such file or directory" in said
    file.write_text("\n")
    assert f"FIRSTLINE_DATABASE_FILE: {file} is empty" in says(*verb, FIRSTLINE_DATABASE_FILE=str(file))[1]
    file.write_text(f"{NOBODY}\n")
    code, said = says(*verb, FIRSTLINE_DATABASE_FILE=str(file))
    assert code == 1 and "connection" in said and "hunter2" not in said
    code, said = says(*verb, FIRSTLINE_DATABASE_FILE=str(file), FIRSTLINE_DATABASE=NOBODY)
    assert code == 1 and "FIRSTLINE_DATABASE and FIRSTLINE_DATABASE_FILE are both set" in said


@pytest.mark.parametrize("verb", [("run", "--port", "0"), ("doctor",), ("kb", "check"), ("config", "check")])
def test_where_the_settings_stand_may_come_from_a_file(tmp_path: Path, verb: tuple[str, ...]) -> None:
    (tmp_path / "place").write_text(f"{tmp_path}/mine.yaml\n")
    database = f"sqlite:///{tmp_path}/desk.db"
    told = {
        "FIRSTLINE_SETTINGS": "",
        "FIRSTLINE_SETTINGS_FILE": str(tmp_path / "place"),
        "FIRSTLINE_DATABASE": database,
    }
    code, said = says(*verb, **told)
    assert code == 1 and f"there is no file {tmp_path}/mine.yaml" in said


def test_an_empty_variable_counts_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.yaml").write_text(Path(EXAMPLE).read_text())
    code, said = says("doctor", FIRSTLINE_SETTINGS="", FIRSTLINE_DATABASE="")
    assert code == 0 and "settings.yaml is sound" in said and "sqlite:///firstline.db is new" in said
    code, said = says("kb", "check", FIRSTLINE_SETTINGS="", FIRSTLINE_DATABASE="")
    assert "it is not there yet" in said


@pytest.mark.parametrize("verb", [("run", "--port", "0"), ("doctor",), ("kb", "check")])
@pytest.mark.parametrize(
    "address",
    [
        "postgress://desk:hunter2@h/desk",
        "postgresql//desk:hunter2@h/desk",
        "desk:hunter2@h/desk",
        "postgresql+asyncpg://desk:hunter2@h/desk",
        "postgres://desk:hunter2@h:port/desk",
        "mysql://h/desk?password=hunter2",
    ],
)
def test_a_misspelt_address_is_told_without_its_password(verb: tuple[str, ...], address: str) -> None:
    code, said = says(*verb, FIRSTLINE_DATABASE=address)
    assert code == 1 and "is no database address: write sqlite:///firstline.db or postgresql+psycopg://" in said
    assert "hunter2" not in said


def test_of_an_address_that_is_spelt_right_only_the_fault_is_told() -> None:
    code, said = says("run", "--port", "0", FIRSTLINE_DATABASE=NOBODY)
    assert code == 1 and ("The database postgresql+psycopg://desk:***@127.0.0.1:1/desk could not be opened: " in said)
    assert "hunter2" not in said and "sqlite" not in said


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FIRSTLINE_DATABSE", "FIRSTLINE_DATABASE"),
        ("FIRSTLINE_DATABSE_FILE", "FIRSTLINE_DATABASE_FILE"),
        ("FIRSTLINE_SETTING", "FIRSTLINE_SETTINGS"),
        ("FIRSTLINE_SLACK_BOT_TOKEN", "FIRSTLINE_SLACK__BOT_TOKEN"),
        ("FIRSTLINE_ORGANISATION_ZONE", "FIRSTLINE_ORGANISATION__ZONE"),
        ("FIRSTLINE_TEAMS_IT_HELP_LEAD", "FIRSTLINE_TEAMS__IT_HELP_LEAD"),
    ],
)
def test_a_misspelt_variable_is_told_with_the_one_that_is_meant(name: str, meant: str) -> None:
    told = f"{name}: means nothing to the desk; did you mean {meant}?"
    assert f"warning: {told}" in says("config", "check", **{name: "x"})[1]
    said = says("doctor", FIRSTLINE_DATABASE=NOBODY, **{name: "x"})[1]
    assert f"! settings: {name}: means nothing to the desk\n    → did you mean {meant}?" in said
    assert told in says("run", "--port", "0", FIRSTLINE_DATABASE=NOBODY, **{name: "x"})[1]


def test_a_variable_of_somebody_else_s_is_left_alone() -> None:
    """Kubernetes makes these for a service that is called firstline."""
    given = {"FIRSTLINE_PORT": "tcp://10.0.0.1:80", "FIRSTLINE_SERVICE_HOST": "10.0.0.1"}
    code, said = says("config", "check", **given)
    assert code == 0 and "warning" not in said


def test_a_misspelt_section_names_its_variable() -> None:
    code, said = says("config", "check", FIRSTLINE_ORGANIZATION__ZONE="Europe/Paris")
    assert code == 1 and said == (
        "organization (FIRSTLINE_ORGANIZATION__ZONE): unknown key; did you mean organisation?\n"
        "the environment has one mistake; docs/settings.md explains every key\n"
    )


def test_the_version_is_told_and_is_the_package_s() -> None:
    assert says("--version") == (0, f"Firstline {__version__}\n")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


def test_a_desk_that_starts_says_where_it_is_and_is_heard_there(tmp_path: Path) -> None:
    """On an address that is no other's, at a port that is free."""
    told = {
        "FIRSTLINE_SETTINGS": EXAMPLE,
        "FIRSTLINE_DATABASE": f"sqlite:///{tmp_path}/desk.db",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot", "run", "--port", "0", "--host", "127.0.0.2"]
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | told, stderr=subprocess.PIPE, text=True) as desk:
        assert desk.stderr
        line = next(line for line in desk.stderr if "the desk is there" in line)
        address = re.search(r"address='(http://127\.0\.0\.2:\d+)'", line)
        assert address and "level='info'" in line and f"version='{__version__}'" in line
        assert f"database='sqlite:///{tmp_path}/desk.db'" in line and f"settings='{EXAMPLE}'" in line
        assert "channels='none: docs/slack.md and docs/discord.md show how'" in line
        for probe in ("healthz", "metrics", "tickets/1"):
            assert urlopen(f"{address[1]}/{probe}").status == 200
        desk.terminate()
        assert desk.wait(15) == 0


def test_what_is_no_port_is_refused_with_the_range() -> None:
    for port, bound in (("70000", "less than or equal to 65535"), ("-1", "greater than or equal to 0")):
        code, said = says("run", "--port", port)
        assert code == 2 and bound in said


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (errno.EADDRINUSE, "Port 80 is taken. Another one: --port 81, or `make run PORT=81`."),
        (errno.EACCES, "This user may not listen on port 80: take one from 1024 on"),
        (errno.EADDRNOTAVAIL, "10.9.8.7 is no address of this machine"),
    ],
)
def test_why_the_desk_cannot_listen_is_told(fault: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(listen_address.socket, "create_server", refuses)
    code, said = says("run", "--port", "80", FIRSTLINE_HOST="10.9.8.7")
    assert code == 1 and said.startswith(words)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = says("run", "--port", str(port))
    assert code == 1 and said.startswith(f"Port {port} is taken.")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "desk.example.org"])
def test_the_playground_is_served_to_this_machine_only(host: str) -> None:
    code, said = says("run", "--port", "0", "--playground", "--host", host)
    assert code == 1 and said == f"The playground lets in whoever comes: it is not served on {host}.\n"


def test_make_run_honours_the_port() -> None:
    done = subprocess.run(["make", "-n", "run", "PORT=8392"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "bot run --port 8392" in done.stdout


def test_a_secret_that_stands_in_the_file_is_told_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(Path(EXAMPLE).read_text() + "\ndiscord: {token: a.b.hunter2}\n")
    told = {"FIRSTLINE_SETTINGS": str(file), "FIRSTLINE_DATABASE": NOBODY}
    code, said = says("config", "check", **told)
    assert (
        "is a secret, and stands in the file; give it as FIRSTLINE_DISCORD__TOKEN or FIRSTLINE_DISCORD__TOKEN_FILE"
        in said
    )
    assert "discord.token: is a secret" in says("doctor", **told)[1] and "hunter2" not in said
    assert code == 0
