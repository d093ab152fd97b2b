"""The knowledge base's matcher beside rapidfuzz, bm25s and plain MiniLM, on real questions (BEHAVIOUR 33).

The questions are not part of this repository: KB_DATA names the folder that holds them with their evaluate.py. The
first run takes long, since the model reads 10,000 articles twice (half an hour of a core); what it read is kept in the
cache.
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
PEERS = ("rapidfuzz", "bm25s", "minilm")
MANY, MORE, ALONE = "10000", "100000", "found"  # articles; and each set of questions with its own articles only
Figures = dict[str, dict[str, Any]]
Measured = dict[str, Figures]  # by system; then by number of articles
# Among 10,000 articles: work, protocol, least, aim, per cent.
FOUND = (
    ("title only, hit@3", "short", 45, 51),
    ("title and body, hit@3", "full", 55, 62),
    ("help's index, hit@3", "help", 57, 63),
)
TIMES = (("p50", 15, 8), ("p99", 40, 20))


def run(place: Path) -> list[Result]:
    if not (DATA / "evaluate.py").exists():
        print(f"    no questions in {DATA}: set KB_DATA")
        return []
    measured = _measured()
    for name in (WITHOUT, WITH):
        print(f"    how honest the confidence is, {name}:", flush=True)
        _peer("kb_sureness", name)
    return [
        *(_found(measured, WITH, protocol, work, least, aim) for work, protocol, least, aim in FOUND),
        *(_kept(measured, WITH, kind) for kind in ("short", "help")),
        _auroc(measured),
        *(_quick(measured, WITH, part, f"title query, {part} ms", *asked) for part, *asked in TIMES),
        _memory(measured),
        _found(measured, WITHOUT, "slip-short", "without the model, slips, hit@3", 33, 37),
        _kept(measured, WITHOUT, "short"),
        _quick(measured, WITHOUT, "p50", "without the model, p50 ms", 3, 1.5),
        *(_growth(measured, name) for name in (WITH, WITHOUT)),
    ]


def _measured() -> Measured:
    """Among many first: what the model read there is found again for the smaller ones."""
    wanted = dict.fromkeys((WITHOUT, WITH), (MANY, ALONE, MORE)) | dict.fromkeys(PEERS, (MANY, ALONE))
    return {
        name: {what: json.loads(_peer("kb_measure", name, what, stdout=subprocess.PIPE)) for what in whats}
        for name, whats in wanted.items()
    }


def _peer(module: str, name: str, *what: str, stdout: int | None = None) -> str:
    environment = {**os.environ, "KB_DATA": str(DATA), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [str(installed("kb")), "-m", f"benchmarks.peers.{module}", name, str(cache() / "kb"), *what]
    return subprocess.run(command, env=environment, check=True, stdout=stdout, text=True, cwd=ROOT).stdout or ""


def _hits(measured: Measured, system: str, protocol: str, among: str = MANY) -> float:
    return 100 * float(measured[system][among][protocol]["hit@3"])


def _found(measured: Measured, ours: str, protocol: str, work: str, least: float, aim: float) -> Result:
    value = _hits(measured, ours, protocol)
    return Result(
        work=work,
        ours=f"{value:.1f}",
        other=" ".join(f"{name} {_hits(measured, name, protocol):.1f}" for name in PEERS),
        ratio=value,
        least=least,
        aim=aim,
        notes=[f"in a knowledge base of its own: {_hits(measured, ours, protocol, ALONE):.1f}"],
    )


def _kept(measured: Measured, ours: str, kind: str) -> Result:
    """Of what is found with clean titles, the part that is found with slips."""
    slips, clean = (_hits(measured, ours, protocol) for protocol in (f"slip-{kind}", kind))
    others = ((name, _hits(measured, name, f"slip-{kind}"), _hits(measured, name, kind)) for name in PEERS)
    return Result(
        work=f"{ours}, {kind}: slips ÷ clean",
        ours=f"{slips:.1f} ÷ {clean:.1f}",
        other=" ".join(f"{name} {a / b:.2f}" for name, a, b in others),
        ratio=slips / clean,
        least=0.90,
        aim=0.97,
    )


def _auroc(measured: Measured) -> Result:
    value, *others = (100 * measured[name][ALONE]["hint3"]["AUROC"] for name in (WITH, *PEERS))
    words = 100 * measured[WITHOUT][ALONE]["hint3"]["AUROC"]
    return Result(
        work="chat, AUROC of confidence",
        ours=f"{value:.1f}",
        other=" ".join(f"{name} {other:.1f}" for name, other in zip(PEERS, others, strict=True)),
        ratio=value,
        least=82,
        aim=86,
        notes=[f"without the model: {words:.1f}"],
    )


def _quick(measured: Measured, ours: str, part: str, work: str, least: float, aim: float) -> Result:
    figures = measured[ours][MANY]
    changes = ", ".join(f"{name} {value:.1f} ms" for name, value in figures.items() if name.startswith(("put", "drop")))
    return Result(
        work=work,
        ours=f"{figures[part]:.1f}",
        other=" ".join(f"{name} {measured[name][MANY][part]:.1f}" for name in PEERS),
        ratio=figures[part],
        least=least,
        aim=aim,
        more=False,
        notes=[changes] if part == "p50" else [],
    )


def _memory(measured: Measured) -> Result:
    value, without = measured[WITH][MANY]["MB"], measured[WITHOUT][MANY]["MB"]
    return Result(
        work="memory of the process, MB",
        ours=f"{value:.0f}",
        other=" ".join(f"{name} {measured[name][MANY]['MB']:.0f}" for name in PEERS),
        ratio=value,
        least=700,
        aim=500,
        more=False,
        notes=[f"without the model: {without:.0f}"],
    )


def _growth(measured: Measured, ours: str) -> Result:
    many, more = (measured[ours][size] for size in (MANY, MORE))
    return Result(
        work=f"100,000 articles, {ours}, p50",
        ours=f"{more['p50']:.1f} ms",
        other=f"10,000: {many['p50']:.1f} ms",
        ratio=more["p50"] / many["p50"],
        least=3,
        aim=2,
        more=False,
        notes=[f"p99 {more['p99']:.1f} ms, {more['MB']:.0f} MB, put {more['put p50']:.1f} ms"],
    )
