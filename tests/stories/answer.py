"""What somebody was answered."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.words import Dialog, Reply
from tests.stories.chats import NotPossible


def described(reply: Reply | Dialog) -> str:
    """An answer in a few words, for failures."""
    if isinstance(reply, Dialog):
        return f"the dialog {reply.verb}"
    return f"{reply.card.title} {reply.card.body}" if reply.card else "nothing"


def words_of(reply: Reply) -> str:
    """All that a reply says: a card's text, or a dialog's errors."""
    if reply.form:
        return " ".join(reply.form.errors.values())
    return f"{reply.card.title}\n{reply.card.body}".strip() if reply.card else ""


def refused(reply: Reply, *words: str) -> None:
    """The reply says privately that it was not done, and why."""
    assert reply.failed and reply.private, f"not refused: {described(reply)}"
    missing = [word for word in words if word not in words_of(reply)]
    assert not missing, f"{missing} not in {words_of(reply)!r}"


async def not_taken(act: Awaitable[Reply], *words: str) -> None:
    """It is refused with these words, or the chat does not let it be sent: Discord offers what fits, and only that."""
    try:
        reply = await act
    except NotPossible:
        return
    refused(reply, *words)
