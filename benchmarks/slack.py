"""`/ticket` as Slack sends it, through the whole adapter, acknowledged after commit; beside bare Bolt."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from benchmarks.intake import CONNECTIONS, Side, check, compared
from benchmarks.measure import Result
from benchmarks.requests import PEOPLE, SECRET
from benchmarks.servers import HOST, Running, product, serving, settings


def run(place: Path) -> list[Result]:
    floor = [sys.executable, "-m", "benchmarks.bolt_floor", "{port}"]
    null = [sys.executable, "-m", "benchmarks.null_slack", "{port}"]
    results, numbers = [], list[int]()
    with serving(null, place, "/") as slack, serving(floor, place, "/") as bolt:
        command, environment = _desk(place, slack)
        with serving(command, place, "/health", environment) as ours:
            for connections in CONNECTIONS:
                one, other = Side("slack_desk", ours, connections), Side("slack", bolt, connections)
                results.append(compared(one, other, "Bolt", least=0.25, aim=0.60, work="Slack intake"))
                numbers += one.numbers
                if connections == CONNECTIONS[-1]:
                    results.append(_tail(one, other))
    check(f"sqlite:///{place / 'firstline.db'}", numbers)
    return results


def _desk(place: Path, slack: Running) -> tuple[list[str], dict[str, str]]:
    command, environment = product(place, settings(place, PEOPLE, channel="slack"))
    return [word for word in command if word != "--playground"], environment | {
        "FIRSTLINE_SLACK__API_URL": f"http://{HOST}:{slack.port}/api/",
        "FIRSTLINE_SLACK__BOT_TOKEN": "xoxb-0-nobody",
        "FIRSTLINE_SLACK__SIGNING_SECRET": SECRET,
        "FIRSTLINE_SLACK__MODE": "http",
    }


def _tail(one: Side, other: Side) -> Result:
    ours, theirs = (median(r.outcome.p99 for r in side.rounds) for side in (one, other))
    return Result(
        work=f"Slack p99, {one.connections} commands at once",
        ours=f"{ours * 1e3:.1f} ms",
        other=f"Bolt: {theirs * 1e3:.1f} ms",
        ratio=ours / theirs,
        least=4,
        aim=2,
        more=False,
    )
