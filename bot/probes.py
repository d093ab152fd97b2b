"""What a watcher asks over HTTP: /healthz, /readyz, /metrics, and /health, which is for people too."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import metrics
from bot.cycles import Heartbeat


def probes(heartbeat: Heartbeat) -> Sequence[BaseRoute]:
    """The routes."""

    async def health(_request: Request) -> JSONResponse:
        """200 and `{"status": "ok"}`, or 503 with all that is wrong, also where no cycle runs that would find it."""
        findings = heartbeat.auditor.known(heartbeat.desk.now())
        return JSONResponse(
            {"status": "degraded" if findings else "ok", "findings": findings}, 503 if findings else 200
        )

    async def healthz(_request: Request) -> JSONResponse:
        """200 for as long as the process answers at all: restart one that does not."""
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> JSONResponse:
        """200, or 503 with the reasons: database, migrations, cycles. What else is wrong is told in both cases."""
        now = heartbeat.desk.now()
        reasons = await heartbeat.auditor.unready(now)
        body = {
            "status": "not ready" if reasons else "ready",
            "reasons": reasons,
            "findings": heartbeat.auditor.problems(now),
        }
        return JSONResponse(body, 503 if reasons else 200)

    async def figures(_request: Request) -> Response:
        """Prometheus' text; what the database holds is left out while that does not answer."""
        text, kind = await metrics.exposition(heartbeat)
        return Response(text, headers={"content-type": kind})

    return [
        Route("/health", health),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", figures),
    ]
