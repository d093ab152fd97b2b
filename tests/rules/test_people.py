"""Who somebody is, across channels, and how others name them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, event
from sqlmodel import Session, SQLModel, col, select

from bot import enrolment, people
from bot.words import Address, Incoming, Sender
from storage import assignments
from storage import people as rows
from storage.database import Database
from storage.tables import Person
from tests.rules.desk_stories import NOW, Story, block, settings, shown


async def test_somebody_who_was_known_before_the_settings_named_them_is_joined(database: Database) -> None:
    story = await Story(database).open()
    noor = Sender("U7", "Noor", email="noor@example.org")
    incoming = Incoming("n1", noor, Address("slack", "@U7"), "ticket", text="my laptop is broken")
    assert not (await story.desk.receive(incoming)).failed
    assert (await story.row(1001)).requester == "slack:U7"
    await story.says("ben", "claim", "1001")
    story.settings = settings(people=block("people") | {"noor": {"name": "Noor Khan", "email": "noor@example.org"}})
    await story.open_again()
    assert (await story.row(1001)).requester == "noor"
    again = await story.desk.receive(Incoming("n2", noor, Address("slack", "@U7"), "tickets"))
    assert "IT-1001" in shown(again)
    known = await database.read(lambda db: db.exec(select(Person.id).where(col(Person.email) == noor.email)).all())
    assert known == ["noor"]


async def test_who_is_joined_is_the_other_one_wherever_they_are_named(database: Database) -> None:
    story = await Story(database).open()
    await story.ticket()

    def named_everywhere(db: Session) -> None:
        db.add(Person(workspace="main", id="noor", name="Noor", created_at=NOW))
        db.flush()
        for table in SQLModel.metadata.sorted_tables:
            if any(_is_a_persons(column) for column in table.columns):
                db.execute(table.insert().values(_row(table)))
        assignments.assign(db, "main", "noor", NOW)
        assignments.assign(db, "main", "ben", NOW - timedelta(hours=1))
        assignments.take(db, "main", "it-help", "noor")

    await database.write(named_everywhere)
    await database.write(lambda db: enrolment.join(db, "main", "noor", "ben"))
    still = {name: rows for name, rows in (await story.everything()).items() if "noor" in repr(rows)}
    assert not still
    assert await database.read(lambda db: assignments.assigned_at(db, "main", "ben")) == NOW
    assert await database.read(lambda db: assignments.last(db, "main", "it-help")) == "ben"


def _is_a_persons(column: Column[Any]) -> bool:
    if column.table.name in ("lease", "installation"):  # a replica owns the one; the other's are ids of Slack's
        return False
    return column.name in ("person", "requester", "submitter", "owner", "author") or column.name.endswith("_by")


def _row(table: Table) -> dict[str, Any]:
    """A row in which all people are noor."""
    known = {"workspace": "main", "ticket": 1001, "status": "new" if table.name == "ticket" else "draft"}
    empty = {"VARCHAR": "opened", "INTEGER": 9, "DATETIME": NOW}
    needed = (c for c in table.columns if not (c.nullable or c.default or c is table.autoincrement_column))
    rest = {c.name: known.get(c.name, empty.get(str(c.type))) for c in needed}
    plan = {"plan": {"rungs": [["person:noor", 0]]}} if table.name == "escalation" else {}
    return rest | plan | {c.name: "noor" for c in table.columns if _is_a_persons(c)}


async def test_who_had_only_an_id_is_joined_when_the_platform_tells_their_address(database: Database) -> None:
    """A name and an address that are looked up take a moment: what somebody did before is theirs all the same."""
    story = await Story(database).open()
    quick, known = Sender("U9", "ben.a"), Sender("U9", "Ben Adler", email="Ben@example.org")
    await story.desk.receive(Incoming("e1", quick, Address("slack", "@U9"), "ticket", text="my own screen is dark"))
    assert (await story.row(1001)).requester == "slack:U9"
    queue = await story.desk.receive(Incoming("e2", known, Address("slack", "@U9"), "queue"))
    assert "IT-1001" in shown(queue)
    await story.desk.receive(Incoming("e3", known, Address("slack", "@U9"), "ticket", text="and my mouse"))
    assert [(await story.row(number)).requester for number in (1001, 1002)] == ["ben", "ben"]


async def test_who_had_only_an_id_is_known_better_later(database: Database) -> None:
    story = await Story(database).open()
    quick, known = Sender("U8", "noor"), Sender("U8", "Noor Khan", email="noor@example.org", zone="Asia/Dubai")
    for number, sender in enumerate((quick, known, quick)):
        await story.desk.receive(
            Incoming(f"k{number}", sender, Address("slack", "@U8"), "ticket", text=f"broken {number}")
        )
    person = await database.read(lambda db: db.get(Person, ("main", "slack:U8")))
    assert person and (person.name, person.email, person.zone) == ("Noor Khan", "noor@example.org", "Asia/Dubai")


@pytest.mark.parametrize("given", [0, 1], ids=["at first", "later"])
async def test_a_long_name_is_cut_as_names_are(sqlite_database: Database, given: int) -> None:
    story = await Story(sqlite_database).open()
    told = Sender("U7", "Noor\n" + "x" * 95, email="noor@example.org")
    for number, sender in enumerate((told,) if given == 0 else (Sender("U7", "noor"), told)):
        incoming = Incoming(f"n{number}", sender, Address("slack", "@U7"), "ticket", text=f"broken {number}")
        await story.desk.receive(incoming)
    names = await sqlite_database.read(lambda db: db.exec(select(Person.name).where(Person.id == "slack:U7")).all())
    assert names == [f"Noor {'x' * 74}…"]


async def test_an_id_that_the_settings_correct_is_nobodys_any_more(database: Database) -> None:
    """What was learnt of a channel for which the settings have no id stays; ids may be swapped as well."""
    story = await Story(database).open()
    await story.ticket()
    by_email = Sender("U1", "Ben", email="ben@example.org")
    await story.desk.receive(Incoming("e1", by_email, Address("slack", "@U1"), "claim", text="1001"))
    persons = block("people")
    persons["ben"]["identities"] = {"web": "ben2"}
    persons["chloe"]["identities"], persons["dev"]["identities"] = {"web": "dev"}, {"web": "chloe"}
    story.settings = settings(people=persons)
    await story.open_again()
    for who, team in (("ben2", "IT Help"), ("dev", "IT Help"), ("chloe", "Network")):
        assert team in shown(await story.says(who, "queue"))
    assert (await story.says("ben", "queue")).failed
    assert (await story.says("ben", "tickets status", "1001")).failed
    found = await database.read(lambda db: rows.identities(db, "main", "ben"))
    assert found == [("slack", "U1"), ("web", "ben2")]


async def test_the_settings_id_is_the_one_that_is_pinged(sqlite_database: Database) -> None:
    """Somebody may have another account, with the same address."""
    story = await Story(sqlite_database).open()
    other = Sender("another-lena", "Lena", email=story.settings.people["lena"].email)
    assert not (await story.says("another-lena", "queue", sender_as=other)).failed
    await story.says("another-lena", "ticket", "my mouse is gone", sender_as=other)
    found = await sqlite_database.read(lambda db: people.mention(db, "main", "web", "lena", story.settings))
    assert found.id == "lena"
    known = await sqlite_database.read(lambda db: rows.identities(db, "main", "lena"))
    assert ("web", "another-lena") in known


async def test_two_people_may_swap_their_addresses(database: Database) -> None:
    story = await Story(database).open()
    persons = block("people")
    persons["ben"]["email"], persons["chloe"]["email"] = persons["chloe"]["email"], persons["ben"]["email"]
    story.settings = settings(people=persons)
    await story.open_again()
    ben = await database.read(lambda db: db.get(Person, ("main", "ben")))
    assert ben and ben.email == "chloe@example.org"


async def test_an_agents_first_word_on_a_channel_may_be_a_question(sqlite_database: Database) -> None:
    """Reading writes nothing down, and knows them all the same by their verified address."""
    story = await Story(sqlite_database).open()
    await story.ticket()
    ben = Sender("U1", "Ben", email="Ben@example.org")
    queue = await story.desk.receive(Incoming("q1", ben, Address("slack", "@U1"), "queue"))
    assert "IT-1001" in shown(queue)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("@ben", "ben"),
        ("ben adler", "ben"),
        ("Ben", "ben"),
        ("adler", "ben"),
        ("ben@example.org", "ben"),
        ("<@ben>", "ben"),
        ("<@!ben|x>", "ben"),
        ("me", "ada"),
    ],
)
async def test_people_are_named_in_many_ways(sqlite_database: Database, typed: str, found: str) -> None:
    story = await Story(sqlite_database).open()
    assert f"No tickets of {story.settings.people[found].name}" in shown(await story.says("ada", "tickets of", typed))


@pytest.mark.parametrize("typed", ["@ben", "adler", "Ben@example.org", "<@ben>", "BEN", "me", "qqqq"])
async def test_nobody_is_loaded_but_whom_it_is_about(sqlite_database: Database, typed: str) -> None:
    story = await Story(sqlite_database).open()
    loaded = set[str]()

    def note(person: Person, _: Any) -> None:
        loaded.add(person.id)

    event.listen(Person, "load", note)
    try:
        await story.says("ada", "tickets of", typed)
    finally:
        event.remove(Person, "load", note)
    assert loaded <= {"ada", "ben"}


@pytest.mark.parametrize(
    ("typed", "words"), [("@", "whom do you mean"), ("bem", "Ben Adler"), ("qqqq", "Nobody"), ("twin", "ada2")]
)
async def test_who_is_not_clear_is_asked_for(sqlite_database: Database, typed: str, words: str) -> None:
    story = await Story(sqlite_database).open()
    twins = [Person(workspace="main", id=f"ada{n}", name="Twin", created_at=NOW) for n in (1, 2)]
    await sqlite_database.write(lambda db: db.add_all(twins))
    refused = await story.says("ada", "ticket for", f"{typed} phone it is broken")
    assert refused.failed and words in shown(refused)
