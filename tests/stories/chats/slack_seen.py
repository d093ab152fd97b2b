"""What stands in Slack, as its people see it: in the one form in which stories look at any chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from bot.words import Button, Reply
from tests.platforms.slack import Channel, Person, Slack, View
from tests.platforms.slack import Message as Standing
from tests.platforms.slack.delivery import Answer
from tests.platforms.slack.records import Json
from tests.stories.chats import slack_reading as reading
from tests.stories.chats.chat import DESK, Message, card_words

NOT_SAID = ("tombstone", "channel_join", "channel_leave")


@dataclass(frozen=True)
class Drawn:
    """A message with its blocks as they were when somebody looked at it."""

    message: Standing
    blocks: list[Json]


@dataclass(frozen=True)
class Before:
    """What somebody had been answered, and which modal they had open, before they did something."""

    answers: list[tuple[Standing, list[Json]]]
    modal: View | None


@dataclass(frozen=True)
class Seen:
    """Looks at a Slack."""

    slack: Slack

    def place(self, room: str) -> Channel:
        """The channel of a room."""
        if room.startswith("@"):
            return self.slack.user(room[1:]).talk
        return self.slack.world.channel(self.slack.team, room)

    def messages(self, room: str, reader: str) -> list[Message]:
        """See Chat.messages."""
        place = self.place(room)
        standing = [one for one in place.messages.values() if one.subtype not in NOT_SAID]
        if reader:
            standing += [one for one in place.ephemerals if one.ephemeral == self.slack.user(reader).id]
        told = [one for one in standing if reader or not self._is_answer(one)]
        behind = {id(more) for said in self._said_together() for more in said[1:]}
        shown = sorted((one for one in told if id(one) not in behind), key=lambda one: one.ts)
        return [self._message(room, one) for one in _threaded(shown)]

    def _said_together(self) -> Iterator[list[Standing]]:
        """What answers one act: Slack keeps the first part as it is, and shows the next behind it."""
        return (url.said for url in self.slack.triggers.urls.values() if len(url.said) > 1)

    def _message(self, room: str, one: Standing) -> Message:
        parts = next((said for said in self._said_together() if said[0] is one), [one])
        thread, raw = one.thread_ts if one.reply else "", tuple(Drawn(part, deepcopy(part.blocks)) for part in parts)
        names = self.slack.names
        if not one.bot:
            words = reading.said(one.text, names)
            return Message(one.ts, room, thread, names[one.user], "", words, None, (), raw)
        private = one.ephemeral or (self.place(room).user if self._is_answer(one) else "")
        card, pinged = reading.card([block for part in parts for block in part.blocks], one.text)
        mentions = tuple(names.get(who, who) for who in pinged)
        return Message(one.ts, room, thread, DESK, names.get(private, ""), card_words("", card), card, mentions, raw)

    @staticmethod
    def _is_answer(one: Standing) -> bool:
        """Whether a message answers what one person did, in their talk with the desk."""
        return (one.metadata or {}).get("event_type") == "firstline_answer"

    def answers(self, who: Person) -> list[Standing]:
        """All that somebody was ever answered and still sees."""
        rooms = [place for place in self.slack.team.channels.values() if who.id in place.members]
        private = [one for place in rooms for one in place.ephemerals if one.ephemeral == who.id]
        return private + [one for one in who.talk.messages.values() if self._is_answer(one)]

    def before(self, who: Person) -> Before:
        """How things stand now."""
        return Before([(one, one.blocks) for one in self.answers(who)], who.modal)

    def reply(self, who: Person, before: Before, answer: Answer) -> Reply:
        """What somebody was answered since then, or to this act alone where Slack knows."""
        if who.modal is not None and who.modal is not before.modal:
            return Reply(form=reading.form(who.modal, {}, self.slack.names))
        said = self.said(answer)
        if not said:
            old = before.answers
            said = [one for one in self.answers(who) if not any(one is was and one.blocks is of for was, of in old)]
        return self.answered([block for one in said for block in one.blocks])

    def said(self, answer: Answer) -> list[Standing]:
        """What answers one act."""
        url = self.slack.triggers.urls.get(str(answer.payload.get("response_url", "")).rpartition("/")[2])
        return url.said if url else []

    @staticmethod
    def answered(blocks: Sequence[Json]) -> Reply:
        """The reply that is drawn as these blocks."""
        if not blocks:
            return Reply()
        card = reading.card(blocks).card
        return Reply(card, failed=card.tone == "danger")

    def posted(self) -> list[str]:
        """See Chat.posted."""
        marks = [one.metadata or {} for place in self.slack.team.channels.values() for one in place.messages.values()]
        return [mark["event_payload"]["key"] for mark in marks if mark.get("event_type") == "firstline_post"]


def standing(message: Message) -> Standing:
    """Slack's own record of a message, the first part of it."""
    drawn: Drawn = message.raw[0]
    return drawn.message


def drawn_button(message: Message, button: Button) -> tuple[Standing, Json, Json]:
    """The message, block and element of a button as it was drawn; one that never stood there is made up."""
    for drawn in message.raw:
        for block, element in reading.pressable(drawn.blocks):
            if reading.button(element) == button:
                return drawn.message, block, element
    element = {"type": "button", "action_id": "do:0:made-up", "value": reading.value(button)}
    return standing(message), {"block_id": "made-up"}, element | {"text": {"type": "plain_text", "text": button.label}}


def _threaded(shown: Sequence[Standing]) -> Iterator[Standing]:
    """Each thread behind its first message."""
    for one in shown:
        if not one.reply:
            yield one
            yield from (reply for reply in shown if reply.reply and reply.thread_ts == one.ts)
