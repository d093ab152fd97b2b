"""Files between Slack and the desk: downloads with the bot's token, uploads in Slack's three steps.

From docs.slack.dev, "Working with files", and the pages of files.getUploadURLExternal and files.completeUploadExternal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from adapters.slack import file_objects, limits, markup, standing
from adapters.slack.calls import Calls, broken
from adapters.slack.faults import AGAIN, Fault, fault, wait
from bot.settings import SlackApp
from bot.words import File, Kept, Post

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TIME = aiohttp.ClientTimeout(total=55, connect=4)
"""Less than bot.fetching and bot.posts give."""
PIECE = 65_536
HOSTS = ("slack.com", "slack-files.com", "slack-edge.com")
"""Nobody else is shown the token."""
PATIENCE = 5.0


class Files:
    """The files of all workspaces."""

    def __init__(self, calls: Calls, app: Callable[[], SlackApp]) -> None:
        self._calls, self._app = calls, app

    async def fetch(self, workspace: str, file: File, most: int) -> tuple[File, bytes]:
        """A file of at most so many bytes; see adapters.contract.Source."""
        if not file.url:
            told = await self._calls.do(workspace, "files.info", patience=PATIENCE, file=file.source)
            file = file_objects.file({**(told.get("file") or {"id": file.source}), "file_access": "visible"})
        if not self._is_slacks(file.url):
            raise Fault("no address of Slack's", final=True)
        token = await self._calls.teams.token(workspace)
        if not token:
            raise Fault("app_not_installed", retry_after=AGAIN)
        async with self._open("GET", file.url, headers={"Authorization": f"Bearer {token}"}) as response:
            content = await _read(response, most)
        _check(response, file, content)
        return file, content

    async def share(self, post: Post, channel: str, thread: str) -> str:
        """Let the files of a post stand under its words; the first file's id.

        Nothing is seen of them before the last step, whose fate alone can be unknown.
        """
        words = f"{markup.mrkdwn(post.card.body)} {_mark(post.files)}"
        return await self.put(post.workspace, post.files, channel, thread, words)

    async def put(
        self, workspace: str, files: Sequence[Kept], channel: str, thread: str, words: str, alt: str = ""
    ) -> str:
        """Let files stand under words (mrkdwn); `alt` says what a picture shows. The first file's id."""
        given = [{"id": await self._upload(workspace, file, alt), "title": file.name} for file in files]
        await self._calls.do(
            workspace,
            "files.completeUploadExternal",
            patience=PATIENCE,
            files=json.dumps(given),
            channel_id=channel,
            thread_ts=thread or None,
            initial_comment=words or None,
        )
        return given[0]["id"]

    async def find(self, post: Post, channel: str) -> str | None:
        """The ts of the message in which a post's files stand already: it takes no metadata, and ends with a mark."""
        me = await self._calls.me(post.workspace)
        mark = _mark(post.files)

        def wanted(message: Mapping[str, Any]) -> bool:
            own = message.get("user") == me.get("user_id") or message.get("bot_id") == me.get("bot_id")
            return own and bool(message.get("files")) and str(message.get("text") or "").endswith(mark)

        return await standing.first(self._calls, post.workspace, channel, post.at.thread, wanted, post.since)

    async def _upload(self, workspace: str, file: Kept, alt: str) -> str:
        try:
            place = await self._calls.do(
                workspace,
                "files.getUploadURLExternal",
                patience=PATIENCE,
                filename=file.name,
                length=len(file.content),
                alt_txt=(file.type.startswith("image/") and alt[: limits.ALT]) or None,
            )
            url = str(place["upload_url"])
            if not self._is_slacks(url):
                raise Fault("no address of Slack's", final=True)
            async with self._open("POST", url, data=file.content) as response:
                await response.read()
        except Fault as failed:
            raise Fault(failed.code, retry_after=failed.retry_after, final=failed.final) from failed
        return str(place["file_id"])

    @asynccontextmanager
    async def _open(self, method: str, url: str, **more: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._calls.http.request(method, url, timeout=TIME, **more) as response:
                if response.status >= 300:
                    raise _refused(response)
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise broken(error) from error

    def _is_slacks(self, url: str) -> bool:
        """Whether it is Slack's own, or stands where the settings say that the Web API is.

        On a loopback, as for a trial, that place has several names.
        """
        to, api = urlsplit(url), urlsplit(self._app().api_url)
        if (to.scheme, to.netloc) == (api.scheme, api.netloc):
            return True
        if _loopback(to.hostname) and _loopback(api.hostname):
            return (to.scheme, to.port) == (api.scheme, api.port)
        host = to.hostname or ""
        return to.scheme == "https" and any(host == own or host.endswith(f".{own}") for own in HOSTS)


def _loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > most:
            raise Fault("it is larger than Slack said", final=True)
    return bytes(content)


def _check(response: aiohttp.ClientResponse, file: File, content: bytes) -> None:
    """Slack answers who may not read a file with the page to sign in, and status 200."""
    if file.size and len(content) == file.size:
        return
    if response.content_type == "text/html":
        raise Fault("a page to sign in, and not the file: the app needs files:read", retry_after=AGAIN)
    if file.size or not content:
        raise Fault("not the whole file")


def _refused(response: aiohttp.ClientResponse) -> Fault:
    if response.status in (404, 410):
        return Fault("file_not_found", final=True)
    return fault(f"http_{response.status}", response.status, wait(response.headers))


def _mark(files: tuple[Kept, ...]) -> str:
    return f"(file {', '.join(str(file.id) for file in files)})"
