"""What is said between the desk and a chat, on any channel: the only vocabulary adapters share with the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Tone = Literal["plain", "good", "warning", "danger"]
Style = Literal["plain", "primary", "danger"]
FieldKind = Literal["text", "long", "choice", "person", "ticket", "article", "number", "stars"]

WORKSPACE = "main"
"""The workspace of a desk that has only one."""

MOMENT = re.compile(r"⟦(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)⟧")


@dataclass(frozen=True, slots=True)
class Address:
    """A place: a channel ("web"), a room in it ("it-help", or "@U1" for the talk with one person) and a thread."""

    channel: str
    room: str
    thread: str = ""

    @property
    def direct(self) -> bool:
        """Whether the room is the bot's talk with one person."""
        return self.room.startswith("@")

    @classmethod
    def parse(cls, text: str) -> Address:
        """`"web:it-help"` as settings write it; ValueError when the channel or the room is missing."""
        channel, _, room = text.partition(":")
        room = room.removeprefix("#")
        if not channel or not room:
            raise ValueError(f"{text!r} is no address: write channel:room, like web:it-help")
        return cls(channel, room)

    def __str__(self) -> str:
        return f"{self.channel}:{self.room}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who did something, as the platform tells it. `email` only when the platform has verified it.

    `roles` are the platform's ids of their roles there, as they were when they did it.
    """

    id: str
    name: str = ""
    email: str = ""
    zone: str = ""
    bot: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent, as the platform holds it: `source` is its name of it, `url` where it stands there.

    `type` is the MIME type, `size` in bytes. Only `source` is there where the platform has told no more yet.
    """

    source: str
    name: str = ""
    type: str = ""
    size: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the desk keeps, whole."""

    id: int
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """A message as a platform holds it, handed over with what is done to it (a reaction, a shortcut)."""

    sender: Sender
    text: str
    message: str
    at: datetime
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing somebody did: a slash command, a click, a submitted form, a message, a POST.

    `id` names the delivery: two deliveries with one id have one effect. `verb` is a command's name ("" for plain text);
    `answers` are the values known already and `text` the words typed behind a command, or the message itself.
    `message` is the platform's name of the message this is about. `submitted` says that a form was filled in,
    so that what is missing is an error and no longer a reason to show the form. `thread` is the talk so far, oldest
    first, where a ticket is made from a message. `named` are people whom the answers name by the platform's id.
    `files` came with it, and are fetched when it is on disk. `apart`: the desk is not in the place where that message
    stands, and can say nothing there. `longest` is how many characters (UTF-16) a field of a form holds that is
    answered with; None where it holds any text.
    """

    id: str
    sender: Sender
    at: Address
    verb: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    message: str = ""
    submitted: bool = False
    thread: tuple[Said, ...] = ()
    workspace: str = WORKSPACE
    named: tuple[Sender, ...] = ()
    files: tuple[File, ...] = ()
    apart: bool = False
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button names a verb and the answers it gives; clicking it does what the command with these answers does."""

    label: str
    verb: str
    answers: Mapping[str, str] = field(default_factory=dict)
    style: Style = "plain"


STATUS, PRIORITY = "Status", "Priority"
"""The labels of a ticket card's facts that a channel may show in its own way, as with a forum's tags."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value on a card. An instant is shown in the reader's own time zone, as a distance too."""

    label: str
    value: str | datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A message of the desk's: title, Markdown body, facts, buttons. `mentions` are person ids to be pinged.

    `picture` is an SVG document, `files` are kept ones by their ids. Text of people never pings, whatever it holds:
    only `mentions` do. `over`: nothing more is to be said in its thread. `past`: what it tells of is over, so that it
    pings nobody where it is new. `tells`: the announcements that the first lines of a digest's body tell.
    `leads_to`: the key of a post on the same channel; under the body a link to it is shown, once it stands.
    """

    title: str = ""
    body: str = ""
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    mentions: tuple[str, ...] = ()
    tone: Tone = "plain"
    picture: str = ""
    files: tuple[int, ...] = ()
    over: bool = False
    past: bool = False
    tells: tuple[str, ...] = ()
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a dialog. `choices` are (value, label) pairs; `limit` is the longest text in characters."""

    name: str
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    limit: int = 3000

    @property
    def advice(self) -> str:
        """The hint, where it tells more than how an answer is typed, which nobody need know who chooses one."""
        a_word = self.kind in ("article", "person") and " " not in self.hint
        return "" if a_word or self.kind in ("stars", "ticket") else self.hint


