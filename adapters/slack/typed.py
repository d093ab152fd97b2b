"""What Slack tells of a field of a modal while somebody types into it. Pure."""

from __future__ import annotations

from typing import NamedTuple

from adapters.slack import modal
from adapters.slack.read import BUTTON, Payload, team


class Typed(NamedTuple):
    """What somebody has in a field, the modal as it was then, and Slack's instant of it (`action_ts`, seconds)."""

    team: str
    user: str
    view: Payload
    text: str
    at: float


def typed(payload: Payload) -> Typed:
    """What stands in the field of a modal that tells us of each key."""
    action: Payload = next((a for a in payload["actions"] if not str(a["action_id"]).startswith(BUTTON)), {})
    text, at = str(action.get("value") or ""), float(action.get("action_ts") or 0)
    return Typed(team(payload), str(payload["user"]["id"]), payload["view"], text, at)


class Lookup(NamedTuple):
    """What somebody types into a menu of a modal: a field of the verb's form, and the words so far."""

    team: str
    user: str
    verb: str
    field: str
    words: str


def lookup(payload: Payload) -> Lookup | None:
    """The same from a payload; None where it is about no form of ours."""
    view, block = payload.get("view") or {}, str(payload.get("block_id", ""))
    if view.get("callback_id") != modal.CALLBACK or not block.startswith(modal.ASKED):
        return None
    verb = modal.submitted(view).verb
    words = str(payload.get("value") or "")
    return Lookup(team(payload), str(payload["user"]["id"]), verb, block.removeprefix(modal.ASKED), words)
