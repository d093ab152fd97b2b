"""Drafts of articles, made of what was said: BEHAVIOUR 35."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting import BEGINNING, Story, doubts, draft, tags
from bot.redaction import Known, Names
from bot.substance import substance
from bot.titles import title
from bot.words import one_line

NAMES = Names.of([Known("Ana Costa", "ana", near=True), Known("Dev Patel", "dev", near=True)])
STORY = Story(
    reference="IT-1042",
    title="Hi Dev, my VPN token has expired and I cannot sign in. Please help!",
    opened="Hi Dev,\nmy VPN token has expired and I cannot sign in. Please help!\nMy password is Summer2024!\n\n"
    "Best regards,\nAna Costa\nFinance, +49 30 1234567",
    answers=(
        "Hi Ana, looking into it.",
        "Which floor are you on?",
        "Please open the portal and choose Renew token.\n1. Sign in\n2. Choose Renew",
    ),
    resolution="The token was renewed for ana@company.com. Have a nice day!",
    files=2,
)


def test_35_the_draft_holds_the_problem_and_the_solution_and_nothing_personal() -> None:
    """BEHAVIOUR 35: personal data and secrets are taken out first."""
    made = draft(STORY, NAMES)
    notes, rest = made.body.split("\n\n", 1)
    assert made.title == "VPN token has expired and I cannot sign in"
    assert rest == (
        "## Problem\n\nmy VPN token has expired and I cannot sign in.\nMy password is [password]\n\n"
        "## Solution\n\nPlease open the portal and choose Renew token.\n1. Sign in\n2. Choose Renew\n\n"
        "The token was renewed for [e-mail]."
    )
    assert notes.startswith(BEGINNING) and "Files of the ticket were not copied: 2." in notes
    assert made.tags[:3] == ("vpn", "token", "expired")


def test_35_its_writer_is_told_how_much_was_taken_out_and_what_to_look_at() -> None:
    """BEHAVIOUR 35."""
    made = draft(STORY, NAMES)
    assert made.taken == {"name": 3, "password": 1, "phone": 1, "e-mail": 1}
    assert "Taken out: 1 × e-mail, 3 × name, 1 × password, 1 × phone." in made.body
    assert "Taken out: nothing." in draft(replace(STORY, opened="x", answers=(), resolution="y"), Names()).body


def test_a_question_without_words_still_has_a_title() -> None:
    made = draft(Story("IT-7", "Hi!", "Thanks", (), "Restarted it."), NAMES)
    assert made.title == "What IT-7 was about"


@pytest.mark.parametrize(
    "opened",
    [
        "Good morning\nMy printer jams",
        "**Hi team**\n\nmy *printer* jams",
        "Hello all, my printer jams",
        "Hi team the printer jams",
        "Hello everybody :wave:\nprinter jams",
        "Guten Morgen zusammen\nprinter jams",
    ],
)
def test_35_a_greeting_is_no_title(opened: str) -> None:
    """BEHAVIOUR 35: the ticket's title has its request on one line."""
    assert draft(Story("IT-7", title(opened), opened, (), "Restarted it."), Names()).title == "Printer jams"


@pytest.mark.parametrize("greeting", ["Hi team", "Good morning", "Hello all,", "Hello everybody :wave:"])
def test_35_who_only_greets_gives_no_title(greeting: str) -> None:
    """BEHAVIOUR 35."""
    assert draft(Story("IT-7", greeting, greeting, (), "Restarted it."), Names()).title == "What IT-7 was about"


def test_35_the_title_that_an_agent_gave_stays() -> None:
    """BEHAVIOUR 35."""
    made = draft(Story("IT-7", "Printer jams", "Printer jams on the third floor", (), "Restarted it."), Names())
    assert made.title == "Printer jams"


@pytest.mark.parametrize("secret", ["4111 1111 1111 1111", "ghp_" + "a1B2" * 9, "ana.costa@company.pt"])
def test_35_a_title_that_was_cut_in_a_secret_leaks_none_of_it(secret: str) -> None:
    """BEHAVIOUR 35: half a number has no check digit."""
    opened = f"The shop of our supplier has been refusing to take what we pay with for weeks: {secret} fails."
    for cut in range(80, 100):
        made = draft(Story("IT-7", one_line(opened, cut), opened, (), "Restarted it."), NAMES)
        assert secret[:3] not in made.title and made.title.startswith("Shop of our supplier")


def test_what_was_said_twice_stands_once() -> None:
    made = draft(replace(STORY, answers=("Restart it.", "Restart it."), resolution="Restart it. Then wait."), NAMES)
    assert made.body.endswith("## Solution\n\nRestart it. Then wait.")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Hello team,\nthe printer is jammed. Thanks in advance!", "the printer is jammed."),
        ("Hi [name], open the tray.\nHope this helps!", "open the tray."),
        ("Hi there! It works again after a restart.", "It works again after a restart."),
        ("Guten Tag, der Drucker druckt nicht.\nMit freundlichen Grüßen\n[name]", "der Drucker druckt nicht."),
        ("Bonjour [name],\nle wifi ne marche pas. Merci d'avance", "le wifi ne marche pas."),
        ("I will have a look.", ""),
        ("We're on it!", ""),
        ("One moment please.", ""),
        ("Sorry for the inconvenience. Sign out and in again.", "Sign out and in again."),
        ("Thanks", ""),
        ("my pin is [password] Thanks, [name]", "my pin is [password]"),
        ("Dear diary feature is broken", "Dear diary feature is broken"),
        ("Hit the button.  Then   wait", "Hit the button.  Then   wait"),
        ("- one\n\n\n\n- two", "- one\n\n- two"),
        ("Thank the printer for nothing: it prints.", "Thank the printer for nothing: it prints."),
        ("", ""),
    ],
)
def test_small_talk_is_left_out(said: str, left: str) -> None:
    assert substance(said) == left


PIECES = ("hi ", "Hi, ", "thanks. ", "the printer ", "jams. ", "\n", "[name]", ", ", "Regards", "- a", "? ")


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_what_is_left_was_said_in_this_order(text: str) -> None:
    said = iter("".join(text.split()))
    assert all(character in said for character in "".join(substance(text).split()))


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("I have a problem with my printer!", "Printer"),
        ("URGENT: outlook does not start", "Outlook does not start"),
        ("How do I reset my password?", "How do I reset my password?"),
        ("the", "The"),
    ],
)
def test_a_title_says_the_problem(title: str, named: str) -> None:
    assert draft(replace(STORY, title=title), NAMES).title == named


def test_keywords_are_words_that_were_asked_with() -> None:
    text = "The printer on floor 3 jams. The printer jams with A4 paper, paper [name] bought."
    assert tags("Printer jams", text) == ("printer", "jams", "paper")
    assert tags("the a to", "") == ()


def test_35_what_the_redactor_still_finds_is_told_before_publishing() -> None:
    """BEHAVIOUR 35."""
    made = draft(STORY, NAMES)
    assert doubts(made.title, made.body, made.tags, NAMES) == ["the lines to its writer still stand at its beginning"]
    body = "Ask Dev, his mail is dev@company.com"
    assert doubts("Renew a token", body, ["pw: hunter2"], NAMES) == [
        "password: “hunter2”",
        "name: “Dev”",
        "e-mail: “dev@company.com”",
    ]
    assert doubts("Renew a token", "Choose Renew.", [], NAMES) == []
