"""What a form of the portal sends, as an Incoming of the desk's.

Fields of the desk's own forms never begin with an underscore, so those that do are the page's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from adapters.web.guard import field
from adapters.web.places import CHANNEL, Persona
from adapters.web.read import plain, sender
from adapters.web.show import new_id
from bot.requests import Junk
from bot.words import Address, Incoming


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent. `kept` are the answers it did not ask for.

    `id` is the same when it is sent twice with the same words: a page that Back has found may be sent with others.
    """

    id: str
    person: str
    page: str
    verb: str
    answers: Mapping[str, str]
    kept: Mapping[str, str]
    submitted: bool

    def incoming(self, who: Persona) -> Incoming:
        """What the desk is told."""
        asked = ask(who, self.verb, {**self.kept, **self.answers}, submitted=self.submitted)
        return replace(asked, id=self.id)


def ask(who: Persona, verb: str, answers: Mapping[str, str], *, submitted: bool = False) -> Incoming:
    """Something that is asked of the desk in somebody's own talk with it."""
    at = Address(CHANNEL, f"@{who.id}")
    return Incoming(new_id(), sender(who), at, verb, answers, submitted=submitted)


def posted(fields: Mapping[str, str]) -> Posted:
    """A pressed button (`_press`: its id, verb and answers as JSON) or a filled-in form; `Junk` for neither."""
    pressed = fields.get("_press")
    if pressed is None:
        answers = _texts({name: value for name, value in fields.items() if not name.startswith("_")})
        kept = _texts(_object(fields.get("_kept", "{}")))
        what = {"id": fields.get("_id"), "verb": fields.get("_verb")}
        id = f"{field(what, 'id')}-{_digest(answers)}"
    else:
        what = _object(pressed)
        answers, kept = _texts(what.get("answers")), {}
        id = field(what, "id")
    return Posted(
        id=id,
        person=field(fields, "_as", 64),
        page=plain("_page", fields.get("_page", "")),
        verb=field(what, "verb", 64),
        answers=answers,
        kept=kept,
        submitted=pressed is None,
    )


def _digest(answers: Mapping[str, str]) -> str:
    return sha256(json.dumps(answers).encode()).hexdigest()[:16]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Junk("That form is not one of this page's.")
    return found


def _texts(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Junk("That form is not one of this page's.")
    return {plain("answers", name): value for name, value in found.items()}
