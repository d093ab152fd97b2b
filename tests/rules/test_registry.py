"""Verbs are declared once, and fit what every channel can show."""

import re
from pathlib import Path

import pytest

import commands
from bot import forms
from bot.configuration.reading import read
from bot.context import Context
from bot.forms import asks, choices_of
from bot.people import ANYONE, Role
from bot.registry import REGISTRY, Command, NoForm, Registry
from bot.words import Reply

KNOWN = REGISTRY.load(commands)
VERBS = sorted(KNOWN.commands)
VISIBLE = [command.verb for command in KNOWN.visible()]
SETTINGS = read(Path(__file__).parents[2] / "settings.yaml", {})

# Discord: docs.discord.com/developers/interactions/application-commands (names, descriptions, choices, 100 commands)
# and /components/reference (a modal has at most five parts, a label 45 characters). Slack's slash commands: 32 letters.
NAME = re.compile(r"[-_a-z0-9]{1,32}\Z")
SUMMARY, COMMANDS, LABEL, FIELDS, CHOICES = 100, 100, 45, 5, 25


def handler(ctx: Context, asked: NoForm) -> Reply:
    return Reply()


def made(verb: str, *, hidden: bool = False) -> Command:
    return Command(verb, "Do it", NoForm, ANYONE, handler, "The desk", hidden=hidden)


def registry(*verbs: str) -> Registry:
    built = Registry()
    for verb in verbs:
        built.add(made(verb))
    return built


@pytest.mark.parametrize(
    ("verb", "text", "found", "rest"),
    [
        ("kb", "", "kb", ""),
        ("kb", "vpn", "kb", "vpn"),
        ("kb", "show vpn", "kb show", "vpn"),
        ("kb", "  SHOW   vpn  now ", "kb show", "vpn  now"),
        ("kb", "show\nvpn", "kb show", "vpn"),
        ("kb", "show", "kb show", ""),
        ("kb", "showing vpn", "kb", "showing vpn"),
        ("KB", "show vpn", "kb show", "vpn"),
        ("kb show", "vpn", "kb show", "vpn"),
        ("show", "vpn", None, "vpn"),
        ("", "kb", None, "kb"),
    ],
)
def test_the_longest_verb_wins(verb: str, text: str, found: str | None, rest: str) -> None:
    command, left = registry("kb", "kb show").find(verb, text)
    assert (command and command.verb, left) == (found, rest)


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        *((text, "tickets", "") for text in ("mine", "list", " LIST ")),
        ("status", "tickets status", ""),
        *((f"Status {number}", "tickets status", number) for number in ("IT-1001", "1001", "it1001.", "it 1001")),
        *(
            (text, "ticket", text)
            for text in ("mine is broken", "list 3", "status of my order", "status:", "minecraft")
        ),
        ("status of IT-1001", "ticket", "status of IT-1001"),
    ],
)
def test_words_that_only_ask_for_ones_tickets_are_no_request(text: str, found: str, rest: str) -> None:
    command, left = KNOWN.find("ticket", text)
    assert (command and command.verb, left) == (found, rest)


@pytest.mark.parametrize(
    ("verb", "nearest"),
    [
        ("find", "tickets find"),
        ("status", "tickets status"),
        ("mine", "tickets"),
        ("list", "tickets"),
        ("show", "kb show"),
    ],
)
def test_what_people_call_a_verb_names_it(verb: str, nearest: str) -> None:
    assert KNOWN.nearest(verb) == nearest


def test_the_nearest_verb_is_one_that_menus_show() -> None:
    built = registry("resolve", "claim")
    built.add(made("resolved", hidden=True))
    assert built.nearest("reslove") == "resolve"
    assert built.nearest("resolved") == "resolve"
    assert built.nearest("xyzzy") is None


def test_a_verb_is_declared_once() -> None:
    with pytest.raises(ValueError, match="'claim' is declared twice"):
        registry("claim", "claim")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_does(verb: str) -> None:
    command = KNOWN.commands[verb]
    assert 3 <= len(command.summary) <= SUMMARY and not command.summary.endswith(".")
    assert command.needs, "nobody may use it"
    assert command.usage.startswith(f"/{verb}")


@pytest.mark.parametrize("verb", VISIBLE)
def test_a_visible_verb_fits_slack_and_discord(verb: str) -> None:
    words = verb.split(" ")
    assert len(verb) <= 32 and len(words) <= 2, "Discord knows a command and a subcommand"
    assert all(NAME.match(word) for word in words)


