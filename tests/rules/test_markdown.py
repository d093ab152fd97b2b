"""What people write without meaning Markdown is shown whole, on every channel: code fences, paths, `__init__`."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from adapters.discord.markup import discord
from adapters.slack.markup import mrkdwn
from adapters.slack.spoken import markdown as heard
from adapters.web.markup import markdown as web
from bot.markdown import fences_apart, label, parser, plain
from bot.titles import title
from bot.transcript_page import words as page
from bot.words import quote


def shown(text: str) -> list[str]:
    pages = (str(web(text, lambda _: pytest.fail("no instant"))), str(page(text)))
    return [mrkdwn(text), discord(text), *(html.unescape(re.sub("<[^>]*>", "", it)) for it in pages)]


@pytest.mark.parametrize(
    "text",
    [
        "```Get-Process -Name outlook",
        "```outlook",
        "```bash",
        "```Outlook\ncrashes\n```",
        "```Error 0x80070005: access denied\nat line 3```",
        "```Error 0x80070005: access denied\nat line 3\n``` and so on",
        "Try ```\ncode\n``` and then restart",
        "```\ncode\n``` and then restart\n\nor not",
        "```\ncode``` and then ```\nrestart\n```",
        "```echo `date` now\nagain\n```",
        "- ```Error one\n  two```\n- three",
        "~~~Error one two\nthree\n~~~",
    ],
)
def test_every_word_is_shown(text: str) -> None:
    for asked in (text, quote(text)):
        for made in shown(asked):
            assert all(word in made for word in re.findall(r"\w+", text)), made


@given(st.lists(st.sampled_from(["```", "\n", " ", "one", "two", "sh", "`", "> ", "- ", "````", "~~~"]), max_size=14))
def test_no_word_is_lost_however_marks_stand(parts: list[str]) -> None:
    text = "".join(parts)
    for made in shown(text):
        for word in ("one", "two"):
            assert made.count(word) == text.count(word)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("```Error one\nat line 3```\nHelp", "```\nError one\nat line 3\n```\nHelp"),
        ("Try ```\ncode\n``` and then restart", "Try\n```\ncode\n```\nand then restart"),
        ("```\ncode\n``` and then restart", "```\ncode\n```\nand then restart"),
        ("```sh\nls\n```\nHelp", "```\nls\n```\nHelp"),
        ("```\necho ``` is a mark\n```", "```\necho ˋˋˋ is a mark\n```"),
        ("````\n```\na b\n```\n````", "```\nˋˋˋ\na b\nˋˋˋ\n```"),
        ("- ```Error one\n  two```\n- three", "•\n```\nError one\ntwo\n```\n• three"),
        ("1. ```sh\n   ls\n   ```\n2. b", "1.\n```\nls\n```\n2. b"),
        ("so ```x``` there", "so `x` there"),
        ("the mark is ``` he said\nand left", "the mark is ˋˋˋ he said\nand left"),
    ],
)
def test_it_is_shown_as_it_was_meant(text: str, wanted: str) -> None:
    assert mrkdwn(text) == wanted


@pytest.mark.parametrize(
    ("text", "on_discord", "on_slack"),
    [
        (
            "**Open**\n- a\n- b\n\n**Yours**\n- c",
            "**Open**\n- a\n- b\n\n**Yours**\n- c",
            "*Open*\n• a\n• b\n\n*Yours*\n• c",
        ),
        ("Ana wrote:\n> no\n\nand", "Ana wrote:\n> no\n\nand", "Ana wrote:\n> no\n\nand"),
        ("One of:\n\n1. a\n\n   b\n\nand", "One of:\n\n1. a\n   b\n\nand", "One of:\n\n1. a\n    b\n\nand"),
        ("- a\n  - b\n\n- c\n> d", "- a\n  - b\n- c\n> d", "• a\n    ◦ b\n• c\n> d"),
        ("-\n\na", "- \n\na", "• \n\na"),
        ("> a:\n> - b\n>\n> c", "> a:\n> - b\n> \n> c", "> a:\n> • b\n>\n> c"),
        ("> a\n> > b", "> a\n> \n> b", "> a\n>\n> &gt; b"),
    ],
)
def test_a_blank_line_stands_where_one_was_written(text: str, on_discord: str, on_slack: str) -> None:
    assert (discord(text), mrkdwn(text)) == (on_discord, on_slack)


WIDE = """
| System | Address | Who |
|---|---|---|
| Gateway | [vpn.example.com](https://vpn.example.com) | everyone in the company |
| `old` gateway | | nobody |
"""


def test_a_table_that_is_too_wide_for_a_phone_is_a_list() -> None:
    assert discord(WIDE) == (
        "System:\n"
        "- **Gateway** · Address: [vpn.example.com](https://vpn.example.com) · Who: everyone in the company\n"
        "- **`old` gateway** · Address: – · Who: nobody"
    )
    assert mrkdwn(WIDE) == (
        "System:\n"
        "• *Gateway* · Address: <https://vpn.example.com|vpn.example.com> · Who: everyone in the company\n"
        "• *`old` gateway* · Address: – · Who: nobody"
    )
    heads = f"| {'a' * 30} | {'b' * 30} |\n|---|---|"
    assert discord(heads) == mrkdwn(heads) == f"{'a' * 30} · {'b' * 30}"
    assert mrkdwn(f"| | {'b' * 30} |\n|---|---|\n| | c |\n| {'d' * 30} | |") == (
        f"• {'b' * 30}: c\n• *{'d' * 30}* · {'b' * 30}: –"
    )


def test_the_heads_of_a_long_table_are_not_repeated_without_end() -> None:
    text = f"{'a' * 3000}|{'b' * 3000}\n-|-\n" + "c|d\n" * 1400
    assert len(mrkdwn(text)) < 100_000


CELLS = st.lists(
    st.sampled_from(["one", "`two`", "**three**", " ", "a longer cell of a table", "x" * 20]), min_size=1, max_size=4
)


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_no_word_of_a_table_is_lost(rows: list[list[str]]) -> None:
    width = len(rows[0])
    lines = [f"| {' | '.join((row + [''] * width)[:width])} |" for row in rows]
    text = "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
    for made in shown(text):
        assert all(word in made for word in re.findall(r"\w+", text)), made


@pytest.mark.parametrize(
    "piece", ["```", "``` a\n", "```\n", "a```b\n", "`", "``a", "> ```x y\n", "> ", "- ", "1. ", "``` a ```", " "]
)
def test_marks_are_set_apart_in_little_time(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    begun = time.process_time()
    fences_apart(text)
    fences_apart(text + "```")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "words",
    [
        r"\\fs01\_public$ is gone",
        r"map \\fs01\Users\-ana- please",
        r"C:\temp\_old\#1 is full",
        r"see (D:\$Recycle.Bin) and e:\[x",
        "__init__.py fails in __main__",
        "where is node's __dirname__?",
    ],
)
def test_a_path_keeps_its_backslashes_and_a_name_its_underscores(words: str) -> None:
    assert title(words) == words
    assert mrkdwn(words) == words
    assert mrkdwn(f"**{words}**") == f"*{words}*"
    assert mrkdwn(plain(words)) == words
    for made in map(str, (web(words, lambda _: pytest.fail("no instant")), page(words))):
        assert html.unescape(re.sub("<[^>]*>", "", made)).strip() == words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\*not bold\* but \\\\fs01", r"*not bold* but \\fs01"),
        (r"[\\fs01\_a](https://files.example)", r"<https://files.example|\\fs01\_a>"),
        (r"~~C:\PROGRA~1\_x~~", r"~C:\PROGRA~1\_x~"),
        (r"C:\\temp", r"C:\temp"),
        ("__Please read__ __this__ first", "*Please read* __this__ first"),
    ],
)
def test_what_is_meant_as_markdown_still_is(text: str, wanted: str) -> None:
    assert mrkdwn(text) == wanted


@given(st.text(st.sampled_from(list("\\\\[]*_~`<>()&#;:. aBC9x-")), max_size=20))
@example(r"Plan B:[draft] (v2)")
@example(r".\setup.exe, HKLM:\Software and \x")
@example("Re: A:*urgent* &amp; C:_x")
def test_words_that_are_escaped_come_out_as_they_were(words: str) -> None:
    shown = label(SyntaxTreeNode(parser(lambda _: True).parseInline(f"={plain(words)}x")).children[0])
    assert shown == f"={words}x"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("the <https://wiki.example/x|error_log (v2)> is full", "the error_log (v2) is full"),
        ("see <https://wiki.example/x|Plan B:[draft] &amp; C:\\_x>", "see Plan B:[draft] & C:\\_x"),
    ],
)
def test_a_title_holds_a_links_words_and_not_how_they_are_escaped(said: str, wanted: str) -> None:
    assert title(heard(said)) == wanted


def test_two_lists_stay_two() -> None:
    """Chats number a list by its first mark, and end it at a blank line alone."""
    assert discord("1. Open\n- on a Mac: the apple\n2. Choose\n3. Restart") == (
        "1. Open\n\n- on a Mac: the apple\n\n2. Choose\n3. Restart"
    )


@pytest.mark.parametrize("piece", ["\\\\a", "C:\\", "__a", "__a_", "__", "\\\\a~"])
def test_paths_and_names_are_found_in_little_time(piece: str) -> None:
    text, read = piece * (12_000 // len(piece)), parser(lambda _: True)
    started = time.process_time()
    read.render(text)
    assert time.process_time() - started < 10
