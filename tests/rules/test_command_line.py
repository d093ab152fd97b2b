"""The command line: where it finds settings and database, and what it says before and when it starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot import __main__ as program

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
