"""Where a ticket is talked about, and what is put there: its cards, lines in their threads, words to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot import cards, people, similar
from bot.context import Scene
from bot.deadlines import read_clocks
from bot.members import locked_when_closed
from bot.posts import LATELY, SOON, Wanted, card_of, edit, say
from bot.settings import staff
from bot.words import Address, Button, Card, Tone, quote
from storage import people as rows_of_people
from storage import posts as rows_of_posts
from storage import stale, suggestions
from storage.tables import Post, Ticket
from storage.timeline import ending, opening_words

NEEDED_NO_MORE = "Your answer is not needed any more."


def triage_rooms(scene: Scene, ticket: Ticket) -> list[Address]:
    """The rooms of the ticket's team."""
    team = people.team_of(ticket, scene.settings)
    return [Address.parse(room) for room in team.triage] if team else []


def with_the_team(scene: Scene, ticket: Ticket, at: Address) -> bool:
    """Whether what stands there stands in one of the team's rooms."""
    return Address(at.channel, at.room) in triage_rooms(scene, ticket)


def triage_key(ticket: Ticket, room: Address) -> str:
    return f"card:{ticket.number}:{room}"


def leads_to(scene: Scene, ticket: Ticket, channel: str) -> str:
    """The key of the ticket's card in its team's room on a channel; "" where the team has no room there."""
    return next((triage_key(ticket, room) for room in triage_rooms(scene, ticket) if room.channel == channel), "")


def requester_key(ticket: Ticket) -> str:
    return f"mine:{ticket.number}"


def requester_place(scene: Scene, ticket: Ticket) -> Address | None:
    """Where the requester is talked to: the thread it was asked in, else the talk with them.

    None when no channel knows them.
    """
    if ticket.origin_thread:
        return Address(ticket.origin_channel, ticket.origin_room, ticket.origin_thread)
    return direct(scene, ticket.requester, ticket.origin_channel)


def direct(scene: Scene, person: str, preferred: str) -> Address | None:
    """The bot's talk with somebody, on the preferred channel if they are there."""
    entry = scene.settings.people.get(person)
    if entry and (name := entry.ids_in(scene.workspace).get(preferred)):
        return Address(preferred, f"@{name}")
    known = rows_of_people.identities(scene.db, scene.workspace, person)
    best = next((one for one in known if one[0] == preferred), known[0] if known else None)
    return Address(best[0], f"@{best[1]}") if best else None


def stand(scene: Scene, ticket: Ticket) -> None:
    """Let the ticket's cards be brought up to date, in the team's rooms and with the requester (see `draw`)."""
    stale.mark(scene.db, scene.workspace, ticket.number, scene.now)


def draw(scene: Scene, ticket: Ticket, since: datetime) -> None:
    """Draw the ticket's cards as it stands now. `since` is when they were first to be drawn."""
    say(scene, *_standing(scene, ticket), since=since)


def _standing(scene: Scene, ticket: Ticket) -> list[Wanted]:
    clocks = read_clocks(scene, ticket)
    card = cards.triage_card(scene, ticket, clocks, request_of(scene, ticket), help_for(scene, ticket))
    urgency = SOON - 5 * (ticket.priority == "critical")
    wanted = _in_triage(scene, ticket, card, urgency)
    if place := requester_place(scene, ticket):
        # In a thread of their own message the thread is linked already; elsewhere the card starts one.
        side = "" if place.thread else "requester"
        mine = cards.requester_card(scene, ticket, clocks)
        wanted.append(Wanted(requester_key(ticket), place, mine, ticket=ticket.number, side=side, urgency=urgency))
    return wanted


def _in_triage(scene: Scene, ticket: Ticket, card: Card, urgency: int) -> list[Wanted]:
    return [
        Wanted(triage_key(ticket, room), room, card, ticket=ticket.number, side="agents", urgency=urgency)
        for room in triage_rooms(scene, ticket)
    ]


def request_of(scene: Scene, ticket: Ticket) -> str:
    """The words the ticket was opened with."""
    return opening_words(scene.db, scene.workspace, ticket.number) or ticket.title


def help_for(scene: Scene, ticket: Ticket) -> str:
    """What was found for the agents, resolved tickets as they are now."""
    text, alike = suggestions.found_for(scene.db, scene.workspace, ticket.number)
    lines = "\n".join(part for part in (text, *similar.lines(scene, ticket.team, alike)) if part)
    return lines if not lines or lines.startswith("**") else f"**May help**\n{lines}"  # as older versions kept it


def to_agents(scene: Scene, ticket: Ticket, entry: int | str, card: Card, urgency: int = SOON) -> None:
    """Say a line in the thread of the ticket's card."""
    say(scene, *(_line(ticket, entry, room, card, urgency) for room in triage_rooms(scene, ticket)))


def _line(ticket: Ticket, entry: int | str, room: Address, card: Card, urgency: int = SOON) -> Wanted:
    key = f"line:{ticket.number}:{entry}:{room}"
    return Wanted(key, room, card, triage_key(ticket, room), ticket.number, urgency=urgency + 1)


def to_requester(scene: Scene, ticket: Ticket, entry: int | str, card: Card) -> bool:
    """Say something to the requester, in their thread; False when no channel knows them."""
    place = requester_place(scene, ticket)
    if place is None:
        return False
    under = "" if place.thread else requester_key(ticket)
    say(scene, Wanted(f"said:{ticket.number}:{entry}", place, card, under, ticket.number, urgency=SOON + 1))
    return True


