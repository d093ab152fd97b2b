"""Before a breach: the owner is warned, or the lead of a ticket that nobody has (BEHAVIOUR 27). A flood is folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bot import cards, escalation, flood, people, places, posts, responders, sla
from bot.context import Scene
from bot.deadlines import CLOCK_LABELS, read_clocks
from bot.lifecycle import Status
from bot.people import Role
from bot.posts import SOON
from bot.settings import ClockKind
from bot.timeline import record
from bot.words import Address, Button, Card, moment
from storage import announcements, sweeps
from storage import posts as rows
from storage.tables import Post, Ticket

SOON_DUE, WAS = "Soon due: ", "Was soon due: "


class Warn(NamedTuple):
    """A clock whose warning is due: who is to hear, and in which place; None where no channel knows them."""

    scene: Scene
    ticket: Ticket
    clock: sla.Clock
    who: str | None
    at: Address | None

    @property
    def deadline(self) -> datetime:
        assert self.clock.deadline is not None
        return self.clock.deadline

    @property
    def key(self) -> str:
        """What names the announcement."""
        return escalation.key(self.ticket.number, self.clock.kind.value, self.deadline, 0)

    @property
    def place(self) -> str:
        """The talk with a person, or the rooms of a team."""
        rooms = self.scene.settings.team_for(self.ticket.team).triage
        return str(self.at) if self.at else " ".join(rooms)


def warn(scene: Scene, ticket: Ticket, clock: sla.Clock) -> Warn:
    """The warning that is due for a clock; `say` says it."""
    who = responders.owner_now(scene, ticket) or responders.lead_now(scene, ticket.team)
    rooms = places.triage_rooms(scene, ticket)
    at = places.direct(scene, who, rooms[0].channel if rooms else ticket.origin_channel) if who else None
    return Warn(scene, ticket, clock, who, at)


def say(warns: Sequence[Warn]) -> None:
    """Say all that are due at one instant: alone, or in a digest for each place; what has to wait is looked at again.

    Critical tickets' stand alone. Each is announced and recorded once, however it is said.
    """
    _say_each([warn for warn in warns if warn.ticket.priority == "critical" and _announced(warn)])
    lesser = [warn for warn in warns if warn.ticket.priority != "critical"]
    for workspace in sorted({warn.scene.workspace for warn in lesser}):
        _say_lesser([warn for warn in lesser if warn.scene.workspace == workspace])


def _say_lesser(warns: list[Warn]) -> None:
    """Those of one workspace."""
    floods = flood.Floods(warns[0].scene)
    for place in dict.fromkeys(warn.place for warn in warns):
        here = [warn for warn in warns if warn.place == place]
        _say_in(here, *floods.count(f"warnings {place}", len(here)))
    floods.keep()


def _say_in(warns: list[Warn], how: flood.How, until: datetime) -> None:
    match how:
        case "alone":
            _say_each([warn for warn in warns if _announced(warn)])
        case "later":
            for warn in warns:
                _look_again(warn, until)
        case "digest":
            _say_as_one([warn for warn in warns if _announced(warn)])


def _look_again(warn: Warn, until: datetime) -> None:
    """It is warned of later, if its deadline does not come first."""
    scene, ticket = warn.scene, warn.ticket
    key = (scene.workspace, ticket.number, warn.clock.kind.value)
    sweeps.look_again(scene.db, key, min(until, warn.deadline), breached=False)


def _announced(warn: Warn) -> bool:
    """Whether it is warned of for the first time; it is recorded then."""
    scene, ticket, clock, who, _ = warn
    if not announcements.announce(scene.db, scene.workspace, warn.key, scene.now):
        return False
    data = {"clock": clock.kind.value, "deadline": warn.deadline.isoformat(), "told": who}
    record(scene, ticket, "warned", data=data)
    places.stand(scene, ticket)
    return True


def _say_each(warns: list[Warn]) -> None:
    for warn in warns:
        scene, ticket, clock, who, at = warn
        card = _card(scene, ticket, clock.kind, warn.deadline, (who,) if who else ())
        if not (who and at and places.to_person(scene, who, warn.key, card, ticket)):
            places.to_agents(scene, ticket, warn.key, card)


def _card(scene: Scene, ticket: Ticket, kind: ClockKind, deadline: datetime, mentions: tuple[str, ...]) -> Card:
    owner, known = responders.owner_now(scene, ticket), cards.about(ticket)
    nobodys = "." if owner else ", and nobody has claimed it."
    return Card(
        f"{SOON_DUE}{cards.title(ticket, scene.settings)}",
        f"The {CLOCK_LABELS[kind].lower()} of this ticket is due {moment(deadline)}{nobodys}",
        buttons=(Button(*(("Reply", "reply") if owner else ("Claim", "claim")), known, "primary"),),
        mentions=mentions,
        tone="warning",
    )


def said(scene: Scene, ticket: Ticket) -> list[Post]:
    """The warnings of a ticket, each alone: those that stand, and those that wait to be sent."""
    return rows.of_ticket(scene.db, scene.workspace, ticket.number, "warn")


def follow(scene: Scene, ticket: Ticket, warnings: Sequence[Post]) -> None:
    """Bring them up to date: who was warned reads what has become of it, without a button that leads nowhere."""
    clocks = {clock.kind.value: clock for clock in read_clocks(scene, ticket)}
    for post in warnings:
        named = escalation.warned_of(post.key)
        before = posts.card_of(post)
        if named is None or (card := _now(scene, ticket, clocks.get(named[0]), named, before)) == before:
            continue
        posts.edit(scene, post, card)


def _now(scene: Scene, ticket: Ticket, clock: sla.Clock | None, named: tuple[str, datetime], before: Card) -> Card:
    (kind, deadline), who = named, before.mentions
    if who and people.ticket_roles(scene.db, who[0], ticket, scene.settings, scene.now) is Role.OUTSIDER:
        title = f"{WAS}{before.title.removeprefix(WAS).removeprefix(SOON_DUE)}"
        return Card(title, "It is another team’s now.", mentions=who, past=True)
    words = _became(scene, ticket, clock, deadline, who)
    card = _card(scene, ticket, ClockKind(kind), deadline, who)
    if words:
        card = Card(f"{WAS}{cards.title(ticket, scene.settings)}", words, mentions=who, past=True)
    return replace(card, leads_to=before.leads_to)


def _became(scene: Scene, ticket: Ticket, clock: sla.Clock | None, deadline: datetime, who: tuple[str, ...]) -> str:
    """What has become of what was warned of, for who was; "" where that still holds."""
    owner = responders.owner_now(scene, ticket)
    if (words := settled(scene, ticket, clock, deadline)) or owner is None or owner in who:
        return words
    return f"{places.their_name(scene, owner)} has it now."


def settled(scene: Scene, ticket: Ticket, clock: sla.Clock | None, deadline: datetime) -> str:
    """What has become of a deadline that was near; "" where it still is."""
    if not Status(ticket.status).open:
        return f"It is {Status(ticket.status).label}."
    if clock is None or clock.state != "running":
        return "It waits for the requester." if clock and clock.state == "paused" else "That is done."
    if clock.deadline != deadline:
        return f"It is due {moment(clock.deadline)} now." if clock.deadline else "It has no deadline any more."
    if clock.breached_at(scene.now):
        return f"The deadline of the {CLOCK_LABELS[clock.kind].lower()} has passed."
    return ""


def _say_as_one(warns: list[Warn]) -> None:
    if len(warns) < 2:
        return _say_each(warns)
    scene, ticket, _, who, at = warns[0]
    ordered = sorted(warns, key=lambda warn: warn.deadline)
    digest = flood.Digest(
        f"digest:{ordered[0].key}",
        f"{len(warns)} tickets are soon due",
        [_line(warn) for warn in ordered],
        "`/queue` shows what is open.",
        (who,) if who else (),
        urgency=SOON + 1,
        tone="warning",
    )
    for place in [at] if at else places.triage_rooms(scene, ticket):
        flood.say_digest(scene, place, digest)


def _line(warn: Warn) -> flood.Line:
    scene, ticket = warn.scene, warn.ticket
    label = CLOCK_LABELS[warn.clock.kind].lower()
    nobodys = "" if responders.owner_now(scene, ticket) else ", nobody has it"
    when = f"{label} is due {moment(warn.deadline)}, {ticket.priority} priority{nobodys}"
    return flood.Line(warn.key, f"{cards.in_list(ticket, scene.settings, 60)}: {when}")
