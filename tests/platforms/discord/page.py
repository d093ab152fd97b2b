"""The page at /: everything that stands in every channel, and a line to act as somebody."""

from __future__ import annotations

import html
import json
import shlex
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.platforms.discord.making import Person
    from tests.platforms.discord.server import Discord

_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Discord on loopback</title>
<form method="post">as <select name="who">{people}</select> in <select name="channel">{channels}</select>
<input name="words" size="80" autofocus
 placeholder='a message · /command option="value" · [a button] · {{"a field": "its value"}}'>
<button>Do it</button> {said}</form><pre>{text}</pre>"""


async def look(discord: Discord, request: web.Request) -> web.Response:
    """The page; as plain text for whoever asks for text/plain."""
    if "text/plain" in request.headers.get("Accept", ""):
        return web.Response(text=discord.text())
    people = "".join(f"<option>{html.escape(one.user.name)}" for one in _people(discord))
    places = [("@", "@"), *((one.id, one.name) for one in discord.guild.channels.values() if not one.deleted)]
    channels = "".join(f'<option value="{identity}">{html.escape(name)}' for identity, name in places)
    said = html.escape(request.query.get("said", ""))
    page = _PAGE.format(people=people, channels=channels, said=said, text=html.escape(discord.text()))
    return web.Response(text=page, content_type="text/html")


async def act(discord: Discord, request: web.Request) -> web.Response:
    """One act of somebody, then the page again."""
    form = await request.post()
    person = discord.user(str(form["who"]))
    try:
        said = await _do(person, str(form["channel"]), str(form["words"]).strip())
    except (AssertionError, ValueError) as error:
        said = str(error)
    return web.Response(status=303, headers={"Location": str(request.rel_url.with_query(said=said[:500]))})


def _people(discord: Discord) -> list[Person]:
    everybody = discord.guild.members.values()
    return [discord.user(one.user.name) for one in everybody if not one.user.bot and one.user is not discord.owner]


async def _do(person: Person, channel: str, words: str) -> str:
    if words.startswith("/"):
        name, *given = shlex.split(words)
        options: dict[str, Any] = dict(one.split("=", 1) for one in given)
        return (await person.command(name, channel, **options)).text
    if words.startswith("["):
        return await _press(person, channel, words.strip("[]"))
    if words.startswith("{"):
        return (await person.submit(None, json.loads(words))).text
    if words:
        await person.says(channel, words)
    return ""


async def _press(person: Person, channel: str, label: str) -> str:
    for message in reversed(person.messages(channel)):
        if label in message.buttons:
            return (await person.press(message, label)).text
    return f"no button {label!r} there"
