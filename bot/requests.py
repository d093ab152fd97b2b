"""What reaches the desk over HTTP: a body is read up to a limit, and what cannot be used is refused in words."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request


class Junk(Exception):
    """What came cannot be used; the text says why. `status` is the HTTP status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


async def body(request: Request, most: int) -> bytes:
    """The body, of at most so many bytes; `Junk` when it is longer, or breaks off."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > most:
                raise Junk(f"That is too much: at most {most:,} bytes.", 413)
    except ClientDisconnect:
        raise Junk("The request broke off.") from None
    return b"".join(parts)
