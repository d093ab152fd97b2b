"""Cards as Discord's components: within every limit of a message, whatever is on the card. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import discord
from discord.ui import Container, File, Item, LayoutView, MediaGallery, TextDisplay

from adapters.discord import ids as custom_ids
from adapters.discord import limits, markup
from adapters.discord.marks import mark
from adapters.discord.rows import plain, rows
from bot.plain_text import as_many
from bot.words import Button, Card, Fact, Kept, Mention, Tone, blank, one_line

TONES: Mapping[Tone, int | None] = {"plain": None, "good": 0x23A55A, "warning": 0xF0B232, "danger": 0xF23F43}
"""The colour at a card's edge: 0xRRGGBB."""

PICTURE = "picture.png"
"""The name under which a card's picture is attached."""

HEAD, TITLE, FACT, FACTS = 500, 250, 300, 1_200
"""Characters of the mentions, the title, one fact's value and all facts; the body has what they leave."""

NOTE = 250
"""Characters of what tells that something did not fit."""

_OTHERS = 7
"""The most components beside rows and files: the container, the mentions, title, body, facts, notes and pictures."""

_SNOWFLAKE = re.compile(r"&?[1-9][0-9]{0,18}")
_IMAGE = re.compile(r"image/(?:png|jpeg|gif|webp)")


def view(
    card: Card,
    mentions: Sequence[Mention] = (),
    *,
    key: str = "",
    ids: Sequence[str] = (),
    files: Sequence[Kept] = (),
) -> LayoutView:
    """A card as a message; `key` is the mark that `carries` finds, `ids` the custom ids of its buttons, where given.

    Only `mentions` are live, and ping where the message is sent with `allowed(mentions)`. The sender attaches, to the
    message and to each edit of it, the picture of a card that has one as PICTURE, and what `attached(card, files)`
    names: Discord shows no attachment that no component names, and takes no message that names one it has not.
    """
    pinged, row = _pings(mentions), rows(card.buttons, ids)
    shown = attached(card, files)[: limits.COMPONENTS - _OTHERS - row.components]
    missing = [button.label for button in row.left_out] + [file.name for file in files[len(shown) :]]
    texts = _texts(card, limits.TEXTS - limits.length(pinged), _left_out(missing))
    made = LayoutView(timeout=None)
    if pinged:
        made.add_item(TextDisplay(pinged))
    container: Container[Any] = Container(*texts, *_media(card, shown), *row.items, accent_colour=TONES[card.tone])
    made.add_item(container)
    if key:
        container.id, _first_text(made).id = mark(key)
    made.stop()  # discord.py need not remember it: a custom id says all that a button does
    return made


def too_long(card: Card) -> list[Button]:
    """The buttons whose answers no custom id can hold: they are put aside, and `view` is given their `ids`."""
    return [button for button in card.buttons if custom_ids.pack(button.verb, button.answers) is None]


def attached(card: Card, files: Sequence[Kept]) -> list[tuple[str, Kept]]:
    """The files that a message shows with a card, each with the name under which the sender attaches it."""
    made: dict[str, Kept] = {}
    for place, file in enumerate(files[: limits.ATTACHMENTS - bool(card.picture)]):
        # Discord changes other names, and then finds no attachment for what a component names.
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", file.name).strip("._-")[-80:].lstrip("._-") or "file"
        made[name if name not in made and name != PICTURE else f"{place}-{name}"] = file
    return list(made.items())


def allowed(mentions: Sequence[Mention]) -> discord.AllowedMentions:
    """Pings for these people and roles, and for nobody else."""
    known = list(dict.fromkeys(mention.id for mention in mentions if _SNOWFLAKE.fullmatch(mention.id)))
    roles = [discord.Object(int(id[1:])) for id in known if id.startswith("&")]
    users = [discord.Object(int(id)) for id in known if not id.startswith("&")]
    return discord.AllowedMentions(
        everyone=False, users=users[: limits.MENTIONS], roles=roles[: limits.MENTIONS], replied_user=False
    )


def _pings(mentions: Sequence[Mention]) -> str:
    """Those to be pinged; who is unknown to Discord, by name. Those too many are counted."""
    return as_many(map(_ping, mentions), HEAD, limits.length)


def _ping(mention: Mention) -> str:
    if _SNOWFLAKE.fullmatch(mention.id):
        return f"<@{mention.id}>"
    return "" if blank(markup.tidy(mention.name)) else markup.escape(one_line(markup.tidy(mention.name), 60))


def _texts(card: Card, room: int, left_out: str) -> list[TextDisplay[Any]]:
    """Title, body, facts and notes, in `room` characters together."""
    title = "" if blank(markup.tidy(card.title)) else f"### {_short(card.title, TITLE)}"
    facts, untold = _facts(card.facts)
    notes = [note for note in (_left_out(untold), left_out) if note]
    room -= sum(map(limits.length, (title, facts, *notes))) + NOTE
    body, cut = markup.fitted(card.body, room, lambda text: markup.discord(text, joined=True))
    if cut:
        notes.append(f"-# Cut here: {cut:,} characters more.")
    texts = [text.strip() for text in (title, body, facts, "\n".join(notes)) if not blank(text)]
    return [TextDisplay(text) for text in texts or ["Firstline"]]


def _short(text: str, limit: int, render: Callable[[str], str] = markup.line) -> str:
    """A line of a person's words, cut."""
    return markup.fitted(" ".join(text.split()), limit, render)[0]


def _facts(facts: Sequence[Fact]) -> tuple[str, list[str]]:
    """The facts below each other, and the labels of those that did not fit."""
    made = ""
    for place, fact in enumerate(facts):
        line = line_of(fact)
        if limits.length(made) + limits.length(line) >= FACTS:
            return made, [fact.label for fact in facts[place:]]
        made = f"{made}\n{line}".lstrip()
    return made, []


def line_of(fact: Fact) -> str:
    """A fact as it stands in a card."""
    if isinstance(fact.value, datetime):
        value = f"{markup.moment(fact.value)} ({markup.moment(fact.value, 'R')})"
    else:
        value = "–" if blank(markup.tidy(fact.value)) else _short(fact.value, FACT, _value)
    label = "" if blank(markup.tidy(fact.label)) else f"**{markup.escape(one_line(fact.label, 60))}:** "
    return label + value


def _value(text: str) -> str:
    """Plain text, or what is to be typed."""
    return markup.discord(text) if re.fullmatch("`[^`]+`", text) else markup.line(text)


def _left_out(labels: Sequence[str]) -> str:
    some = _short(", ".join(labels[:20]), 120)
    return f"-# {len(labels):,} more did not fit here: {some}" if labels else ""


def _media(card: Card, files: Sequence[tuple[str, Kept]]) -> list[Item[Any]]:
    """The picture and the images beside each other, all other files below them."""
    pictures = [(PICTURE, card.title or "Picture")] if card.picture else []
    pictures += [(name, file.name) for name, file in files if _IMAGE.fullmatch(file.type)]
    shown = [
        discord.MediaGalleryItem(f"attachment://{name}", description=plain(words, limits.ALT_TEXT))
        for name, words in pictures
    ]
    others = [File[Any](f"attachment://{name}") for name, file in files if not _IMAGE.fullmatch(file.type)]
    return [*([MediaGallery[Any](*shown)] if shown else []), *others]


def _first_text(made: LayoutView) -> TextDisplay[Any]:
    return next(item for item in made.walk_children() if isinstance(item, TextDisplay))
