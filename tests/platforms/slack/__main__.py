"""`python -m tests.platforms.slack --port 9100`: a tiny workspace to look at what the desk does, by hand."""

from __future__ import annotations

import argparse
import asyncio

from tests.platforms.slack.server import Slack


async def run(port: int, request_url: str) -> None:
    """Serve until interrupted."""
    async with Slack(port=port, request_url=request_url) as slack:
        everybody = [slack.user(name) for name in ("ana", "ben", "chloe", "erik", "lena", "max")]
        for name in ("it-help", "triage-it", "escalations"):
            slack.channel(name, *everybody)
        print("\n".join(environment(slack)), flush=True)
        print(f"# look at {slack.world.base}", flush=True)
        await asyncio.Event().wait()


def environment(slack: Slack) -> list[str]:
    """The variables to start the desk with, ready for a shell."""
    app = slack.app
    given = {
        "API_URL": slack.api_url,
        "BOT_TOKEN": slack.installation.token,
        "APP_TOKEN": app.app_token,
        "SIGNING_SECRET": app.signing_secret,
        "MODE": "http" if slack.request_url else "socket",
    }
    exports = [f"export FIRSTLINE_SLACK__{name}={value}" for name, value in given.items()]
    oauth = f"FIRSTLINE_SLACK__CLIENT_ID={app.client_id} FIRSTLINE_SLACK__CLIENT_SECRET={app.client_secret}"
    return [*exports, f"# to install over OAuth instead of by a bot token: {oauth}"]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=9100, help="the port on 127.0.0.1")
    parser.add_argument("--request-url", default="", help="speak signed HTTP to this address instead of Socket Mode")
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked.port, asked.request_url))
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
