"""A transcript as Markdown and as a page: whatever people wrote, nothing of it runs, loads or leads astray."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.transcript import DESK, INTERNAL, Enclosed, Entry, Later, Transcript, markdown, unique
from bot.transcript_page import PLAIN_FROM, page
from bot.words import Fact, moment

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
HOSTILE = (
    '<script>alert(1)</script> </style><img src=x onerror="alert(1)"> [x](javascript:alert(1)) ![p](https://e.example/p)'
    " [y][z] <javascript:alert(2)> [q]( data:text/html,x)\n\n[z]: javascript:alert(3)\n\n\\<b>x</b> \\\\<i>y</i>"
)
same_every_time = settings(derandomize=True, deadline=None, database=None)


def transcript(*entries: Entry, **more: Any) -> Transcript:
    given = {"title": "IT-7 · the screen", "facts": (Fact("Status", "New"), Fact("Opened", NOW)), "resolution": ""}
    given |= {"reader": "Ana", "made": NOW, "zone": ZoneInfo("Europe/Lisbon"), "whole": False}
    return Transcript(entries=entries, **(given | more))


def said(words: str, **more: Any) -> Entry:
    return Entry(NOW, "Ana Costa", "wrote", words, **more)


class Seen(HTMLParser):
    """The elements of a page, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def harmless(html: str) -> Seen:
    """The page holds no more than it may, and needs nothing from elsewhere."""
    seen = Seen(html)
    for tag, attributes in seen.elements:
        assert tag not in ("script", "img", "iframe", "object", "embed", "form", "link", "base", "svg", "input"), tag
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")]
        if "href" in attributes:
            assert re.match(r"https?://|files/[^/:]+$", attributes["href"] or ""), attributes
    return seen


def inert(document: str) -> None:
    """The Markdown, read by one that allows everything, has no HTML or picture, and links to the web alone."""
    reader = MarkdownIt("commonmark", {"html": True})
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # as careless as can be
    for token in reader.parse(document):
        for inner in (token, *(token.children or ())):
            assert inner.type not in ("html_block", "html_inline", "image"), inner
            href = str(inner.attrGet("href") or "")
            assert re.match(r"https?://|files/[^/:]+$|$", href, re.IGNORECASE), href


def test_what_people_wrote_cannot_run_load_or_lead_astray() -> None:
    """BEHAVIOUR 39: in the words, a name, a title, a fact, a file's name, an edit, the resolution."""
    file = Enclosed(HOSTILE, 12, "files/a.png")
    entries = (
        said(HOSTILE, files=(file,), later=(Later(NOW, HOSTILE),)),
        Entry(NOW, HOSTILE, HOSTILE),
        Entry(NOW, HOSTILE, "wrote", HOSTILE * 200),
    )
    made = transcript(*entries, title=HOSTILE, facts=(Fact("Owner", HOSTILE),), resolution=HOSTILE, reader=HOSTILE)
    assert len(HOSTILE * 200) > PLAIN_FROM
    assert "<script>alert(1)</script>" in harmless(page(made)).words
    inert(markdown(made))


PIECES = [
    "<",
    ">",
    "\\",
    "[",
    "]",
    "(",
    ")",
    ":",
    "!",
    "a",
    " ",
    "\n",
    "`",
    "javascript:",
    "https://e.example",
    "*",
    "&",
]


@same_every_time
@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_no_words_become_html_or_a_link_elsewhere(words: str) -> None:
    made = transcript(said(words), resolution=words, title=words)
    harmless(page(made))
    inert(markdown(made))


@same_every_time
@given(st.text())
def test_any_words_make_a_page(words: str) -> None:
    harmless(page(transcript(said(words))))


