"""What of the guide has been tried, told from what really happened in the chat."""

from __future__ import annotations

from adapters.web.places import Room
from bot.words import Post, Reply

_VERBS = {"claim": "claimed", "ack": "acknowledged", "resolve": "resolved", "rate": "rated", "report": "reported"}


def of_act(verb: str, reply: Reply) -> str:
    """The step that a person's act was; "" when it was none, was refused, or has a form to be filled in first."""
    return "" if reply.failed or reply.form else _VERBS.get(verb, "")


def of_post(post: Post, room: Room | None) -> str:
    """The step that a new message of the desk's stands for."""
    if room and room.kind == "triage" and any("ticket" in button.answers for button in post.card.buttons):
        return "opened"
    return "pinged" if room and room.kind == "escalations" and post.mentions else ""
