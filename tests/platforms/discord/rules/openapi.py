"""Discord's own description of the requests, trimmed to the routes that the server answers.

`openapi.json.gz` is the request side of discord/discord-api-spec `specs/openapi.json` (74fda0f, 2026-07-18; MIT):
operations and the schemas that they reach, without descriptions.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.platforms.discord.refused import Problem
from tests.platforms.discord.rules.schema import Shapes


@cache
def _document() -> dict[str, Any]:
    packed = (Path(__file__).parent / "openapi.json.gz").read_bytes()
    return dict(json.loads(gzip.decompress(packed)))


@cache
def shapes() -> Shapes:
    """Every named schema."""
    return Shapes(_document()["schemas"])


def operation(method: str, path: str) -> Mapping[str, Any] | None:
    """What the document says of a route: `body`, `required`, `types`, `parameters`."""
    found = _document()["paths"].get(path, {}).get(method.lower())
    return found if isinstance(found, dict) else None


def query_problems(method: str, path: str, query: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the query of a request."""
    found: list[Problem] = []
    for parameter in (operation(method, path) or {}).get("parameters", ()):
        name, schema = parameter["name"], parameter["schema"]
        if parameter["in"] != "query":
            continue
        if name in query:
            found += shapes().problems(schema, _read(schema, query[name]), (name,))
        elif parameter.get("required"):
            found.append(((name,), "BASE_TYPE_REQUIRED", "This field is required"))
    return found


def body_problems(method: str, path: str, body: object) -> list[Problem]:
    """What is wrong with the body of a request."""
    schema = (operation(method, path) or {}).get("body")
    return shapes().problems(schema, body) if schema else []


def _read(schema: Mapping[str, Any], text: str) -> object:
    if schema.get("type") == "boolean" and text.lower() in ("true", "false", "1", "0"):
        return text.lower() in ("true", "1")
    return text
