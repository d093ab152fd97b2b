"""Apps for the server's own tests, on the real discord.py: one that only speaks REST, and one at the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.platforms.discord import Discord, Message

MESSAGES = "/channels/{channel_id}/messages"
CALLBACK = "/interactions/{id}/{token}/callback"
ORIGINAL = "/webhooks/{app}/{token}/messages/@original"


def button(label: str, custom_id: str = "do:claim") -> dict[str, Any]:
    """An action row with one button."""
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": label, "custom_id": custom_id}]}


def text(content: str, **more: Any) -> dict[str, Any]:
    """A text display."""
    return {"type": 10, "content": content} | more


def v2(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a message of components."""
    return {"flags": 1 << 15, "components": list(components)} | more


def field(label: str = "What is wrong?", **more: Any) -> dict[str, Any]:
    """A text input in its label."""
    inner = {"type": 4, "custom_id": label, "style": 1} | more
    return {"type": 18, "label": label, "component": inner}


def modal(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The data of a modal response."""
    return {"custom_id": "form", "title": "New ticket", "components": list(fields or [field()])} | more


class Rest(discord.Client):
    """A client that is only logged in, and its requests as they are."""

    async def ask(self, method: str, path: str, body: Any = None, **given: Any) -> Any:
        """A request of a path with its names filled in; `params` is its query."""
        more: dict[str, Any] = {"json": body} if body is not None else {}
        more |= {"params": given.pop("params")} if "params" in given else {}
        return await self.http.request(Route(method, path, **given), **more)

    async def say(self, channel: Any, body: dict[str, Any]) -> dict[str, Any]:
        """Post a message."""
        said = await self.ask("POST", MESSAGES, body, channel_id=channel.id)
        return dict(said)


async def refusal(call: Awaitable[Any]) -> int:
    """The error code with which a request is refused."""
    with pytest.raises(discord.HTTPException) as refused:
        await call
    return refused.value.code or refused.value.status


@asynccontextmanager
async def rest(server: Discord, token: str = "") -> AsyncIterator[Rest]:
    """The REST client, logged in."""
    Route.BASE = server.api_url
    client = Rest(intents=discord.Intents.none(), allowed_mentions=discord.AllowedMentions.none())
    try:
        await client.login(token or server.token)
        yield client
    finally:
        await client.close()


class Listener(discord.AutoShardedClient):
    """Hears every event as it comes, and answers each interaction with what `answers` has for its type.

    An answer is a callback's body, a list of [callback, body of @original], or None for silence.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(enable_debug_events=True, guild_ready_timeout=0.1, **options)
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[int, Any] = {}
        self.refused: list[int] = []
        self.running: set[asyncio.Task[None]] = set()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The data of all events of this name, oldest first."""
        return [data for event, data in self.told if event == name]

    async def on_socket_raw_receive(self, message: str) -> None:
        """Keep what was dispatched."""
        payload = discord.utils._from_json(message)
        if payload["op"] == 0:
            self.told.append((payload["t"], payload["d"]))
        if payload["t"] == "INTERACTION_CREATE":
            task = asyncio.create_task(self._answer(payload["d"]))
            self.running.add(task)
            task.add_done_callback(self.running.discard)

    async def _answer(self, told: dict[str, Any]) -> None:
        prepared = self.answers.get(told["type"])
        steps: Sequence[Any] = prepared if isinstance(prepared, list) else [prepared] if prepared else []
        paths = [("POST", CALLBACK, {"id": told["id"]}), ("PATCH", ORIGINAL, {"app": told["application_id"]})]
        for (method, path, names), body in zip(paths, steps, strict=False):
            try:
                await self.http.request(Route(method, path, token=told["token"], **names), json=body)
            except discord.HTTPException as refused:
                self.refused.append(refused.code)


@asynccontextmanager
async def listening(server: Discord, intents: discord.Intents | None = None, **options: Any) -> AsyncIterator[Listener]:
    """A client at the gateway, ready."""
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    wanted = intents or discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
    client = Listener(intents=wanted, **options)
    task = asyncio.create_task(client.start(server.token))
    try:
        await until(lambda: task.done() or client.is_ready(), 10)
        yield client
    finally:
        await client.close()
        await asyncio.gather(task, return_exceptions=True)


async def until(seen: Callable[[], object], within: float = 3) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(within):
        while not seen():  # noqa: ASYNC110 - discord.py tells nobody of its state
            await asyncio.sleep(0.01)


def standing(server: Discord, said: dict[str, Any]) -> Message:
    """The message that a request's answer speaks of."""
    return server.message(str(said["id"]))
