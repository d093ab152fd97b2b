"""Answers of the app to what a person did: to a response URL, or in the acknowledgement of a slash command."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platforms.slack.arguments import Arguments
from tests.platforms.slack.methods.content import Content, content
from tests.platforms.slack.records import Channel, Message
from tests.platforms.slack.refused import Refused
from tests.platforms.slack.triggers import ResponseUrl

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

_KNOWN = {
    "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "metadata",
    "unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names",
}  # fmt: skip


@dataclass(frozen=True)
class Hooks:
    """The response URLs."""

    slack: Slack

    async def handle(self, request: web.Request) -> web.Response:
        """One answer: `ok` in plain text, or the error with 404 (used up) or 400 (broken)."""
        try:
            said = _parsed(await request.text())
            self._take(self.slack.triggers.answer(request.match_info["id"]), said)
        except Refused as refused:
            self.slack.world.violations.note("response_url", refused.error, refused.problems)
            return web.Response(status=404 if refused.error.endswith(("_url", "service")) else 400, text=refused.error)
        return web.Response(text="ok")

    def _take(self, place: ResponseUrl, said: dict[str, Any]) -> None:
        arguments = Arguments(said)
        if arguments.flag("delete_original"):
            self._delete(place)
            return
        given = content(self.slack.world, arguments, "response_url")
        if given.empty:
            raise Refused("no_text")
        if arguments.flag("replace_original") and place.message:
            self._replace(place, place.message, given)
            place.keep(place.message)
        else:
            kind, thread = said.get("response_type"), said.get("thread_ts", "")
            place.keep(self.say(place.channel, place.user, given, kind, thread))

    def _delete(self, place: ResponseUrl) -> None:
        if place.message and place.message in place.channel.ephemerals:
            place.channel.ephemerals.remove(place.message)
        elif place.message and place.message.ts in place.channel.messages:
            self.slack.talk.remove(place.channel, place.message)

    def _replace(self, place: ResponseUrl, message: Message, given: Content) -> None:
        if not message.ephemeral:
            self.slack.talk.edit(place.channel, message, given)
            return
        message.text, message.blocks = given.text or "", given.blocks or []
        message.attachments = given.attachments or []

    def say(self, channel: Channel, user: str, given: Content, kind: str | None, thread: str = "") -> Message:
        """A message of the bot's, to everybody (in_channel) or to one person (ephemeral, or nothing said)."""
        installed = self.slack.world.installation(channel.team)
        if kind not in (None, "ephemeral", "in_channel") or installed is None:
            raise Refused("invalid_response_type")
        message = Message(channel.id, self.slack.world.clock.ts(), installed.bot.id, channel.team, given.text or "")
        message.blocks, message.attachments = given.blocks or [], given.attachments or []
        message.bot, message.app_id, message.thread_ts = installed.profile, self.slack.app.id, thread
        if kind == "in_channel":
            self.slack.world.put(channel, message)
            self.slack.events.message(channel, message)
        else:
            message.ephemeral = user
            channel.ephemerals.append(message)
        return message

    def acknowledged(self, where: str, url: str, body: Any) -> None:
        """What stands in the acknowledgement of a slash command is shown like an answer."""
        place = self.slack.triggers.urls[url.rpartition("/")[2]]
        said = {"text": body} if isinstance(body, str) else body
        try:
            given = content(self.slack.world, Arguments(_known(said)), where)
            if not given.empty:
                place.keep(self.say(place.channel, place.user, given, said.get("response_type")))
        except Refused as refused:
            self.slack.world.violations.note(where, refused.error, refused.problems)


def _parsed(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        raise Refused("invalid_payload") from None
    return _known(said)


def _known(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Refused("invalid_payload")
    if unknown := set(said) - _KNOWN:
        raise Refused("invalid_payload", f"unknown fields: {sorted(unknown)}")
    return said
