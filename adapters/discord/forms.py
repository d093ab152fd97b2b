"""Forms in steps: what Discord's modals cannot hold or show, buttons between them do, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import discord

from adapters.contract import Desk
from adapters.discord import ids, modal
from adapters.discord.drafts import Draft, Drafts, Put
from bot.words import Address, Button, Card, Dialog, Incoming, Reply, Sender

TOO_OLD = Card(body="That form is not known any more. Please open it again.", tone="danger")


class Sent(NamedTuple):
    """A modal that was sent: the form with all that was typed by now; `more`: there is a further page."""

    draft: Draft
    more: bool

    @property
    def answers(self) -> dict[str, str]:
        return {**self.draft.dialog.answers, **self.draft.dialog.kept}


class Forms:
    """Opens forms page by page, and puts together what comes back."""

    def __init__(self, desk: Desk, drafts: Drafts) -> None:
        self._desk, self._drafts = desk, drafts

    def modal(self, draft: Draft) -> discord.ui.Modal:
        """The form's page as a modal. Its custom id holds what is not asked, or the name under which all is kept."""
        pages = modal.pages(draft.dialog)
        page = min(draft.page, len(pages) - 1)
        fresh = len(pages) == 1 and not draft.files and dict(draft.dialog.answers) == dict(draft.dialog.kept)
        custom_id = ids.pack_form(draft.dialog.verb, draft.dialog.kept) if fresh else None
        return modal.form(pages[page], custom_id or ids.aside_form(self._drafts.put(replace(draft, page=page))))

    def verb(self, custom_id: str) -> str:
        """What a modal asks for, as far as that is known at once."""
        packed = ids.unpack_form(custom_id)
        draft = self._drafts.here(packed.aside) if packed and packed.aside else None
        return draft.dialog.verb if isinstance(draft, Draft) else packed.verb if packed else ""

    async def sent(self, data: Mapping[str, Any], at: Address, sender: Sender) -> Sent | None:
        """What was filled in; None for a form that is not known any more."""
        submitted = modal.submitted(data)
        draft = await self._draft(submitted.custom_id, at, sender)
        if draft is None:
            return None
        pages = modal.pages(draft.dialog)
        asked = {field.name for field in pages[min(draft.page, len(pages) - 1)].fields}
        before = {name: value for name, value in draft.dialog.answers.items() if name not in asked}
        dialog = replace(draft.dialog, answers=before | submitted.answers)
        files = submitted.files or draft.files
        return Sent(Draft(dialog, draft.page + 1, files), draft.page + 1 < len(pages))

    async def _draft(self, custom_id: str, at: Address, sender: Sender) -> Draft | None:
        packed = ids.unpack_form(custom_id)
        if packed is None:
            return None
        if packed.aside:
            found = await self._drafts.taken(packed.aside)
            return found if isinstance(found, Draft) else None
        asking = Incoming("", sender, at, packed.verb, packed.answers)
        dialog = self._desk.form(asking) or Dialog(packed.verb, packed.verb.capitalize(), (), kept=packed.answers)
        return Draft(replace(dialog, answers=packed.answers))

    def further(self, draft: Draft) -> tuple[Card, str]:
        """What stands between two pages: a card, and the custom id of its only button."""
        title = draft.dialog.title
        card = Card(title, "There is a little more to fill in.", buttons=(_button("Continue", draft.dialog),))
        return card, ids.aside(self._drafts.put(draft))

    def again(self, draft: Draft, reply: Reply) -> tuple[Card, str]:
        """What was wrong, with the button that opens the form with all that was typed."""
        dialog = reply.form or replace(draft.dialog, errors={})
        typed = {**draft.dialog.answers, **dialog.answers}
        label = "Correct it" if reply.form else "Try again"
        errors = "\n".join(dialog.errors.values())
        words = reply.card or Card(body=errors)
        card = replace(words, tone="danger", buttons=(*words.buttons, _button(label, dialog)))
        return card, ids.aside(self._drafts.put(Draft(replace(dialog, answers=typed), 0, draft.files)))

    def behind_a_button(self, dialog: Dialog) -> tuple[Card, str]:
        """A form that was asked for where none can be opened."""
        card = Card(body="One click opens the form.", buttons=(_button(dialog.title, dialog),))
        return card, ids.aside(self._drafts.put(Draft(dialog)))

    def button(self, button: Button) -> str:
        """The custom id of a button, whose answers are put aside where they are too long for one."""
        packed = ids.pack(button.verb, button.answers)
        return packed or ids.aside(self._drafts.put(Put(button.verb, button.answers)))


def _button(label: str, dialog: Dialog) -> Button:
    return Button(label, dialog.verb, style="primary")
