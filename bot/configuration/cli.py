"""`firstline config`: is settings.yaml right, what does it come to, and what may stand in it.

The environment is the context's object: whoever calls gives it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bot.configuration import reading as configuration
from bot.configuration.environment import PREFIX, settings_file
from bot.configuration.misspelt import misspelt
from bot.configuration.problems import Problem, SettingsError
from bot.settings import Settings, written_duration

app = typer.Typer(help="Check and show the settings.", no_args_is_help=True)

Where = Annotated[Path | None, typer.Argument(help="The settings file; else FIRSTLINE_SETTINGS, or settings.yaml.")]

HIDDEN = "********"
_SECRET_KEY = re.compile(r"(^|_)(token|secret|password|api_key|dsn)s?$")
_PASSWORD = re.compile(r"(?<=://)([^/@:\s]*):[^/@\s]+(?=@)")


@app.command()
def check(context: typer.Context, path: Where = None) -> None:
    """Say what is wrong with the settings, a line each; exit 1 if anything is."""
    file, settings = _read(path, context.obj)
    typer.echo(f"{file} is fine: {summary(settings)}")
    for warning in (*misspelt(context.obj), *configuration.secrets_in(file), *configuration.warnings(settings)):
        typer.echo(f"warning: {warning}")


@app.command()
def show(context: typer.Context, path: Where = None) -> None:
    """Print the settings that count, as YAML: file, environment and defaults. Secrets are hidden."""
    _, settings = _read(path, context.obj)
    typer.echo(shown(settings), nl=False)


@app.command()
def schema() -> None:
    """Print the JSON schema of the settings, for an editor that completes and checks while one types."""
    typer.echo(json.dumps(Settings.model_json_schema(schema_generator=_Schema), indent=2, ensure_ascii=False))


class _Schema(GenerateJsonSchema):
    """Shows defaults as settings write them: pydantic would write durations as ISO 8601 does."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, timedelta):
            return written_duration(dft)
        if isinstance(dft, BaseModel):
            return dft.model_dump(mode="json", exclude_none=True)
        if isinstance(dft, tuple):
            return [self.encode_default(part) for part in dft]
        if isinstance(dft, dict):
            return {str(key): self.encode_default(part) for key, part in dft.items()}
        return super().encode_default(dft)


def summary(settings: Settings) -> str:
    """`2 teams, 7 people, 4 categories, 3 SLA policies`."""
    counted = (
        (len(settings.teams), "team", "teams"),
        (len(settings.people), "person", "people"),
        (len(settings.categories), "category", "categories"),
        (len(settings.sla), "SLA policy", "SLA policies"),
    )
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counted)


def shown(settings: Settings) -> str:
    """The settings as YAML that reads back as the same settings, but for what is secret."""
    plain = _hide(settings.model_dump(mode="json"))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120)


def _read(path: Path | None, environment: Mapping[str, str]) -> tuple[Path, Settings]:
    try:
        path = path or settings_file(environment)
        return path, configuration.read(path, environment)
    except SettingsError as error:
        _complain(path, error.problems)
        raise typer.Exit(1) from None


def _complain(path: Path | None, problems: list[Problem]) -> None:
    count = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    for problem in problems:
        typer.echo(str(problem), err=True)
    if any(problem.path for problem in problems):
        outside = all(problem.place.startswith(PREFIX) for problem in problems)
        where = "the environment" if outside else path
        typer.echo(f"{where} has {count}; docs/settings.md explains every key", err=True)


def _hide(value: Any, key: str = "") -> Any:
    """The value without what only its owner should see: by the key's name, and passwords inside addresses."""
    if isinstance(value, dict):
        return {name: _hide(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_hide(part, key) for part in value]
    if value and _SECRET_KEY.search(key):
        return HIDDEN
    return _PASSWORD.sub(rf"\1:{HIDDEN}", value) if isinstance(value, str) else value
