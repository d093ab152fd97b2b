"""Cards and replies as plain JSON values, as the database keeps them and a browser is given them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.words import Button, Card, Fact, Incoming, Reply, following


def card_to_json(card: Card) -> dict[str, Any]:
    """A card as plain JSON values, empty parts left out."""
    plain: dict[str, Any] = {
        "title": card.title,
        "body": card.body,
        "facts": [[f.label, f.value if isinstance(f.value, str) else {"at": f.value.isoformat()}] for f in card.facts],
        "buttons": [[b.label, b.verb, dict(b.answers), b.style] for b in card.buttons],
        "mentions": list(card.mentions),
        "tone": card.tone if card.tone != "plain" else "",
        "picture": card.picture,
        "files": list(card.files),
        "over": card.over,
        "past": card.past,
        "tells": list(card.tells),
        "leads_to": card.leads_to,
    }
    return {name: value for name, value in plain.items() if value}


def card_from_json(plain: Mapping[str, Any]) -> Card:
    """The inverse of `card_to_json`."""
    return Card(
        title=plain.get("title", ""),
        body=plain.get("body", ""),
        facts=tuple(Fact(label, _fact_value(value)) for label, value in plain.get("facts", ())),
        buttons=tuple(Button(*parts) for parts in plain.get("buttons", ())),
        mentions=tuple(plain.get("mentions", ())),
        tone=plain.get("tone", "plain"),
        picture=plain.get("picture", ""),
        files=tuple(plain.get("files", ())),
        over=plain.get("over", False),
        past=plain.get("past", False),
        tells=tuple(plain.get("tells", ())),
        leads_to=plain.get("leads_to", ""),
    )


def _fact_value(value: str | Mapping[str, str]) -> str | datetime:
    return value if isinstance(value, str) else datetime.fromisoformat(value["at"])


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """A reply that is a card (dialogs are not kept) and what follows it, as plain JSON values."""
    follow = reply.follow
    return {
        "card": card_to_json(reply.card) if reply.card else None,
        "private": reply.private,
        "failed": reply.failed,
        "follow": follow and {"verb": follow.verb, "answers": dict(follow.answers)},
    }


def reply_from_json(plain: Mapping[str, Any], again: Incoming) -> Reply:
    """The inverse of `reply_to_json`, for a repeated delivery."""
    follow = plain["follow"]
    return Reply(
        card_from_json(plain["card"]) if plain["card"] is not None else None,
        private=plain["private"],
        failed=plain["failed"],
        follow=follow and following(again, follow["verb"], **follow["answers"]),
    )
