"""Forms: whatever is typed or sent, the answer is a form that can be used, or words that say what is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import commands
from bot import forms
from bot.configuration.reading import read
from bot.forms import Form, Wrong
from bot.registry import REGISTRY, Command
from bot.settings import Category, Settings

T = TypeVar("T")
same_every_time = settings(derandomize=True, deadline=None, database=None, max_examples=25)
REGISTRY.load(commands)
COMMANDS = list(REGISTRY.commands.values())
SETTINGS: Settings = read(Path(__file__).parents[2] / "settings.yaml", {})
NASTY = [
    *("", " ", "\u200b", "\x00", "\ud800", "IT-1042", "#7", "1042", "9" * 30, "-1", "²", "١٢", "5", "x" * 5000),
    *("high", "High", "away", "2h", "9" * 30 + "d", "@ben", "Network Access", "network", "{0}", "None", "true"),
]
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()), max_size=30))
lines = st.lists(words, max_size=6).map(" ".join)
by_verb = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)


def usable(command: Command, answers: dict[str, str]) -> Form | None:
    """The form, or None where words were refused; anything else that is raised is a fault."""
    wrong, filled = refusal(lambda: forms.fill(command.form, answers, SETTINGS))
    known = {"", *answers, *forms.asks(command.form)}
    assert wrong is None or (wrong.text and wrong.field in known)
    return filled


def refusal(does: Callable[[], T]) -> tuple[Wrong | None, T | None]:
    """What was refused, or what came of it."""
    try:
        return None, does()
    except Wrong as wrong:
        return wrong, None


@by_verb
@same_every_time
@given(typed=lines)
def test_typed_words_are_understood_or_refused_in_words(command: Command, typed: str) -> None:
    wrong, answers = refusal(lambda: forms.parse(command.form, typed, {}, SETTINGS))
    if wrong or answers is None:
        assert wrong and wrong.text
        return
    assert answers.keys() <= forms.asks(command.form).keys()
    usable(command, answers)


@by_verb
@same_every_time
@given(data=st.data())
def test_sent_answers_are_understood_or_refused_in_words(command: Command, data: st.DataObject) -> None:
    fields = st.sampled_from([*forms.asks(command.form), "forged"])
    answers = data.draw(st.dictionaries(fields, words, max_size=6))
    filled = usable(command, answers)
    if filled is not None:
        assert not forms.missing(command.form, answers)
        assert command.form.model_validate(filled.model_dump()) == filled


@by_verb
@same_every_time
@given(data=st.data())
def test_a_dialog_asks_for_all_that_is_missing_and_loses_nothing_that_was_typed(
    command: Command, data: st.DataObject
) -> None:
    answers = data.draw(st.dictionaries(st.sampled_from([*forms.asks(command.form), "x"]), words, max_size=6))
    known = {name: text for name, text in answers.items() if name in forms.asks(command.form)}
    dialog = forms.dialog(command.verb, command.summary, command.form, SETTINGS, known)
    asked = {field.name for field in dialog.fields}
    assert set(forms.missing(command.form, known)) <= asked
    assert not asked & dialog.kept.keys()
    assert {name for name in known if not forms.blank(known[name])} <= asked | dialog.kept.keys()


@pytest.mark.parametrize(("verb", "given"), [("fixed", "reopened"), ("escalate", "level"), ("kb show", "version")])
def test_22_what_only_a_button_gives_no_form_asks_for(verb: str, given: str) -> None:
    form = REGISTRY.commands[verb].form
    for answers in ({}, {given: "3"}):
        for errors in ({}, {next(iter(forms.asks(form))): "No."}):
            dialog = forms.dialog(verb, verb, form, SETTINGS, answers, errors)
            assert given not in {field.name for field in dialog.fields}
            assert dialog.kept.get(given) == answers.get(given)


@by_verb
def test_the_sample_in_the_help_is_what_the_command_takes(command: Command) -> None:
    typed = all(ask.positional for ask, required in forms.asks(command.form).values() if required)
    if typed and (command.sample or not forms.missing(command.form, {})):
        assert usable(command, forms.parse(command.form, command.sample, {}, SETTINGS)) is not None


@by_verb
def test_every_choice_of_a_form_is_accepted_by_value_and_by_label(command: Command) -> None:
    for name, (ask, _) in forms.asks(command.form).items():
        for value, label in forms.choices_of(ask, SETTINGS):
            for said in (value, label, label.upper(), f" {value} "):
                given = {name: said}
                wrong, _ = refusal(lambda given=given: forms.fill(command.form, given, SETTINGS))
                assert wrong is None or wrong.field != name, wrong.text


def parsed(verb: str, text: str, *, in_thread: bool = False) -> dict[str, str]:
    return forms.parse(REGISTRY.commands[verb].form, text, {}, SETTINGS, in_thread=in_thread)


def test_a_ticket_is_named_in_several_ways_and_only_in_these() -> None:
    claim = REGISTRY.commands["claim"]
    for name in ("IT-1042", "it-1042", "#1042", "1042", " 1042 ", "IT1042", "it 1042", "IT-1042.", "it1042:", "1042,"):
        assert usable(claim, {"ticket": name}) == claim.form(ticket=1042)  # type: ignore[call-arg]
    for name in (
        "IT-",
        "1042x",
        "10 42",
        "-1",
        "1e3",
        "1_000",
        "9999999999",
        "office365",
        "room 1042",
        "10.42",
        "IT-1:2",
    ):
        assert usable(claim, {"ticket": name}) is None


@pytest.mark.parametrize("named", ["IT1006", "it1006", "it 1006", "IT-1006.", "IT-1006:", "#1006,", "1006:"])
def test_a_number_is_told_from_the_words_behind_it(named: str) -> None:
    answers = parsed("resolve", f"{named} replaced cable")
    assert answers["resolution"] == "replaced cable" and forms.number_in(answers["ticket"]) == 1006


def test_a_category_may_end_in_a_number() -> None:
    """`/category Windows 11` in a ticket's thread is no other ticket's."""
    windows = SETTINGS.model_copy(update={"categories": dict.fromkeys(("Windows", "Windows 11"), Category(team="it"))})
    form = REGISTRY.commands["category"].form
    assert forms.parse(form, "Windows 11", {}, windows, in_thread=True) == {"category": "Windows 11"}


@pytest.mark.parametrize("filler", ["!", " ", "please ", ", "])
def test_words_without_an_end_cost_no_time(filler: str) -> None:
    wrong, _ = refusal(lambda: parsed("claim", f"1006 x{filler * 50_000}x"))
    assert wrong is not None and "I did not understand" in wrong.text


@pytest.mark.parametrize(
    "words", ["3 printers are broken", "3: it is broken", "it 3 times failed", "office365 is down"]
)
def test_in_a_tickets_thread_a_number_that_may_be_another_is_no_tickets(words: str) -> None:
    assert parsed("note", words, in_thread=True) == {"text": words}
    assert parsed("note", f"IT1006 {words}", in_thread=True) == {"ticket": "IT-1006", "text": words}


def test_in_a_tickets_thread_one_to_five_are_stars() -> None:
    assert parsed("rate", "4", in_thread=True) == {"stars": "4"}
    assert parsed("rate", "1042 4", in_thread=True) == {"ticket": "1042", "stars": "4"}
    assert parsed("rate", "1042", in_thread=True) == parsed("rate", "1042") == {"ticket": "1042"}
    assert parsed("rate", "IT-4", in_thread=True) == {"ticket": "IT-4"}


@pytest.mark.parametrize("words", ["to be honest, it is fine", "into the server room we go", "to 1001 it belongs"])
def test_what_somebody_says_is_kept_as_they_said_it(words: str) -> None:
    """In a ticket's thread as well, where the ticket need not be named."""
    for verb, field in (("reply", "text"), ("note", "text"), ("resolve", "resolution"), ("major", "title")):
        for in_thread in (True, False):
            parsed = forms.parse(REGISTRY.commands[verb].form, words, {}, SETTINGS, in_thread=in_thread)
            assert parsed == {field: words}


