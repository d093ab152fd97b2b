"""What a command asks for: declared as a model, shown as a dialog, filled from typed words or a submitted form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from rapidfuzz import process

from bot import ticket_numbers
from bot.choices import chosen
from bot.settings import Settings
from bot.ticket_numbers import number_in as number_in
from bot.words import Dialog, Field, FieldKind, blank, clean

Choices = Callable[[Settings], tuple[tuple[str, str], ...]]

NAMED = 20
"""How many of the known values an error names."""

LIKELY = 70
"""From which likeness on, of 100, a known value is what may have been meant: two letters alike are not enough."""

FILLER = re.compile(r"(?:(?:to|into|with|and) |(?:[-=]?>|[→&+]) ?)(?=\S)", re.IGNORECASE)
"""What people say before a second ticket or a person: `/merge 1004 into 1001`, `/assign 1004 to @ben`."""

BESIDE = re.compile(
    r"(?:(?:\A|[\s,.;!-]+)(?:please|pls|thanks|thank you|thx|cheers|a lot|so much|now|asap|it works|again))+[\s.!]*\Z",
    re.IGNORECASE,
)
"""What people say behind all that a command takes: `/claim 1004 please`. Its cost grows with the square of a text."""

SHORT = 200
"""Characters of words that are put in order."""

ME = ("me", "myself")

STARS = ("1", "2", "3", "4", "5")


class Wrong(Exception):
    """Input that cannot be used: the text tells the person what was wrong and how to say it right.

    `field` whose it was. `said_wrong` is False where nothing was misspelt, so that the usage would not help.
    """

    def __init__(self, text: str, field: str = "", *, said_wrong: bool = True) -> None:
        super().__init__(text)
        self.text, self.field, self.said_wrong = text, field, said_wrong


class Form(BaseModel):
    """The base of all forms: a field nobody declared is an error, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Ask:
    """How a field of a form is asked for. `choices` are (value, label) pairs, or made from the settings; those that
    are `also` understood are shown nowhere. Behind a command only the `typed` ones count, where there are such: a
    request may begin with `phone`.

    `positional` fields are taken from the words typed behind the command, in order; the last one takes all that is
    left. `fixed`: the form is about it, and never asks for it again; what is optional as well only a button gives.
    """

    label: str
    kind: FieldKind = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] | Choices = ()
    also: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    positional: bool = True
    limit: int = 3000
    fixed: bool = False


def _number(value: Any) -> int:
    number = number_in(str(value))
    if number is None:
        raise ValueError("no ticket number")
    return number


TicketNumber = Annotated[int, BeforeValidator(_number), Ask("Ticket", "ticket", hint="IT-1042")]


class AboutTicket(Form):
    """What a command asks for that only needs to know which ticket."""

    ticket: TicketNumber


@cache
def asks(form: type[Form]) -> dict[str, tuple[Ask, bool]]:
    """Each field's Ask and whether it is required, in the order of declaration."""
    found = {}
    for name, field in form.model_fields.items():
        declared = [m for m in field.metadata if isinstance(m, Ask)]  # the type's own comes first, the field's last
        ask = declared[-1] if declared else Ask(name.replace("_", " ").capitalize())
        found[name] = (ask, field.is_required())
    return found


def messages(form: type[Form]) -> list[str]:
    """The fields for words as in a message, which may be typed as well: of these `limits.text` characters are kept."""
    return [name for name, (ask, _) in asks(form).items() if ask.kind == "long" and ask.positional]


def choices_of(ask: Ask, settings: Settings) -> tuple[tuple[str, str], ...]:
    return ask.choices(settings) if callable(ask.choices) else ask.choices


def parse(
    form: type[Form], text: str, known: Mapping[str, str], settings: Settings, *, in_thread: bool = False
) -> dict[str, str]:
    """The answers in the words typed behind a command, beside those known already.

    A ticket's number is taken where one stands; a choice or person takes its name, a number one word (the last field:
    all that is left); text takes the rest. A word that fits no choice of an optional field is left for the field
    behind it; `Wrong` where that is a choice too, and knows it neither.
    In a ticket's thread a bare number with words behind it is no ticket: `3 printers are broken`. Where no text is
    asked for, words that ask for nothing are left out, and a ticket may stand last, or two choices the other way round.
    """
    answers = dict(known)
    passed: list[Ask] = []
    open_fields = [(n, a, r) for n, (a, r) in asks(form).items() if a.positional and n not in known]
    rest = _in_order([ask for _, ask, _ in open_fields], text.strip(), settings)
    for position, (name, ask, required) in enumerate(open_fields):
        further = open_fields[position + 1 :]
        last = not further
        if not rest:
            break
        if position and ask.kind in ("ticket", "person"):
            rest = _without_filler(ask, rest, settings)
        word, behind = _first(ask, rest, settings)
        if ask.kind in ("text", "long") or (last and ask.kind not in ("ticket", "stars", "number")):
            if passed and ask.kind == "choice" and not _fits(ask, rest, settings):
                raise Wrong(_none_of([*passed, ask], rest, settings))
            answers[name], rest = rest, ""
        elif ask.kind == "ticket" and in_thread and _is_no_ticket(rest, behind, further, settings):
            continue
        elif _fits(ask, word, settings) or (required and ask.kind != "ticket"):
            answers[name], rest = word, behind
        elif ask.kind == "choice":
            passed.append(ask)
    if rest:
        raise Wrong(f"I did not understand “{rest[:80]}”.")
    return answers


