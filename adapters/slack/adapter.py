"""The Slack channel as the desk has it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from starlette.routing import BaseRoute, Route

from adapters.contract import Adapter
from adapters.slack import blocks, standing
from adapters.slack.acts import Acts
from adapters.slack.calls import Calls
from adapters.slack.catch_up import CatchUp
from adapters.slack.faults import FILE, GONE, OUTSIDE, TEXT, THREAD, Fault
from adapters.slack.files import Files
from adapters.slack.http import Door
from adapters.slack.install import Install
from adapters.slack.installed import InstalledTeams
from adapters.slack.introductions import Introductions
from adapters.slack.listen import Listening
from adapters.slack.manifest import EVENTS_PATH
from adapters.slack.pace import Pace
from adapters.slack.parked import Parked
from adapters.slack.people import People
from adapters.slack.rooms import CHANNEL, Rooms
from adapters.slack.sockets import Sockets, Timing
from adapters.slack.surfaces import Surfaces
from adapters.slack.teams import OneTeam, Teams
from bot.settings import Settings
from bot.words import WORKSPACE, Address, Post

if TYPE_CHECKING:
    from adapters.contract import Desk

log = structlog.get_logger()

POST = "firstline_post"
"""The event_type in the metadata of a post."""


class Slack(Adapter):
    """Slack, over Socket Mode or HTTP. See adapters.contract.Adapter.

    `wall` tells the time in Unix seconds, `teams` where the app is installed: in the one team of the settings.
    """

    name = CHANNEL
    files: Files

    def __init__(
        self,
        settings: Callable[[], Settings],
        wall: Callable[[], float],
        *,
        teams: Teams | None = None,
        pace: Pace | None = None,
        timing: Timing | None = None,
        parked: Parked | None = None,
    ) -> None:
        self._settings, self._wall, self._timing = settings, wall, timing or Timing()
        self.teams = teams or OneTeam(lambda: settings().slack)
        self.calls = Calls(lambda: settings().slack, self.teams, pace or Pace())
        self.people = People(self.calls)
        self.files = Files(self.calls, lambda: settings().slack)
        self.rooms = Rooms(self.calls, settings)
        self._parked = parked or Parked()
        self._listening: dict[int, tuple[Acts, Listening]] = {}
        self._surfaces: dict[int, Surfaces] = {}
        self._sockets: Sockets | None = None

    def listening(self, desk: Desk) -> Listening:
        """What hears for a desk, whichever way it comes."""
        if id(desk) not in self._listening:
            acts = Acts(desk, self.calls, self.people, self.rooms, self.files, self._parked)
            listening = Listening(acts, self.calls, self._emoji)
            listening.hooks = self.surfaces(desk).hooks
            self._listening[id(desk)] = acts, listening
        return self._listening[id(desk)][1]

    def surfaces(self, desk: Desk) -> Surfaces:
        """What is shown of a desk beside messages."""
        if id(desk) not in self._surfaces:
            self._surfaces[id(desk)] = Surfaces(desk, self.calls, self.people, self.rooms, self._settings)
        return self._surfaces[id(desk)]

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """POST /slack/events, for everything that Slack sends, and the pages where the app is installed."""
        door = Door(self.listening(desk).receive, self._secret, self._wall)
        installing = Install(desk, self.teams).routes() if isinstance(self.teams, InstalledTeams) else []
        return [Route(EVENTS_PATH, door.__call__, methods=["POST"]), *installing]

    def _emoji(self) -> str:
        return self._settings().slack.reaction

    def _secret(self) -> str:
        return self._settings().slack.signing_secret.get_secret_value()

    async def run(self, desk: Desk) -> None:
        """Listens until cancelled, on sockets if the settings say so. Whatever goes wrong, it begins again."""
        try:
            while True:
                try:
                    await self._run(desk)
                except Exception:
                    log.exception("the desk is off Slack, and begins again")
                await asyncio.sleep(self._timing.again[-1])
        finally:
            await self.close()

    async def _run(self, desk: Desk) -> None:
        self.rooms.hearing = desk.hearing
        await self._start()
        await self._greet()
        async with asyncio.TaskGroup() as group:
            group.create_task(Introductions(self.calls, self.people, self._settings).run(desk))
            group.create_task(self.surfaces(desk).homes.run())
            group.create_task(self._listen(desk))

    async def _listen(self, desk: Desk) -> None:
        app, listening = self._settings().slack, self.listening(desk)
        receive = listening.receive
        missed = CatchUp(desk, self.calls, self.rooms, receive, self._emoji, self._wall)
        listening.rate_limited = missed.rate_limited
        async with asyncio.TaskGroup() as group:
            if app.mode == "socket" and app.app_token.get_secret_value():
                sockets = Sockets(self.calls, receive, timing=self._timing, opened=missed.opened)
                missed.listening = lambda: sockets.listening
                self._sockets = sockets
                group.create_task(sockets.run())
            group.create_task(missed.run())

    def silent(self) -> float | None:
        """Seconds since Slack's last sign of life on a socket; None over HTTP, where there is none to wait for."""
        return self._sockets.silent() if self._sockets else None

    async def _start(self) -> None:
        pause = 1.0
        while True:
            try:
                return await self.teams.start()
            except Exception as error:  # an answer may be anything
                log.error("Slack does not say which team the token is of", reason=str(error)[:200])
            await asyncio.sleep(pause)
            pause = min(60.0, pause * 2)

    async def _greet(self) -> None:
        """Learn who the bot is and which channels the settings name; what fails now is looked up when it is needed."""
        if not self._settings().slack.bot_token.get_secret_value():
            return
        try:
            me = await self.calls.me(WORKSPACE)
            await self.rooms.look(WORKSPACE)
            log.info("on Slack", team=me.get("team"), bot=me.get("user"))
        except Fault as fault:
            log.warning("Slack did not say who the bot is", slack=fault.code)

    async def close(self) -> None:
        """Finish what is being shown, and close all connections."""
        for acts, _ in self._listening.values():
            await acts.stop()
        await self.people.stop()
        await self.calls.close()

    async def settled(self) -> None:
        """Wait until everything that was heard is answered and shown."""
        for acts, _ in self._listening.values():
            await acts.settled()

    async def send(self, post: Post) -> str:
        """Make the post stand; the ts of its message, or the id of the first of its files.

        Edited where it stands, said anew where that is gone. Of files that Slack does not take only its card stands.
        """
        channel = await self.rooms.channel(post.workspace, post.at.room)
        if post.files:
            try:
                return post.ref or await self._share(post, channel)
            except Fault as fault:
                if fault.code not in FILE:
                    raise
                log.warning("Slack does not take a file: a link is said instead", key=post.key, slack=fault.code)
        drawn = blocks.message(post.card, post.mentions, about=post.about, whole=bool(post.card.tells))
        message: dict[str, Any] = {"text": drawn.text, "blocks": drawn.blocks, "metadata": _mark(post)}
        try:
            return await self._put(post, channel, message)
        except Fault as fault:
            if fault.code == "channel_not_found":  # the channel of this name may be another one now
                self.rooms.forget(post.workspace, post.at.room)
            if fault.code not in TEXT:
                raise
            log.warning("Slack does not take a card as it is drawn: its words are sent", key=post.key, slack=fault.code)
        return await self._put(post, channel, {**message, "text": drawn.text[:3000], "blocks": []})

    async def _share(self, post: Post, channel: str) -> str:
        """Its files are all that it is about: what stands there is never another."""
        try:
            return await self.files.share(post, channel, post.at.thread)
        except Fault as fault:
            if fault.code in THREAD and post.at.thread:
                return await self.files.share(post, channel, "")
            if fault.code in OUTSIDE and await self._joined(post.workspace, channel):
                return await self.files.share(post, channel, post.at.thread)
            raise

    async def _put(self, post: Post, channel: str, message: dict[str, Any]) -> str:
        if post.ref:
            try:
                await self.calls.do(post.workspace, "chat.update", channel=channel, ts=post.ref, **message)
                return post.ref
            except Fault as fault:
                if fault.code not in GONE:
                    raise
        return await self._say(post, channel, message)

    async def _say(self, post: Post, channel: str, message: dict[str, Any]) -> str:
        thread = post.at.thread or None
        quiet = {"unfurl_links": False, "unfurl_media": False}
        try:
            return await self._post(post.workspace, channel=channel, thread_ts=thread, **message, **quiet)
        except Fault as fault:
            if fault.code in THREAD and thread:  # a thread whose first message is gone goes on in the room
                return await self._post(post.workspace, channel=channel, **message, **quiet)
            if fault.code in OUTSIDE and await self._joined(post.workspace, channel):
                return await self._post(post.workspace, channel=channel, thread_ts=thread, **message, **quiet)
            raise

    async def _post(self, workspace: str, **message: Any) -> str:
        return str((await self.calls.do(workspace, "chat.postMessage", **message))["ts"])

    async def _joined(self, workspace: str, channel: str) -> bool:
        """Whether the bot could join the channel: a public one, where the app has the scope for it."""
        try:
            if not await self.calls.may(workspace, "channels:join"):
                return False
            await self.calls.do(workspace, "conversations.join", channel=channel)
        except Fault:
            return False
        return True

    async def link(self, workspace: str, at: Address) -> str:
        """The web address of a message, as chat.getPermalink would give it: no ping has to wait for its turn there."""
        channel = await self.rooms.channel(workspace, at.room)
        team = str((await self.calls.me(workspace)).get("url", ""))
        return f"{team}archives/{channel}/p{at.thread.replace('.', '')}" if team else ""

    async def stands(self, workspace: str, at: Address) -> bool:
        """Whether a message is still there; of one that was deleted under its thread Slack keeps a tombstone."""
        channel = await self.rooms.channel(workspace, at.room)
        return await standing.stands(self.calls, workspace, channel, at.thread)

    async def find(self, post: Post) -> str | None:
        """The reference of what carries this post's key, see `send`; where its thread is gone it stands in the room."""
        channel = await self.rooms.channel(post.workspace, post.at.room)
        try:
            return await self._stands(post, channel)
        except Fault as fault:
            if fault.code not in THREAD or not post.at.thread:
                raise
        return await self._stands(replace(post, at=replace(post.at, thread="")), channel)

    async def _stands(self, post: Post, channel: str) -> str | None:
        if post.files and (shared := await self.files.find(post, channel)):
            return shared
        return await standing.find(self.calls, post.workspace, channel, post.at.thread, _mark(post), post.since)


def _mark(post: Post) -> standing.Mark:
    return standing.mark(POST, post.key, revision=post.revision)
