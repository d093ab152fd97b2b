"""files.*: the three steps of an upload, and what is known of a file."""

from __future__ import annotations

import mimetypes

from tests.platforms.slack.calls import Call, method
from tests.platforms.slack.methods.content import content
from tests.platforms.slack.records import File, Json, Message
from tests.platforms.slack.refused import Refused


@method("files.getUploadURLExternal", "files:write", tier=4)
def upload_url(call: Call) -> Json:
    """Where the bytes go."""
    name = call.arguments.text("filename", None)
    if call.arguments.number("length", 0) < 1:
        raise Refused("invalid_arguments", "length must be positive [json-pointer:/length]")
    world = call.slack.world
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(world.id("F"), call.team.id, call.bot.id, name, b"", kind, world.clock.seconds(), world.base)
    file.complete, file.alt_text = False, call.arguments.text("alt_txt")
    world.files[file.id] = file
    ticket = call.slack.uploads.expect(file, call.arguments.number("length", 0))
    return {"upload_url": f"{world.base}upload/v1/{ticket}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete(call: Call) -> Json:
    """The files stand in a channel now, as one message of the bot's."""
    given = call.arguments.value("files")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise Refused("invalid_arguments", "files must be an array of objects [json-pointer:/files]")
    files = [_uploaded(call, one) for one in given]
    if call.arguments.text("channel_id"):
        _share(call, files)
    return {"files": [file.shown() for file in files]}


@method("files.info", "files:read", tier=4)
def info(call: Call) -> Json:
    """One file."""
    file = call.slack.world.files.get(call.arguments.text("file", None))
    if file is None or file.team != call.team.id:
        raise Refused("file_not_found")
    return {"file": file.shown(), "comments": [], "response_metadata": {"next_cursor": ""}}


def _uploaded(call: Call, wanted: Json) -> File:
    file = call.slack.world.files.get(str(wanted.get("id")))
    if file is None or file.team != call.team.id:
        raise Refused("file_not_found")
    if not file.content:
        raise Refused("file_update_failed")
    file.title, file.complete = str(wanted.get("title") or file.name), True
    return file


def _share(call: Call, files: list[File]) -> None:
    channel = call.channel("channel_id")
    if call.bot.id not in channel.members:
        raise Refused("not_in_channel")
    said = content(call.slack.world, call.arguments, call.name)
    text = call.arguments.text("initial_comment")
    message = Message(channel.id, call.slack.world.clock.ts(), call.bot.id, call.team.id, text, said.blocks or [])
    message.thread_ts, message.subtype = call.arguments.text("thread_ts"), "file_share"
    message.bot, message.app_id, message.files = call.installation.profile, call.slack.app.id, files
    for file in files:
        file.channels.append(channel.id)
    call.slack.world.put(channel, message)
    call.slack.events.message(channel, message)
