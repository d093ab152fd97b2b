"""Files of messages, fetched from where Discord keeps them: its addresses of them expire after a day.

From https://docs.discord.com/developers/reference, "Signed Attachment CDN URLs".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from discord.http import Route

from adapters.discord import file_objects
from adapters.discord.calls import Calls
from adapters.discord.faults import UNKNOWN_MESSAGE, Fault, of
from bot.retry_after import seconds
from bot.settings import Settings
from bot.words import File

PIECE = 65_536
HOSTS = ("discordapp.com", "discordapp.net", "discord.com")
"""Nobody else is asked for a file."""
SOURCE = re.compile(r"(\d+)/(\d+)/(\d+)")
"""What file_objects.source makes."""


class Files:
    """The files of all channels."""

    def __init__(self, calls: Calls, settings: Callable[[], Settings]) -> None:
        self._calls, self._settings = calls, settings

    async def fetch(self, _workspace: str, file: File, most: int) -> tuple[File, bytes]:
        """A file of at most so many bytes; see adapters.contract.Source."""
        try:
            if file.url:
                return file, await self._read(file, most)
        except Fault as fault:
            if fault.status not in (403, 404, 410):
                raise
        fresh = await self._again(file)
        return fresh, await self._read(fresh, most)

    async def _again(self, file: File) -> File:
        """The file with an address that has not expired, as its message tells it now."""
        named = SOURCE.fullmatch(file.source)
        if named is None:
            raise Fault("the file is no more where it was", UNKNOWN_MESSAGE, status=404, final=True)
        channel, message, attachment = named.groups()
        route = Route(
            "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=int(channel), message_id=int(message)
        )
        told = await self._calls.ask(route)
        found = next((one for one in file_objects.attached(told) if str(one.get("id")) == attachment), None)
        if found is None:
            raise Fault("the file was taken out of its message", UNKNOWN_MESSAGE, status=404, final=True)
        return file_objects.file(found, file.source)

    async def _read(self, file: File, most: int) -> bytes:
        if not self._is_discords(file.url):
            raise Fault("no address of Discord's", final=True)
        try:
            async with self._calls.http.get(file.url) as response:
                if response.status != 200:
                    raise _refused(response)
                return await _whole(response, file, most)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise of(error) from error

    def _is_discords(self, url: str) -> bool:
        """Whether it is Discord's own, or stands on the host that the settings name for its API."""
        to, api = urlsplit(url), urlsplit(self._settings().discord.api_url)
        host = to.hostname or ""
        if to.scheme == api.scheme and host == api.hostname:
            return True
        return to.scheme == "https" and any(host == own or host.endswith(f".{own}") for own in HOSTS)


async def _whole(response: aiohttp.ClientResponse, file: File, most: int) -> bytes:
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > most:
            raise Fault("it is larger than Discord said", final=True)
    if file.size and len(content) != file.size:
        raise Fault("not the whole file")
    return bytes(content)


def _refused(response: aiohttp.ClientResponse) -> Fault:
    """403 and 404 say as well that an address has expired."""
    status = response.status
    wait = seconds(response.headers.get("Retry-After"))
    return Fault(f"Discord gives a file with status {status}", status=status, retry_after=wait)
