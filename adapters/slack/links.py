"""Links to tickets, shown with what everybody who reads along may know of them.

Slack shows one preview to all who are in the place, whoever put the link there: the desk is asked what may stand in
that place (the verb `preview`), and says no more than stands there already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog

from adapters.contract import Desk
from adapters.slack import blocks
from adapters.slack.blocks import Block
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.people import Finds
from adapters.slack.read import Payload
from adapters.slack.rooms import CHANNEL, Rooms, direct
from bot.markdown import plain
from bot.settings import Settings
from bot.words import Address, Card, Incoming, Sender

log = structlog.get_logger()

MOST = 10
"""Links of one message that are shown."""
COMPOSER = "composer"
"""The source of a link in a message that is still being written, of which nobody can tell where it will stand."""


class Links:
    """Unfurls links to the desk's tickets."""

    def __init__(self, desk: Desk, calls: Calls, sender: Finds, rooms: Rooms, settings: Callable[[], Settings]) -> None:
        self._desk, self._calls, self._sender, self._rooms, self._settings = desk, calls, sender, rooms, settings

    def shared(self, workspace: str, payload: Payload) -> Coroutine[Any, Any, None] | None:
        """link_shared; None when there is nothing to show."""
        event, address = payload["event"], self._settings().organisation.address
        links = {str(link["url"]): ticket_in(str(link["url"]), address) for link in event.get("links") or ()}
        found = [(url, ticket) for url, ticket in links.items() if ticket is not None][:MOST]
        if not found:
            return None
        named = message(event)
        if not all(isinstance(text, str) for text in (event["user"], event["channel"], *named.values())):
            raise TypeError("a part that is no text")
        return self._show(workspace, payload, found, named)

    async def _show(
        self, workspace: str, payload: Payload, found: Iterable[tuple[str, int]], named: Mapping[str, Any]
    ) -> None:
        event = payload["event"]
        try:
            at, sender = await self._place(workspace, event), await self._sender(workspace, event["user"])
            shown = {url: await self._preview(workspace, payload["event_id"], at, sender, n) for url, n in found}
            unfurls = {url: {"blocks": drawn(card, url)} for url, card in shown.items() if card}
            if unfurls:
                await self._calls.do(workspace, "chat.unfurl", patience=2.0, unfurls=unfurls, **named)
        except Fault as fault:
            log.info("a link was not unfurled", slack=fault.code)

    async def _place(self, workspace: str, event: Payload) -> Address:
        """Where the link stands. What is not known to be the bot's own talk with its sender is no direct talk: it may
        be two people's, in which the bot is not.
        """
        channel, user = event["channel"], event["user"]
        thread = str(event.get("thread_ts") or "")
        if event.get("source") == COMPOSER:
            return Address(CHANNEL, channel)
        if not direct(channel):
            return Address(CHANNEL, await self._rooms.room(workspace, channel, user), thread)
        own = event.get("is_bot_user_member") and await self._rooms.channel(workspace, f"@{user}") == channel
        return Address(CHANNEL, f"@{user}" if own else channel, thread)

    async def _preview(self, workspace: str, event: str, at: Address, sender: Sender, ticket: int) -> Card | None:
        asked = {"ticket": str(ticket)}
        reply = await self._desk.receive(Incoming(event, sender, at, "preview", asked, workspace=workspace))
        return None if reply.failed else reply.card


def ticket_in(url: str, address: str) -> int | None:
    """The number of the ticket that a link leads to; None for a link to anything else."""
    try:
        link, desk = urlsplit(url), urlsplit(address)
        same = (link.scheme, link.hostname, link.port) == (desk.scheme, desk.hostname, desk.port)
    except ValueError:
        return None
    match = re.fullmatch(r"/tickets/(\d{1,9})/?", link.path.removeprefix(desk.path.rstrip("/")), re.ASCII)
    return int(match[1]) if same and match and link.path.startswith(desk.path.rstrip("/")) else None


def drawn(card: Card, url: str) -> list[Block]:
    """A card under its link: its title leads where the link leads."""
    body = f"**[{plain(card.title)}]({url})**\n\n{card.body}".strip()
    return blocks.message(Card(body=body, facts=card.facts, tone=card.tone)).blocks


def message(event: Payload) -> Mapping[str, Any]:
    """What names the message to chat.unfurl, where the link stands, or where it is still being written."""
    if event.get("source") == COMPOSER:
        return {"unfurl_id": event["unfurl_id"], "source": COMPOSER}
    return {"channel": event["channel"], "ts": event["message_ts"]}