def test_there_are_no_more_visible_verbs_than_discord_takes() -> None:
    assert len({verb.split(" ")[0] for verb in VISIBLE}) <= COMMANDS
    assert max(sum(verb.startswith(f"{one} ") for verb in VISIBLE) for one in VISIBLE) <= CHOICES


PLAIN = re.compile(
    "assign|ask|availability|category|claim|close|escalate|fixed|impact|merge|note|priority|rate|reopen|reply|resolve|"
    "snooze|take|title|transcript|unassign|watch"
)
"""The verbs that head a form as they are; every other one wants a title."""
HEAD, BEHIND = 24, " · IT-10042"
"""What fits a Slack modal's title, and what may stand behind it."""


@pytest.mark.parametrize("verb", VISIBLE)
def test_1_a_form_is_headed_by_plain_words(verb: str) -> None:
    command = KNOWN.commands[verb]
    if any(required for _, required in asks(command.form).values()):
        assert command.title or PLAIN.fullmatch(verb), "“Metoo” is no word: give it a title"
        assert len((command.title or verb) + (BEHIND if command.about_ticket else "")) <= HEAD


PAGES = {"kb new": 2, "kb save": 2}
"""What is written seldom and at length may take two pages on Discord."""


@pytest.mark.parametrize("verb", VERBS)
def test_a_form_fits_a_dialog(verb: str) -> None:
    fields = asks(KNOWN.commands[verb].form)
    asked = [name for name, (ask, _) in fields.items() if not ask.fixed]
    assert len(asked) <= FIELDS * PAGES.get(verb, 1)
    for name, (ask, _) in fields.items():
        assert 0 < len(ask.label) <= LABEL, name
        assert len(ask.hint) <= SUMMARY, name
        assert NAME.match(name), name


@pytest.mark.parametrize("verb", VERBS)
def test_choices_fit_a_menu_and_their_values_are_their_own(verb: str) -> None:
    """Those that settings make may be more on a large desk: adapters cut them, and what is typed still counts."""
    for name, (ask, _) in asks(KNOWN.commands[verb].form).items():
        choices = choices_of(ask, SETTINGS)
        assert (ask.kind == "choice") is bool(choices), name
        assert len(choices) <= CHOICES, name
        assert len({value for value, _ in choices}) == len(choices), name


@pytest.mark.parametrize("verb", VERBS)
def test_a_forms_positional_fields_can_be_told_apart(verb: str) -> None:
    """What takes all the words that are left can only stand last."""
    kinds = [ask.kind for ask, _ in asks(KNOWN.commands[verb].form).values() if ask.positional]
    if not KNOWN.commands[verb].hidden:
        assert not {"text", "long"} & set(kinds[:-1]), kinds


@pytest.mark.parametrize("verb", VISIBLE)
def test_a_sample_is_what_can_be_said(verb: str) -> None:
    """What is too long to be typed behind a verb is left to its form."""
    command = KNOWN.commands[verb]
    needed = {name: ask.positional for name, (ask, required) in asks(command.form).items() if required}
    assert command.sample or not needed, "a verb with arguments shows an example"
    answers = forms.parse(command.form, command.sample, {}, SETTINGS)
    assert not any(needed[name] for name in forms.missing(command.form, answers))
    if all(needed.values()):
        forms.fill(command.form, answers, SETTINGS)


@pytest.mark.parametrize("verb", VISIBLE)
def test_a_sample_is_found_under_its_own_verb(verb: str) -> None:
    """`/ticket for …` must not be taken for `/ticket`, nor the other way round."""
    first, _, rest = verb.partition(" ")
    command, _ = KNOWN.find(first, f"{rest} {KNOWN.commands[verb].sample}")
    assert command and command.verb == verb


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_is_the_same_for_all_employees_where_no_ticket_is_meant(verb: str) -> None:
    """To the desk as a whole nobody is a watcher or an outsider: those columns say what an employee may."""
    command = KNOWN.commands[verb]
    if not command.about_ticket:
        assert len({role in command.needs for role in (Role.OUTSIDER, Role.REQUESTER, Role.WATCHER)}) == 1


def test_a_fields_own_label_beats_its_types() -> None:
    ask, _ = asks(KNOWN.commands["merge"].form)["into"]
    assert ask.label == "Into which ticket?"


def test_words_on_several_lines_are_read_like_words_on_one() -> None:
    answers = forms.parse(KNOWN.commands["reply"].form, "IT-1042\nplease\ntry again", {}, SETTINGS)
    assert answers == {"ticket": "IT-1042", "text": "please\ntry again"}
