"""The desk's HTTP server: the adapters' routes, the calendars of who is on call, those of watchers, and a signpost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from socket import socket

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot import feeds, signpost
from bot.cycles import Heartbeat
from bot.probes import probes


def application(routes: Sequence[BaseRoute], heartbeat: Heartbeat) -> Starlette:
    """All routes as one ASGI application; an adapter's pages go before the signpost to them."""
    desk = heartbeat.desk
    signs = signpost.routes(lambda: desk.settings)
    own = [*routes, *feeds.routes(desk), *probes(heartbeat), *signs]
    return Starlette(routes=own, exception_handlers={404: signpost.nowhere})


class Server(uvicorn.Server):
    """uvicorn that leaves the process's signals alone: whoever runs it sets `should_exit`. `told` gets the port that it
    listens on, once it does.
    """

    told: Callable[[int], None] = staticmethod(lambda port: None)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.told(self.servers[0].sockets[0].getsockname()[1])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: Starlette, host: str, port: int) -> Server:
    """uvicorn on uvloop and httptools, without access logs."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
    )
    return Server(config)
