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
from structlog.testing import capture_logs

from adapters.contract import Adapter
from adapters.web import Playground
from bot import posts
from bot.context import Scene
from bot.posts import Deliverer, Wanted, say
from bot.words import Address, Card, Incoming, Reply, Sender, SendFailed
from storage import failpoints
from storage.failpoints import Failpoint
from storage.tables import Entry, Post
from tests.stories.company import Company

same_every_time = settings(derandomize=True, deadline=None, database=None)
FATES = ("fine", "refused", "busy", "lost before", "lost after", "slow before", "slow after", "revised meanwhile")


class BadNetwork(Adapter):
    """The playground, as it is reached over a network that treats one send after the other as told."""

    name = "web"

    def __init__(self, playground: Playground) -> None:
        self.playground, self.fates, self.revise = playground, [], lambda: asyncio.sleep(0)
        self.poison, self.hangs, self.sent = "", "", []
        self.linked = "fine"

    async def send(self, post) -> str:
        fate = self.fates.pop(0) if self.fates else "fine"
        await self._particular(post)
        match fate:
            case "never":
                raise SendFailed("no such room", fate="not sent", final=True)
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
        self.sent.append(post.key)
        if fate == "lost after":
            raise SendFailed("reset")
        if fate == "slow after":
            await asyncio.sleep(60)
        return ref

    async def _particular(self, post) -> None:
        """What becomes of one message, or in one room, whatever the fate."""
        if post.key == self.poison:
            raise TypeError("this card cannot be drawn")
        if post.at.room == self.hangs:
            await asyncio.sleep(60)

    async def find(self, post) -> str | None:
        return await self.playground.find(post)

    async def link(self, _workspace: str, at: Address) -> str:
        match self.linked:
            case "hangs":
                await asyncio.sleep(60)
            case "refused":
                raise SendFailed("no")
            case "breaks":
                raise KeyError("url")
            case "none":
                return ""
        return f"https://chat.example/{at.room}/{at.thread}"


class Place:
    """A company whose posts go over a bad network."""

    def __init__(self, company: Company) -> None:
        self.company, self.examples = company, 0
        self.network = BadNetwork(company.chat.playground)
        self.deliverer = Deliverer(company.database, {"web": self.network})

    async def want(
        self,
        name: str,
        text: str,
        under: str = "",
        *,
        room: str = "escalations",
        ticket: int | None = None,
        urgency: int = 50,
        leads_to: str = "",
    ) -> None:
        key, parent = f"{self.examples}:{name}", f"{self.examples}:{under}" if under else ""
        desk = self.company.desk
        card = Card(body=text, leads_to=leads_to and f"{self.examples}:{leads_to}")
        wanted = Wanted(key, Address("web", room), card, parent, ticket, urgency=urgency)

        def write(db) -> None:
            say(Scene(db=db, now=desk.now(), workspace="main", settings=desk.settings, worktime=desk.worktime), wanted)

        await self.company.database.write(write)

    async def passes(self, seconds: float) -> None:
        self.company.clock.move_to(self.company.clock.now() + timedelta(seconds=seconds))

    async def deliver(self) -> None:
        while await self.deliverer.deliver(self.company.settings, self.company.desk.now()):
            await self.deliverer.finish()

    async def row(self, name: str) -> Post:
        [row] = [row for row in await self.company.reads(Post, Post.key) if row.key == f"{self.examples}:{name}"]
        return row

    def stands(self) -> dict[str, list[str]]:
        """The texts that stand for each post of this example."""
        found: dict[str, list[str]] = {}
        rooms = self.company.chat.playground.chat.rooms
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


def test_what_a_platform_will_never_take_and_is_wanted_again_is_not_said_twice(
    runner: asyncio.Runner, place: Place
) -> None:
    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        place.network.fates = ["lost after", "never"]
        await place.deliver()
        await place.passes(400)
        await place.deliver()
        assert (await place.row("a")).parked == "no such room"
        place.network.fates = []
        await place.want("a", "two")
        await place.passes(400)
        await place.deliver()
        assert place.stands() == {"a": ["two"]}

    runner.run(story())


