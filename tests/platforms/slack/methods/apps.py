"""auth.*, apps.*, api.test and assistant.threads.*: the app itself."""

from __future__ import annotations

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.methods.content import LONG
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused


@method("api.test", tier=4, token="none")
def test(call: Call) -> Json:
    """Whether anybody is there."""
    if error := call.arguments.text("error"):
        raise Refused(error, args=call.arguments.given)
    return {"args": call.arguments.given}


@method("auth.test", tier=0)
def whoami(call: Call) -> Json:
    """Whose token this is."""
    said = {"url": f"https://{call.team.domain}.slack.com/", "team": call.team.name, "team_id": call.team.id}
    said |= {"user": call.bot.name, "user_id": call.bot.id, "bot_id": call.bot.bot_id}
    return said | {"app_id": call.slack.app.id, "is_enterprise_install": False}


@method("auth.revoke", tier=3)
def revoke(call: Call) -> Json:
    """The token is worth nothing from now on."""
    if not call.arguments.flag("test"):
        call.slack.grants.revoke(call.installation)
    return {"revoked": not call.arguments.flag("test")}


@method("apps.uninstall", tier=1)
def uninstall(call: Call) -> Json:
    """The app leaves the workspace."""
    app = call.slack.app
    if (call.arguments.text("client_id", None), call.arguments.text("client_secret", None)) != (
        app.client_id,
        app.client_secret,
    ):
        raise Refused("bad_client_secret")
    call.slack.grants.uninstall(call.installation)
    return {}


@method("apps.connections.open", tier=1, token="app")
def connect(call: Call) -> Json:
    """The address of a new Socket Mode connection; it is good for one use."""
    return {"url": call.slack.sockets.address()}


def _thread(call: Call) -> str:
    """The thread that is meant; with agent_view the whole talk, by the channel's id, when none is named."""
    channel = call.channel("channel_id")
    thread = call.arguments.text("thread_ts", "" if call.slack.app.agent else None)
    if channel.kind != "im" or (thread and thread not in channel.messages):
        raise Refused("invalid_thread_ts")
    return thread or channel.id


@method("assistant.threads.setSuggestedPrompts", "assistant:write", "chat:write", tier=3)
def prompts(call: Call) -> Json:
    """Up to four prompts that a person may pick in an assistant's thread."""
    thread = _thread(call)
    given = call.arguments.value("prompts")
    if not isinstance(given, list) or not 1 <= len(given) <= 4:
        raise Refused("invalid_arguments", "prompts must be one to four [json-pointer:/prompts]")
    if not all(isinstance(one, dict) and one.get("title") and one.get("message") for one in given):
        raise Refused("invalid_arguments", "a prompt has a title and a message [json-pointer:/prompts]")
    call.slack.assistants[thread] = {"prompts": given, "title": call.arguments.text("title")}
    return {}


@method("assistant.threads.setStatus", "assistant:write", "chat:write", tier=3)
def status(call: Call) -> Json:
    """What the assistant is busy with."""
    call.slack.assistants.setdefault(_thread(call), {})["status"] = call.arguments.text("status")
    return {}


@method("assistant.threads.setTitle", "assistant:write", tier=3)
def title(call: Call) -> Json:
    """The name of the thread in the person's history."""
    thread = _thread(call)
    if len(title := call.arguments.text("title", None)) > LONG:
        raise Refused("invalid_arguments", "title is too long [json-pointer:/title]")
    call.slack.assistants.setdefault(thread, {})["title"] = title
    return {}
