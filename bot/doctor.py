"""What `firstline doctor` finds: the frame, and what is not one channel's. Each channel examines itself."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from bot.configuration.environment import database_address, settings_file
from bot.configuration.misspelt import misspelt
from bot.configuration.problems import Problem, SettingsError
from bot.configuration.reading import read, secrets_in, warnings
from bot.settings import Settings
from bot.words import Address
from storage import migrate, rights
from storage.address import masked

Level = Literal["ok", "warning", "error"]
SKEW = timedelta(seconds=60)
TOO_SKEWED = timedelta(minutes=5)
"""Beyond it Slack's signatures are refused, and the desk does not find what it has sent to Discord."""

SIGNS: Mapping[Level, str] = {"ok": "✓", "warning": "!", "error": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `hint` says how to mend it; it is never empty but where all is well."""

    level: Level
    area: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f"\n    → {self.hint}" if self.hint else ""
        return f"{SIGNS[self.level]} {self.area}: {self.text}{hint}"


def clock(platform: str, apart: timedelta) -> tuple[Level, str, str]:
    """Level, text and hint: whether this machine's clock and a platform's agree, which are so far from each other."""
    if abs(apart) <= SKEW:
        return "ok", f"this machine's clock agrees with {platform}'s", ""
    level: Level = "error" if abs(apart) > TOO_SKEWED else "warning"
    off = timedelta(seconds=round(abs(apart).total_seconds()))
    return level, f"this machine's clock is {off} off {platform}'s", "let NTP set it: timedatectl set-ntp true"


def roomless(settings: Settings, channel: str, platform: str) -> Iterator[tuple[Level, str, str]]:
    """Level, text and hint for each team without a room on a channel."""
    for key, team in settings.teams.items():
        if not any(Address.parse(room).channel == channel for room in team.triage):
            hint = f"add one to teams.{key}.triage, as {channel}:triage-{key}; teams may share a room"
            yield "warning", f"the team {key} has no room on {platform}: no card of it stands there", hint


def server_clock(apart: timedelta) -> Finding:
    """The clock by which all desks go that share a database, beside this machine's."""
    level, text, hint = clock("the database server", apart)
    return Finding(level, "database", text, hint)


def as_json(findings: Sequence[Finding]) -> str:
    """All of them, as a JSON list of objects with level, area, text and hint."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)


def as_text(findings: Sequence[Finding]) -> str:
    """All of them, a line each with the way out under it, and the sum."""
    errors, odd = (sum(finding.level == level for finding in findings) for level in ("error", "warning"))
    return "\n".join([*map(str, findings), f"\n{_counted(errors, 'error')}, {_counted(odd, 'warning')}."])


def _counted(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"


def failed(findings: Iterable[Finding]) -> bool:
    return any(finding.level == "error" for finding in findings)


def look_at_settings(environment: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """The settings if they can be used, and what is wrong or odd in them."""
    try:
        path = settings_file(environment)
        settings = read(path, environment)
    except SettingsError as error:
        return None, [_wrong("settings", problem) for problem in error.problems]
    told = (*misspelt(environment), *secrets_in(path), *warnings(settings))
    odd = [Finding("warning", "settings", f"{p.path or p.place}: {p.text}", p.hint) for p in told]
    return settings, odd or [Finding("ok", "settings", f"{path} is sound")]


def _wrong(area: str, problem: Problem) -> Finding:
    text = str(Problem(problem.path, problem.text, "", problem.place))
    return Finding("error", area, text, problem.hint or "docs/settings.md explains every key")


def find_database(environment: Mapping[str, str]) -> tuple[str, list[Finding]]:
    """The database's address, "" where nobody can tell, and what was found there."""
    try:
        url = database_address(environment)
    except SettingsError as error:
        return "", [_wrong("database", problem) for problem in error.problems]
    return url, list(look_at_database(url))


def look_at_database(url: str) -> Iterator[Finding]:
    """Whether the database can be reached, and its tables are those of this version."""
    try:
        wrong, hint = rights.lacking_on_disk(url)
        pending = not wrong and migrate.pending(url)
        if pending:
            wrong, hint = rights.lacking_for_tables(url)
    except migrate.TooNew as error:
        yield Finding("error", "database", str(error), "start the newer version, or restore the backup")
    except (SQLAlchemyError, ModuleNotFoundError, OSError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        yield Finding(
            "error", "database", f"cannot be reached: {reason}", "look at FIRSTLINE_DATABASE, and at the server"
        )
    else:
        yield Finding("error", "database", wrong, hint) if wrong else _state(url, pending)
        yield from _open_to_others(rights.sqlite_file(url))


def _state(url: str, pending: bool) -> Finding:
    name, current = masked(url), migrate.current(url)
    if current is None:
        return Finding("ok", "database", f"{name} is new: its tables are made when the desk starts")
    if pending:
        hint = "back it up; the desk brings it up to date when it starts"
        return Finding("warning", "database", f"{name} is of an earlier version", hint)
    newer = f", which is newer than this version's {migrate.head()} and has only added to it"
    return Finding("ok", "database", f"{name} is at revision {current}{newer if current > migrate.head() else ''}")


def _open_to_others(file: Path | None) -> Iterator[Finding]:
    """A SQLite file holds what people wrote, and tokens of installed workspaces, as they are."""
    if file is None or not file.is_file():
        return
    if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        yield Finding("warning", "database", f"others on this machine may read {file}", f"chmod 600 {file}")