@pytest.mark.parametrize("fate", ["refused", "lost before"])
def test_behaviour_30_an_outage_of_an_hour_loses_nothing(runner: asyncio.Runner, place: Place, fate: str) -> None:
    """DESIGN (posts): never lost; BEHAVIOUR 30: the auditor tells that it waits."""

    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        await place.want("a1", "line", "a")
        place.network.fates = [fate] * 1000
        for _ in range(120):
            await place.passes(30)
            await place.deliver()
        assert (await place.row("a")).attempts > posts.TRIES
        place.network.fates = []
        for _ in range(2):
            await place.passes(301)
            await place.deliver()
        assert place.stands() == {"a": ["one"], "a1": ["line"]}

    runner.run(story())


def test_being_told_to_wait_is_no_try(runner: asyncio.Runner, place: Place) -> None:
    """DESIGN (posts): a rate limit, and a thread that does not stand yet, say nothing about the message."""

    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        await place.want("a1", "line", "a")
        place.network.fates = ["busy"] * 20
        for _ in range(20):
            await place.deliver()
            await place.passes(4)
        assert ((await place.row("a")).attempts, (await place.row("a1")).attempts) == (0, 0)
        await place.deliver()
        assert place.stands() == {"a": ["one"], "a1": ["line"]}

    runner.run(story())


@pytest.mark.parametrize("again", [1, 3])
def test_behaviour_29_the_levels_of_a_ladder_do_not_overtake_each_other(
    runner: asyncio.Runner, place: Place, again: int
) -> None:
    """BEHAVIOUR 29: in order, whichever batch they are sent in, and whatever the second one's urgency."""

    async def story() -> None:
        place.examples += 1
        await place.want("level1", "one", ticket=7, urgency=11)
        place.network.fates = ["lost before"] * again
        if again == 1:
            await place.deliver()
            await place.passes(0.3)
        await place.want("level2", "two", ticket=7, urgency=10)
        await place.want("other", "three", ticket=8, urgency=10)
        for _ in range(2 * again):
            await place.deliver()
            await place.passes(2)
        await place.passes(400)
        await place.deliver()
        await place.deliver()
        said = [name for name in place.stands() if name != "other"]
        assert said == ["level1", "level2"] and place.stands()["other"] == ["three"]

    runner.run(story())


def test_behaviour_29_what_was_said_of_one_outage_keeps_its_order(runner: asyncio.Runner, place: Place) -> None:
    """BEHAVIOUR 29: levels that came due together were wanted at the same instant."""

    async def story() -> None:
        place.examples += 1
        for level in (1, 2):
            await place.want(f"level{level}", str(level), ticket=7, urgency=10)
        place.network.fates = ["refused"] * 3
        for _ in range(8):
            await place.deliver()
            await place.passes(1)
        await place.passes(400)
        await place.deliver()
        assert list(place.stands()) == ["level1", "level2"]

    runner.run(story())


def test_a_message_that_fails_for_its_own_sake_does_not_silence_its_thread(
    runner: asyncio.Runner, place: Place
) -> None:
    async def story() -> None:
        place.examples += 1
        await place.want("bad", "one", ticket=7)
        await place.passes(1)
        await place.want("good", "two", ticket=7)
        place.network.poison = f"{place.examples}:bad"
        for _ in range(60):
            await place.passes(61)
            await place.deliver()
        assert place.stands() == {"good": ["two"]}
        place.network.poison = ""
        await place.passes(400)
        await place.deliver()
        assert place.stands() == {"good": ["two"], "bad": ["one"]}

    runner.run(story())


