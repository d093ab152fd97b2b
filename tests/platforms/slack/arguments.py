"""The arguments of one call, whichever way the client sent them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused


class Arguments:
    """Named values: texts from a form or a query, any JSON from a JSON body."""

    def __init__(self, given: Mapping[str, Any], warning: str = "") -> None:
        self.given, self.warning = given, warning

    def text(self, name: str, default: str | None = "") -> str:
        """A text; Refused (invalid_arguments) when it is missing and `default` is None."""
        value = self.given.get(name)
        if value in (None, "") and default is None:
            raise Refused("invalid_arguments", f"missing required field: {name}")
        return str(default if value is None else value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: true, 1 and "true", "1" are."""
        value = self.given.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number; Refused (invalid_arguments) when it is none."""
        try:
            return int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise Refused("invalid_arguments", f"must be an integer [json-pointer:/{name}]") from None

    def value(self, name: str, error: str = "invalid_arguments") -> Any:
        """Any JSON, encoded (in a form) or not; None when it is missing, Refused with `error` when it is broken."""
        value = self.given.get(name)
        try:
            return json.loads(value) if isinstance(value, str) and value else value or None
        except ValueError:
            raise Refused(error) from None

    def names(self, name: str) -> list[str]:
        """A comma-separated list, or a JSON array."""
        value = self.given.get(name)
        return [str(one) for one in value] if isinstance(value, list) else str(value or "").split(",") if value else []

    def has(self, name: str) -> bool:
        """Whether it was given at all."""
        return name in self.given


async def read(request: web.Request) -> Arguments:
    """The arguments of a request: query, then the form or the JSON object in its body."""
    query: Json = dict(request.query) | _client(request)
    if request.method == "GET" or not request.can_read_body:
        return Arguments(query)
    if request.content_type == "application/json":
        return Arguments(query | _json(await request.text()), "" if request.charset else "missing_charset")
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Refused("invalid_post_type")
    return Arguments(query | {name: value for name, value in (await request.post()).items() if isinstance(value, str)})


def _client(request: web.Request) -> Json:
    """The client's id and secret, which OAuth methods take as Basic credentials too."""
    given = request.headers.get("Authorization", "")
    if not given.startswith("Basic "):
        return {}
    try:
        name, _, secret = base64.b64decode(given.removeprefix("Basic "), validate=True).decode().partition(":")
    except ValueError:
        raise Refused("invalid_auth") from None
    return {"client_id": name, "client_secret": secret}


def _json(text: str) -> Json:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body
