"""Block Kit's composition objects: texts, options, confirmations (docs.slack.dev, reference/block-kit)."""

from __future__ import annotations

from tests.platforms.slack.blockkit.rules import (
    Rule,
    address,
    anything,
    both,
    choice,
    each,
    flag,
    needs_one_of,
    shape,
    string,
    typed,
)

ID = string(255, 1)
URL = address


def plain(most: int) -> Rule:
    """A plain_text object; mrkdwn is refused here."""
    return shape({"type": choice("plain_text"), "text": string(most, 1)}, {"emoji": flag})


def mrkdwn(most: int) -> Rule:
    """A mrkdwn object; plain_text is refused here."""
    return shape({"type": choice("mrkdwn"), "text": string(most, 1)}, {"verbatim": flag})


def text(most: int) -> Rule:
    """A text object of either kind."""
    return typed({"plain_text": plain(most), "mrkdwn": mrkdwn(most)}, "text")


CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)


def option(label: Rule) -> Rule:
    """One option of a menu, with its label of 75 characters."""
    return shape({"text": label, "value": string(150, 1)}, {"description": text(75), "url": URL})


OPTION = option(plain(75))
RICH_OPTION = option(text(75))
OPTIONS = each(OPTION, 100)
GROUPS = each(shape({"label": plain(75), "options": OPTIONS}), 100)
DISPATCH = shape({"trigger_actions_on": each(choice("on_enter_pressed", "on_character_entered"), 2)})
_KINDS = each(choice("im", "mpim", "private", "public"), 4)
_EXCLUDED = ("exclude_external_shared_channels", "exclude_bot_users")
FILTER = both(
    shape({}, {"include": _KINDS} | dict.fromkeys(_EXCLUDED, flag)),
    needs_one_of("include", *_EXCLUDED),
)
SLACK_FILE = both(shape({}, {"url": URL, "id": ID}), needs_one_of("url", "id"))
TRIGGER = shape({"trigger": anything})
