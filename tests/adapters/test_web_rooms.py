"""The chat as a platform of its own: what stands in its rooms, who sees them, what it promises to the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.web import Playground
from adapters.web.guide import guide
from adapters.web.message import Message
from adapters.web.panes import start
from adapters.web.places import Places, personas
from adapters.web.playground import Fault
from adapters.web.rooms import PRIVATES_KEPT, Rooms
from bot.settings import Settings
from bot.words import Address, Card, Mention, Post, SendFailed
from tests.adapters.web_playground import MORNING, SETTINGS


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    made = Rooms(str(tmp_path / "chat.db"))
    yield made
    made.close()


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[Playground]:
    made = Playground(str(tmp_path / "chat.db"), lambda: SETTINGS, lambda: MORNING)
    yield made
    made.chat.rooms.close()


TRIAGE = Address("web", "triage-it")


def post(key: str = "card:1", body: str = "one", at: Address = TRIAGE, ref: str = "") -> Post:
    return Post(key, at, Card("IT-1001", body), ref)


def bodies(rooms: Rooms, room: str = "triage-it") -> list[str]:
    return [message.card.body if message.card else message.text for message in rooms.talk(room)]


async def test_a_post_stands_and_is_edited_in_place(playground: Playground) -> None:
    ref = await playground.send(post())
    assert await playground.send(post(body="two", ref=ref)) == ref
    assert bodies(playground.chat.rooms) == ["two"]


async def test_a_post_sent_twice_stands_twice_and_is_found_by_its_key(playground: Playground) -> None:
    first = await playground.send(post())
    await playground.send(post())
    assert bodies(playground.chat.rooms) == ["one", "one"]
    assert await playground.find(post()) == first
    assert await playground.find(post(key="other")) is None
    assert await playground.find(post(at=Address("web", "escalations"))) is None


async def test_a_post_whose_message_was_deleted_is_put_there_anew(playground: Playground) -> None:
    ref = await playground.send(post())
    playground.chat.rooms.delete(ref)
    assert await playground.find(post()) is None
    again = await playground.send(post(body="two", ref=ref))
    assert again != ref and bodies(playground.chat.rooms) == ["two"]


async def test_a_room_that_is_not_there_is_final(playground: Playground) -> None:
    for room in ("nowhere", "@nobody", ""):
        with pytest.raises(SendFailed) as failed:
            await playground.send(post(at=Address("web", room)))
        assert failed.value.final and failed.value.fate == "not sent"


async def test_a_thread_stands_under_its_message_or_in_the_room_when_that_is_lost(playground: Playground) -> None:
    ref = await playground.send(post())
    await playground.send(post("line:1", "in it", replace(TRIAGE, thread=ref)))
    await playground.send(post("line:2", "lost", replace(TRIAGE, thread="gone")))
    rooms = playground.chat.rooms
    assert bodies(rooms) == ["one", "lost"]
    assert [m.card and m.card.body for m in rooms.talk("triage-it", thread=ref)] == ["one", "in it"]


async def test_a_fault_before_or_after_the_message_stands(playground: Playground) -> None:
    def dropping(when_stored: bool) -> Fault:
        def drop(_: Post, stored: bool) -> None:
            if stored is when_stored:
                raise ConnectionResetError("gone")

        return drop

    for when_stored, standing in ((False, 0), (True, 1)):
        playground.fault = dropping(when_stored)
        with pytest.raises(SendFailed) as failed:
            await playground.send(post())
        assert failed.value.fate == "unknown" and len(bodies(playground.chat.rooms)) == standing


def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    """It holds what people write."""
    Rooms(str(tmp_path / "chat.db")).close()
    assert (tmp_path / "chat.db").stat().st_mode & 0o777 == 0o600


async def test_it_is_all_there_after_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "chat.db")
    before = Rooms(path)
    said = before.say("it-help", "ana", MORNING, "hello", mentions=[Mention("ben", "Ben")], card=Card("x", "y"))
    before.react(said, "👍", "ben", True)
    before.mark_seen("ben", "it-help")
    found = before.message(said)
    before.close()
    after = Rooms(path)
    assert after.message(said) == found and after.last == before.last
    assert after.unseen("ben", ["it-help"]) == {"it-help": (0, False)}
    after.close()


def test_a_delivery_says_something_once(rooms: Rooms) -> None:
    first = rooms.say("it-help", "ana", MORNING, "hello", delivery="d1")
    assert rooms.say("it-help", "ana", MORNING, "hello", delivery="d1") == first
    assert bodies(rooms, "it-help") == ["hello"]


def test_a_thread_is_counted_under_its_message(rooms: Rooms) -> None:
    root = rooms.say("it-help", "ana", MORNING, "hello")
    for minute, who in enumerate(("ben", "ana", "ben")):
        rooms.say("it-help", who, MORNING + timedelta(minutes=minute), "re", thread=root)
    found = rooms.message(root)
    assert found and (found.replies, found.repliers) == (3, ("ben", "ana"))
    assert found.last_reply == MORNING + timedelta(minutes=2)


def test_a_deleted_message_leaves_a_gap_only_where_a_thread_hangs_on_it(rooms: Rooms) -> None:
    alone, root = (rooms.say("it-help", "ana", MORNING, text) for text in ("alone", "root"))
    rooms.say("it-help", "ben", MORNING, "re", thread=root)
    rooms.delete(alone)
    rooms.delete(root)
    assert [(m.id, m.text, m.deleted) for m in rooms.talk("it-help")] == [(root, "", True)]


def test_a_reaction_is_given_once_and_taken_back(rooms: Rooms) -> None:
    said = rooms.say("it-help", "ana", MORNING, "hello")
    for person in ("ben", "ana", "ben"):
        rooms.react(said, "🎫", person, True)
    rooms.react(said, "🎫", "ana", False)
    found = rooms.message(said)
    assert found and found.reactions == {"🎫": ("ben",)}


def test_a_room_is_read_page_by_page(rooms: Rooms) -> None:
    for number in range(7):
        rooms.say("it-help", "ana", MORNING, str(number))
    newest = rooms.talk("it-help", limit=3)
    older = rooms.talk("it-help", before=newest[0].seq, limit=3)
    assert [m.text for m in older + newest] == ["1", "2", "3", "4", "5", "6"]


def test_what_is_private_is_seen_by_one_alone_between_what_was_said(rooms: Rooms) -> None:
    rooms.say("it-help", "ana", MORNING, "before")
    rooms.show_privately(Message("p", "it-help", "", "firstline", "first", MORNING, private_to="ana"))
    rooms.say("it-help", "ana", MORNING, "after")
    rooms.show_privately(Message("p", "it-help", "", "firstline", "instead", MORNING, private_to="ana"))
    assert [m.text for m in rooms.talk("it-help", "ana")] == ["before", "instead", "after"]
    assert [m.text for m in rooms.talk("it-help", "ben")] == ["before", "after"]
    assert rooms.message("p", "ben") is None
    rooms.dismiss("ana", "p")
    assert rooms.message("p", "ana") is None


def test_private_messages_do_not_pile_up(rooms: Rooms) -> None:
    for number in range(PRIVATES_KEPT + 20):
        rooms.show_privately(Message(str(number), "it-help", "", "firstline", "", MORNING, private_to="ana"))
    assert len(rooms.talk("it-help", "ana")) == PRIVATES_KEPT


def test_what_is_new_is_counted_for_each_person(rooms: Rooms) -> None:
    rooms.say("it-help", "ana", MORNING, "one")
    rooms.say("it-help", "firstline", MORNING, card=Card("x"), mentions=[Mention("ben", "Ben")])
    assert rooms.unseen("ben", ["it-help", "other"]) == {"it-help": (2, True), "other": (0, False)}
    assert rooms.unseen("ana", ["it-help"]) == {"it-help": (1, False)}
    rooms.mark_seen("ben", "it-help")
    assert rooms.unseen("ben", ["it-help"]) == {"it-help": (0, False)}


def test_everybody_sees_their_own_rooms() -> None:
    places = Places(SETTINGS)
    assert list(places.rooms_of("ana")) == ["@ana", "it-help"]
    for staff in ("ben", "lena", "max"):
        assert list(places.rooms_of(staff)) == [f"@{staff}", "it-help", "triage-it", "escalations"]
    assert not places.sees("ben", "@ana") and places.exists("@ana") and not places.exists("@nobody")


def test_roles_are_told_in_words() -> None:
    roles = {handle: persona.role for handle, persona in personas(SETTINGS).items()}
    assert roles["ana"] == "Employee" and roles["ben"] == "Agent · IT Help"
    assert roles["lena"] == "Lead · IT Help" and roles["max"] == "Manager · IT Help"


def test_the_guide_is_told_with_the_people_of_the_settings() -> None:
    steps = guide(SETTINGS)
    assert len(steps) == 7 and steps[0].left == ("ana", "@ana") and steps[0].right == ("ben", "triage-it")
    assert {name for name in ("Ana", "Ben", "Chloe", "Lena") if any(name in step.text for step in steps)} == {
        "Ana",
        "Ben",
        "Chloe",
        "Lena",
    }


@pytest.mark.parametrize("without", ["people", "channels"])
def test_a_desk_with_nobody_or_no_rooms_has_no_guide_but_a_page(without: str) -> None:
    plain = SETTINGS.model_dump(mode="json") | {without: {}}
    plain["teams"]["it"]["triage"] = []
    settings = Settings.model_validate(plain)
    assert guide(settings) == [] and len(start(settings)) in (0, 2)


def test_the_first_look_is_into_the_teams_own_room() -> None:
    """Not into one whose name is a part of its room's, and not into one that is called the same on another channel."""
    plain = SETTINGS.model_dump(mode="json")
    other = {"name": "Other", "triage": ["web:it", "web:triage-it"]}
    plain["teams"] = {"other": other, "it": plain["teams"]["it"] | {"triage": ["slack:triage-it", "web:own-it"]}}
    settings = Settings.model_validate(plain)
    assert start(settings)[1] == {"person": "ben", "room": "own-it"}
    assert guide(settings)[0].right == ("ben", "own-it")