def test_the_page_needs_nothing_but_itself() -> None:
    seen = harmless(page(transcript(said("hello"))))
    policy = next(a["content"] for tag, a in seen.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy and policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert ("html", {"lang": "en"}) in seen.elements and "color-scheme: light dark" in page(transcript())


def test_a_very_long_talk_is_shown_as_it_was_written() -> None:
    """Nobody waits for it, and nothing of it is more dangerous so."""
    seen = harmless(page(transcript(*[said(HOSTILE + "**x** https://a.example/" * 400)] * 40)))
    assert "strong" not in {tag for tag, _ in seen.elements} and "**x**" in seen.words
    assert "https://a.example/" in {attributes.get("href") for _, attributes in seen.elements}


def test_formatting_is_kept_and_links_lead_to_the_web() -> None:
    seen = harmless(page(transcript(said("**bold** `code` https://a.example/x?y=1. and [b](https://b.example)"))))
    assert {"strong", "code"} <= {tag for tag, _ in seen.elements}
    links = [attributes["href"] for tag, attributes in seen.elements if tag == "a"]
    assert links == ["https://a.example/x?y=1", "https://b.example"]


def test_days_and_times_are_those_of_the_reader() -> None:
    """Half past eleven at night in Lisbon is the next day in Berlin."""
    in_lisbon, in_berlin = (transcript(said("x"), zone=ZoneInfo(zone)) for zone in ("Europe/Lisbon", "Europe/Berlin"))
    assert "## Monday 23 November 2026" in markdown(in_lisbon) and "23:30" in markdown(in_lisbon)
    assert "Tuesday 24 November 2026" in page(in_berlin) and "00:30" in page(in_berlin)
    assert "Tue 24 Nov 2026, 00:30" in markdown(transcript(said(moment(NOW)), zone=ZoneInfo("Europe/Berlin")))


def test_edits_and_deletions_are_shown_as_what_they_are() -> None:
    """BEHAVIOUR 10, 11: the first words stay, with what became of them."""
    soon, next_day = NOW + timedelta(minutes=5), NOW + timedelta(hours=9)
    made = transcript(said("the screan", later=(Later(soon, "the screen"), Later(next_day, ""))))
    told = markdown(made)
    assert told.index("> the screan") < told.index("_Changed, 23:35, to:_") < told.index("> the screen")
    assert "_Deleted in the chat, Tue 24 Nov 2026, 08:30. The words above are what stood there._" in told
    words = " ".join(Seen(page(made)).words.split())
    assert "the screan Changed 23:35 to: the screen Deleted in the chat Tue 24 Nov 2026, 08:30." in words


def test_what_was_taken_back_stands_in_neither_form() -> None:
    """BEHAVIOUR 17: that something was changed or deleted is told, and when."""
    soon = NOW + timedelta(minutes=5)
    made = transcript(said("the screen", later=(Later(soon, None),)), said("", later=(Later(soon, ""),)))
    told, words = markdown(made), " ".join(Seen(page(made)).words.split())
    assert "> the screen\n\n_Changed, 23:35._" in told and "_Deleted in the chat, 23:35._" in told
    assert "the screen Changed 23:35." in words and "Deleted in the chat 23:35." in words and "above" not in words


def test_deeds_are_lines_and_the_desk_has_a_name() -> None:
    made = transcript(Entry(NOW, "", "moved it to Resolved", internal=True), whole=True)
    assert f"- **{DESK}** moved it to Resolved, 23:30 _(internal)_" in markdown(made)
    assert INTERNAL in markdown(made) and INTERNAL in page(made) and DESK in page(made)
    assert INTERNAL not in markdown(transcript()) + page(transcript())


def test_files_are_listed_with_size_and_where_they_are() -> None:
    files = (
        Enclosed("a (1).png", 12_345, "files/a%20%281%29.png"),
        Enclosed("big.zip", 9_000_000, "https://desk.example/files/7", "left out"),
        Enclosed("tool.exe", 0, "", "not kept: too large"),
    )
    told = markdown(transcript(said("look", files=files)))
    assert "- 📎 [a \\(1\\).png](files/a%20%281%29.png) (12.3 KB)" in told
    assert "- 📎 [big.zip](https://desk.example/files/7) (9 MB, left out)" in told
    assert "- 📎 tool.exe (not kept: too large)" in told
    links = [a["href"] for tag, a in harmless(page(transcript(said("look", files=files)))).elements if tag == "a"]
    assert links == ["files/a%20%281%29.png", "https://desk.example/files/7"]


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (["a.png", "A.png", "a.png"], ["a.png", "A (2).png", "a (3).png"]),
        (["..", ".", "../../etc/passwd", "a\\b:c"], ["file", "file (2)", "_._etc_passwd", "a_b_c"]),
        (["CON.txt", "aux", "trailing. ", 'q?"<>|*'], ["_CON.txt", "_aux", "trailing", "q______"]),
        (["a (2).png", "a.png", "a.png"], ["a (2).png", "a.png", "a (3).png"]),
    ],
)
def test_file_names_can_stand_beside_each_other_on_any_system(names: list[str], made: list[str]) -> None:
    assert unique(names) == made


@same_every_time
@given(st.lists(st.text(max_size=300), max_size=6))
def test_no_name_leads_out_of_its_folder(names: list[str]) -> None:
    made = unique(names)
    assert len({name.casefold() for name in made}) == len(names)
    for name in made:
        assert name and len(name) <= 160 and not set(name) & set('/\\:<>"|?*\x00') and name.strip(" .") == name
