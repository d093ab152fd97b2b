"""Cards as Block Kit: within every limit of Slack's, whatever is on the card. Pure.

A card's picture is no block: it is an SVG, of which an answer brings a file; see documents.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from adapters.slack import limits, markup
from adapters.slack.pieces import SMALLEST, pieces
from bot.plain_text import as_many
from bot.words import MOMENT, Button, Card, Fact, Mention, Tone, blank, one_line

Block = dict[str, Any]


class Message(NamedTuple):
    """What chat.postMessage takes: the words of the notification, and the blocks that are shown in their place."""

    text: str
    blocks: list[Block]


TONES: Mapping[Tone, str] = {"plain": "", "good": "✅", "warning": "⚠️", "danger": "🔴"}
"""What stands before a card's title."""

ROW = 5
"""Buttons beside each other; more would wrap at another place on every screen."""

BUTTONS, ACTIONS = 50, 4_000
"""The most buttons of a card, and the most characters of JSON they may take, so that there is room for the rest."""

FACTS, FACTS_SIZE, FACT = 50, 2_500, 800
HEAD = 500
"""Characters of a title that is too long for a header, and of the mentions."""

NOTE = 400
"""Room left for what tells that something was cut."""

_PERSON = re.compile(r"[UW][A-Z0-9]{1,40}")
_GROUP = re.compile(r"S[A-Z0-9]{1,40}")


def message(card: Card, mentions: Sequence[Mention] = (), *, about: str = "", whole: bool = False) -> Message:
    """A card as a message. Only `mentions` ping. The notification names `about`, the ticket that it is about.

    `whole`: Slack is to fold no part of its body behind “See more”.
    """
    pinged = pings(mentions)
    head = [*([section(pinged)] if pinged else []), *_title(card)]
    foot = [*_facts(card.facts), *rows(card.buttons)]
    room = limits.MESSAGE - size([*head, *foot]) - NOTE
    paragraphs = _paragraphs(card)
    body = _body(paragraphs, room, limits.MESSAGE_BLOCKS - len(head) - len(foot), whole)
    said = _paragraphs(card, zone_free=True) if MOMENT.search(card.body) else paragraphs
    text = _text(card, pinged, about, said)
    return Message(text, [*head, *body, *foot] or [section(text)])


def size(blocks: Sequence[Block]) -> int:
    """Characters of JSON."""
    return len(json.dumps(blocks, ensure_ascii=False))


def section(mrkdwn: str, *, whole: bool = False) -> Block:
    """A section of at most 3,000 characters of mrkdwn, in which Slack makes no links of its own."""
    made: Block = {"type": "section", "text": _mrkdwn(mrkdwn)}
    return made | {"expand": True} if whole else made


def context(mrkdwn: str) -> Block:
    """A line in small grey letters."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def _mrkdwn(text: str) -> Block:
    # verbatim: links and mentions are those that are written as such, and no others.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int, instead: str = "–") -> Block:
    """A person's words as a plain_text object: one line, cut, and what looks like `:emoji:` left as it is."""
    words = next((text for text in (text, instead) if not blank(markup.tidy(text))), "–")
    return {"type": "plain_text", "text": one_line(markup.inert(words), limit), "emoji": False}


