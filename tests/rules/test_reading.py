"""An article in parts, as a chat shows it and as the portal does."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.article_card import gist
from bot.reading import PART, in_words, named, on_page, parts
from kb.links import retargeted, targets

LINES = st.sampled_from(
    [
        "",
        "## Before you start",
        "1. Restart it",
        "- Ask",
        "   and wait",
        "> said",
        "| a | b |",
        "|---|---|",
        "```",
        "~~~",
    ]
) | st.text("ab `*#|\u00e9\U0001f600", max_size=60)
BODIES = st.lists(LINES, max_size=60).map("\n".join)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


@given(BODIES, st.integers(40, 200))
def test_parts_are_short_enough_and_lose_no_word(body: str, most: int) -> None:
    """BEHAVIOUR 2: an article is read as it is written, however long; only heads of tables stand twice."""
    made = parts(body, most)
    assert made and all(len(part) <= most for part in made)
    if "|" not in body:
        assert words("\n".join(made)) == words(body) or "`" in body or "~" in body
    assert set(words(body)) <= set(words("\n".join(made))) or any(len(word) > 20 for word in words(body))


def test_a_short_article_is_one_part() -> None:
    assert parts("Restart it.") == ("Restart it.",) and parts("") == ("",)


def test_a_part_ends_between_blocks_and_no_heading_stands_at_its_end() -> None:
    steps = "\n".join(f"{number}. Step {number} " + "x" * 20 for number in range(1, 9))
    made = parts(f"First of all.\n\n## Then\n\n{steps}\n\nDone.", 120)
    assert made[0].startswith("First of all.") and not made[0].endswith("## Then")
    assert all(re.match(r"First|## Then|\d\. |Done", part) for part in made)


def test_code_and_tables_go_on_as_what_they_are() -> None:
    code = "```sh\n" + "\n".join(f"run {number}" for number in range(30)) + "\n```"
    made = parts(f"Say:\n\n{code}", 100)
    assert all(part.count("```") == 2 for part in made if "run" in part) and "```sh\nrun" in made[-1]
    table = "| key | does |\n|---|---|\n" + "\n".join(f"| {number} | it |" for number in range(30))
    made = parts(table, 100)
    assert len(made) > 3 and all(part.startswith("| key | does |\n|---|---|\n| ") for part in made)


def test_a_block_of_four_marks_goes_on_as_one() -> None:
    """BEHAVIOUR 2: so that what stands in it with three begins nothing."""
    made = parts("````md\n" + "```sh\nls -l\n```\n" * 60 + "````", 300)
    assert len(made) > 3 and all(part.startswith("````md\n") and part.endswith("\n````") for part in made)


def test_a_line_without_an_end_is_broken_behind_a_word() -> None:
    made = parts("word " * 100, 60)
    assert all(len(part) <= 60 and not re.search(r"\b(w|wo|wor|rd|d)\b", part) for part in made)
    assert "".join(parts("x" * 10_000, 60)).replace("\n", "") == "x" * 10_000


def test_an_article_of_a_megabyte_is_parted_at_once() -> None:
    """It is read in a transaction."""
    made = parts("1. Step\n" * 125_000)
    assert max(map(len, made)) <= PART and sum(map(len, made)) >= 990_000


def known(id: str) -> str:
    return "" if id == "master-keys" else "Use the VPN"


@pytest.mark.parametrize(
    "body",
    [
        "![](" + " " * 100_000,
        "![](a" + " \t" * 50_000,
        '![](a "' * 20_000,
        "[![a](b)" * 9_000,
        "`" * 200_000,
        "~~~`\n" * 50_000,
        "`" * 9_000 + "\n" + "```` \n" * 50_000,
        "````\n" + ("`" * 5_000 + " " * 5_000 + "x\n") * 50,
        "```x`\n" * 50_000,
    ],
)
def test_hostile_links_are_read_at_once(body: str) -> None:
    """BEHAVIOUR 2: whoever reads it waits for nothing, and whoever imports it."""
    begun = process_time()
    assert in_words(body, lambda id: "") and retargeted(body, lambda target: None) == body
    assert len(targets(body)) <= 1
    assert process_time() - begun < 10


LINKED = "[x](kb:use-vpn)"


@pytest.mark.parametrize(
    "code",
    [
        f"````\n{LINKED}\n````",
        f"````md\n```sh\n{LINKED}\n```\n{LINKED}\n`````",
        f"```\n~~~\n{LINKED}\n```",
        f"~~~ `a`\n```\n{LINKED}\n~~~~ ",
    ],
)
def test_32_a_block_of_code_ends_with_the_marks_that_began_it(code: str) -> None:
    """BEHAVIOUR 32: what stands behind it is text, and what stands in it is none."""
    assert on_page(f"{code}\n\n{LINKED}", known) == f"{code}\n\n[x](/kb/use-vpn)"
    assert on_page(f"```a``` `b`\n\n{LINKED}", known) == "```a``` `b`\n\n[x](/kb/use-vpn)"


def test_links_to_articles_are_words_in_a_chat_and_links_on_a_page() -> None:
    """BEHAVIOUR 32; where one leads that the reader may not see is not told."""
    body = "See [the VPN](kb:use-vpn), [keys](kb:master-keys) and `[x](kb:use-vpn)`.\n\n```\n[x](kb:use-vpn)\n```\n"
    assert named(body) == ["use-vpn", "master-keys"]
    assert in_words(body, known).startswith(
        "See the VPN (`/kb show use-vpn`), keys and `[x](kb:use-vpn)`.\n\n```\n[x]("
    )
    assert on_page(body, known).startswith("See [the VPN](/kb/use-vpn), keys and `[x](kb:use-vpn)`.\n\n```\n[x](")


def test_an_article_s_targets_are_those_of_its_links_and_pictures() -> None:
    """BEHAVIOUR 32: its own files are among them, and no file whose name is part of another one's."""
    body = "![a](office-map.png) [![b](small.png)](kb:x#y) [c](<a b.pdf#page=2>) `![d](d.png)` map.png"
    assert targets(body) == {"office-map.png", "small.png", "kb:x", "a b.pdf"}


def test_pictures_are_told_in_a_chat() -> None:
    body = "![The tray](images/tray.png) ![](a.png) ![Map](https://example.org/map.png)"
    told = "*The tray (picture: tray.png)* *Picture (picture: a.png)* [Map](https://example.org/map.png)"
    assert in_words(body, known) == told
    assert on_page(body, known) == body


def test_32_what_leads_nowhere_in_a_chat_is_its_words_there() -> None:
    """BEHAVIOUR 32: links to files and headings; what a person can follow or type stays as it is."""
    body = "See [gone](nowhere.md#a), [below](#windows), [it](https://x.org/a), [disk](\\\\server\\a), `[a](b.md)`."
    told = "See gone, below, [it](https://x.org/a), [disk](\\\\server\\a), `[a](b.md)`."
    assert in_words(body, lambda id: "") == told
    assert on_page(body, lambda id: "") == body


def test_the_gist_of_an_article_is_made_of_its_sentences() -> None:
    begins = (
        "Reach the **office** from home.\n\n## Before\n\n| System | Who |\n|:---|---|\n| Gateway | all |\n\nAsk *us*."
    )
    assert gist(begins) == "Reach the office from home. Ask us."
