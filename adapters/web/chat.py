"""The chat as the rest of the playground has it: rooms, the feed of what happens in them, settings and clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.web import progress
from adapters.web.documents import Documents
from adapters.web.feed import Feed
from adapters.web.message import Message
from adapters.web.places import BOT, Persona, Places
from adapters.web.rooms import Rooms
from adapters.web.show import Reader
from bot.settings import Settings
from bot.words import Address, Button, Card, Kept, Mention, Post, clean


@dataclass
class Chat:
    """Every change of the rooms goes through here, so that the panes hear of it."""

    rooms: Rooms
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    feed: Feed = field(default_factory=Feed)
    documents: Documents = field(default_factory=Documents)
    _places: Places | None = None

    @property
    def places(self) -> Places:
        """The people and rooms of now: made anew when the settings have changed."""
        settings = self.settings()
        if self._places is None or self._places.settings is not settings:
            self._places = Places(settings)
        return self._places

    def reader(self, person: Persona, page: str = "") -> Reader:
        """Somebody as a reader, at this minute, in a pane or on a page of the portal."""
        return Reader(person, self.now(), self.places.people, self.places.settings.organisation.address, page)

    def say(self, at: Address, author: str, text: str, delivery: str) -> Message:
        """A person's words, made harmless to store."""
        # A browser's ids are its own: two people may use the same one, and each is heard.
        once = f"{author}:{delivery}"
        told = self.rooms.say(at.room, author, self.now(), clean(text), thread=at.thread, delivery=once)
        self.tell(at.room, told, at.thread)
        return self.standing(told)

    def post(self, post: Post) -> str:
        """A message of the desk's: edited where it stands, else put there anew; its id."""
        if post.ref and self.rooms.redraw(post.ref, post.card, post.mentions):
            self.tell(post.at.room, post.ref)
            return post.ref
        # A thread whose first message is lost (the chat's file was thrown away) goes on in the room.
        thread = post.at.thread if self.rooms.message(post.at.thread) else ""
        new = self.rooms.say(
            post.at.room, BOT, self.now(), thread=thread, card=post.card, mentions=post.mentions, key=post.key
        )
        self.tell(post.at.room, new, thread)
        if not thread:
            self.tried(progress.of_post(post, self.places.room(post.at.room)))
        return new

    def tried(self, step: str) -> None:
        """Something of the guide has happened; "" is nothing."""
        if step and self.rooms.mark_tried(step):
            self.feed.publish("tried")

    def answer(self, at: Address, card: Card, key: str) -> None:
        """A reply of the desk's that everybody in the room may see, once for a key."""
        self.post(Post(key, at, card, self.rooms.find(at.room, key) or "", self._mentions(card)))

    def _mentions(self, card: Card) -> tuple[Mention, ...]:
        return tuple(Mention(handle, self.name_of(handle)) for handle in card.mentions)

    def name_of(self, handle: str) -> str:
        """Somebody's name, or the handle of who is not in the settings."""
        known = self.places.people.get(handle)
        return known.name if known else handle

    def whisper(
        self, person: str, at: Address, card: Card, id: str, said: str = "", documents: tuple[Kept, ...] = ()
    ) -> None:
        """A reply that one person alone sees. `said` is what they had typed."""
        if documents:
            self.documents.keep(person, id, documents)
        names = tuple(document.name for document in documents)
        shown = Message(
            id,
            at.room,
            at.thread,
            BOT,
            said,
            self.now(),
            card=card,
            mentions=self._mentions(card),
            private_to=person,
            documents=names,
        )
        self.rooms.show_privately(shown)
        self.feed.publish("message", at.room, id, person)

    def use_up(self, person: str, button: Button) -> None:
        """Take the buttons about this one's ticket away from the private messages that have it."""
        ticket = button.answers.get("ticket")
        for shown in self.rooms.private(person):
            if shown.card and button in shown.buttons:
                left = tuple(other for other in shown.buttons if other.answers.get("ticket") != ticket)
                self.rooms.show_privately(replace(shown, card=replace(shown.card, buttons=left)))
                self.feed.publish("message", shown.room, shown.id, person)

    def turn(self, shown: Message, card: Card) -> None:
        """Another card in place of the one that a message shows."""
        if shown.private_to:
            self.rooms.show_privately(replace(shown, card=card))
            self.feed.publish("message", shown.room, shown.id, shown.private_to)
        else:
            self.rooms.redraw(shown.id, card, self._mentions(card))
            self.tell(shown.room, shown.id, shown.thread)

    def dismiss(self, person: str, message: str) -> None:
        self.rooms.dismiss(person, message)
        self.feed.publish("message", "", message, person)

    def standing(self, message: str) -> Message:
        """A message that is known to be there."""
        found = self.rooms.message(message)
        if found is None:
            raise LookupError(f"the message {message!r} vanished")
        return found

    def tell(self, room: str, message: str, thread: str = "") -> None:
        """Have the panes look at a message again, and at the one it stands under, which counts its replies."""
        self.feed.publish("message", room, message)
        if thread:
            self.feed.publish("message", room, thread)
