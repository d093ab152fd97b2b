"""docs/operations.md explains every finding, every figure and every probe, and nothing that there is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import audit, auditor, metrics, probes
from bot.audit import Beat

PAGE = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")
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
