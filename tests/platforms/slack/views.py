"""Modals and Home tabs: which are open, in what version, and what stands in their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.slack.blockkit.elements import INPUTS, INTERACTIVE
from tests.platforms.slack.records import Json
from tests.platforms.slack.refused import Refused
from tests.platforms.slack.world import World

DEPTH = 3

_DEFAULTS: dict[str, Json] = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}
_GIVEN = ("type", "blocks", "title", "submit", "close", "private_metadata", "callback_id", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")


@dataclass
class View:
    """A modal or a Home tab of one person. `given` is what the app sent, `values` what the person filled in."""

    id: str
    team: str
    user: str
    given: Json
    hash: str
    app_id: str
    bot_id: str
    root: str
    previous: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    closed: bool = False

    def shown(self) -> Json:
        """The view object, as methods and payloads give it."""
        empty: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
        said = empty | {name: self.given[name] for name in _GIVEN if name in self.given}
        said |= {name: bool(self.given.get(name)) for name in _FLAGS}
        said |= {"id": self.id, "team_id": self.team, "hash": self.hash, "app_id": self.app_id, "bot_id": self.bot_id}
        said |= {"root_view_id": self.root, "previous_view_id": self.previous, "app_installed_team_id": self.team}
        return said | {"state": {"values": self.values}}

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks, each with a block_id."""
        blocks: list[Json] = self.given["blocks"]
        return blocks

    @property
    def title(self) -> str:
        """The title's text."""
        return str(self.given.get("title", {}).get("text", ""))


@dataclass
class Views:
    """Every person's stack of open modals, and their Home tab."""

    world: World
    all: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def open(self, team: str, user: str, given: Json) -> View:
        """A modal in place of whatever was open."""
        for view in self.stacks.get(user, []):
            view.closed = True
        self.stacks[user] = [view := self._make(team, user, given)]
        return view

    def push(self, team: str, user: str, given: Json, on: str) -> View:
        """A modal on top of the one that is open; Refused beyond three, or when nothing is open."""
        stack = self.stacks.get(user, [])
        if on not in [view.id for view in stack]:
            raise Refused("not_found")
        if len(stack) >= DEPTH:
            raise Refused("push_limit_reached")
        view = self._make(team, user, given)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, given: Json, hash_: str = "") -> View:
        """A new version of a view; what was filled in stays where block_id and action_id stay."""
        if hash_ and hash_ != view.hash:
            raise Refused("hash_conflict")
        self._take_external(given, view)
        view.given, view.hash = self._named(given), self._hash()
        kept = {block["block_id"] for block in view.blocks}
        view.values = {block: values for block, values in view.values.items() if block in kept}
        return view

    def publish(self, team: str, user: str, given: Json, hash_: str = "") -> View:
        """The Home tab of a person, made or replaced."""
        if user in self.homes:
            return self.update(self.homes[user], given, hash_)
        self.homes[user] = self._make(team, user, given)
        return self.homes[user]

    def find(self, team: str, view_id: str, external_id: str) -> View:
        """The view with this id or external id; Refused when there is none any more."""
        for view in reversed(self.all.values()):
            named = view.id == view_id if view_id else view.given.get("external_id") == external_id
            if named and view.team == team and not view.closed:
                return view
        raise Refused("not_found")

    def top(self, user: str) -> View | None:
        """The modal that a person sees."""
        stack = self.stacks.get(user, [])
        return stack[-1] if stack else None

    def close(self, view: View, whole: bool = False) -> None:
        """A modal, or the whole stack, is gone."""
        stack = self.stacks.get(view.user, [])
        for one in list(stack) if whole else [view]:
            one.closed = True
            if one in stack:
                stack.remove(one)

    def _make(self, team: str, user: str, given: Json) -> View:
        self._take_external(given, None)
        installed = self.world.installation(team)
        bot = installed.bot.bot_id if installed else ""
        made = self.world.id("V")
        view = View(made, team, user, self._named(given), self._hash(), self.world.app.id, bot, made)
        self.all[made] = view
        return view

    def _take_external(self, given: Json, holder: View | None) -> None:
        external = given.get("external_id")
        for view in self.all.values() if external else ():
            if view is not holder and not view.closed and view.given.get("external_id") == external:
                raise Refused("duplicate_external_id")

    def _named(self, given: Json) -> Json:
        return given | {"blocks": named(given.get("blocks", []), self.world)}

    def _hash(self) -> str:
        return f"{self.world.clock.seconds()}.{self.world.secret()[:8]}"


def named(blocks: list[Json], world: World) -> list[Json]:
    """Blocks as Slack keeps them: ids where none were given, and every text with its defaults (emoji, verbatim)."""
    return [{"block_id": world.secret()[:5]} | _kept(block, world) for block in blocks]


def _kept(part: Any, world: World) -> Any:
    if isinstance(part, list):
        return [_kept(one, world) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _kept(value, world) for name, value in part.items() if value is not None}
    kind = str(kept.get("type"))
    if kind in _DEFAULTS and isinstance(kept.get("text"), str):
        return _DEFAULTS[kind] | kept
    acts = kind in INTERACTIVE or kind in INPUTS
    return ({"action_id": world.secret()[:5]} if acts else {}) | kept
