"""views.*: modals for those who just did something, and everybody's Home tab."""

from __future__ import annotations

import json

from tests.platforms.slack.blockkit import view_problems
from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused

HEAVIEST = 250 * 1024


@method("views.open", tier=4)
def open_(call: Call) -> Json:
    """A modal, for a trigger id of at most three seconds that nobody has used."""
    view = _view(call)
    trigger = call.slack.triggers.exchange(call.arguments.text("trigger_id", None), call.team.id)
    return {"view": call.slack.views.open(call.team.id, trigger.user, view).shown()}


@method("views.push", tier=4)
def push(call: Call) -> Json:
    """A modal on top of the one in which the person acted."""
    view = _view(call)
    trigger = call.slack.triggers.exchange(call.arguments.text("trigger_id", None), call.team.id)
    return {"view": call.slack.views.push(call.team.id, trigger.user, view, trigger.view).shown()}


@method("views.update", tier=4)
def update(call: Call) -> Json:
    """Another content for an open modal; with `hash` only if nobody was faster."""
    view = _view(call)
    named = call.arguments.text("view_id"), call.arguments.text("external_id")
    if not any(named):
        raise Refused("invalid_arguments", "missing required field: view_id")
    found = call.slack.views.find(call.team.id, *named)
    return {"view": call.slack.views.update(found, view, call.arguments.text("hash")).shown()}


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    """A person's Home tab."""
    view = _view(call, home=True)
    user = call.team.users.get(call.arguments.text("user_id", None))
    if user is None or user.deleted:
        raise Refused("invalid_arguments", "invalid `user_id` [json-pointer:/user_id]")
    return {"view": call.slack.views.publish(call.team.id, user.id, view, call.arguments.text("hash")).shown()}


def _view(call: Call, home: bool = False) -> Json:
    call.arguments.text("view", None)
    view = call.arguments.value("view")
    if problems := view_problems(view, home):
        raise Refused("invalid_arguments", *problems)
    if len(json.dumps(view)) > HEAVIEST:
        raise Refused("view_too_large")
    return dict(view)
