"""`python -m tests.platforms.discord --port 9200`: a tiny server to look at what the desk does, by hand."""

from __future__ import annotations

import argparse
import asyncio

from tests.platforms.discord.server import Discord


async def run(port: int) -> None:
    """Serve until interrupted."""
    async with Discord(port=port) as discord:
        people = [discord.user(name) for name in ("ana", "ben", "chloe", "dev", "erik", "lena", "max")]
        for name in ("help", "it-help", "triage-it", "escalations"):
            discord.channel(name)
        print("\n".join(environment(discord)), flush=True)
        print("# " + ", ".join(f"{person.name} {person.id}" for person in people))
        print(f"# look at {discord.world.base}", flush=True)
        await asyncio.Event().wait()


def environment(discord: Discord) -> list[str]:
    """The variables to start the desk with, ready for a shell."""
    given = {"TOKEN": discord.token, "API_URL": discord.api_url, "GATEWAY_URL": discord.gateway_url}
    return [f"export FIRSTLINE_DISCORD__{name}={value}" for name, value in given.items()]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=9200, help="the port on 127.0.0.1")
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked.port))
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
