"""Posts: whatever a platform does with them, in the end each stands once, as it was last wanted (DESIGN, BEHAVIOUR 29).

The adapter is the playground's own; between it and the deliverer stands a bad network that does what it is told.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.web import Playground
from bot import posts
from bot.context import Scene
from bot.posts import Deliverer, Wanted, say
from bot.words import Address, Card, Incoming, Reply, Sender, SendFailed
from storage.tables import Entry, Post
from tests.stories.company import Company

same_every_time = settings(derandomize=True, deadline=None, database=None)
FATES = ("fine", "refused", "busy", "lost before", "lost after", "slow before", "slow after", "revised meanwhile")


class BadNetwork:
    """The playground, as it is reached over a network that treats one send after the other as told."""

    name = "web"

    def __init__(self, playground: Playground) -> None:
        self.playground, self.fates, self.revise = playground, [], lambda: asyncio.sleep(0)

    async def send(self, post) -> str:
        fate = self.fates.pop(0) if self.fates else "fine"
        match fate:
            case "refused":
                raise SendFailed("no", fate="not sent")
            case "busy":
                raise SendFailed("later", fate="not sent", retry_after=3)
            case "lost before":
                raise SendFailed("reset")
            case "slow before":
                await asyncio.sleep(60)
            case "revised meanwhile":
                await self.revise()
        ref = await self.playground.send(post)
        if fate == "lost after":
            raise SendFailed("reset")
        if fate == "slow after":
            await asyncio.sleep(60)
        return ref

    async def find(self, post) -> str | None:
        return await self.playground.find(post)


class Place:
    """A company whose posts go over a bad network."""

    def __init__(self, company: Company) -> None:
        self.company, self.examples = company, 0
        self.network = BadNetwork(company.playground)
        self.deliverer = Deliverer(company.database, {"web": self.network})

    async def want(self, name: str, text: str, under: str = "") -> None:
        key, parent = f"{self.examples}:{name}", f"{self.examples}:{under}" if under else ""
        desk = self.company.desk
        wanted = Wanted(key, Address("web", "escalations"), Card(body=text), parent)

        def write(db) -> None:
            say(Scene(db=db, now=desk.now(), workspace="main", settings=desk.settings, worktime=desk.worktime), wanted)

        await self.company.database.write(write)

    async def passes(self, seconds: float) -> None:
        self.company.clock.move_to(self.company.clock.now() + timedelta(seconds=seconds))

    async def deliver(self) -> None:
        while await self.deliverer.deliver(self.company.settings, self.company.desk.now()):
            await self.deliverer.finish()

    def stands(self) -> dict[str, list[str]]:
        """The texts that stand for each post of this example."""
        found: dict[str, list[str]] = {}
        rooms = self.company.playground.chat.rooms
        for root in rooms.talk("escalations", limit=100_000):
            for m in (root, *rooms.talk("escalations", thread=root.id, limit=1000)[1:]):
                mine, _, name = m.key.partition(":")
                if mine == str(self.examples):
                    found.setdefault(name, []).append(m.card.body)
        return found


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def company(
    runner: asyncio.Runner, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    home = tmp_path_factory.mktemp("posts")
    (home / "firstline.db").write_bytes(sqlite_template.read_bytes())
    company = Company(f"sqlite:///{home / 'firstline.db'}", home)
    company.edit_settings(("knowledge:", "limits: {tickets_per_minute: 10000, surge: 10000}\nknowledge:"))
    runner.run(company.opens())
    runner.run(company.settles())
    yield company
    runner.run(company.closes())


@pytest.fixture(scope="module")
def place(company: Company) -> Place:
    return Place(company)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "TIMEOUT", 0.05)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("want"), st.sampled_from("abc"), st.integers(1, 9)),
        st.tuples(st.just("line"), st.sampled_from("abc"), st.integers(1, 9)),
        st.tuples(st.just("deliver"), st.lists(st.sampled_from(FATES), max_size=5), st.just(0)),
        st.tuples(st.just("time"), st.just(""), st.sampled_from([1, 5, 61, 400])),
    ),
    max_size=14,
)


@settings(same_every_time, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=[("want", "a", 1), ("deliver", ["lost after"] * 3, 0), ("time", "", 5), ("deliver", ["lost after"], 0)])
@example(steps=[("want", "a", 1), ("deliver", ["revised meanwhile", "lost after"], 0)])
def test_in_the_end_each_post_stands_once_as_it_was_last_wanted(
    runner: asyncio.Runner, place: Place, steps: list[tuple]
) -> None:
    runner.run(reconcile(place, steps))


async def reconcile(place: Place, steps: list[tuple]) -> None:
    place.examples += 1
    wanted: dict[str, str] = {}

    async def want(name: str, text: str, under: str = "") -> None:
        wanted[name] = text
        await place.want(name, text, under)

    async def revise() -> None:
        for name in [name for name in wanted if len(name) == 1]:
            await want(name, f"{wanted[name]}!")

    place.network.revise = revise
    for what, name, number in steps:
        match what:
            case "want":
                await want(name, f"{name}{number}")
            case "line" if name in wanted:
                await want(f"{name}{number}", f"line {number}", name)
            case "deliver":
                place.network.fates = list(name)
                await place.deliver()
            case "time":
                await place.passes(number)
    place.network.fates = []
    for _ in range(4):
        await place.passes(400)
        await place.deliver()
    assert place.stands() == {name: [text] for name, text in wanted.items()}
    left = [p for p in await place.company.reads(Post, Post.key) if p.next_at or p.unsure or p.sent != p.revision]
    assert not left


def test_what_was_given_up_and_is_wanted_again_is_not_said_twice(runner: asyncio.Runner, place: Place) -> None:
    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        place.network.fates = ["lost after"] * 50
        for _ in range(posts.TRIES + 3):
            await place.passes(400)
            await place.deliver()
        place.network.fates = []
        await place.want("a", "two")
        await place.passes(400)
        await place.deliver()
        assert place.stands() == {"a": ["two"]}

    runner.run(story())


def test_what_is_revised_while_it_is_sent_is_not_sent_by_a_second_replica(runner: asyncio.Runner, place: Place) -> None:
    """Two desks on one database: the one is still sending when the other looks."""

    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        other = Deliverer(place.company.database, {"web": BadNetwork(place.company.playground)})

        async def revise() -> None:
            await place.want("a", "two")
            await other.deliver(place.company.settings, place.company.desk.now())

        place.network.revise, place.network.fates = revise, ["revised meanwhile"]
        await place.deliver()
        await place.deliver()
        assert place.stands() == {"a": ["two"]}

    runner.run(story())


# ── the other direction: what comes in ───────────────────────────────────────────────────────────────────────────────


@settings(same_every_time, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), count=st.integers(1, 6))
def test_behaviour_23_deliveries_doubled_and_shuffled_have_one_effect_each(
    runner: asyncio.Runner, company: Company, data: st.DataObject, count: int
) -> None:
    once = [incoming(company, n) for n in range(count)]
    often = [one for one in once for _ in range(data.draw(st.integers(1, 3)))]
    order = data.draw(st.permutations(often))
    apart = data.draw(st.integers(1, 4))
    runner.run(deliver(company, once, [order[at : at + apart] for at in range(0, len(order), apart)]))


def incoming(company: Company, number: int) -> Incoming:
    """A command, or words in a watched room."""
    who, id = Sender("ana", "Ana Costa"), company.delivery()
    if number % 2:
        return Incoming(id, who, Address("web", "@ana"), "ticket", text=f"my laptop is broken, {id}")
    return Incoming(id, who, Address("web", "it-help"), text=f"no mail since {id}", message=f"message-{id}")


async def deliver(company: Company, once: list[Incoming], waves: list[list[Incoming]]) -> None:
    answers: dict[str, list[Reply]] = {}
    for wave in waves:
        replies = await asyncio.gather(*map(company.desk.receive, wave))
        for one, reply in zip(wave, replies, strict=True):
            answers.setdefault(one.id, []).append(reply)
    told = [entry.text for entry in await company.reads(Entry, Entry.id) if entry.kind in ("opened", "reply")]
    for one in once:
        assert told.count(one.text) == 1
        assert len({str(reply.card) for reply in answers[one.id]}) == 1