@pytest.mark.parametrize("between", ["to", "into", "with", "and", "->", "→", "&", ""])
def test_what_stands_before_a_second_ticket_is_no_part_of_it(between: str) -> None:
    assert parsed("merge", f"1008 {between} 1015") == {"ticket": "1008", "into": "1015"}


def test_what_asks_for_nothing_is_left_out_where_no_text_is_asked_for() -> None:
    for words in ("7 please", "7 now", "7, thanks a lot!", "7 - it works again, thank you."):
        assert parsed("fixed", words) == {"ticket": "7"}
    assert parsed("assign", "7 ben please") == {"ticket": "7", "person": "ben"}
    assert parsed("claim", "please") == {}
    assert parsed("reply", "7 it works now, thanks") == {"ticket": "7", "text": "it works now, thanks"}


def test_a_ticket_may_stand_last_and_choices_the_other_way_round() -> None:
    assert parsed("assign", "ben 1002") == {"ticket": "1002", "person": "ben"}
    assert parsed("priority", "high 1002") == {"ticket": "1002", "urgency": "high"}
    assert parsed("report", "it-help month") == {"period": "month", "team": "it-help"}
    assert parsed("report", "this week it-help") == {"period": "this week", "team": "it-help"}
    assert parsed("assign", "ben adler") == {"person": "ben adler"}


@pytest.mark.parametrize("link", ["{}/tickets/7", "<{}/tickets/7>", "[IT-7]({}/tickets/7)", "{}/tickets/7?as=ben"])
def test_a_link_to_a_ticket_names_it(link: str) -> None:
    named = link.format(SETTINGS.organisation.address)
    assert parsed("claim", named) == {"ticket": "#7"}
    assert parsed("reply", f"{named} please try again") == {"ticket": "#7", "text": "please try again"}
    assert usable(REGISTRY.commands["claim"], {"ticket": named}) == REGISTRY.commands["claim"].form(ticket=7)  # type: ignore[call-arg]
    foreign = link.format("https://elsewhere.example")
    assert parsed("reply", f"{foreign} is down", in_thread=True) == {"text": f"{foreign} is down"}


def test_words_behind_a_command_are_shared_out_in_order() -> None:
    assert parsed("reply", "IT-7 please try again") == {"ticket": "IT-7", "text": "please try again"}
    assert parsed("reply", "please try again") == {"text": "please try again"}
    assert parsed("priority", "7 high") == {"ticket": "7", "urgency": "high"}
    assert parsed("ticket for", "@ana by phone her screen is black") == {
        "person": "@ana", "via": "by phone", "text": "her screen is black",
    }  # fmt: skip
    assert parsed("ticket for", "@ana her screen is black") == {"person": "@ana", "text": "her screen is black"}
    assert parsed("category", "7 Network Access") == {"ticket": "7", "category": "Network Access"}
    assert parsed("merge", "1004 into 1001") == {"ticket": "1004", "into": "1001"}
    assert parsed("assign", "1004 to @ben") == {"ticket": "1004", "person": "@ben"}
    with pytest.raises(Wrong, match="“tomorrow”"):
        parsed("claim", "7 tomorrow")
