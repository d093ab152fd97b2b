"""@command: a verb declared once, with its help, its arguments and its role, and shown on every channel."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, get_args

from rapidfuzz import fuzz, process

from bot.forms import Form, asks
from bot.people import Role
from bot.ticket_numbers import LIKE_ONE

if TYPE_CHECKING:
    from bot.context import Context
    from bot.words import Reply

Handler = Callable[["Context", Any], "Reply"]
Group = Literal["Asking for help", "Working on tickets", "Priorities and escalations", "Knowledge", "The desk"]


class NoForm(Form):
    """A command without arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """A verb.

    `needs` are the roles that may use it; `reads` says that it changes nothing; `hidden` keeps it out of menus and
    help.

    `prepare` runs before the handler, outside its transaction, and what it returns is the handler's `ctx.found`: for
    work that takes longer than a write may. `sample` is an example of its arguments, for help and hints. `title` heads
    its dialog (without one the verb does), `submit` is what its button says, and `suggests` names the field whose words
    are looked up in the knowledge base while they are typed. `files`: some may come along. `later`: nobody waits for
    it, so that it lets those go first who wait, and nothing more is done when `prepare` has found None. `shows`: all it
    changes is that something was read, and its button stays. `turns`: the answer is another page of what its button
    stands on, and takes its place. `phrases`: what people say
    instead, with nothing behind it but perhaps a ticket's number. `instead_hint`: what its requester, who may not do
    this, may do; `{}` is the ticket.
    """

    verb: str
    summary: str
    form: type[Form]
    needs: Role
    handler: Handler
    group: Group
    reads: bool = False
    hidden: bool = False
    sample: str = ""
    suggests: str = ""
    submit: str = "Send"
    title: str = ""
    files: bool = False
    later: bool = False
    shows: bool = False
    turns: bool = False
    phrases: tuple[str, ...] = ()
    instead_hint: str = ""
    prepare: Callable[[Context, Any], Any] | None = None

    @property
    def about_ticket(self) -> bool:
        """Whether it is about one existing ticket."""
        return any(ask.kind == "ticket" and required for ask, required in asks(self.form).values())

    @property
    def usage(self) -> str:
        """`/resolve TICKET RESOLUTION`, optional parts in brackets."""
        words = [_slot(name, required) for name, (ask, required) in asks(self.form).items() if ask.positional]
        return " ".join([f"/{self.verb}", *words])


def _slot(name: str, required: bool) -> str:
    shown = name.upper().replace("_", " ")
    return shown if required else f"[{shown}]"


@dataclass
class Registry:
    """All commands by verb."""

    commands: dict[str, Command] = field(default_factory=dict)

    def add(self, command: Command) -> None:
        if command.verb in self.commands:
            raise ValueError(f"the verb {command.verb!r} is declared twice")
        self.commands[command.verb] = command

    def find(self, verb: str, text: str = "") -> tuple[Command | None, str]:
        """The command of a verb and what is left of the text.

        The longest verb wins: `kb` with `show vpn` is `kb show` with `vpn`, `tickets 1042` asks for its status, and
        `ticket mine` for what `tickets` shows.
        """
        verb, text = verb.lower(), text.strip()
        first, *rest = text.split(None, 1) or [""]
        longer = self.commands.get(f"{verb} {first.lower()}")
        if longer:
            return longer, rest[0] if rest else ""
        if LIKE_ONE.match(text) and (status := self.commands.get(f"{verb} status")):
            return status, text
        return self.instead(verb, text) or (self.commands.get(verb), text)

    def typed(self, text: str) -> tuple[str, str] | None:
        """The verb, and the words behind it, of a command that is written out, as `/tickets`; None for other words."""
        if not text.startswith("/"):
            return None
        verb, *rest = text[1:].split(None, 1) or [""]
        command, _ = self.find(verb, "".join(rest))
        return None if command is None or command.hidden else (verb.lower(), "".join(rest))

    def instead(self, verb: str, text: str) -> tuple[Command, str] | None:
        """The command that is meant by these words behind another verb, and the ticket that they name."""
        first, *rest = text.split(None, 1) or [""]
        said = f"{verb} {first}".lower()
        meant = next((command for command in self.commands.values() if said in command.phrases), None)
        if meant is None or (rest and not (meant.about_ticket and LIKE_ONE.match(rest[0]))):
            return None
        return meant, "".join(rest)

    def uses_up(self, verb: str, *, question: bool, private: bool) -> bool:
        """Whether a message is used up when one of its buttons does this: it was a `question`, or one person's alone.

        What was decided is not asked again. Buttons that only show something stay usable.
        """
        if self.turns(verb):
            return question or private
        command = self.commands.get(verb)
        if command is None or command.reads or command.shows:
            return False
        return question or (private and command.about_ticket)

    def turns(self, verb: str) -> bool:
        """Whether the answer to this verb is another page of what its button stands on."""
        command = self.commands.get(verb)
        return command is not None and command.turns

    def nearest(self, verb: str) -> str | None:
        """The visible verb that ends so, or that people call so; else the one most like it."""
        for command in self.visible():
            if verb in command.phrases or command.verb.endswith(f" {verb}"):
                return command.verb
        best = process.extractOne(verb, [c.verb for c in self.visible()], scorer=fuzz.ratio, score_cutoff=60)
        return best[0] if best else None

    def unknown(self, verb: str) -> str:
        """What to say of a verb that is not declared: perhaps the nearest was meant."""
        best = self.nearest(verb)
        return f"There is no command `/{verb[:40]}`." + (f" Did you mean `/{best}`?" if best else "")

    def visible(self) -> Iterator[Command]:
        """The commands that menus and help show, by group and verb."""
        yield from sorted(
            (c for c in self.commands.values() if not c.hidden), key=lambda c: (GROUPS.index(c.group), c.verb)
        )

    def load(self, package: ModuleType) -> Registry:
        """Import every module of a package, so that its commands are declared."""
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        return self


GROUPS: tuple[Group, ...] = get_args(Group)
REGISTRY = Registry()


def command(
    verb: str,
    summary: str,
    *,
    needs: Role,
    group: Group,
    form: type[Form] = NoForm,
    **options: Any,
) -> Callable[[Handler], Handler]:
    """Declare the function below as the handler of a verb."""

    def declare(handler: Handler) -> Handler:
        REGISTRY.add(Command(verb, summary, form, needs, handler, group, **options))
        return handler

    return declare
