"""What a person does in the browser: put in the rooms, told to the desk, and the desk's reply shown."""

from __future__ import annotations

import asyncio

from adapters.contract import Desk
from adapters.web import progress, read
from adapters.web.chat import Chat
from adapters.web.message import Message
from adapters.web.places import Persona
from adapters.web.read import Act
from adapters.web.show import REACTIONS
from bot.requests import Junk
from bot.words import Address, Card, Incoming, Reply, Said, blank, clean, one_line

ANSWER = "reply:"
"""What the key of an answer that everybody sees begins with."""


class Acts:
    """Does acts, one after the other or side by side; done twice with one id, an act has one effect."""

    def __init__(self, chat: Chat, desk: Desk) -> None:
        self._chat, self._desk = chat, desk
        self._following: set[asyncio.Task[None]] = set()

    async def do(self, done: Act) -> Reply:
        """Do it; the desk's reply, which is shown in the room already."""
        who = self._chat.places.person(done.person)
        if not self._chat.places.sees(who.id, done.room):
            raise Junk(f"There is no room {done.room!r} for {who.name}.", 403)
        self._check_thread(done)
        about = self._in_the_room(done, who)
        if done.do == "react" and not (done.on and done.emoji == read.TICKET):
            return Reply()
        incoming = read.incoming(done, who, about, self._thread_of(done, about))
        reply = await self._desk.receive(incoming)
        self._chat.tried(progress.of_act(incoming.verb, reply))
        place = about if about and self._gives_way(done, about, reply) else None
        self._show(reply, incoming, one_line(clean(done.text), 100) if read.slash(done) else "", place)
        if about and not place and not reply.failed and not reply.form:
            self._use_up(incoming, about)
        return reply

    def _gives_way(self, done: Act, about: Message, reply: Reply) -> bool:
        """Whether the answer takes the place of what was clicked on: a question in somebody's talk, or a page."""
        if done.do != "click" or reply.documents:
            return False
        if about.private_to:
            return self._desk.registry.turns(done.verb)
        question = about.key.startswith(ANSWER) and about.room.startswith("@")
        return question and self._desk.registry.uses_up(done.verb, question=True, private=False)

    def _use_up(self, pressed: Incoming, about: Message) -> None:
        """What was decided about a ticket is not asked again: its buttons go from the private messages with this one.

        Buttons that only show something stay usable.
        """
        command, _ = self._desk.registry.find(pressed.verb)
        button = next(
            (b for b in about.buttons if b.verb == pressed.verb and b.answers.items() <= pressed.answers.items()), None
        )
        if about.private_to and command and command.about_ticket and not command.reads and button:
            self._chat.use_up(pressed.sender.id, button)

    def _check_thread(self, done: Act) -> None:
        root = self._chat.rooms.message(done.thread, done.person) if done.thread else None
        if done.thread and (root is None or root.room != done.room or root.thread or root.private_to):
            raise Junk("There is no such thread in this room.", 404)

    def _in_the_room(self, done: Act, who: Persona) -> Message | None:
        if done.do == "say":
            return None if read.slash(done) else self._said(done, who)
        if not done.message:
            if done.do in ("click", "submit"):
                return None
            raise Junk("The act has no 'message'.")
        about = self._chat.rooms.message(done.message, who.id)
        if about is None or about.room != done.room:
            # Its message may be gone while a form behind it was filled in: the desk decides what that means.
            if done.do in ("click", "submit"):
                return None
            raise Junk("There is no such message in this room.", 404)
        self._change(done, about, who)
        return about

    def _said(self, done: Act, who: Persona) -> Message:
        if blank(clean(done.text)):
            raise Junk("There is nothing to say in this message.")
        return self._chat.say(Address("", done.room, done.thread), who.id, done.text, done.id)

    def _change(self, done: Act, about: Message, who: Persona) -> None:
        rooms = self._chat.rooms
        match done.do:
            case "edit" | "delete" if about.author != who.id:
                raise Junk("Only one's own messages can be changed.", 403)
            case "edit" if blank(clean(done.text)) or about.deleted:
                raise Junk("There is nothing to say in this message.")
            case "edit":
                rooms.edit(about.id, clean(done.text))
            case "delete":
                rooms.delete(about.id)
            case "react" if done.emoji not in REACTIONS or about.private_to or about.deleted:
                raise Junk(f"Reactions are: {' '.join(REACTIONS)}, on messages that everybody sees.")
            case "react":
                rooms.react(about.id, done.emoji, who.id, done.on)
            case _:
                return
        self._chat.tell(about.room, about.id, about.thread)

    def _thread_of(self, done: Act, about: Message | None) -> tuple[Said, ...]:
        if about is None or done.do not in ("react", "ticket"):
            return ()
        talk = self._chat.rooms.talk(about.room, thread=about.thread or about.id, limit=500)
        return tuple(read.said(message, self._chat.places.people) for message in talk if not message.deleted)

    def _show(self, reply: Reply, incoming: Incoming, typed: str = "", place: Message | None = None) -> None:
        """`place`: the message that gives way to it, unless something was wrong."""
        if reply.card and place and not reply.failed:
            self._chat.turn(place, reply.card)
        elif reply.card:
            self._show_card(reply.card, incoming, reply, typed)
        if reply.follow:
            task = asyncio.create_task(self._follow(reply.follow, incoming, typed, place))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    def _show_card(self, card: Card, incoming: Incoming, reply: Reply, typed: str) -> None:
        if reply.private:
            id = private_id(incoming.id)
            self._chat.whisper(incoming.sender.id, incoming.at, card, id, typed, reply.documents)
        else:
            self._chat.answer(incoming.at, card, f"{ANSWER}{incoming.id}")

    async def _follow(self, follow: Incoming, first: Incoming, typed: str, place: Message | None) -> None:
        """What comes after takes the first reply's place."""
        reply = await self._desk.receive(follow)
        self._show(reply, first, typed, place)

    async def settled(self) -> None:
        """Wait until nothing is followed any more."""
        while self._following:
            await asyncio.gather(*self._following)


def private_id(delivery: str) -> str:
    """The id of the private message that answers an act."""
    return f"only-{delivery}"