@dataclass(frozen=True, slots=True)
class Dialog:
    """A form as it is shown: the fields to fill in, what is known already, and what was wrong with the last try.

    `kept` are answers that are not asked (a ticket's number behind a button) and come back with the submission.
    `suggests` names the field whose text is looked up in the knowledge base while it is typed. `files`: some may come
    along, where the platform's forms take them.
    """

    verb: str
    title: str
    fields: tuple[Field, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    submit: str = "Send"
    suggests: str = ""
    files: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: cards under a title, `total` of them in all, of which perhaps only the first are here.

    `verb` is the command that lists more of them ("" when none does); `empty` stands there when there is none.
    """

    title: str
    cards: tuple[Card, ...] = ()
    total: int = 0
    verb: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an Incoming, shown at once: a card or a dialog, to the sender alone unless `private` is False.

    `sections` stand below the card, where it is the head of a page (the verb `home`), or are its body in parts.
    `documents` are files that were made for this answer (their id is 0).
    `follow` is what the adapter asks the desk next, when the reply has been shown: its reply replaces this one.
    `lost`: the database did not take it, so that a platform which delivers again should do so. `early`: nothing is
    known of what it is about, and nothing was remembered; where deliveries may overtake each other, the same one is
    worth another try a little later.
    """

    card: Card | None = None
    form: Dialog | None = None
    private: bool = True
    sections: tuple[Section, ...] = ()
    documents: tuple[Kept, ...] = ()
    follow: Incoming | None = None
    failed: bool = False
    lost: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A person to be pinged on this channel: the platform's id of them ("" when unknown there) and their name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """What is to stand in a place.

    `ref` is the platform's name of the message when it stands already: edit it there. Before `since` (aware) nobody
    wanted it, so that it cannot stand there from before. `about` is the number of the ticket it is about, as people
    write it. `files` are those of the card, with their content.
    `members` are the platform's ids of those who belong in a place that is opened for it, its reader first.
    `leads_to` is the message that the card leads to, named by the thread of its address, where it stands already.
    """

    key: str
    at: Address
    card: Card
    ref: str = ""
    mentions: tuple[Mention, ...] = ()
    revision: int = 1
    workspace: str = WORKSPACE
    since: datetime | None = None
    about: str = ""
    files: tuple[Kept, ...] = ()
    members: tuple[str, ...] = ()
    leads_to: Address | None = None


class SendFailed(Exception):
    """The platform did not take a post. `fate` tells whether it may stand there all the same."""

    def __init__(
        self,
        reason: str,
        *,
        fate: Literal["not sent", "unknown"] = "unknown",
        retry_after: float | None = None,
        final: bool = False,
    ) -> None:
        super().__init__(reason)
        self.fate, self.retry_after, self.final = fate, retry_after, final


def moment(instant: datetime) -> str:
    """An instant inside a text, as a mark that each channel shows in its reader's own time zone (see MOMENT)."""
    return f"⟦{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}⟧"


def clean(text: str, limit: int = 100_000) -> str:
    """A person's text made storable and harmless: no control characters, no marks of ours, no lone surrogates.

    Line breaks and tabs stay; a text over `limit` characters is cut, says so, and is cut but once.
    """
    if len(text) > limit:
        mark = f"… (cut: the text had {len(text):,} characters)"
        text = f"{text[: max(limit - len(mark), 0)]}{mark}"
    return _UNSAFE.sub(_replace_unsafe, text.replace("\r\n", "\n").replace("\r", "\n")).strip()


_CUT = re.compile(r"… \(cut: the text had ([\d,]+) characters\)\Z")


def left_out(cleaned: str) -> str:
    """What its writer is told of a text that `clean` has cut; "" for any other."""
    cut = _CUT.search(cleaned)
    return f"Only the first {cut.start():,} of {cut[1]} characters were kept: please send all as a file." if cut else ""


def storable(name: str) -> str:
    """A platform's name of something, made what every database takes: no NUL and no lone surrogate.

    They are written out (`\\x00`), so that two names stay two.
    """
    if name.isascii() and "\x00" not in name:  # nearly all of them, and this is asked some twenty times a message
        return name
    return name.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")


# Controls, directional overrides and isolates (which can reorder the text around them), our own marks, lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff⟦⟧\ud800-\udfff]")


def _replace_unsafe(match: re.Match[str]) -> str:
    return {"⟦": "[", "⟧": "]"}.get(match[0], "")


def blank(text: str) -> bool:
    """Whether a reader would see nothing: white space, zero-width and other invisible characters only."""
    return not any(character.isprintable() and not character.isspace() for character in _INVISIBLE.sub("", text))


_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\uffa0]"
)


def one_line(text: str, limit: int = 120) -> str:
    """The text on one line, cut with an ellipsis to at most `limit` characters."""
    return cut(" ".join(text.split()), limit)


TOLD = 2_800
"""Characters of a text that are told at once: with what stands around them they fit Discord's 4,000, the narrowest."""


def quote(text: str, limit: int = TOLD) -> str:
    """A person's text as a Markdown quotation, cut to `limit` characters."""
    return "\n".join(f"> {line}" for line in cut(text, limit).splitlines())


def cut(text: str, limit: int) -> str:
    """The text, cut with an ellipsis to at most `limit` characters: behind a word, where one ends near there."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace() and (end := kept.rfind(" ", limit - limit // 5)) >= 0:
        kept = kept[:end]
    return kept.rstrip() + "…"


def bullets(lines: Sequence[str], most: int) -> str:
    """Lines as a Markdown list; those beyond `most` are only counted."""
    more = [f"… and {len(lines) - most:,} more"] if len(lines) > most else []
    return "\n".join(f"- {line}" for line in (*lines[:most], *more))


def weight(size: int) -> str:
    """A size in bytes, in words: `12 KB`."""
    for unit, bytes_ in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        rounded = float(f"{size / bytes_:.3g}")
        if rounded >= 1:
            return f"{rounded:g} {unit}"
    return f"{size} bytes"


def tell(text: str, *buttons: Button) -> Reply:
    """A private answer of a sentence or two."""
    return Reply(Card(body=text, buttons=buttons))


def refuse(text: str, *buttons: Button) -> Reply:
    """A private answer that says what was wrong and how to say it right."""
    return Reply(Card(body=text, buttons=buttons, tone="danger"), failed=True)


def following(incoming: Incoming, verb: str, **answers: str) -> Incoming:
    """What is asked of the desk right behind an incoming, as the same person in the same place."""
    return Incoming(
        f"{incoming.id}:{verb}",
        incoming.sender,
        incoming.at,
        verb,
        answers,
        workspace=incoming.workspace,
        longest=incoming.longest,
    )