def compact(value: Mapping[str, Any]) -> str:
    """JSON that comes back as it went, whether or not a server escapes `&`, `<` and `>` on the way."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace").decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def pings(mentions: Sequence[Mention]) -> str:
    """Those to be pinged, as mrkdwn; who is unknown to Slack, by name. Those too many are counted."""
    return as_many(map(_ping, mentions), HEAD)


def _ping(mention: Mention) -> str:
    if _PERSON.fullmatch(mention.id):
        return f"<@{mention.id}>"
    if _GROUP.fullmatch(mention.id):
        return f"<!subteam^{mention.id}>"
    return "" if blank(mention.name) else markup.verbatim(one_line(mention.name, 60))


def _title(card: Card) -> list[Block]:
    if blank(markup.inert(card.title)):
        return []
    title = f"{TONES[card.tone]} {card.title}".strip()
    if len(" ".join(markup.inert(title).split())) <= limits.HEADER:
        return [{"type": "header", "text": plain(title, limits.HEADER)}]
    return [section(f"*{markup.cut(markup.verbatim(' '.join(title.split())), HEAD)}*")]


def _paragraphs(card: Card, *, zone_free: bool = False) -> list[str]:
    """The body, behind the mark of its tone when there is no title to bear it."""
    made = markup.paragraphs(card.body, zone_free, joined=True)
    mark = TONES[card.tone] if blank(markup.inert(card.title)) else ""
    if mark and made:
        made[0] = f"{mark}{chr(10) if made[0].startswith(('>', '```')) else ' '}{made[0]}"
    return made


def _body(paragraphs: Sequence[str], room: int, count: int, whole: bool) -> list[Block]:
    """Sections of the body, as many as there is room for: characters of JSON, and blocks."""
    left = [piece for piece in pieces(paragraphs, limits.SECTION) if not blank(piece)]
    made: list[Block] = []
    while left and len(made) < count - 2:
        block = section(left[0], whole=whole)
        room -= size([block])
        if room < 0:
            room += size([block])
            break
        made.append(block)
        left = left[1:]
    return made + _cut(left, room, whole) if left else made


def _cut(left: Sequence[str], room: int, whole: bool) -> list[Block]:
    """As much of what is left as there is room for, and that it was cut."""
    part = pieces(left[:1], (room - 100) // 2)[0] if (room - 100) // 2 >= SMALLEST else ""
    more = sum(map(len, left)) - len(part)
    return [*([section(part, whole=whole)] if part else []), context(f"_Cut here: {more:,} characters more._")]


def _facts(facts: Sequence[Fact]) -> list[Block]:
    shown = [_mrkdwn(_fact(fact)) for fact in facts]
    kept = _fitting(shown, FACTS, FACTS_SIZE)
    made: list[Block] = [
        {"type": "section", "fields": kept[start : start + limits.FIELDS]}
        for start in range(0, len(kept), limits.FIELDS)
    ]
    return made + _left_out([fact.label for fact in facts[len(kept) :]])


@lru_cache(maxsize=4096)  # most tickets have the same facts
def _fact(fact: Fact) -> str:
    if isinstance(fact.value, datetime):
        value = markup.moment(fact.value)
    else:
        value = "–" if blank(fact.value) else markup.cut(markup.line(fact.value), FACT)
    label = one_line(fact.label, 60)
    return value if blank(label) else f"*{markup.verbatim(label)}*\n{value}"


def rows(buttons: Sequence[Button]) -> list[Block]:
    """The buttons, five beside each other; each does what its `value` says (see `compact`): {"v": verb, "a": answers}.

    One that cannot be carried is named below them.
    """
    made = [button(said, place) for place, said in enumerate(buttons)]
    kept = _fitting([block for block in made if len(block["value"]) <= limits.BUTTON_VALUE], BUTTONS, ACTIONS)
    shown: list[Block] = [
        {"type": "actions", "elements": kept[start : start + ROW]} for start in range(0, len(kept), ROW)
    ]
    return shown + _left_out([said.label for said, block in zip(buttons, made, strict=True) if block not in kept])


def button(said: Button, place: int) -> Block:
    """A button, by its place among those of its message; `value` may be longer than Slack takes."""
    made: Block = {
        "type": "button",
        "action_id": markup.tidy(f"do:{place}:{said.verb}")[: limits.ID],
        "text": plain(said.label, limits.BUTTON_LABEL, said.verb),
        "value": compact({"v": said.verb, "a": dict(said.answers)}),
    }
    if said.style != "plain":
        made["style"] = said.style
    if not any(map(str.isalnum, said.label)):
        made["accessibility_label"] = plain(said.verb, limits.BUTTON_LABEL)["text"]
    return made


def _fitting(blocks: Sequence[Block], count: int, room: int) -> list[Block]:
    """The first of the blocks, up to a number and a size."""
    if len(blocks) <= count and size(blocks) <= room:
        return list(blocks)
    kept: list[Block] = []
    for block in blocks[:count]:
        room -= size([block])
        if room < 0:
            break
        kept.append(block)
    return kept


def _left_out(labels: Sequence[str]) -> list[Block]:
    if not labels:
        return []
    some = markup.cut(markup.verbatim(one_line(", ".join(labels[:20]), 150)), 150)
    return [context(f"_{len(labels):,} more did not fit here: {some}_")]


def _text(card: Card, pinged: str, about: str, paragraphs: Sequence[str]) -> str:
    """What a notification says: whom it pings, the title, then the words, or the facts when there are none.

    The ticket is named before them where nothing of it names it.
    """
    title = "" if blank(card.title) else f"{TONES[card.tone]} {markup.verbatim(one_line(card.title, 300))}".strip()
    words = "\n".join(paragraphs) or ", ".join(map(_said, card.facts))
    if about and not re.search(rf"(?<![A-Za-z0-9]){re.escape(about)}(?![A-Za-z0-9])", f"{title}\n{words}"):
        title, words = (f"{about} · {title}", words) if title else ("", f"{about} · {words}")
    made = "\n".join(part for part in (f"{pinged} {title}".strip(), words) if not blank(part))
    return markup.cut(made or "Firstline", limits.TEXT)


def _said(fact: Fact) -> str:
    if isinstance(fact.value, datetime):
        value = markup.moment(fact.value, zone_free=True)
    else:
        value = markup.line(fact.value, zone_free=True)
    return f"{markup.verbatim(one_line(fact.label, 60))}: {value}".removeprefix(": ")