def test_a_room_that_hangs_holds_up_no_other(
    runner: asyncio.Runner, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN (posts): rooms beside each other; what was not sent is given back, and has lost no try."""
    monkeypatch.setattr(posts, "PATIENCE", 0.05)
    monkeypatch.setattr(posts, "TIMEOUT", 0.5)

    async def story() -> None:
        place.examples += 1
        place.network.hangs = "triage-it"
        for number in range(10):
            await place.want(f"slow{number}", "x", room="triage-it")
        now, settled = place.company.desk.now, place.company.settings
        began = asyncio.get_running_loop().time()
        await place.deliverer.deliver(settled, now())
        await place.want("ping", "urgent")
        await place.want("slow", "x", room="triage-it")
        await place.deliverer.deliver(settled, now())
        assert place.stands() == {"ping": ["urgent"]}
        await place.deliverer.finish()
        assert asyncio.get_running_loop().time() - began < 2 * posts.TIMEOUT
        slow = [await place.row(f"slow{number}") for number in range(10)]
        assert sorted(row.attempts for row in slow) == [0] * 9 + [1]
        assert [row.unsure for row in slow].count(True) == 1
        assert all(row.next_at < now() + timedelta(seconds=5) for row in slow)
        place.network.hangs = ""
        await place.passes(61)
        await place.deliver()
        assert len([key for key in place.network.sent if f"{place.examples}:slow" in key]) == 11

    runner.run(story())


def test_what_goes_wrong_in_a_room_that_nobody_waits_for_is_logged(
    runner: asyncio.Runner, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posts, "PATIENCE", 0.01)

    def fail(reached: Failpoint) -> None:
        if reached == "posts settled":
            raise OSError("the disk is full")

    async def story() -> None:
        place.examples += 1
        place.network.hangs = "triage-it"
        await place.want("slow", "x", room="triage-it")
        await place.deliverer.deliver(place.company.settings, place.company.desk.now())
        failpoints.arm(fail)
        try:
            with capture_logs() as logged:
                await place.deliverer.finish()
        finally:
            failpoints.arm(None)
            place.network.hangs = ""
        [told] = logged
        assert told["log_level"] == "error" and "the disk is full" in str(told["exc_info"])
        await place.passes(61)
        await place.deliver()

    runner.run(story())


def test_a_line_whose_card_was_forgotten_is_said_outside_of_a_thread(runner: asyncio.Runner, place: Place) -> None:
    """BEHAVIOUR 30: it would wait for ever."""

    async def story() -> None:
        place.examples += 1
        await place.want("late", "line", "gone")
        await place.deliver()
        assert place.stands() == {"late": ["line"]}

    runner.run(story())


@pytest.mark.parametrize("linked", ["fine", "refused", "breaks", "none", "hangs"])
def test_a_ping_links_to_what_stands_and_waits_for_no_link(
    runner: asyncio.Runner, place: Place, monkeypatch: pytest.MonkeyPatch, linked: str
) -> None:
    """BEHAVIOUR 27, 30."""
    monkeypatch.setattr(posts, "LINK_TIME", 0.05)

    async def story() -> None:
        place.examples += 1
        place.network.linked = linked
        await place.want("early", "ping", leads_to="card")
        await place.deliver()
        assert place.stands() == {"early": ["ping"]}, "there is nothing to lead to yet"
        await place.want("card", "the ticket")
        await place.deliver()
        await place.want("late", "ping", leads_to="card")
        await place.deliver()
        link = f"\n\n[Go to the ticket](https://chat.example/escalations/{(await place.row('card')).ref})"
        assert place.stands()["late"] == [f"ping{link if linked == 'fine' else ''}"]

    runner.run(story())
    place.network.linked = "fine"


def test_what_is_revised_while_it_is_sent_is_not_sent_by_a_second_replica(runner: asyncio.Runner, place: Place) -> None:
    """Two desks on one database: the one is still sending when the other looks."""

    async def story() -> None:
        place.examples += 1
        await place.want("a", "one")
        other = Deliverer(place.company.database, {"web": BadNetwork(place.company.chat.playground)})

        async def revise() -> None:
            await place.want("a", "two")
            await other.deliver(place.company.settings, place.company.desk.now())

        place.network.revise, place.network.fates = revise, ["revised meanwhile"]
        await place.deliver()
        await place.deliver()
        assert place.stands() == {"a": ["two"]}

    runner.run(story())


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