def answered(scene: Scene, ticket: Ticket, words: str, *, reopened: bool = False) -> None:
    """The question under the resolution has its answer: its buttons go. Nothing where it was not asked."""
    sign = question(ticket)
    if scene.db.get(Post, (scene.workspace, f"said:{ticket.number}:{sign}")) is None:
        return
    title = f"{cards.reference(ticket, scene.settings)} {'was' if reopened else 'is'} resolved"
    tone: Tone = "plain" if reopened else cards.tone_of_end(ticket)
    whole = whole_resolution(scene, ticket)
    to_requester(scene, ticket, sign, Card(title, f"{quote(ticket.resolution)}\n\n{words}", buttons=whole, tone=tone))


def asked_no_more(scene: Scene, ticket: Ticket) -> None:
    """The ticket no longer waits for its requester: what asked them for an answer has no button any more."""
    for post in rows_of_posts.of_ticket(scene.db, scene.workspace, ticket.number, "said"):
        if post.parked and not post.ref and post.wanted_at < scene.now - LATELY:
            continue  # it never arrived, and is old news
        card = card_of(post)
        kept = tuple(button for button in card.buttons if button.verb != "reply")
        if kept != card.buttons:
            words = NEEDED_NO_MORE if card.title else card.body  # a reminder's; a question stays as it was asked
            edit(scene, post, replace(card, body=words, buttons=kept, tone="plain", past=True))


def closed(scene: Scene, ticket: Ticket) -> None:
    """The question under the resolution was answered by nobody: it is closed without."""
    answered(scene, ticket, f"It is closed now. {how_to_go_on(scene, ticket)}")


def how_to_go_on(scene: Scene, ticket: Ticket, where: str = "here") -> str:
    """What its requester is told who may want more of a closed ticket."""
    return f"Answer {how_to_answer(scene, ticket, where)}, to open a linked ticket."


def how_to_answer(scene: Scene, ticket: Ticket, where: str = "here") -> str:
    """How words reach a closed ticket: by command, and `where` it is talked about if people can still write there."""
    command = f"with `/reply {cards.reference(ticket, scene.settings)}`"
    card = scene.db.get(Post, (scene.workspace, requester_key(ticket)))
    if card and locked_when_closed(scene.db, card, scene.settings):
        return f"{command} outside its thread"
    return f"{where}, or {command}"


def whole_resolution(scene: Scene, ticket: Ticket) -> tuple[Button, ...]:
    """What leads to the whole of the words that ended the ticket, where they are too long to be told at once."""
    if not cards.too_long(ticket.resolution):
        return ()
    return cards.read_all(ticket, ending(scene.db, scene.workspace, ticket.number), ticket.resolution)


def question(ticket: Ticket) -> str:
    """What names the question whether it is fixed: one for each time that the ticket is resolved."""
    return f"resolved:{ticket.reopened}"


def to_watchers(scene: Scene, ticket: Ticket, entry: int | str, card: Card, without: Iterable[str] = ()) -> int:
    """Say something to everybody who still watches the ticket or is affected by it; how many a channel knows."""
    told = {ticket.requester, *without}
    return sum(
        to_person(scene, one.person, f"watch:{ticket.number}:{entry}:{one.person}", card, ticket)
        for one in people.watchers(scene.db, ticket)
        if one.person not in told and people.hears(scene.db, one, ticket, scene.settings, scene.now)
    )


def to_person(scene: Scene, person: str, key: str, card: Card, ticket: Ticket, urgency: int = SOON + 1) -> bool:
    """Say something to one person in the bot's talk with them; False when no channel knows them.

    Who is on the ticket's team finds a link to its card there.
    """
    rooms = triage_rooms(scene, ticket)
    place = direct(scene, person, rooms[0].channel if rooms else ticket.origin_channel)
    if place is None:
        return False
    if (team := people.team_of(ticket, scene.settings)) and person in staff(team):
        card = replace(card, leads_to=leads_to(scene, ticket, place.channel))
    say(scene, Wanted(key, place, card, ticket=ticket.number, urgency=urgency))
    return True


def panel_key(room: Address) -> str:
    return f"panel:{room}"


def panels(scene: Scene) -> None:
    """Where the settings want one, let a message stand that offers help."""
    card = cards.panel(scene.settings)
    say(scene, *(Wanted(panel_key(room), room, card) for room in scene.settings.panels()))


def announce(scene: Scene, ticket: Ticket) -> None:
    """Say where people ask that it is a known problem, with the button by which they join; when it ends, say that."""
    card = cards.announcement(ticket, scene.settings)
    say(
        scene,
        *(
            Wanted(f"major:{ticket.number}:{name}:{room}", Address(name, room), card, ticket=ticket.number)
            for name, channel in scene.settings.channels.items()
            for room in channel.watched
        ),
    )


def their_name(scene: Scene, person: str | None) -> str:
    return people.name_of(scene.db, scene.workspace, person, scene.settings)


def replace_triage(scene: Scene, ticket: Ticket, card: Card, entry: int = 0, words: str = "") -> None:
    """Put another card in the place of the ticket's cards in teams' rooms, as when it leaves the team.

    The team that it leaves reads the entry's words in the thread of its own, if it has one.
    """
    for post in rows_of_posts.of_ticket(scene.db, scene.workspace, ticket.number, "card"):
        edit(scene, post, card)
        room = Address(post.channel, post.room)
        if words and with_the_team(scene, ticket, room):
            say(scene, _line(ticket, entry, room, Card(body=words)))