def _in_order(fields: list[Ask], said: str, settings: Settings) -> str:
    """The words as the fields ask for them: `ben 1002 please` as `1002 ben`, `network month` as `month network`."""
    kinds = [ask.kind for ask in fields]
    if "text" in kinds or "long" in kinds or len(said) > SHORT:
        return said
    said = BESIDE.sub("", said)
    if len(kinds) < 2 or not said or _fits(fields[0], _first(fields[0], said, settings)[0], settings):
        return said
    if kinds == ["choice", "choice"]:
        word, behind = _first(fields[1], said, settings)
        turned = _fits(fields[1], word, settings) and _fits(fields[0], behind, settings)
        return f"{behind} {word}" if turned else said
    if any(ask.kind == "choice" and _fits(ask, said, settings) for ask in fields[1:]):
        return said
    before, _, last = said.rpartition(" ")
    turned = kinds[0] == "ticket" and {*kinds[1:]} <= {"person", "choice"} and _fits(fields[0], last, settings)
    return f"{last} {before}" if turned else said


def _none_of(choices: list[Ask], said: str, settings: Settings) -> str:
    known = [f"{_begun(ask)} {_some([label for _, label in choices_of(ask, settings)])}." for ask in choices]
    return " ".join([f"I did not understand “{said[:80]}”.", *known])


def _without_filler(ask: Ask, rest: str, settings: Settings) -> str:
    """The words without what people say before a ticket or a person, where such a one follows."""
    filler = FILLER.match(rest)
    follows = rest[filler.end() :] if filler else ""
    return follows if follows and _fits(ask, _first(ask, follows, settings)[0], settings) else rest


def _is_no_ticket(rest: str, behind: str, further: list[tuple[str, Ask, bool]], settings: Settings) -> bool:
    """Whether a bare number in a ticket's thread begins what is asked for behind the ticket, or is all of that."""
    if not further or _surely_a_ticket(rest, settings):
        return False
    _, ask, required = further[0]
    if ask.kind == "stars":
        return not behind and rest in STARS
    return (bool(behind) or required) if ask.kind in ("text", "long") else ask.kind == "ticket" and not behind


def _surely_a_ticket(rest: str, settings: Settings) -> bool:
    found = _leading(rest, settings)
    return found is not None and found[2]


def _leading(rest: str, settings: Settings) -> tuple[str, str, bool] | None:
    organisation = settings.organisation
    return ticket_numbers.leading(ticket_numbers.unlinked(rest, organisation.address), organisation.prefix)


def _first(ask: Ask, rest: str, settings: Settings) -> tuple[str, str]:
    """The first word and what is behind it; of a choice, or a person of the settings, the whole name; of a ticket's
    number, in however many words, the number.
    """
    if ask.kind == "ticket" and (found := _leading(rest, settings)):
        return found[:2]
    typed = rest.removeprefix("@") if ask.kind == "person" else rest
    for name in sorted(_names(ask, settings), key=len, reverse=True):
        said, behind = typed[: len(name)], typed[len(name) :]
        if said.casefold() == name.casefold() and not behind[:1].strip():
            return said, behind.strip()
    word, *more = rest.split(None, 1)
    return word, "".join(more)


def _names(ask: Ask, settings: Settings) -> list[str]:
    match ask.kind:
        case "person":
            return [entry.name for entry in settings.people.values() if " " in entry.name]
        case "choice":
            return [name for pair in _typed(ask, settings) for name in pair]
        case _:
            return []


def _fits(ask: Ask, word: str, settings: Settings) -> bool:
    match ask.kind:
        case "ticket":
            return number_in(word, settings.organisation.prefix) is not None
        case "choice":
            return chosen(word, _typed(ask, settings)) is not None
        case "number" | "stars":
            return word.isdigit()
        case "person":
            return word[:1] in ("@", "<") or _is_known(word.casefold(), settings)
        case _:
            return True


def _is_known(word: str, settings: Settings) -> bool:
    """Whether it is the handle, the name or the first name of somebody of the settings."""
    names = (entry.name.casefold() for entry in settings.people.values())
    return word in (*ME, *settings.people) or any(word in (name, *name.split()[:1]) for name in names)


