"""What an Incoming means: the command, the answers in its words, the dialog for what they lack, and what is wrong.

All but `check` is known at once, without a look at the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import forms, people
from bot.cards import reference
from bot.forms import Wrong
from bot.granted import granted
from bot.people import Role
from bot.registry import Command, Registry
from bot.settings import Settings
from bot.words import Dialog, Incoming, Reply, clean, left_out, quote, refuse
from storage import people as rows_of_people
from storage.database import Database, StorageFailed

WORTH_KEEPING = 70
"""Characters from which on words that were refused are given back to who wrote them."""


class Interpreter:
    """Reads what somebody said by the registry and the settings of the moment."""

    def __init__(self, database: Database, settings: Callable[[], Settings], registry: Registry) -> None:
        self._database, self._settings, self._registry = database, settings, registry

    def meant(self, incoming: Incoming) -> tuple[Command | None, str]:
        """The command that is asked for and the words behind it; None also for a hidden one that somebody typed."""
        command, text = self._registry.find(incoming.verb or "said", incoming.text)
        return (None if command and command.hidden and _typed(incoming) else command), text

    def form(self, incoming: Incoming) -> Dialog | None:
        """The dialog that would be the answer, where what was asked lacks something; None where there is something to
        do, or to refuse.
        """
        command, text = self.meant(incoming)
        if command is None:
            return None
        try:
            dialog = self.lacking(command, replace(incoming, text=text))[1]
        except Wrong:
            return None
        person = self._in_settings(incoming)
        return dialog if dialog and (not person or self._may_ever(command, incoming, person)) else None

    def lacking(self, command: Command, incoming: Incoming) -> tuple[dict[str, str], Dialog | None]:
        """The answers, with those in the words, and the dialog that asks for what is missing."""
        answers = dict(incoming.answers)
        in_thread = bool(incoming.at.thread)
        if incoming.text and command.verb != "said":
            answers = forms.parse(command.form, incoming.text, answers, self._settings(), in_thread=in_thread)
        if incoming.submitted or not forms.missing(command.form, answers, ticket_known=in_thread):
            return answers, None
        return answers, self._dialog(command, answers, {}, in_thread=in_thread)

    async def check(self, command: Command, incoming: Incoming) -> None:
        """`Denied` for who would fill in a form, or say it better, for nothing.

        Whoever the settings name is known without a look at the database. Who is not known yet may be anybody.
        """
        if command.needs & (Role.OUTSIDER | Role.REQUESTER):
            return
        try:
            person = self._in_settings(incoming) or await self._identified(incoming)
        except StorageFailed:
            return
        if person and not self._may_ever(command, incoming, person):
            people.authorize(Role.REQUESTER, command.needs, f"“{command.verb}”")

    def cut(self, command: Command, incoming: Incoming, answers: Mapping[str, str]) -> str:
        """What the sender is told of words that are too long to be kept whole; `Wrong` where a form holds them."""
        most, fields = self._settings().limits.text, forms.messages(command.form)
        if incoming.submitted:
            forms.must_fit(command.form, answers, most)
        said = [incoming.text] if command.verb == "said" else [answers.get(name, "") for name in fields]
        return next((left_out(clean(words, most)) for words in said if len(words) > most), "")

    def wrong(self, command: Command, incoming: Incoming, wrong: Wrong) -> Reply:
        """What to say instead: the form again, with the error at its field, or how it is said in words."""
        if incoming.submitted:
            field = wrong.field or next(iter(forms.asks(command.form)), "")
            errors = {field: wrong.text}
            return Reply(form=self._dialog(command, incoming.answers, errors, in_thread=bool(incoming.at.thread)))
        if command.hidden or not wrong.said_wrong or not incoming.text:  # a button's answers were not typed
            return refuse(f"{wrong.text}{given_back(incoming)}")
        sample = f", for example `/{command.verb} {command.sample}`" if command.sample else ""
        return refuse(f"{wrong.text}\n\nSay it like `{command.usage}`{sample}.{given_back(incoming)}")

    def _in_settings(self, incoming: Incoming) -> str:
        return people.handle_in_settings(self._settings(), incoming.workspace, incoming.at.channel, incoming.sender)

    def _may_ever(self, command: Command, incoming: Incoming, person: str) -> bool:
        settings = granted(self._settings(), person, incoming.at.channel, incoming.sender.roles)
        return people.may_ever(person, command.needs, settings, about_ticket=command.about_ticket)

    async def _identified(self, incoming: Incoming) -> str:
        known = incoming.workspace, incoming.at.channel, incoming.sender.id
        found = await self._database.read(lambda db: rows_of_people.by_identity(db, *known))
        return found.id if found else ""

    def _dialog(
        self, command: Command, answers: Mapping[str, str], errors: Mapping[str, str], *, in_thread: bool
    ) -> Dialog:
        settings, title = self._settings(), command.title or command.verb.capitalize()
        if number := forms.number_in(answers.get("ticket", ""), settings.organisation.prefix):
            title = f"{title} · {reference(number, settings)}"
        shown = forms.dialog(command.verb, title, command.form, settings, answers, errors)
        fields = tuple(f for f in shown.fields if not (in_thread and f.kind == "ticket"))
        return replace(shown, fields=fields, submit=command.submit, suggests=command.suggests, files=command.files)


def given_back(incoming: Incoming) -> str:
    """The longest words of a form, or a command's, that were sent and refused: a chat keeps neither."""
    typed = (incoming.text,) if _typed(incoming) else ()
    words = max((*incoming.answers.values(), *typed), key=len, default="")
    return f"\n\nYou wrote:\n{quote(words, 10_000)}" if len(words) > WORTH_KEEPING else ""


def _typed(incoming: Incoming) -> bool:
    """Whether somebody wrote the verb: a button gives answers, and a platform tells which message it is about."""
    about = incoming.answers or incoming.message or incoming.thread
    return bool(incoming.verb) and not about and not incoming.submitted
