"""Where the ordered faults befall a request, whichever surface it is for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from tests.platforms.slack.faults import Fault

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

_SURFACES = {"commands": "response_url", "actions": "response_url", "app": "response_url", "files-pri": "url_private"}


def befalling(slack: Slack) -> Middleware:
    """The middleware. Faults name a method (`chat.postMessage`), or response_url, upload, url_private, link."""

    @web.middleware
    async def befall(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = slack.faults.strike(_surface(request)) if request.path != "/" else None
        if fault is None:
            return await handler(request)
        return await _before(request, fault) or await _after(request, fault, handler)

    return befall


def limited(seconds: float) -> web.Response:
    """429, and when to come again."""
    headers = {"Retry-After": f"{seconds:g}"}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


async def _before(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "dropped":
        return _cut(request)
    if fault.kind == "limited":
        return limited(fault.seconds)
    if fault.kind == "failing":
        return web.Response(status=fault.status, text="upstream connect error")
    return web.json_response({"ok": False, "error": fault.error}) if fault.kind == "refused" else None


async def _after(request: web.Request, fault: Fault, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if fault.kind == "late":
        await asyncio.sleep(fault.seconds)
    return _cut(request) if fault.kind == "lost" else response


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _surface(request: web.Request) -> str:
    first, _, rest = request.path.strip("/").partition("/")
    return rest if first == "api" else _SURFACES.get(first, first)
