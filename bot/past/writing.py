"""The past of a demo: months of tickets, written straight into the database, with no message left in any room.

All lie behind the instant of the scene they are written in, and all are closed but a few that somebody is at. Their
numbers end before the first one that the desk gives, so that a newcomer's own ticket has that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot import moves
from bot.context import Scene
from bot.deadlines import events, retime
from bot.knowledge import Knowledge
from bot.lifecycle import Move, Status
from bot.past.arrivals import arrivals
from bot.past.stories import MINUTE, Step, Story, steps
from bot.past.topics import TOPICS, Topic, topic
from bot.readers import EVERYONE
from bot.settings import Level
from bot.sla import Clock
from bot.timeline import record
from bot.words import one_line
from storage import suggestions, verdicts
from storage.statuses import SELF_SERVED
from storage.tables import Person, Ticket

SPAN, COMPANY = timedelta(days=91), 80
LATELY = timedelta(days=2)
CALM = timedelta(days=2)
"""No deadline of what is open is to come sooner, so that a newcomer hears of their own tickets first."""
HELPED, UNHELPED = 0.35, 0.2
"""The part of the offered articles that fix it at once; of those that are told not to help."""
COLLEAGUES = (
    "Alma Berg", "Bruno Keller", "Carla Rossi", "David Novak", "Elif Aydin", "Femi Okafor",
    "Greta Lind", "Hugo Mercier", "Ines Moreau", "Jonas Weber", "Katja Braun", "Liam Byrne",
    "Mina Sato", "Noah Fischer", "Olga Petrova", "Pablo Diaz", "Rosa Marino", "Sam Porter",
    "Tara Singh", "Uwe Lang", "Vera Costa", "Will Harris", "Yara Haddad", "Zoe Baker",
)  # fmt: skip


def write(scene: Scene, random: Random, knowledge: Knowledge) -> int:
    """Write it; how many tickets it has."""
    stories = sorted([*_stories(scene, random), *_under_way(scene, random)], key=lambda story: story.opened)
    fixes = _Fixes(scene, knowledge, random)
    first = scene.settings.organisation.first_number - len(stories)
    written = 0
    for number, story in enumerate(stories, first):
        if number < 1:
            continue
        done = [step for step in story.steps if step.at <= scene.now]
        if len(done) == len(story.steps):
            _tell(scene, number, story, done, fixes)
        elif not _goes_on(scene, number, story, done):
            continue
        written += 1
    return written


def _colleagues(scene: Scene) -> Iterator[str]:
    """They never wrote before the desk knew them, and no channel does: their tickets are all closed."""
    for name in COLLEAGUES:
        handle = name.lower().replace(" ", ".")
        person = Person(workspace=scene.workspace, id=handle, name=name, created_at=scene.now - SPAN)
        scene.db.merge(person)
        yield handle


def _who_asks(scene: Scene) -> list[str]:
    """Those of the settings who do not work at the desk."""
    workers = scene.settings.workers()
    return [handle for handle in scene.settings.people if handle not in workers]


def _stories(scene: Scene, random: Random) -> Iterator[Story]:
    here = _who_asks(scene)
    asking = [*_colleagues(scene), *here]
    settings, zone = scene.settings, scene.settings.organisation.zone
    known = [topic for topic in TOPICS if topic.category in ("", *settings.categories)]
    for at in arrivals(random, scene.now - SPAN, scene.now, COMPANY, zone):
        about = topic(random, known)
        team = settings.team_key_of(about.category)
        agents = _able(scene, team, about)
        if agents:
            opened = at.replace(microsecond=0)
            calendar = scene.worktime.of(settings.calendar_of(team))
            told = tuple(steps(random, about, opened, calendar, settings.reminders.close))
            lately = here if opened > scene.now - LATELY and random.random() < 0.8 else asking
            yield Story(about, random.choice(about.asks), random.choice(lately), random.choice(agents), opened, told)


def _under_way(scene: Scene, random: Random) -> Iterator[Story]:
    """Those who can be talked to wait for something, each for two things at most."""
    calm = [topic for topic in TOPICS if topic.category in ("", *scene.settings.categories) and topic.urgency != "high"]
    for who in _who_asks(scene)[:2] * 2:
        about = topic(random, calm)
        opened = scene.now - random.randint(40, 200) * MINUTE
        at = opened + 20 * MINUTE
        said = random.choice((Step(at, "ask", about.question[0]), Step(at, "answer", about.says)))
        told = (Step(opened + 8 * MINUTE, "claim"), said, Step(scene.now + SPAN, "resolve"))
        agents = _able(scene, scene.settings.team_key_of(about.category), about)
        if agents:
            yield Story(about, random.choice(about.asks), who, random.choice(agents), opened, told)


def _able(scene: Scene, team: str, about: Topic) -> list[str]:
    """The agents who have the skill; those of the team, if none has; its lead, if it has none."""
    entry, category = scene.settings.team_for(team), scene.settings.categories.get(about.category)
    skilled = [who for who, member in entry.members.items() if category and category.skill in member.skills]
    return skilled or list(entry.members) or [who for who in (entry.lead,) if who]


def _goes_on(scene: Scene, number: int, story: Story, done: Sequence[Step]) -> bool:
    """Whether its requester can be talked to, it is answered, and nothing of it is soon due; only then it is kept.

    One that is resolved is not: closing by itself, it would make a card stand that nobody waits for.
    """
    said = [step.deed for step in done if step.deed in ("answer", "ask", "resolve")]
    if not said or "resolve" in said or story.requester not in scene.settings.people:
        return False
    with scene.db.begin_nested() as attempt:
        clocks = _tell(scene, number, story, done, None)
        if any(clock.state == "running" and clock.warn_at and clock.warn_at <= scene.now + CALM for clock in clocks):
            attempt.rollback()
            return False
    return True


class _Fixes:
    """What is offered for some words, looked up once, and what comes of it."""

    def __init__(self, scene: Scene, knowledge: Knowledge, random: Random) -> None:
        self._rules, self._knowledge, self._random = scene.settings.knowledge, knowledge, random
        self._known: dict[str, list[tuple[str, float]]] = {}

    def of(self, words: str) -> list[tuple[str, float]]:
        """(article, confidence), best first."""
        if words not in self._known:
            hits = self._knowledge.fixes(
                words, self._rules.suggest_at, self._rules.suggestions, audiences=frozenset({EVERYONE})
            )
            self._known[words] = [(hit.article_id, hit.confidence) for hit in hits]
        return self._known[words]

    def offer(self, scene: Scene, ticket: Ticket, words: str) -> bool:
        """Show them with a ticket; whether the first one fixes it at once."""
        offered = self.of(words)
        if not offered:
            return False
        suggestions.shown(scene.db, scene.workspace, ticket.number, offered, scene.now)
        article, chance = offered[0][0], self._random.random()
        if chance < HELPED + UNHELPED:
            suggestions.opened(scene.db, scene.workspace, ticket.number, article, scene.now)
            outcome: verdicts.Kind = "helped" if chance < HELPED else "unhelped"
            suggestions.judged(scene.db, scene.workspace, ticket.number, outcome, article)
            for kind in ("opened", outcome):
                verdicts.note(scene.db, scene.workspace, article, ticket.requester, kind, ticket.number, scene.now)
        if chance < HELPED:
            _helped(scene, ticket, article, self._knowledge.title(article))
        return chance < HELPED


def _tell(scene: Scene, number: int, story: Story, done: Iterable[Step], fixes: _Fixes | None) -> tuple[Clock, ...]:
    ticket = _open(scene, number, story)
    if not (fixes and fixes.offer(_at(scene, story.opened + 3 * MINUTE), ticket, story.words)):
        for step in done:
            _do(_at(scene, step.at), ticket, story, step)
    scene.db.flush()
    return retime(scene, ticket, events(scene, ticket))


def _at(scene: Scene, at: datetime) -> Scene:
    return replace(scene, now=at)


def _open(scene: Scene, number: int, story: Story) -> Ticket:
    about, settings = story.topic, scene.settings
    category = settings.categories.get(about.category)
    team, impact = settings.team_key_of(about.category), (category.impact if category else Level.LOW).value
    ticket = Ticket(
        workspace=scene.workspace, number=number, title=one_line(story.words, 200), status=Status.NEW.value,
        category=about.category, team=team, urgency=about.urgency, impact=impact,
        priority=settings.priority(about.urgency, impact), requester=story.requester, submitter=story.requester,
        via="web", created_at=story.opened, updated_at=story.opened, origin_channel="web",
        origin_room=f"@{story.requester}",
    )  # fmt: skip
    scene.db.add(ticket)
    scene.db.flush()
    data = {"via": "web", "category": about.category, "priority": ticket.priority, "team": team}
    record(_at(scene, story.opened), ticket, "opened", story.words, author=story.requester, public=True, data=data)
    return ticket


def _helped(scene: Scene, ticket: Ticket, article: str, title: str) -> None:
    """An article fixed it at once."""
    who = ticket.requester
    moves.move(scene, ticket, Move.DEFLECT, author=who)
    moves.move(scene, ticket, Move.CONFIRM, author=who)
    _end(ticket, f"“{title}” helped.", who, SELF_SERVED)
    record(scene, ticket, "helped", title, author=who, data={"article": article, "helped": True})


def _do(scene: Scene, ticket: Ticket, story: Story, step: Step) -> None:
    """One step, by the desk's own moves. Nothing is said in a room: nobody waits for it any more."""
    agent, who = story.agent, story.requester
    ticket.updated_at = step.at
    match step.deed:
        case "claim":
            ticket.owner = agent
            data = {"from": None, "to": agent}
            record(scene, ticket, "owner", "claimed it", author=agent, by_agent=True, public=True, data=data)
            moves.move(scene, ticket, Move.CLAIM, author=agent, by_agent=True)
        case "ask" | "answer":
            record(scene, ticket, "reply", step.words, author=agent, by_agent=True, public=True)
            ticket.first_reply_at = ticket.first_reply_at or step.at
            moves.move(scene, ticket, Move.ASK if step.deed == "ask" else Move.ANSWER, author=agent, by_agent=True)
        case "hear":
            record(scene, ticket, "reply", step.words, author=who, public=True)
            moves.move(scene, ticket, Move.HEAR, author=who)
        case "resolve":
            moves.move(scene, ticket, Move.RESOLVE, author=agent, by_agent=True)
            _end(ticket, step.words, agent, "solved")
        case _:
            _is_answered(scene, ticket, who, step)


def _is_answered(scene: Scene, ticket: Ticket, who: str, step: Step) -> None:
    """What its requester says of a resolution, or their silence."""
    match step.deed:
        case "reopen":
            moves.move(scene, ticket, Move.REOPEN, author=who)
            record(scene, ticket, "reply", step.words, author=who, public=True)
        case "fixed":
            moves.move(scene, ticket, Move.CONFIRM, author=who)
            ticket.outcome = "fixed"
        case "rate":
            ticket.stars = int(step.words)
            record(scene, ticket, "rated", author=who, public=True, data={"stars": ticket.stars})
        case "close":
            moves.move(scene, ticket, Move.CLOSE)


def _end(ticket: Ticket, words: str, by: str, outcome: str) -> None:
    ticket.resolution, ticket.resolved_by, ticket.outcome = words, by, outcome
