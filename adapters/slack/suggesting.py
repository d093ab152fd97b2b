"""What may help, put under the field that somebody fills in: for their newest words, when they pause."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import structlog

from adapters.contract import Desk
from adapters.slack import modal
from adapters.slack.calls import Calls
from adapters.slack.faults import Fault
from adapters.slack.people import People
from adapters.slack.rooms import CHANNEL
from adapters.slack.typed import Typed
from bot.background import Background

log = structlog.get_logger()

PAUSE = 0.3
"""Seconds without a further key before something is looked up."""

TURN = 3.0
"""Seconds that an update waits for its turn: later ones are for newer words."""

KEPT = 2_000
"""Modals of which it is remembered what was typed last."""

NOTHING: frozenset[Any] = frozenset()
View = Mapping[str, Any]


class Suggesting:
    """One look-up at a time for each modal. An older key that comes late, or twice, is nothing new."""

    def __init__(self, desk: Desk, calls: Calls, people: People, beside: Background) -> None:
        self._desk, self._calls, self._people, self._beside = desk, calls, people, beside
        self._newest: OrderedDict[str, Typed] = OrderedDict()
        self._drawn: dict[str, tuple[frozenset[Any], View]] = {}
        self._following: set[str] = set()

    def typed(self, typed: Typed) -> None:
        """Somebody has typed; nothing is waited for."""
        id = str(typed.view["id"])
        before = self._newest.get(id)
        if before and typed.at <= before.at:
            return
        self._newest[id] = typed
        self._newest.move_to_end(id)
        while len(self._newest) > KEPT:
            self._drawn.pop(self._newest.popitem(last=False)[0], None)
        if id not in self._following:
            self._following.add(id)
            self._beside.begin(self._follow(id))

    async def _follow(self, id: str) -> None:
        try:
            told = None
            while (newest := self._newest.get(id)) is not told and newest is not None:
                await asyncio.sleep(PAUSE)
                if self._newest.get(id) is newest and await self._answered(id, newest):
                    told = newest
        finally:
            self._following.discard(id)

    async def _answered(self, id: str, typed: Typed) -> bool:
        """Whether there is an end to it: what was found is shown, or could not be; not where somebody types on."""
        workspace = self._calls.teams.workspace(typed.team)
        sender = self._people.by_now(workspace, typed.user)
        card = await self._desk.suggest(typed.text, workspace, CHANNEL, sender)
        if self._newest.get(id) is not typed:
            return False
        # What was sent with a key may not know yet what was put under the field for the one before.
        before, drawn = self._drawn.get(id, (NOTHING, typed.view))
        view = drawn if typed.view.get("hash") in before else typed.view
        wanted = modal.with_suggestions(view, card)
        if wanted["blocks"] != view["blocks"]:
            await self._update(workspace, typed, view, wanted)
        return True

    async def _update(self, workspace: str, typed: Typed, view: View, wanted: View) -> None:
        try:
            answer = await self._calls.do(
                workspace, "views.update", patience=TURN, view_id=view["id"], hash=view.get("hash"), view=wanted
            )
        except Fault as fault:  # closed or sent meanwhile, or changed by something else: what is typed next shows it
            log.info("suggestions were not shown", slack=fault.code)
            return
        if isinstance(shown := answer.get("view"), dict) and isinstance(shown.get("blocks"), list):
            before, _ = self._drawn.get(str(view["id"]), (NOTHING, view))
            self._drawn[str(view["id"])] = before | {view.get("hash"), typed.view.get("hash")}, shown
