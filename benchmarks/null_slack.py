"""A Slack that says yes to everything and keeps nothing, so that what is measured is the desk.

python -m benchmarks.null_slack PORT
"""

from __future__ import annotations

import itertools
import sys

from aiohttp import web

from benchmarks.requests import TEAM
from benchmarks.servers import HOST

STAMPS = itertools.count(1_700_000_000)
SCOPES = "commands,chat:write,im:write,users:read,users:read.email,channels:read,groups:read"


async def api(request: web.Request) -> web.Response:
    """Any method of the Web API."""
    form = dict(await request.post())
    answer = {
        "ok": True,
        "team_id": TEAM,
        "team": "Example",
        "user_id": "UBOT",
        "user": "firstline",
        "bot_id": "BBOT",
        "channel": {"id": f"D{form.get('users', '')}"} if "open" in request.path else "C0001",
        "channels": [{"id": "C0001", "name": "it-help", "is_member": True}],
        "members": [],
        "messages": [],
        "ts": f"{next(STAMPS)}.000100",
        "user_info": {},
    }
    if request.path.endswith("users.info"):
        who = str(form.get("user", "U"))
        answer["user"] = {"id": who, "team_id": TEAM, "name": who.lower(), "profile": {"real_name": who}}
    return web.json_response(answer, headers={"X-OAuth-Scopes": SCOPES})


def main() -> None:
    app = web.Application()
    app.router.add_get("/", lambda _: _nothing())
    app.router.add_post("/api/{method}", api)
    app.router.add_post("/commands/{rest:.*}", lambda _: _nothing())
    web.run_app(app, host=HOST, port=int(sys.argv[1]), print=None, access_log=None)


async def _nothing() -> web.Response:
    return web.Response(text="ok")


if __name__ == "__main__":
    main()
