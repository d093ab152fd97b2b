"""A modal as somebody fills it in: what the client lets through, and what is sent for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.answers import Modal
from tests.platforms.discord.people import Role, User
from tests.platforms.discord.records import Channel, Json

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

TEXT, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 4, 18, 19, 21, 22, 23
REQUIRED = "This field is required"
_ENTITIES = {5: ("users",), 6: ("roles",), 7: ("users", "roles"), 8: ("channels",)}


def filled(discord: Discord, modal: Modal, answers: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """The data of the submit, and what the client refuses, by label."""
    unknown = set(answers) - {name for one in modal.components for name in _names(one)}
    assert not unknown, f"the form has no {sorted(unknown)}; it has {modal.labels}"
    problems: dict[str, str] = {}
    resolved: dict[str, Json] = {}
    told = []
    for at, one in enumerate(modal.components, 1):
        shown: Json = {"type": one["type"], "id": one.get("id") or at}
        if one["type"] == LABEL:
            inner, given = one["component"], next((answers[name] for name in _names(one) if name in answers), None)
            value, problem = _value(discord, inner, given, resolved)
            if problem:
                problems[one["label"]] = problem
            identity = {"type": inner["type"], "id": inner.get("id") or 100 + at, "custom_id": inner["custom_id"]}
            shown["component"] = identity | value
        told.append(shown)
    data: Json = {"custom_id": modal.custom_id, "components": told}
    return data | ({"resolved": resolved} if resolved else {}), problems


def _names(one: Json) -> list[str]:
    return [one["label"], one["component"]["custom_id"]] if one["type"] == LABEL else []


def _value(discord: Discord, field: Json, given: Any, resolved: dict[str, Json]) -> tuple[Json, str]:
    kind = field["type"]
    if kind == TEXT:
        return _text(field, given)
    if kind == CHECKBOX:
        return {"value": bool(field.get("default")) if given is None else bool(given)}, ""
    values = chosen(discord, field, given, resolved)
    if kind == RADIO:
        missing = not values and field.get("required") is not False
        return {"value": values[0] if values else None}, REQUIRED if missing else ""
    return {"values": values}, count(field, len(values))


def _text(field: Json, given: Any) -> tuple[Json, str]:
    text = str(field.get("value") or "") if given is None else str(given)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not text:
        return {"value": ""}, REQUIRED if field.get("required") is not False else ""
    return {"value": text}, "" if least <= len(text) <= most else f"Must be between {least} and {most} in length"


def count(field: Json, number: int) -> str:
    """What the client says to so many being chosen; "" if it takes them."""
    required = field.get("required") is not False
    if not number:
        return REQUIRED if required else ""
    least = 1 if field.get("min_values") is None else field["min_values"]
    options = len(field.get("options") or [])
    most = field.get("max_values") or (options if field["type"] == CHECKBOXES else 1)
    return "" if least <= number <= most else f"Between {least} and {most} can be chosen"


def chosen(discord: Discord, field: Json, given: Any, resolved: dict[str, Json]) -> list[str]:
    """The values that are sent for what somebody chooses by label, value, person or file."""
    if field["type"] == UPLOAD:
        files = [discord.upload(one) for one in _listed(given)]
        resolved.setdefault("attachments", {}).update({one.id: one.shown() for one in files})
        return [one.id for one in files]
    if field["type"] in _ENTITIES:
        return [_entity(one, resolved) for one in (_preselected(discord, field) if given is None else _listed(given))]
    if given is None:
        return [one["value"] for one in field["options"] if one.get("default")]
    known = {one[name]: one["value"] for name in ("label", "value") for one in field["options"]}
    unknown = [one for one in _listed(given) if one not in known]
    assert not unknown, f"{unknown} cannot be chosen; there are {[one['label'] for one in field['options']]}"
    return [known[one] for one in _listed(given)]


def _preselected(discord: Discord, field: Json) -> list[Any]:
    known: Json = {"user": discord.world.users, "role": discord.guild.roles, "channel": discord.guild.channels}
    return [known[one["type"]][str(one["id"])] for one in field.get("default_values") or []]


def _entity(one: Any, resolved: dict[str, Json]) -> str:
    one = getattr(one, "user", one)
    kind = "users" if isinstance(one, User) else "roles" if isinstance(one, Role) else "channels"
    assert isinstance(one, User | Role | Channel), f"{one!r} cannot be chosen"
    resolved.setdefault(kind, {})[one.id] = one.shown()
    return one.id


def _listed(given: Any) -> list[Any]:
    if given is None or given == "":
        return []
    return list(given) if isinstance(given, list) else [given]
