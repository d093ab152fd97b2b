"""Files on their way in and out: the upload addresses, and downloads that need the bot's token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from tests.platforms.slack.records import File
from tests.platforms.slack.refused import Refused

if TYPE_CHECKING:
    from tests.platforms.slack.server import Slack

SIGN_IN = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to your workspace</body></html>"


@dataclass
class Uploads:
    """The upload addresses that were given out, each for one file and one size in bytes."""

    slack: Slack
    expected: dict[str, tuple[File, int]] = field(default_factory=dict)

    def expect(self, file: File, size: int) -> str:
        """A new address's ticket."""
        ticket = self.slack.world.secret()
        self.expected[ticket] = (file, size)
        return ticket

    async def receive(self, request: web.Request) -> web.Response:
        """The bytes, raw or as the first file of a form; the address is good for one upload."""
        file, size = self.expected.pop(request.match_info["ticket"], (None, 0))
        if file is None:
            return web.Response(status=404, text="not_found")
        file.content = await _bytes(request)
        if len(file.content) != size:
            self.slack.world.violations.note("upload", "wrong_length", f"{len(file.content)} bytes, {size} promised")
            return web.Response(status=400, text="wrong_length")
        return web.Response(text=f"OK - {size}")

    async def give(self, request: web.Request) -> web.Response:
        """A file's bytes; without the bot's token a sign-in page with status 200."""
        file = self.slack.world.files.get(request.match_info["place"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if file is None:
            return web.Response(status=404)
        if not self._may_read(token, file):
            return web.Response(text=SIGN_IN, content_type="text/html")
        return web.Response(body=file.content, content_type=file.mimetype)

    def _may_read(self, token: str, file: File) -> bool:
        try:
            installed = self.slack.grants.holder(token)
        except Refused as refused:
            self.slack.world.violations.note("url_private", refused.error)
            return False
        allowed = installed.team == file.team and "files:read" in installed.scopes
        if not allowed:
            self.slack.world.violations.note("url_private", "missing_scope", "files:read")
        return allowed


async def _bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
