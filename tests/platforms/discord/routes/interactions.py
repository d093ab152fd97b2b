"""The first response to an interaction: once, within three seconds, and of a type that fits it."""

from __future__ import annotations

from tests.platforms.discord.answers import COMMANDED, PRESSED, SUBMITTED, TYPED, Interaction
from tests.platforms.discord.calls import Answer, Call, route
from tests.platforms.discord.messages import EPHEMERAL
from tests.platforms.discord.records import Json
from tests.platforms.discord.refused import Refused, form
from tests.platforms.discord.rules import message as messages
from tests.platforms.discord.rules import modal as modals
from tests.platforms.discord.rules.openapi import shapes

_SHAPES = {
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
    9: "ModalInteractionCallbackRequest",
}
_FITS = {COMMANDED: {4, 5, 9}, PRESSED: {4, 5, 6, 7, 9}, TYPED: {8}, SUBMITTED: {4, 5}}


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", open=True)
def callback(call: Call) -> Answer:
    """Answer an interaction."""
    it = call.discord.interactions.all.get(call.params["interaction_id"])
    if it is None or it.token != call.params["interaction_token"] or it.over:
        raise Refused(10062)
    if it.answered:
        raise Refused(40060)
    kind = int(call.body["type"])
    _fits(it, kind)
    call.refuse(shapes().named(_SHAPES[kind], call.body))
    data = call.body.get("data") or {}
    _sound(call, kind, data)
    call.discord.interactions.respond(it, kind, data, call.uploads)
    return _told(it, kind) if call.flag("with_response") else None


def _fits(it: Interaction, kind: int) -> None:
    fits = _FITS[it.kind] | ({6, 7} if it.kind == SUBMITTED and it.message is not None else set())
    if kind not in fits:
        raise form("type", "INTERACTION_CALLBACK_TYPE", f"type {kind} does not answer an interaction of type {it.kind}")


def _sound(call: Call, kind: int, data: Json) -> None:
    if kind == 4 and messages.empty(data, call.uploads):
        raise Refused(50006)
    if kind == 5 and int(data.get("flags") or 0) & ~EPHEMERAL:
        raise form("data.flags", "FLAGS_INVALID", "a deferred message can only be EPHEMERAL; the edit may be more")
    if kind == 9:
        call.refuse([(("data", *path), code, text) for path, code, text in modals.problems(data)])


def _told(it: Interaction, kind: int) -> Json:
    told: Json = {"id": it.id, "type": it.kind}
    resource: Json = {"type": kind}
    if kind in (4, 5, 6, 7) and it.original is not None:
        told["response_message_id"] = it.original.id
        told["response_message_loading"] = kind == 5
        told["response_message_ephemeral"] = bool(it.original.ephemeral)
        resource |= {"message": it.original.shown()} if kind in (4, 7) else {}
    return {"interaction": told} | ({"resource": resource} if kind in (4, 7) else {})
