"""What is let in: requests of this machine's own pages and programs, small enough, and JSON where JSON is due."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.web.read import plain
from bot.requests import Junk, body

Endpoint = Callable[[Request], Awaitable[Response]]

BODY_LIMIT = 2_000_000
HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY.format(forms="'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# Under "no-referrer" a browser names no origin with a form, and without one no form is taken.
FORM_HEADERS = HEADERS | {
    "Content-Security-Policy": POLICY.format(forms="'self'"),
    "Referrer-Policy": "same-origin",
}


def as_error(junk: Junk) -> Response:
    """What was wrong, for a program."""
    return as_json({"error": str(junk)}, junk.status)


def guarded(
    endpoint: Endpoint, failed: Callable[[Junk], Response] = as_error, headers: Mapping[str, str] = HEADERS
) -> Endpoint:
    """The endpoint behind the checks; what it cannot use is answered with a status and a sentence."""

    async def checked(request: Request) -> Response:
        try:
            _check_origin(request)
            for value in request.query_params.values():
                plain("address", value)
            response = await endpoint(request)
        except Junk as junk:
            response = failed(junk)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return checked


def guarded_app(app: ASGIApp) -> ASGIApp:
    """A whole application behind the same checks."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            _check_origin(Request(scope))
        except Junk as junk:
            await as_error(junk)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return checked


def _check_origin(request: Request) -> None:
    host = request.headers.get("host", "")
    # A foreign name that was made to lead here (DNS rebinding) would make this page's data a foreign page's.
    if host.rpartition(":")[0].lower() not in HOSTS and host.lower() not in HOSTS:
        raise Junk("The playground answers to 127.0.0.1 and localhost only.", 421)
    origin = request.headers.get("origin")
    if request.method == "POST" and origin is not None and origin.rpartition("//")[2] != host:
        raise Junk("Another site may not act here.", 403)


async def sent_json(request: Request) -> Any:
    """The request's JSON. Asking for its content type keeps other sites' plain forms out."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Junk("Send application/json.", 415)
    try:
        return json.loads(await body(request, BODY_LIMIT))
    except (ValueError, RecursionError):
        raise Junk("That is no JSON.") from None


async def sent_form(request: Request) -> dict[str, str]:
    """The fields of a form. Any site can send one, so it has to name its origin; which one, is checked already."""
    if request.headers.get("origin") is None:
        raise Junk("The browser did not say which page this form comes from.", 403)
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Junk("Send a form.", 415)
    sent = (await body(request, BODY_LIMIT)).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(sent, keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise Junk("That form has too many fields.") from None


def as_json(value: Any, status: int = 200) -> Response:
    """A JSON response."""
    try:
        body = to_json(value)
    except ValueError:  # a text holds half a character, which UTF-8 cannot
        body = json.dumps(value).encode()
    return Response(body, status, media_type="application/json")


def field(sent: Any, name: str, limit: int = 200) -> str:
    """A text of a JSON object; `Junk` when it is not there."""
    value = sent.get(name) if isinstance(sent, dict) else None
    if not isinstance(value, str) or len(value) > limit:
        raise Junk(f"{name!r} has to be a text of at most {limit:,} characters.")
    return value if name == "text" else plain(name, value)
