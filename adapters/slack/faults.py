"""What Slack's errors mean for what was asked: whether it was done, and when or whether it is worth asking again. Pure.

From the error tables of chat.postMessage, chat.update, conversations.open, files.getUploadURLExternal and
files.completeUploadExternal on docs.slack.dev.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from slack_sdk.errors import SlackApiError

from bot.retry_after import seconds
from bot.words import SendFailed

AGAIN = 300.0
"""Seconds until it is worth looking whether an admin has mended what only an admin can."""
BUSY = 30.0
"""Seconds to wait where Slack says that it is too fast, and not for how long."""

DOOR = frozenset(
    [
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "not_allowed_token_type",
        "org_login_required",
        "ekm_access_denied",
        "access_denied",
        "enterprise_is_restricted",
        "team_access_not_granted",
        "two_factor_setup_required",
        "team_added_to_org",
        "accesslimited",
        "app_not_installed",
    ]
)
"""The app itself is not let in: nothing can be said in this workspace until an admin mends it."""

METHOD = frozenset(["missing_scope", "not_allowed_token_type", "accesslimited", "enterprise_is_restricted"])
"""Of those, what bars one method only, and perhaps one kind of room."""

PLACE = frozenset(["ekm_access_denied", "access_denied", "team_access_not_granted"])
"""Of those, what may bar one place only: where administrators let nobody post, or another team's."""

ROOM = frozenset(
    [
        "channel_not_found",
        "not_in_channel",
        "no_permission",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
        "channel_is_limited_access",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "users_not_found",
        "cannot_dm_bot",
        "cannot_dm_user",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "as_user_not_supported",
        "external_channel_migrating",
        "not_in_a_channel",
        "no_such_room",
    ]
)
"""This room cannot be reached, and trying again does not help."""

OUTSIDE = frozenset(["not_in_channel", "no_permission"])
"""The bot is not in the room."""

TEXT = frozenset(["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"])
"""Slack does not take the message as it is drawn."""

FILE = frozenset(
    [
        *METHOD,
        *PLACE,
        "file_uploads_disabled",
        "file_uploads_except_images_disabled",
        "file_type_not_allowed",
        "file_upload_size_restricted",
        "storage_limit_reached",
        "posting_to_channel_denied",
        "slack_connect_file_upload_sharing_blocked",
        "slack_connect_blocked_file_type",
        "malware_detected",
        "missing_argument",  # its length, where it has no bytes
    ]
)
"""Slack does not take the file, whatever is said with it, or lets the app hand over none, at least there."""

GONE = frozenset(["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"])
"""The message that was to be edited cannot be: it has to be said anew."""

THREAD = frozenset(["thread_not_found", "message_not_found", "cannot_reply_to_message"])
"""The thread's first message is gone."""

BROKEN = frozenset(["internal_error", "fatal_error", "request_timeout", "service_unavailable", "timeout"])
"""Slack itself failed, and may have done it all the same."""

FAST = frozenset(["ratelimited", "rate_limited", "message_limit_exceeded"])
"""We are too fast."""

HINTS = {
    "not_in_channel": "the bot is not in the channel; invite it there: /invite @Firstline",
    "no_permission": "the bot is not in the channel; invite it there: /invite @Firstline",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it: /invite @Firstline",
    "is_archived": "the channel is archived",
}
"""What an admin can do about it."""


class Fault(SendFailed):
    """A call that Slack did not do, as far as is known; see SendFailed. `code` is Slack's own word for why."""

    def __init__(
        self,
        code: str,
        *,
        fate: Literal["not sent", "unknown"] = "not sent",
        retry_after: float | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(
            f"Slack says {code}" + (f": {HINTS[code]}" if code in HINTS else ""),
            fate=fate,
            retry_after=retry_after,
            final=final,
        )
        self.code = code


def fault(code: str, status: int = 200, retry_after: float | None = None) -> Fault:
    """The fault that an error code, an HTTP status and a Retry-After (seconds) speak of."""
    if code in FAST or status == 429:
        return Fault(code or "ratelimited", retry_after=retry_after or BUSY)
    if code in BROKEN or status >= 500:
        return Fault(code or f"http_{status}", fate="unknown")
    if code in DOOR:
        return Fault(code, retry_after=AGAIN)
    return Fault(code or f"http_{status}", final=code in ROOM or code in TEXT)


def of_answer(error: SlackApiError) -> Fault:
    """The fault in an answer that the SDK refused. Its body may be anything."""
    answer: Any = error.response
    data = getattr(answer, "data", None)
    code = data.get("error", "") if isinstance(data, dict) else ""
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))
    if not code and status == 200:
        return Fault("no answer that can be read", fate="unknown")
    return fault(str(code), status, wait(getattr(answer, "headers", None) or {}))


def wait(headers: Mapping[str, Any]) -> float | None:
    """The seconds of the header Retry-After: one at least, as Slack counts in whole ones."""
    value = headers.get("Retry-After") or headers.get("retry-after")
    told = seconds(str(value[0] if isinstance(value, list) else value))
    return None if told is None else max(1.0, told)
