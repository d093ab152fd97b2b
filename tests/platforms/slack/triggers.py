"""What an act gives the app for a short while: a trigger id (3 s, once), a response URL (30 min, five times)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.slack.records import Channel, Message
from tests.platforms.slack.refused import Refused
from tests.platforms.slack.world import World

LIVES, ANSWERS, ANSWERABLE = 3.0, 5, 1800.0
KEPT = 100_000


@dataclass
class Trigger:
    """One act of a person. `view` is the modal it was done in."""

    id: str
    team: str
    user: str
    until: float
    view: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """A place to answer to. `message` is what was clicked, `said` what stands there as the answer."""

    id: str
    team: str
    user: str
    channel: Channel
    until: float
    message: Message | None = None
    uses: int = 0
    said: list[Message] = field(default_factory=list)

    def keep(self, message: Message) -> None:
        """This is an answer, or a part of it."""
        self.said += [] if message in self.said else [message]


@dataclass
class Triggers:
    """All that were handed out."""

    world: World
    triggers: dict[str, Trigger] = field(default_factory=dict)
    urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def trigger(self, team: str, user: str, view: str = "") -> str:
        """A new trigger id for an act of this person."""
        numbers = f"{self.world.random.randrange(10**11, 10**12)}.{self.world.random.randrange(10**10, 10**11)}"
        made = Trigger(f"{numbers}.{self.world.secret()}", team, user, self.world.clock.now() + LIVES, view)
        self.triggers[made.id] = made
        _forget_oldest(self.triggers)
        return made.id

    def exchange(self, trigger_id: str, team: str) -> Trigger:
        """Take a trigger id in; Refused when it is unknown, too old, or used before."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None or trigger.team != team:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self.world.clock.now() > trigger.until:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def url(self, kind: str, team: str, user: str, channel: Channel, message: Message | None = None) -> str:
        """A new response URL; `kind` is commands, actions or app, as in Slack's own."""
        made = ResponseUrl(self.world.secret(), team, user, channel, self.world.clock.now() + ANSWERABLE, message)
        self.urls[made.id] = made
        _forget_oldest(self.urls)
        return f"{self.world.base}{kind}/{team}/{made.id}"

    def answer(self, url: str) -> ResponseUrl:
        """Count one answer; Refused when there were five, when 30 minutes are over, or when there is no such URL."""
        place = self.urls.get(url)
        if place is None:
            raise Refused("no_service")
        if place.uses >= ANSWERS:
            raise Refused("used_url")
        if self.world.clock.now() > place.until:
            raise Refused("expired_url")
        place.uses += 1
        return place


def _forget_oldest(kept: dict[str, Any]) -> None:
    if len(kept) > KEPT:
        del kept[next(iter(kept))]
