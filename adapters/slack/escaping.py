"""The smallest pieces of mrkdwn: text, links and instants, in which nothing of a person's means anything to Slack.

Pure. Format: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.plain_text import pieces, tidy, true_host
from bot.words import MOMENT

LINK = 1_500
"""A link with more characters is written out: no field of a card could hold it as one piece."""

_ENTITY = re.compile(r"&[a-z]{0,3}\Z")


def escape(text: str) -> str:
    """A person's text so that Slack reads no mention, link or date in it: `&`, `<` and `>` as entities."""
    return tidy(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """A person's text for a plain_text object, which decodes no entities: what would begin a mention does not."""
    return re.sub(r"<(?=[@!#])", "‹", MOMENT.sub(lambda mark: moment(mark[1], zone_free=True), tidy(text)))


def moment(instant: datetime | str, *, zone_free: bool = False) -> str:
    """An aware instant (or its ISO text) in each reader's own zone; `zone_free`: in UTC, where Slack reads no dates.

    What is no instant is shown as it was written.
    """
    try:
        at = (datetime.fromisoformat(instant) if isinstance(instant, str) else instant).astimezone(UTC)
    except (ValueError, OverflowError):
        return escape(str(instant))
    written = at.strftime("%Y-%m-%d %H:%M UTC")
    epoch = int(at.timestamp())
    return written if zone_free or epoch < 0 else f"<!date^{epoch}^{{date_short_pretty}}, {{time}}|{written}>"


def line(text: str, *, zone_free: bool = False) -> str:
    """Plain text: nothing in it means anything but web addresses and MOMENT marks."""
    return "".join(pieces(text, _words, lambda instant: moment(instant, zone_free=zone_free), bare_link))


def _words(text: str) -> str:
    return escape(text).replace("```", "ˋˋˋ")


def cut(text: str, limit: int) -> str:
    """mrkdwn of at most `limit` characters: cut behind a word, never inside a link or an entity, with an ellipsis."""
    if len(text) <= limit:
        return text
    return behind_word(text, limit - 1).rstrip() + "…"


def behind_word(text: str, limit: int) -> str:
    """The beginning of a text of mrkdwn, at most `limit` characters, up to the end of a word where one is near."""
    kept = whole(text[:limit])
    space = max(kept.rfind(" "), kept.rfind("\n")) + 1
    return (whole(kept[:space]) if space > limit // 2 else "") or kept


def whole(text: str) -> str:
    """The beginning of a text of mrkdwn without the half of a link or an entity at its end."""
    opened = text.rfind("<")
    return text[:opened] if opened > text.rfind(">") else _ENTITY.sub("", text)


def code(text: str) -> str:
    """A person's text for a span of code, which holds no backtick."""
    return verbatim(text).replace("`", "ˋ")


def verbatim(text: str) -> str:
    """A person's text with its MOMENT marks in UTC, for where Slack reads no dates; it opens no block of code."""
    return _words(MOMENT.sub(lambda mark: moment(mark[1], zone_free=True), text))


def link(url: str, label: str) -> str:
    """A link of a person's: a label that names another host than the link leads to is followed by the true one."""
    shown, address = " ".join(verbatim(label).split()), _encoded(url)
    if not shown or shown == address:
        return bare_link(url)
    made = f"<{address}|{(shown + _led_to(label, url)).replace('|', '¦')}>"
    return made if len(made) <= LINK else f"{shown} ({escape(url)})"


def bare_link(url: str) -> str:
    """A link that is its own label."""
    made = f"<{_encoded(url)}>"
    return made if len(made) <= LINK else escape(url)


def _encoded(url: str) -> str:
    return escape(url).replace("|", "%7C")


def _led_to(label: str, url: str) -> str:
    host = true_host(label, url)
    return f" ({escape(host)})" if host else ""
