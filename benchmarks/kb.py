"""The knowledge base's matcher beside rapidfuzz, bm25s and plain MiniLM, on real questions (BEHAVIOUR 33).

The questions are not part of this repository: KB_DATA names the folder that holds them with their evaluate.py.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.measure import Result
from benchmarks.peer import cache, installed

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("KB_DATA") or ROOT / "kb-eval")
WITHOUT, WITH = "words", "meaning"
Figures = dict[str, dict[str, float]]
# Figure, its least and aim; those of the first five are per cent.
FOUND = (
    ("title only, hit@3", "short", 45, 51),
    ("title and body, hit@3", "full", 55, 62),
    ("help's index, hit@3", "help", 57, 63),
    ("slips, hit@3", "slip-short", 40, 49),
    ("chat, AUROC of confidence", "hint3", 82, 86),
)
TIMES = (("p50", 15, 8), ("p99", 40, 20))


def run(place: Path) -> list[Result]:
    if not (DATA / "evaluate.py").exists():
        print(f"    no questions in {DATA}: set KB_DATA")
        return []
    measured = _measured()
    without = [_found(measured, WITHOUT, "slip-short", "without the model, slips, hit@3", 33, 37)]
    without.append(_slower(measured, WITHOUT, "10000", "p50", "without the model, ms", 3, 1.5))
    return [
        *(_found(measured, WITH, protocol, work, least, aim) for work, protocol, least, aim in FOUND),
        *(_slower(measured, WITH, "10000", part, f"title query, {part} ms", *asked) for part, *asked in TIMES),
        _growth(measured),
        *without,
    ]


def _measured() -> dict[str, Figures]:
    """By system and protocol; and by system and number of articles, times in ms and megabytes."""
    environment = {**os.environ, "KB_DATA": str(DATA), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    systems: dict[str, Figures] = {}
    for name in (WITHOUT, WITH, "rapidfuzz", "bm25s", "minilm"):
        sizes = ("10000", "100000") if name in (WITHOUT, WITH) else ("10000",)
        told = {what: _told(name, what, environment) for what in ("found", *sizes)}
        systems[name] = {**told.pop("found"), **told}
    return systems


def _told(name: str, what: str, environment: dict[str, str]) -> Any:
    command = [str(installed("kb")), "-m", "benchmarks.peers.kb_measure", name, str(cache() / "kb"), what]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return json.loads(done.stdout)


def _figure(measured: dict[str, Figures], system: str, protocol: str) -> float:
    figures = measured[system][protocol]
    return 100 * figures["AUROC" if protocol == "hint3" else "hit@3"]


def _found(measured: dict[str, Figures], ours: str, protocol: str, work: str, least: float, aim: float) -> Result:
    others = [f"{name} {_figure(measured, name, protocol):.1f}" for name in measured if name not in (WITH, WITHOUT)]
    value = _figure(measured, ours, protocol)
    return Result(work=work, ours=f"{value:.1f}", other=" ".join(others), ratio=value, least=least, aim=aim)


def _slower(
    measured: dict[str, Figures],
    ours: str,
    size: str,
    part: str,
    work: str,
    least: float,
    aim: float,
) -> Result:
    others = [f"{n} {figures[size][part]:.1f}" for n, figures in measured.items() if n not in (WITH, WITHOUT)]
    value = measured[ours][size][part]
    notes = [f"{measured[ours][size]['MB']:.0f} MB with {size} articles"]
    return Result(
        work=work,
        ours=f"{value:.1f}",
        other=" ".join(others),
        ratio=value,
        least=least,
        aim=aim,
        more=False,
        notes=notes,
    )


def _growth(measured: dict[str, Figures]) -> Result:
    ten, hundred = (measured[WITH][size]["p50"] for size in ("10000", "100000"))
    return Result(
        work="100,000 articles, p50",
        ours=f"{hundred:.1f} ms",
        other=f"10,000: {ten:.1f} ms",
        ratio=hundred / ten,
        least=3,
        aim=2,
        more=False,
    )