def _understood(ask: Ask, settings: Settings) -> tuple[tuple[str, str], ...]:
    return choices_of(ask, settings) + ask.also + ask.typed


def _typed(ask: Ask, settings: Settings) -> tuple[tuple[str, str], ...]:
    return tuple((label, label) for _, label in ask.typed) or _understood(ask, settings)


def missing(form: type[Form], answers: Mapping[str, str], *, ticket_known: bool = False) -> list[str]:
    """The required fields that have no answer yet."""
    return [
        name
        for name, (ask, required) in asks(form).items()
        if required and blank(answers.get(name, "")) and not (ticket_known and ask.kind == "ticket")
    ]


def fill(form: type[F], answers: Mapping[str, str], settings: Settings) -> F:
    """The form with these answers; `Wrong` with the first field that cannot be used.

    Blank optional answers count as not given.
    """
    fields = asks(form)
    unknown = [name for name in answers if name not in fields]
    if unknown:
        raise Wrong(f"There is no field called {unknown[0]!r} here.", unknown[0])
    given: dict[str, str] = {}
    for name, raw in answers.items():
        ask, required = fields[name]
        value = clean(raw, len(raw))  # a control character is nothing that a database would have to refuse
        if blank(value):
            if required:
                raise Wrong(f"{ask.label}: please fill this in.", name)
            continue
        given[name] = _checked(name, ask, value, settings)
    try:
        return form.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise Wrong(f"{_begun(fields[name][0])} {_in_words(fields[name][0], first)}", name) from None


def must_fit(form: type[Form], answers: Mapping[str, str], most: int) -> None:
    """`Wrong` for words as in a message that are longer than `most` characters."""
    for name in messages(form):
        ask, has = asks(form)[name][0], len(answers.get(name, ""))
        if has > most:
            wrong = f"at most {most:,} characters, please (it has {has:,}). Send the rest as a file."
            raise Wrong(f"{_begun(ask)} {wrong}", name)


def _checked(name: str, ask: Ask, value: str, settings: Settings) -> str:
    if len(value) > ask.limit and ask.kind in ("text", "article"):
        raise Wrong(f"{ask.label}: at most {ask.limit:,} characters, please (it has {len(value):,}).", name)
    if ask.kind == "ticket":
        value = ticket_numbers.unlinked(value.strip(), settings.organisation.address)
        number = number_in(value, settings.organisation.prefix)
        return value if number is None else str(number)
    if ask.kind != "choice":
        return value
    choice = chosen(value, _understood(ask, settings))
    if choice is None:
        raise Wrong(f"{_begun(ask)} {nearest(value, [label for _, label in choices_of(ask, settings)])}", name)
    return choice


def _begun(ask: Ask) -> str:
    """What is asked, before what is wrong with the answer."""
    return ask.label if ask.label.endswith("?") else f"{ask.label}:"


def nearest(value: str, known: list[str]) -> str:
    """What to say of a value that is not among the known ones: the nearest, or all of them."""
    shown = value if len(value) <= 60 else value[:59] + "…"
    best = process.extractOne(value.casefold(), [k.casefold() for k in known], score_cutoff=LIKELY)
    if best:
        return f"“{shown}” is not known; did you mean “{known[best[2]]}”?"
    return f"“{shown}” is not known; choose one of: {_some(known)}." if known else f"“{shown}” is not known."


def _some(known: list[str]) -> str:
    return ", ".join(known[:NAMED]) + (", …" if len(known) > NAMED else "")


def _in_words(ask: Ask, error: Any) -> str:
    if error["type"] == "missing":
        return "please fill this in."
    match ask.kind:
        case "ticket":
            return f"“{str(error['input'])[:40]}” is no ticket number; write it like IT-1042."
        case "number" | "stars":
            hint = "; say 1 to 5" if ask.kind == "stars" else ""
            return f"“{str(error['input'])[:40]}” is no number that fits here{hint}."
        case _:
            return str(error["msg"]).removeprefix("Value error, ")


def dialog(
    verb: str,
    title: str,
    form: type[Form],
    settings: Settings,
    answers: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    anew: bool = False,
) -> Dialog:
    """The form as a dialog: what is answered already is kept, and all else is asked.

    With `errors`, and `anew`, all is asked but what the form is about, with what was answered in its place.
    """
    errors = errors or {}
    shown, kept = [], {}
    for name, (ask, required) in asks(form).items():
        again = (anew or bool(errors)) and ask.kind != "ticket" and not ask.fixed
        if not blank(answers.get(name, "")) and name not in errors and not again:
            kept[name] = answers[name]
        elif required or not ask.fixed:
            choices = choices_of(ask, settings)
            shown.append(Field(name, ask.label, ask.kind, ask.hint, required, choices, ask.limit))
    return Dialog(verb, title, tuple(shown), dict(answers), kept, dict(errors))
