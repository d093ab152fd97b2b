"""/api/v10: who asks, may they, is it well formed, does a fault befall it, and the answer."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.platforms.discord.calls import ROUTES, Call, Route, Upload
from tests.platforms.discord.faults import Fault
from tests.platforms.discord.rates import Verdict
from tests.platforms.discord.records import Json
from tests.platforms.discord.refused import WORLDLY, Refused
from tests.platforms.discord.rules import openapi

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

VIA = {"Via": "1.1 google"}
"""The real one is behind a proxy: without this header discord.py takes a 429 for a ban."""


class Rest:
    """The REST API."""

    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    def routes(self) -> list[web.RouteDef]:
        """A route for each that is declared, the more exact ones first; then what there is not."""
        ordered = sorted(ROUTES.values(), key=lambda one: one.path.count("{"))
        known = [web.route(one.method, f"/api/v10{one.path}", self._handler(one)) for one in ordered]
        return [*known, web.route("*", "/api/{path:.*}", self._unknown)]

    def _handler(self, route: Route) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            real = f"{request.method} {request.path.removeprefix('/api/v10')}"
            fault = self.discord.faults.strike(route.name, real)
            if fault is None:
                return await self._answer(request, route)
            return await self._before(request, fault) or await self._after(request, route, fault)

        return handle

    async def _unknown(self, request: web.Request) -> web.Response:
        return self._refuse(f"{request.method} {request.path}", Refused(0, status=404, message="404: Not Found"), {})

    async def _before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "dropped":
            return _cut(request)
        if fault.kind == "limited":
            return self._limited(Verdict(fault.seconds, fault.scope, {}))
        if fault.kind == "failing":
            return web.Response(status=fault.status, text="upstream connect error", headers=VIA)
        if fault.kind != "refused":
            return None
        refused = Refused(fault.code)
        return _json_response(refused.answer(), status=refused.status, headers=VIA)

    async def _after(self, request: web.Request, route: Route, fault: Fault) -> web.StreamResponse:
        response = await self._answer(request, route)
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "broken":
            return web.Response(status=fault.status, text="upstream connect error", headers=VIA)
        return _cut(request) if fault.kind == "lost" else response

    async def _answer(self, request: web.Request, route: Route) -> web.Response:
        if self.discord.rates.banned:
            return web.Response(status=429, text="<h1>error 1015: you are being rate limited</h1>")
        verdict = self.discord.rates.ask(route.name, _major(request))
        if verdict.wait:
            return self._limited(verdict)
        try:
            self._admit(request, route)
            call = await self._read(request, route)
            self.discord.calls.append((route.name, dict(call.params), call.body))
            said = route.handler(call)
        except Refused as refused:
            return self._refuse(route.name, refused, dict(verdict.headers))
        return _said(said, route, dict(verdict.headers))

    def _admit(self, request: web.Request, route: Route) -> None:
        if not route.open and not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            self.discord.world.violations.note(route.name, "a User-Agent that is not DiscordBot (url, version)")
        if not route.open and request.headers.get("Authorization") != f"Bot {self.discord.token}":
            raise Refused(0, status=401, message="401: Unauthorized")

    async def _read(self, request: web.Request, route: Route) -> Call:
        method, path = route.method, route.path
        problems = openapi.query_problems(method, path, request.query)
        problems += [
            ((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            for name, value in request.match_info.items()
            if name.endswith("_id") and not re.fullmatch(r"\d{1,20}", value)
        ]
        body, uploads = await _body(request)
        if body is not None or _required(method, path):
            problems += openapi.body_problems(method, path, body if body is not None else {})
        if problems:
            raise Refused(50035, *problems)
        return Call(self.discord, route.name, dict(request.match_info), dict(request.query), body, uploads)

    def _limited(self, verdict: Verdict) -> web.Response:
        wait = f"{verdict.wait:.3f}"
        headers = {**verdict.headers, "Retry-After": wait, "X-RateLimit-Scope": verdict.scope}
        if verdict.scope == "cloudflare":
            return web.Response(status=429, text="<h1>error 1015</h1>", headers={"Retry-After": wait})
        if verdict.scope != "shared":
            self.discord.rates.miss()
        said = {"message": "You are being rate limited.", "retry_after": float(wait)}
        return _json_response(said | {"global": verdict.scope == "global"}, status=429, headers=headers | VIA)

    def _refuse(self, name: str, refused: Refused, headers: dict[str, str]) -> web.Response:
        if refused.status == 429:
            return self._limited(Verdict(float(refused.message), "user", headers))
        if refused.status in (401, 403):
            self.discord.rates.miss()
        world = self.discord.world
        world.refusals.note(name, refused)
        if refused.code not in WORLDLY:
            world.violations.note(name, refused)
        return _json_response(refused.answer(), status=refused.status, headers=headers | VIA)


async def _body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type == "multipart/form-data":
        return await _multipart(request)
    text = await request.text()
    if not text:
        return None, ()
    if request.content_type != "application/json":
        raise Refused(50035, ((), "CONTENT_TYPE_INVALID", f"{request.content_type} is not application/json"))
    return _json(text), ()


async def _multipart(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body, uploads = None, list[Upload]()
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        if name == "payload_json":
            body = _json(await part.text())
        elif found := re.fullmatch(r"files\[(\d+)\]", name):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            uploads.append(Upload(found[1], part.filename or "", bytes(await part.read(decode=True)), kind))
        else:
            raise Refused(50035, ((name,), "FIELD_UNKNOWN", "fields are payload_json and files[n]"))
    return body if body is not None else {}, tuple(uploads)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused(50109) from None


def _required(method: str, path: str) -> bool:
    return bool((openapi.operation(method, path) or {}).get("required"))


def _major(request: web.Request) -> str:
    held: Json = dict(request.match_info)
    token = held.get("interaction_token") or held.get("webhook_token")
    return str(token or held.get("channel_id") or held.get("guild_id") or "")


def _said(said: Any, route: Route, headers: dict[str, str]) -> web.Response:
    if said is None:
        return web.Response(status=204, headers=headers | VIA)
    return _json_response(said, status=route.status, headers=headers | VIA)


def _json_response(said: object, status: int, headers: Mapping[str, str]) -> web.Response:
    """The content type exactly as Discord has it: without a charset."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(said).encode(), status=status, headers={**headers, **kind})


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
