"""Reading settings.yaml: all that is wrong at once, in words; and taking up a changed file without a restart."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.configuration import crossref, plain_errors
from bot.configuration.environment import overlay
from bot.configuration.exposed import exposed
from bot.configuration.oddities import odd
from bot.configuration.problems import Finding, KeyPath, Problem, SettingsError, dotted
from bot.configuration.soundness import unsound
from bot.configuration.yaml_lines import Document, parse
from bot.local_time import aware
from bot.settings import Override, Rotation, Settings, SlaPolicy

MOST_BYTES = 2_000_000
PASSES = 20


def read(path: Path | str, environment: Mapping[str, str]) -> Settings:
    """The settings in a file, with the environment's over them (see `bot/configuration/environment.py`).

    Overrides of rotations come out with a time zone.
    SettingsError with all that is wrong, each with its path, its line and the way out.
    """
    text = _text(Path(path))
    try:
        return parsed(text, environment)
    except SettingsError as error:
        raise SettingsError([_in_file(problem, path) for problem in error.problems]) from None


def _in_file(problem: Problem, path: Path | str) -> Problem:
    """What is wrong with the file as a whole names it: no key tells which one it is."""
    named = problem.path or (problem.place and not problem.place.startswith("line "))
    return problem if named else replace(problem, place=", ".join(filter(None, (str(path), problem.place))))


def parsed(text: str, environment: Mapping[str, str]) -> Settings:
    """The same for a text."""
    document = parse(text)
    problems = document.problems + overlay(document, environment)
    settings, original, wrong = _best(document.values)
    if settings:
        consequences = [*crossref.unknown(settings, crossref.known(settings, document.values)), *unsound(settings)]
        located = [finding._replace(path=original.path(finding.path)) for finding in consequences]
        wrong += [finding for finding in located if not any(_related(finding.path, known.path) for known in wrong)]
    problems += [_problem(finding, document) for finding in wrong]
    if problems or not settings:
        raise SettingsError(sorted(problems, key=lambda problem: _line(problem.place)))
    return _aware(settings)


def warnings(settings: Settings) -> list[Problem]:
    """What is allowed but odd: a team nobody is in, a skill nobody has, tickets that no clock watches."""
    return [Problem(dotted(path), text, hint) for path, text, hint in odd(settings)]


def secrets_in(path: Path | str) -> list[Problem]:
    """The secrets that a sound file holds, which are better told by the environment."""
    document = parse(_text(Path(path)))
    return [_problem(finding, document) for finding in exposed(document.values)]


class Live:
    """The settings of a file that may change at any time.

    current: the last good version. problems: what is wrong with the file as it stands, empty when `current` is what it
    says.
    SettingsError when the first version is bad: there is nothing to go on with.
    """

    def __init__(self, path: Path | str, environment: Mapping[str, str]) -> None:
        self.path, self._environment = Path(path), environment
        self._stat, self._hash = _stat(self.path), _hash(self.path)
        self.current = read(self.path, environment)
        self.problems: list[Problem] = []

    def refresh(self) -> list[Problem] | None:
        """Take up a changed file. The problems of a bad version, once; None when all is well or nothing is new.

        Costs one `stat` while the file is left alone.
        """
        stat = _stat(self.path)
        if stat == self._stat:
            return None
        self._stat, before = stat, self._hash
        self._hash = _hash(self.path)
        return self._take_up() if self._hash != before else None

    def _take_up(self) -> list[Problem] | None:
        try:
            self.current, self.problems = read(self.path, self._environment), []
        except SettingsError as error:
            self.problems = error.problems
        except Exception as error:  # or it would be forgotten, as the file is not read again
            self.problems = [Problem("", f"{self.path} cannot be used: {type(error).__name__}: {error}")]
        return self.problems or None


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        hint = "start from the settings.yaml that comes with Firstline, or say in FIRSTLINE_SETTINGS where yours is"
        raise SettingsError([Problem("", f"there is no file {path}", hint)]) from None
    except (OSError, ValueError) as error:
        raise SettingsError([Problem("", f"{path} cannot be read: {getattr(error, 'strerror', error)}")]) from None
    if len(data) > MOST_BYTES:
        raise SettingsError([Problem("", f"{path} is too large: {len(data):,} bytes, at most {MOST_BYTES:,}")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        where = f"{path}, line {line}"
        raise SettingsError([Problem("", "the file is not UTF-8", "save it as UTF-8", where)]) from None


class _Remains:
    """Values with the broken ones taken out, which still knows where each item of a list came from."""

    def __init__(self, values: Any) -> None:
        self.values = copy.deepcopy(values)
        self._positions: dict[int, list[int]] = {}

    def mend(self, errors: Iterable[ErrorDetails]) -> bool:
        """Take out what is wrong, fill in what is missing; False if all would have to go."""
        broken: set[KeyPath] = set()
        for error in errors:
            path, missing = plain_errors.place(error, self.values), error["type"] == "missing"
            if not (missing and self.fill(path)):
                broken.add(path[:-1] if missing else path)
        for path in sorted(_outermost(broken), key=_backwards, reverse=True):
            if path:
                self.drop(path)
        return () not in broken

    def drop(self, path: KeyPath) -> None:
        *way, last = path
        inner = self.values
        for part in way:
            inner = inner[part]
        if isinstance(inner, list):
            self._positions.setdefault(id(inner), list(range(len(inner)))).pop(int(last))
        del inner[last]

    def fill(self, path: KeyPath) -> bool:
        """Put a stand-in where something is missing, if there is one for its kind."""
        stand_in, inner = plain_errors.stand_in(path), self.values
        for part in path[:-1]:
            inner = inner[part]
        if stand_in is None or not isinstance(inner, dict):
            return False
        inner[path[-1]] = stand_in
        return True

    def path(self, path: KeyPath) -> KeyPath:
        """A path of what remains as a path of what there was."""
        inner, there = self.values, []
        for part in path:
            positions = self._positions.get(id(inner))
            there.append(positions[part] if positions and isinstance(part, int) else part)
            inner = _step(inner, part)
        return tuple(there)


def _step(values: Any, part: str | int) -> Any:
    try:
        return values[part]
    except (LookupError, TypeError):
        return None


def _best(values: Any) -> tuple[Settings | None, _Remains, list[Finding]]:
    """Settings made of all that is right, so that other checks can tell what else is wrong; None if too little is."""
    remains = _Remains(values)
    wrong: list[Finding] = []
    for attempt in range(PASSES):
        try:
            return Settings.model_validate(remains.values), remains, wrong
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if not attempt:
                wrong = plain_errors.findings(errors, values)
            if not remains.mend(errors):
                break
    return None, remains, wrong


def _outermost(paths: Iterable[KeyPath]) -> list[KeyPath]:
    every = set(paths)
    return [path for path in every if not any(path[:length] in every for length in range(len(path)))]


def _backwards(path: KeyPath) -> list[tuple[bool, int, str]]:
    """Orders paths of mixed parts, so that of one list the later item goes first."""
    return [(isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in path]


def _related(one: KeyPath, other: KeyPath) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _problem(finding: Finding, document: Document) -> Problem:
    return Problem(dotted(finding.path), finding.text, finding.hint, document.place(finding.path))


def _line(place: str) -> int:
    return int(place.split()[1].rstrip(",")) if place.startswith("line ") else 0


def _aware(settings: Settings) -> Settings:
    """Overrides without a zone are in their rotation's, policies in the organisation's."""
    zone = settings.organisation.zone
    rotations = {key: _aware_rotation(rotation, zone) for key, rotation in settings.on_call.items()}
    policies = tuple(_aware_policy(policy, ZoneInfo(zone)) for policy in settings.sla)
    return settings.model_copy(update={"on_call": rotations, "sla": policies})


def _aware_policy(policy: SlaPolicy, tz: ZoneInfo) -> SlaPolicy:
    since = policy.enforce_from
    return policy.model_copy(update={"enforce_from": aware(since, tz)}) if since else policy


def _aware_rotation(rotation: Rotation, zone: str) -> Rotation:
    tz = ZoneInfo(rotation.zone or zone)
    return rotation.model_copy(update={"overrides": tuple(_aware_override(each, tz) for each in rotation.overrides)})


def _aware_override(override: Override, tz: ZoneInfo) -> Override:
    return override.model_copy(update={"start": aware(override.start, tz), "end": aware(override.end, tz)})
