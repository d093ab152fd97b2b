"""The floor under any Slack desk: Bolt checks the signature, finds the listener and acknowledges; nothing is stored.

python -m benchmarks.bolt_floor PORT
"""

from __future__ import annotations

import gc
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from benchmarks.requests import SECRET
from benchmarks.servers import HOST


async def authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0001", bot_user_id="U9999", bot_id="B0001", bot_token="xoxb-0")


async def ticket(ack: AsyncAck) -> None:
    await ack()


def main() -> None:
    app = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True)
    app.command("/ticket")(ticket)
    gc.collect()
    gc.freeze()
    uvicorn.run(
        AsyncSlackRequestHandler(app, "/slack/events"),
        host=HOST,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
    )


if __name__ == "__main__":
    main()
