"""docs/operations.md explains every finding, every figure and every probe, and nothing that there is not."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.main import get_command

from bot import audit, auditor, metrics, probes
from bot.__main__ import app
from bot.audit import Beat

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOURCES = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (audit, auditor))
FINDINGS = re.findall(r'(?:append\(|=> |\[|return )f"([^"]+)"', SOURCES)


def plain(finding: str) -> list[str]:
    """The words of a finding between its figures and names."""
    return [part.strip(" :,") for part in re.split(r"\{[^}]*\}", finding) if len(part.strip(" :,")) > 8]


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_is_explained(finding: str) -> None:
    table = PAGE.partition("## What the auditor finds")[2].partition("##")[0]
    for words in plain(finding):
        found = [
            part for part in re.split(r" of the last 24 hours|, not even| for more than|: something", words) if part
        ]
        assert found[0].strip() in table, f"{found[0]!r} is not explained"


def test_there_are_findings_to_explain() -> None:
    assert len(FINDINGS) >= 10, FINDINGS


def test_every_figure_is_explained() -> None:
    beats = [Beat("sla", 1, NOW - timedelta(seconds=3))]
    wrong = SimpleNamespace(problems=lambda now: [])
    deliverer = SimpleNamespace(counts={("web", "sent"): 2}, adapters={"web": SimpleNamespace(silent=lambda: 2.0)})
    desk = SimpleNamespace(counts={("ticket", "done"): 1})
    heartbeat: Any = SimpleNamespace(desk=desk, deliverer=deliverer, auditor=wrong, beats=lambda: beats)
    told = list(metrics.figures(heartbeat, metrics.Waiting(NOW - timedelta(seconds=9), {"clock": 4}), NOW))
    names = {f"{figure.name}_total" if figure.counted else figure.name for figure in told}
    table = PAGE.partition("## The figures")[2]
    assert names == set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    values = {figure.name: figure.values for figure in told}
    assert values["oldest_unsent_post_seconds"] == {(): 9} and values["cycle_lag_seconds"] == {("sla",): 3}
    assert values["channel_silence_seconds"] == {("web",): 2} and values["due"] == {("clock",): 4}


def test_every_probe_is_named() -> None:
    heartbeat: Any = None
    assert {route.path for route in probes.probes(heartbeat)} == set(  # type: ignore[attr-defined]
        re.findall(r"^\| `(/\w+)` \|", PAGE, re.MULTILINE)
    )


def words_of(group: Any) -> set[str]:
    """All commands, each as `kb import`."""
    commands = getattr(group, "commands", {})
    return {*commands} | {f"{name} {word}" for name, inner in commands.items() for word in words_of(inner)}


def test_every_command_that_a_page_names_is_there() -> None:
    there = words_of(get_command(app))
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text(encoding="utf-8")
        for found in re.findall(r"(?:`|^)firstline ((?:kb|slack|discord|config) \w+|\w+)", text, re.MULTILINE):
            assert found in there, f"{page.name} names firstline {found}"


def test_what_is_said_of_a_backup_is_true(tmp_path: Path) -> None:
    """A copy of a desk's file lacks what was written last; what the page says Python makes of it is whole."""
    script = re.search(r'python3 -c "(.*?)"', PAGE.partition("## Backup")[2], re.DOTALL)
    assert script
    with closing(sqlite3.connect(tmp_path / "firstline.db")) as desk:
        desk.execute("PRAGMA journal_mode=WAL")
        desk.execute("CREATE TABLE ticket (number INTEGER)")
        desk.commit()
        shutil.copy(tmp_path / "firstline.db", tmp_path / "plain.db")
        subprocess.run([sys.executable, "-c", script[1]], cwd=tmp_path, check=True)
    assert tables(tmp_path / "plain.db") == [] and tables(tmp_path / "copy.db") == [("ticket",)]


def tables(file: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT name FROM sqlite_master").fetchall()
