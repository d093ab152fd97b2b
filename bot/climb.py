"""What is due on the ladders: levels are told, a flood of them folded; quiet hours hold back; leases end, announced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from bot import escalation, flood, ladders, lease_ends, moves, pings, places, responders
from bot.context import Scene
from bot.deadlines import read_clocks
from bot.timeline import record
from bot.words import moment
from storage import announcements
from storage.tables import Escalation, Ticket


class Look(NamedTuple):
    """A ladder that was looked at: as it was, as it is to be, and the levels to be said."""

    row: Escalation
    ticket: Ticket
    before: escalation.Escalation
    after: escalation.Escalation
    levels: list[int]


def advance(scene: Scene, rows: Iterable[Escalation], *, by_hand: bool = False) -> int:
    """Say every level that is due, folding a flood; how many levels were said.

    A ladder whose clock no longer stands over its deadline is closed instead, however that came (BEHAVIOUR 29).
    `by_hand`: somebody wants it said, and neither quiet hours nor a flood hold it back.
    """
    looks = [look for row in rows if (look := _look(scene, row, loud=by_hand))]
    for look in looks:
        if not look.levels:
            _wait(scene, look)
    told = [look for look in looks if look.levels]
    alone = [look for look in told if by_hand or pings.urgent(look.ticket)]
    floods = flood.Floods(scene)
    more, folded = _sorted(scene, floods, [look for look in told if look not in alone])
    said = [ping for look in alone + more for ping in _climb(scene, look)]
    for row, ticket in {ping.row.id: (ping.row, ping.ticket) for ping in said}.values():
        pings.show(scene, row, ticket, [ping.level for ping in said if ping.row is row])
    digest = [ping for look in folded for ping in _climb(scene, look, digest=True)]
    pings.say_digests(scene, digest)
    floods.keep()
    return len(said) + len(digest)


def _look(scene: Scene, row: Escalation, *, loud: bool) -> Look | None:
    ticket = scene.db.get(Ticket, (row.workspace, row.ticket))
    if ticket is None:
        return None
    before = ladders.running_of(row)
    if not ladders.stands(row, read_clocks(scene, ticket)):
        ladders.change(scene, ticket, row, escalation.close(before, scene.now))
        return None
    loud = loud or ticket.priority in before.plan.never_quiet
    return Look(row, ticket, before, *escalation.announce(before, scene.now, loud=loud))


def _sorted(scene: Scene, floods: flood.Floods, looks: list[Look]) -> tuple[list[Look], list[Look]]:
    """Those to be said alone, and those to be folded. What is to be said later is put off."""
    alone: list[Look] = []
    folded: list[Look] = []
    for rooms in dict.fromkeys(look.before.plan.rooms for look in looks):
        group = [look for look in looks if look.before.plan.rooms == rooms]
        how, until = floods.count(f"pings {' '.join(rooms)}", len(group))
        if how == "later":
            for look in group:
                ladders.write_back(scene, look.row, escalation.put_off(look.before, until))
        else:
            (alone if how == "alone" else folded).extend(group)
    return alone, folded


def _climb(scene: Scene, look: Look, *, digest: bool = False) -> list[pings.Ping]:
    """The levels of a ladder that are due and were never announced, written down."""
    row, ticket = look.row, look.ticket
    told = {str(level): _telling(scene, look, level, digest=digest) for level in look.levels}
    row.plan = row.plan | {"told": row.plan["told"] | told}
    ladders.write_back(scene, row, look.after)
    if look.before.acknowledged_by:
        lease_ends.follow(scene, row, ticket)
    _tell_of_lapse(scene, look)
    _tell_of_hold(scene, look)
    return [pings.Ping(row, ticket, level) for level in look.levels if _announced(scene, look, level)]


def _telling(scene: Scene, look: Look, level: int, *, digest: bool) -> dict[str, Any]:
    """What is kept of a level that is told: who hears, whether in a digest, and since when it was held back."""
    told: dict[str, Any] = {"who": responders.who_hears(scene, look.ticket, look.after.plan.tells(level))}
    if digest:
        told["digest"] = True
    if look.before.held_since and level == look.levels[0]:
        told["held"] = look.before.held_since.isoformat()
    return told


def _announced(scene: Scene, look: Look, level: int) -> bool:
    """Whether a level is said for the first time; it is recorded then."""
    row = look.row
    key = escalation.key(row.ticket, row.clock, row.deadline, level)
    if not announcements.announce(scene.db, scene.workspace, key, scene.now):
        return False
    told = row.plan["told"][str(level)]
    record(scene, look.ticket, "escalated", data={"clock": row.clock, "level": level, "told": told["who"]})
    return True


def _wait(scene: Scene, look: Look) -> None:
    """Nothing is said in the rooms yet: a lease is about to end, or quiet hours hold the next level back."""
    if escalation.reminds(look.before, scene.now):
        lease_ends.remind(scene, look.row, look.ticket)
    _tell_of_lapse(scene, look)
    _tell_of_hold(scene, look)
    ladders.change(scene, look.ticket, look.row, look.after)


def _tell_of_hold(scene: Scene, look: Look) -> None:
    """Once for a level, also where the one before it is told at the same instant, as after a missed sweep."""
    if look.after.held_since in (None, look.before.held_since):
        return
    until = moment(look.after.next_at or scene.now)
    data = {"clock": look.row.clock, "level": look.after.level + 1}
    entry = record(scene, look.ticket, "held", data=data)
    words = f"Level {data['level']} of the escalation is held back by quiet hours until {until}."
    moves.line(scene, look.ticket, entry, words)


def _tell_of_lapse(scene: Scene, look: Look) -> None:
    who = look.before.acknowledged_by
    if who and not look.after.acknowledged_by:
        data = {"clock": look.row.clock, "who": who}
        entry = record(scene, look.ticket, "lapsed", data=data)
        words = f"The acknowledgement of {places.their_name(scene, who)} has ended: the escalation goes on."
        moves.line(scene, look.ticket, entry, words)
