"""Personal data and secrets are taken out of a text, and nothing else: BEHAVIOUR 35."""

import re
import string
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import Known, Names, checks, find, redact
from bot.redaction.kinds import KINDS
from kb.folder import read_folder
from tests.rules.redaction_cases import STAYS, TAKEN

PEOPLE = Names.of(
    [
        Known("Chloe Martin", "chloe", near=True),
        Known("Will Adler", "w.adler", near=True),
        Known("Anne-Marie de la Cruz", "anne", near=True),
        Known("Zoë Quist", "zoe.q"),
    ]
)
TAKEN_OUT = re.compile("|".join(re.escape(f"[{word}]") for word in {*(kind.word for kind in KINDS), "name"}))


@pytest.mark.parametrize(("text", "left"), TAKEN)
def test_35_what_is_personal_or_secret_is_taken_out(text: str, left: str) -> None:
    """BEHAVIOUR 35: personal data and secrets are taken out first."""
    assert redact(text).text == left


@pytest.mark.parametrize("text", STAYS)
def test_35_what_helps_others_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask Chloe Martin or chloe", "ask [name] or [name]"),
        ("chloe's laptop", "[name]'s laptop"),
        ("CHLOE MARTIN’s laptop", "[name]’s laptop"),
        ("Will said that it will work", "[name] said that it will work"),
        ("ANNE-MARIE DE LA CRUZ has it", "[name] has it"),
        ("give it to w.adler.", "give it to [name]."),
        ("@zoe.q and Zoë Quist know", "[name] and [name] know"),
        ("zoë has a common name", "zoë has a common name"),  # she takes no part in it
        ("he martinis, chloeish", "he martinis, chloeish"),
    ],
)
def test_35_who_is_known_is_not_named(text: str, left: str) -> None:
    """BEHAVIOUR 35."""
    assert redact(text, PEOPLE).text == left


def test_35_how_many_of_each_were_taken_out_is_told() -> None:
    found = redact("pw: a1b2c3\nmail a@b.com and c@d.org, call +49 171 2345678")
    assert found.counts == {"password": 1, "e-mail": 2, "phone": 1}


def test_what_overlaps_is_one_of_the_first_kind() -> None:
    assert redact("my password is ana@company.com").text == "my password is [password]"


def test_what_was_glued_to_it_is_found_as_well() -> None:
    assert redact("write to a@b.com(212) 555-0187").text == "write to [e-mail][phone]"


WRITTEN = st.lists(
    st.one_of(
        st.sampled_from([text for text, _ in TAKEN] + list(STAYS)),
        st.text(string.printable, max_size=20),
        st.text(max_size=10),
        st.sampled_from(
            ["[name]", "[password]", "password: ", "my pin is ", "+49 ", "@", "Hi ", "0", ".", ":", "chloe"]
        ),
    ),
    max_size=8,
).map("".join)


@given(WRITTEN)
def test_what_is_outside_stays_as_it_is(text: str) -> None:
    """The pieces between what was taken out are the text's own, in their order."""
    at = 0
    for piece in TAKEN_OUT.split(redact(text, PEOPLE).text):
        at = text.index(piece, at) + len(piece)


@given(WRITTEN)
def test_to_do_it_again_changes_nothing(text: str) -> None:
    once = redact(text, PEOPLE).text
    again = redact(once, PEOPLE)
    assert again.text == once and not again.counts and not find(once, PEOPLE)


@given(WRITTEN)
def test_what_is_found_is_in_order_and_apart(text: str) -> None:
    found = find(text, PEOPLE)
    assert all(one.start < one.end for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


HOSTILE = (
    "a", "1", "1 ", "0", "+1 ", "a.", "a@", "a@a.", "a-", "aA1", "eyJ", "eyJa.", "://", "a://", "a:b@", "pw: ", "pw ",
    "password is ", "password for ", "my pin is \"", "call 1 ", "1.", "::", "a:", "ab:", "00:", "Hi A ", "Thanks\n",
    "regards ", "\\\\", "/home/", "<@", "<@a|", "-----BEGIN PRIVATE KEY-----", "DE89 ", "4111 ", "?key=", "serial ",
    "host name ", "a.local", "Aa ", "é", "\n", "chloe ", "@zoe.q", "[name]", "[", "AAAAA-", "111111-", "a" * 63 + ".",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Ten times as much takes some ten times as long, whatever repeats; what is worse than linear takes a hundred."""
    small, large = (_seconds(piece * (size // len(piece))) for size in (2_000, 20_000))
    assert large < 40 * small + 0.05


def _seconds(text: str) -> float:
    took = []
    for _ in range(2):
        start = time.process_time()
        redact(text, PEOPLE)
        took.append(time.process_time() - start)
    return min(took)


def test_the_articles_that_come_with_the_desk_stay_nearly_as_they_are() -> None:
    """But for addresses and numbers that stand there for everybody to use, of 140,000 words under 30 are taken out."""
    articles, _ = read_folder(Path("kb/samples"))
    counts = sum((redact(article.body).counts for article in articles), start=redact("").counts)
    assert len(articles) > 300
    assert sum(count for word, count in counts.items() if word not in ("e-mail", "phone")) < 30


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (checks.card, "4111 1111 1111 1111"),
        (checks.iban, "GB82 WEST 1234 5698 7654 32"),
        (checks.german_tax_id, "86 095 742 719"),
        (checks.french_nir, "2 55 08 14 168 025 38"),
        (checks.french_nir, "1 85 05 2A 005 023 29"),
        (checks.spanish_dni, "12345678-Z"),
        (checks.spanish_dni, "X1234567L"),
    ],
)
def test_a_check_digit_finds_every_slip_of_one_digit(check: object, number: str) -> None:
    assert callable(check) and check(number)
    for at, was in enumerate(number):
        for digit in string.digits if was.isdigit() else "":
            assert check(number[:at] + digit + number[at + 1 :]) == (digit == was), (at, digit)
