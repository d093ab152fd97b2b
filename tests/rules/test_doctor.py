"""firstline doctor: what it looks at beside the channels, and how it says it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from bot import __main__ as program
from bot.doctor import Finding, as_json, as_text, failed, look_at_database, look_at_settings, server_clock
from storage import migrate, rights
from tests.postgres import plain

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "settings.yaml")


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner(env=environment).invoke(program.app, list(arguments))
    return result.exit_code, result.stdout


def test_a_new_desk_is_well(tmp_path: Path) -> None:
    code, said = run("doctor", FIRSTLINE_SETTINGS=EXAMPLE, FIRSTLINE_DATABASE=f"sqlite:///{tmp_path}/new.db")
    assert code == 0 and said.endswith("no errors, no warnings.\n")
    assert "✓ slack: not set up; docs/slack.md shows how" in said
    assert list(tmp_path.iterdir()) == [], "looking makes no database"


def test_an_error_ends_with_1_in_words_and_in_json(tmp_path: Path) -> None:
    environment = {"FIRSTLINE_SETTINGS": EXAMPLE, "FIRSTLINE_SLACK__BOT_TOKEN": "xoxp-secret-z"}
    environment["FIRSTLINE_DATABASE"] = f"sqlite:///{tmp_path}/new.db"
    code, said = run("doctor", **environment)
    assert (
        code == 1
        and "✗ settings: slack.bot_token (FIRSTLINE_SLACK__BOT_TOKEN): is the token of a user\n    → copy" in said
    )
    code, said = run("doctor", "--json", **environment)
    first = json.loads(said)[0]
    assert code == 1 and (first["level"], first["area"]) == ("error", "settings") and "xoxb-" in first["hint"]
    assert "secret-z" not in said


def test_settings_are_told_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(Path(EXAMPLE).read_text().replace("policy: claim", "polcy: claim"))
    settings, findings = look_at_settings({"FIRSTLINE_SETTINGS": str(file)})
    assert settings is None and failed(findings) and "did you mean policy?" in str(findings[0])
    assert look_at_settings({"FIRSTLINE_SETTINGS": EXAMPLE})[1] == [Finding("ok", "settings", f"{EXAMPLE} is sound")]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://max:hunter2@127.0.0.1:1/desk", "cannot be reached: "),
        ("nonsense", "cannot be reached: "),
        ("mysql://h/x", "cannot be reached: "),
    ],
)
def test_a_database_that_cannot_be_reached(url: str, words: str) -> None:
    (found,) = look_at_database(url)
    assert found.level == "error" and words in found.text and "FIRSTLINE_DATABASE" in found.hint
    assert "hunter2" not in str(found)


def test_a_database_that_others_may_read(tmp_path: Path) -> None:
    """It holds what people wrote, and tokens of the workspaces that installed the app."""
    file = tmp_path / "desk.db"
    migrate.upgrade(f"sqlite:///{file}")
    file.chmod(0o644)
    well, open_ = look_at_database(f"sqlite:///{file}")
    assert (well.level, well.text) == ("ok", f"sqlite:///{file} is at revision {migrate.head()}")
    assert (open_.level, open_.hint) == ("warning", f"chmod 600 {file}")
    file.chmod(0o600)
    assert [finding.level for finding in look_at_database(f"sqlite:///{file}")] == ["ok"]


def test_a_newer_database_is_told_with_its_own_revision(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    migrate.upgrade(url)
    with sqlite3.connect(tmp_path / "desk.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9998'")
    (found,) = look_at_database(url)
    assert found.level == "ok" and "is at revision 9998, which is newer than this version's" in found.text


def test_a_database_that_cannot_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, file = f"sqlite:///{tmp_path}/desk.db", tmp_path / "desk.db"
    migrate.upgrade(url)
    locked = {file}
    monkeypatch.setattr(rights.os, "access", lambda path, mode: path not in locked)
    (found,) = look_at_database(url)
    assert found.level == "error" and found.text == f"{file} can only be read by this user" and found.hint
    locked.add(tmp_path)
    (found,) = look_at_database(url)
    assert found.level == "error" and found.text == f"{tmp_path} cannot be written to by this user"
    (found,) = look_at_database(f"sqlite:///{tmp_path}/none/desk.db")
    assert (found.level, found.text) == ("error", f"there is no folder {tmp_path}/none")


def test_a_role_that_may_make_no_tables_is_told(fresh_postgres_database: str) -> None:
    role = f"guest_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(plain(fresh_postgres_database), autocommit=True) as server:
        server.execute(f"CREATE ROLE {role}")
        server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        as_guest = f"{fresh_postgres_database}{'&' if '?' in fresh_postgres_database else '?'}options=-crole%3D{role}"
        (found,) = look_at_database(as_guest)
        assert found.level == "error" and found.text == f"the role {role} may make no tables in the schema public"
        server.execute(found.hint)
        assert [found.level for found in look_at_database(as_guest)] == ["ok"]
        server.execute(f"DROP OWNED BY {role}")
        server.execute(f"DROP ROLE {role}")


def test_a_folder_of_articles_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = {"FIRSTLINE_SETTINGS": EXAMPLE, "FIRSTLINE_KNOWLEDGE__FOLDERS": f"[{tmp_path}, {tmp_path}/none]"}
    (found,) = look_at_settings(told)[1]
    assert found.level == "warning" and f"there is no folder {tmp_path}/none" in found.text


@pytest.mark.parametrize(
    ("apart", "level", "words"),
    [
        (timedelta(seconds=-20), "ok", "agrees with the database server's"),
        (timedelta(minutes=2), "warning", "0:02:00 off the database server's"),
        (timedelta(hours=-1), "error", "1:00:00 off the database server's"),
    ],
)
def test_the_clock_that_desks_share_is_held_against_this_machines(apart: timedelta, level: str, words: str) -> None:
    found = server_clock(apart)
    assert (found.level, found.area) == (level, "database") and words in found.text


def test_findings_as_text_are_counted() -> None:
    findings = [
        Finding("ok", "a", "fine"),
        Finding("warning", "b", "odd", "mend it"),
        Finding("error", "c", "bad", "do"),
    ]
    assert as_text(findings) == "✓ a: fine\n! b: odd\n    → mend it\n✗ c: bad\n    → do\n\n1 error, 1 warning."
    assert [finding["level"] for finding in json.loads(as_json(findings))] == ["ok", "warning", "error"]
