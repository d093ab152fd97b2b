"""The page at /: everything that stands in every channel, and a line to act as somebody."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from aiohttp import web

from tests.platforms.slack.show import label_text

if TYPE_CHECKING:
    from tests.platforms.slack.records import Message
    from tests.platforms.slack.server import Person, Slack

_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Slack on loopback</title>
<form method="post">as <select name="who">{people}</select> in <select name="channel">{channels}</select>
<input name="words" size="80" autofocus
 placeholder='a message · /command text · [a button] · {{"a field": "its value"}} · home'>
<button>Do it</button> {said}</form><pre>{text}</pre>"""


async def look(slack: Slack, request: web.Request) -> web.Response:
    """The page; as plain text for whoever asks for text/plain."""
    if "text/plain" in request.headers.get("Accept", ""):
        return web.Response(text=slack.text())
    people = "".join(f"<option>{html.escape(one.user.name)}" for one in slack.people())
    names = [one.name for one in slack.team.channels.values() if one.kind != "im"]
    channels = "".join(f"<option>{html.escape(name)}" for name in [*names, "@"])
    said = html.escape(request.query.get("said", ""))
    page = _PAGE.format(people=people, channels=channels, said=said, text=html.escape(slack.text()))
    return web.Response(text=page, content_type="text/html")


async def act(slack: Slack, request: web.Request) -> web.Response:
    """One act of somebody, then the page again."""
    form = await request.post()
    person = slack.user(str(form["who"]))
    try:
        said = await _do(person, str(form["channel"]), str(form["words"]).strip())
    except (AssertionError, ValueError) as error:
        said = str(error)
    return web.Response(status=303, headers={"Location": str(request.rel_url.with_query(said=said[:500]))})


async def _do(person: Person, channel: str, words: str) -> str:
    if words.startswith("/"):
        command, _, text = words.partition(" ")
        return (await person.command(command, text, channel)).error
    if words.startswith("["):
        return await _click(person, channel, words.strip("[]"))
    if words.startswith("{"):
        return str(await person.submits(None, json.loads(words)) or "")
    if words == "home":
        await person.opens_home()
    elif words:
        await person.says(channel, words)
    return ""


async def _click(person: Person, channel: str, label: str) -> str:
    if person.modal:
        return (await person.clicks(person.modal, label)).error
    for message in reversed(person.messages(channel)):
        if _has(message, label):
            return (await person.clicks(message, label)).error
    return f"no button {label!r} in {channel}"


def _has(message: Message, label: str) -> bool:
    buttons = [element for block in message.blocks for element in block.get("elements", [])]
    return any(label_text(button) == label for button in buttons if button.get("type") == "button")
