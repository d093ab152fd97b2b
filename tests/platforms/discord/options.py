"""A command as somebody types it: the options that there are, with values as the client lets them through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.people import Role, User
from tests.platforms.discord.records import Channel, Json

if TYPE_CHECKING:
    from tests.platforms.discord.server import Discord

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)


@dataclass
class Typed:
    """The data of a command interaction in the making."""

    discord: Discord
    guild: Any
    resolved: dict[str, Json] = field(default_factory=dict)

    def data(self, command: Json, path: list[str], given: Mapping[str, Any], focus: str = "") -> Json:
        """`path` are the sub-commands; `focus` is the option that is being typed."""
        told: Json = {"id": command["id"], "name": command["name"], "type": 1}
        if options := self._level(command.get("options") or [], path, given, focus):
            told["options"] = options
        if "guild_id" in command:
            told["guild_id"] = command["guild_id"]
        return told | ({"resolved": self.resolved} if self.resolved else {})

    def _level(self, options: list[Json], path: list[str], given: Mapping[str, Any], focus: str) -> list[Json]:
        if path:
            chosen = next((one for one in options if one["name"] == path[0] and one["type"] in (SUB, GROUP)), None)
            assert chosen, f"there is no sub-command {path[0]!r}"
            inner = self._level(chosen.get("options") or [], path[1:], given, focus)
            return [{"name": chosen["name"], "type": chosen["type"], "options": inner}]
        assert not any(one["type"] in (SUB, GROUP) for one in options), "a sub-command has to be chosen"
        names = [one["name"] for one in options]
        unknown = sorted(set(given) - set(names))
        assert not unknown, f"the command has no options {unknown}; it has {names}"
        missing = [one["name"] for one in options if one.get("required") and one["name"] not in given]
        assert focus or not missing, f"the client does not send it: {missing} required"
        return [self._option(one, given[one["name"]], focus) for one in options if one["name"] in given]

    def _option(self, option: Json, value: Any, focus: str) -> Json:
        told: Json = {"name": option["name"], "type": option["type"]}
        if option["name"] == focus:
            assert option.get("autocomplete"), f"{focus} has no autocomplete"
            return told | {"value": str(value), "focused": True}
        return told | {"value": self._value(option, value)}

    def _value(self, option: Json, value: Any) -> Any:
        kind = option["type"]
        if choices := option.get("choices"):
            return _choice(option["name"], choices, value)
        if kind == STRING:
            text = str(value)
            least, most = option.get("min_length") or 0, option.get("max_length") or 6000
            assert least <= len(text) <= most, f"{option['name']}: {len(text)} characters, not {least} to {most}"
            return text
        if kind in (INTEGER, NUMBER):
            return _number(option, value)
        if kind == BOOLEAN:
            assert isinstance(value, bool), f"{option['name']}: True or False"
            return value
        return self._thing(kind, option["name"], value)

    def _thing(self, kind: int, name: str, value: Any) -> str:
        """Somebody or something, and its record under `resolved`."""
        value = getattr(value, "user", value)
        if kind == ATTACHMENT:
            file = self.discord.upload(value)
            return self._resolve("attachments", file.id, file.shown() | {"ephemeral": True})
        if isinstance(value, User) and kind in (USER, MENTIONABLE):
            if self.guild and value.id in self.guild.members:
                member = self.guild.members[value.id].shown(user=False)
                self._resolve("members", value.id, member | {"permissions": "0"})
            return self._resolve("users", value.id, value.shown())
        if isinstance(value, Role) and kind in (ROLE, MENTIONABLE):
            return self._resolve("roles", value.id, value.shown())
        if isinstance(value, Channel) and kind == CHANNEL:
            shown = value.shown()
            kept = {key: shown[key] for key in ("id", "name", "type", "parent_id") if key in shown}
            return self._resolve("channels", value.id, kept | {"permissions": "0"})
        raise AssertionError(f"{name}: {value!r} is not what this option takes")

    def _resolve(self, kind: str, identity: str, shown: Json) -> str:
        self.resolved.setdefault(kind, {})[identity] = shown
        return identity


def _choice(name: str, choices: list[Json], value: Any) -> Any:
    for one in choices:
        if value in (one["name"], one["value"]):
            return one["value"]
    raise AssertionError(f"{name}: {value!r} is not among {[one['name'] for one in choices]}")


def _number(option: Json, value: Any) -> Any:
    number = int(value) if option["type"] == INTEGER else float(value)
    assert option.get("min_value") is None or number >= option["min_value"], f"{option['name']}: {number} is too small"
    assert option.get("max_value") is None or number <= option["max_value"], f"{option['name']}: {number} is too large"
    return number
