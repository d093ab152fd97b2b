"""What plain words are, by where they are said: BEHAVIOUR 4, 5, 17, 20."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.courtesy import agrees, confirms, courtesy
from bot.routing import Route, route

same_every_time = settings(derandomize=True, deadline=None, database=None)
WORDS = "my laptop is broken"
NAMES = {"ben", "ben adler", "chloé", "b adler"}
HERE: dict[str, Any] = {
    "side": None,
    "threaded": False,
    "direct": False,
    "watched": True,
    "staff": False,
    "fresh_ticket": False,
}


@pytest.mark.parametrize(
    "text",
    [
        "thanks", "Thank you so much!", "thx :)", "ok, thanks", "Danke!", "merci", "hello everyone", "Good morning",
        "hi", "👍", ":+1:", "🎉🎉", "great, it works now, thanks", "you're welcome", "bye", "cheers!", "Hi team,",
        "hello?", "Thank you, that was quick!", "Good morning everybody", "thanks for your quick help", "no problem",
        "thanks again", "awesome, thanks!", "Vielen Dank!", "¡Muchas gracias!", "Thanks Ben!", "thanks @Ben Adler",
        "Hi Ben, good morning", "Ben: many thanks", "merci Chloé", "danke, b.adler",
    ],
)  # fmt: skip
def test_behaviour_4_thanks_and_greetings_are_courtesy(text: str) -> None:
    assert courtesy(text, NAMES)
    assert route(text, **HERE, names=NAMES) is Route.NOTHING


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes, it works", "yes it is", "that fixed it, thanks", "solved, thank you", "works now", "works again",
        "works like a charm, thank you", "it’s working now", "the problem is solved", "Ja, funktioniert wieder", "done",
        "oui, ça marche", "sí, ya funciona", "yes Ben!", "great, it works now, thanks",
    ],
)  # fmt: skip
def test_behaviour_20_a_yes_and_that_it_works_are_courtesy_that_confirms(text: str) -> None:
    assert courtesy(text, NAMES) and confirms(text, NAMES)
    assert not any(map(confirms, ("thanks", "ok", "hi", "👍", "no problem", WORDS)))


def test_behaviour_19_a_bare_yes_may_be_the_answer_to_anything() -> None:
    assert all(map(agrees, ("yes", "Done!", "yes, thanks"))) and not any(
        map(agrees, ("it works", "yes, it works", "ok"))
    )


@pytest.mark.parametrize(
    "text",
    [
        WORDS, "hello, my laptop is broken", "thanks, but it is broken again", "help", "no", "it works not",
        "good morning, the printer again", "now it does not work", "thanks for nothing, still black", "is it done?",
        "hi " * 60, "works ❌", "works :x:", "fine :sob:", "fixed :(", "thanks 👎",
        "great, problem again", "problem", "ok, help", "thanks, but it still does not work",
        "hi, my laptop is broken", "yes it is broken again", "yes again", "works, but slowly", "it was working",
        "works now?", "is it fixed", "???", "Ben", "hi Ben, my screen", "thanks Bernd, no", "me too",
    ],
)  # fmt: skip
def test_behaviour_4_what_asks_for_something_is_none(text: str) -> None:
    assert not courtesy(text, NAMES)


def test_behaviour_17_in_the_agents_thread_everything_is_internal() -> None:
    for flags in itertools.product([False, True], repeat=5):
        names = ("threaded", "direct", "watched", "staff", "fresh_ticket")
        assert route(WORDS, side="agents", **dict(zip(names, flags, strict=True))) is Route.NOTE


def test_behaviour_4_a_new_message_in_a_watched_room_is_a_ticket_or_joins_the_one_just_made() -> None:
    assert route(WORDS, **HERE) is Route.TICKET
    assert route(WORDS, **HERE | {"fresh_ticket": True}) is Route.FOLLOW_UP
    assert route(WORDS, **HERE | {"staff": True}) is Route.NOTHING
    assert route(WORDS, **HERE | {"watched": False}) is Route.NOTHING
    assert route(WORDS, **HERE | {"threaded": True}) is Route.NOTHING


def test_behaviour_5_a_direct_message_may_become_a_ticket() -> None:
    direct = HERE | {"direct": True, "watched": False}
    assert route(WORDS, **direct) is Route.DRAFT
    assert route(WORDS, **direct | {"staff": True}) is Route.DRAFT
    assert route("thanks!", **direct) is Route.NOTHING
    assert route("yes", **direct) is route("hi, it works now", **direct) is Route.CONFIRMATION
    assert route("Hello there!", **direct) is route("good morning", **direct) is Route.GREETING
    assert route("hi, my vpn is down", **direct) is Route.DRAFT


def test_behaviour_18_words_in_a_requesters_thread_are_part_of_the_talk_even_thanks() -> None:
    assert route("thanks!", **HERE | {"side": "requester", "threaded": True}) is Route.REPLY


@same_every_time
@given(st.text() | st.text("thanks ok,.!?:)(;-hi", max_size=200))
def test_any_words_are_routed_and_blank_ones_nowhere(text: str) -> None:
    found = route(text, **HERE)
    assert found in (Route.NOTHING, Route.TICKET)
    assert (found is Route.TICKET) <= bool(text.strip())
