"""What the playground's pages are made of: nothing a person writes becomes more than words."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import show
from adapters.web.markup import PLAIN_FROM, markdown, sections
from adapters.web.message import Message
from adapters.web.moments import distance
from adapters.web.places import Places
from adapters.web.show import Reader
from bot.words import Button, Card, Dialog, Fact, Field, Mention, clean, moment
from tests.adapters.web_playground import MORNING, SETTINGS

PLACES = Places(SETTINGS)
ANA = Reader(PLACES.people["ana"], MORNING, PLACES.people)
ERIK = Reader(PLACES.people["erik"], MORNING, PLACES.people)

TAGS = {"p", "br", "em", "strong", "s", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "h4", "h5", "a", "div"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "time", "span"}
ATTRIBUTES = {"href", "rel", "target", "class", "datetime", "title", "start"}


class Seen(HTMLParser):
    """The elements of a piece of HTML, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def classed(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.tags if name in attributes.get("class", "").split()]


def seen(text: str) -> Seen:
    return Seen(markdown(text, ANA.moment))


NASTY = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<@ana>",
            "@Ana Costa",
            '<span class="mention me">',
            "[x](javascript:alert(1))",
            "![x](https://evil.example/x.png)",
            "<https://a.example>",
            "http://a.example/?a=1&b='\"",
            "[a](data:text/html,x)",
            "[a](//evil.example)",
            "&lt;b&gt;",
            "`<b>`",
            "```html\n<b>\n```",
            "# ",
            "> ",
            "- ",
            "|a|b|\n|-|-|\n",
            "\n|a|b|\n|:-|-:|\n|c|d|\n",
            "**",
            "_",
            "~~",
            "\n\n",
            "⟦2026-11-23T09:00:00Z⟧",
            "⟦9999-99-99T99:99:99Z⟧",
            '"',
            "'",
            "</div></article>",
            "\u202e",
            "\u0000",
        ]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)


@given(NASTY)
def test_whatever_is_written_yields_only_our_own_elements(text: str) -> None:
    found = seen(text)
    for tag, attributes in found.tags:
        assert tag in TAGS and set(attributes) <= ATTRIBUTES
        assert tag != "span" or attributes["class"] == "distance"
        assert "mention" not in attributes.get("class", "")
    for link in found.of("a"):
        assert re.match(r"https?://|mailto:|/(?![/\\])", link["href"])
        assert link["target"] == "_blank" and "noopener" in link["rel"] and "noreferrer" in link["rel"]


@given(NASTY)
def test_a_message_is_one_article_whatever_is_in_it(text: str) -> None:
    card = Card(text, text, (Fact(text, text),), (Button(text, "x", {"a": text}),))
    html = show.message(Message("m1", "it-help", "", "ana", clean(text), MORNING, card=card), ERIK)
    found = Seen(html)
    assert len(found.of("article")) == 1 and html.rstrip().endswith("</article>")
    assert not found.of("script") and not found.classed("mention")
    assert all(not name.startswith("on") for _, attributes in found.tags for name in attributes)
    buttons = [b for b in found.of("button") if b.get("data-verb") == "x"]
    assert len(buttons) == 1


@pytest.mark.parametrize(
    "piece", ["[", "*", "> ", "- ", "`", "[](", "**a ", "<", "|a|b|\n|-|-|\n", "_*", "\n", "```\n"]
)
@pytest.mark.parametrize("size", [PLAIN_FROM, 1_000_000])
def test_no_text_keeps_the_page_waiting(piece: str, size: int) -> None:
    began = time.process_time()
    markdown((piece * size)[:size], ANA.moment)
    assert time.process_time() - began < 10


def test_markdown_is_what_people_expect() -> None:
    html = markdown("**bold** _soft_ ~~gone~~ `code`\nnext\n\n1. one\n2. two\n\n# Big", ANA.moment)
    for piece in (
        "<strong>bold</strong>",
        "<em>soft</em>",
        "<s>gone</s>",
        "<code>code</code>",
        "<br",
        "<ol>",
        "<h4>Big</h4>",
    ):
        assert piece in html


def test_a_bare_address_is_a_link_and_the_full_stop_is_not_part_of_it() -> None:
    assert seen("see https://a.example/x?y=1.").of("a")[0]["href"] == "https://a.example/x?y=1"


def test_an_address_in_a_link_is_not_a_link_in_a_link() -> None:
    assert len(seen("[https://a.example](https://b.example)").of("a")) == 1


def test_an_instant_is_shown_in_the_reader_s_zone_with_its_distance() -> None:
    soon = MORNING + timedelta(minutes=42)
    card = Card(body=f"Due {moment(soon)}", facts=(Fact("Due", soon),))
    assert show.card(card, ANA).count("Mon 23 Nov, 09:42") == 2
    assert show.card(card, ERIK).count("Mon 23 Nov, 10:42") == 2
    assert show.card(card, ANA).count("(in 42 min)") == 2
    assert f'datetime="{soon.isoformat()}"' in show.card(card, ANA)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "just now"),
        (1, "in 1 min"),
        (-12, "12 min ago"),
        (99, "in 99 min"),
        (100, "in 1 h 40 min"),
        (270, "in 4 h 30 min"),
        (-120, "2 h ago"),
        (1200, "in 20 h"),
        (-2880, "2 days ago"),
    ],
)
def test_distances(minutes: int, words: str) -> None:
    assert distance(MORNING + timedelta(minutes=minutes), MORNING) == words


def test_an_instant_that_is_none_stays_words() -> None:
    assert seen("⟦2026-13-45T00:00:00Z⟧").of("time") == []


def test_who_is_mentioned_sees_it_and_nobody_else_is() -> None:
    card = Card(body="@Erik Lund <@erik> please look")
    html = show.card(card, ERIK, [Mention("ana", "Ana <b> Costa")])
    assert [m["class"] for m in Seen(html).classed("mention")] == ["mention"]
    assert "@Ana &lt;b&gt; Costa" in html
    assert Seen(show.card(card, ANA, [Mention("ana", "Ana")])).classed("me")


def test_a_picture_cannot_run_a_script() -> None:
    html = show.card(Card("Figures", picture='<svg xmlns="x"><script>alert(1)</script></svg>'), ANA)
    found = Seen(html)
    assert found.of("img")[0]["src"].startswith("data:image/svg+xml;base64,") and not found.of("script")


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ('<svg xmlns="x"><desc id="desc">5 received, &lt; 2 open.</desc></svg>', "5 received, < 2 open."),
        ('<svg xmlns="x"></svg>', "Figures"),
    ],
)
def test_a_picture_is_told_in_words(picture: str, words: str) -> None:
    assert Seen(show.card(Card("Figures", picture=picture), ANA)).of("img")[0]["alt"] == words


def test_lists_of_tickets_are_sections_with_headings() -> None:
    """Whatever a ticket is called, and however long the list is."""
    line = "- [IT-1](/tickets/1) \\*\\*not this\\*\\*\n  _New · Low_\n"
    text = f"**Nobody has these** (IT Support)\n{line * 400}\n**Yours**\n\nYou have none."
    html = sections(text, ANA.moment, ANA.link)
    assert re.findall(r"<(h\d)>(.*)</h\d>", html) == [
        ("h2", "<strong>Nobody has these</strong> (IT Support)"),
        ("h2", "<strong>Yours</strong>"),
    ]
    assert html.count("<li>") == 400 and "<p>You have none.</p>" in html


def test_a_form_keeps_what_was_typed_and_says_what_was_wrong() -> None:
    form = Dialog(
        "ticket",
        "Open a ticket",
        (
            Field("title", "What is wrong?"),
            Field("details", "More", "long", required=False),
            Field("urgency", "Urgency", "choice", choices=(("low", "Low"), ("high", "High"))),
            Field("category", "Category", "choice", choices=tuple((str(n), f"Label {n}") for n in range(9))),
            Field("stars", "Rating", "stars"),
        ),
        {"title": '"><b>x', "details": "\nfirst line", "urgency": "High", "category": "Label 7", "stars": "4"},
        {"hidden": "it's"},
        {"title": "What is wrong?: please say more.", "stars": "1 to 5, please.", "gone": "No such field."},
    )
    html = show.dialog(form, ANA)
    found = Seen(html)
    groups = [group for group in found.of("div") if group.get("role") == "radiogroup"]
    assert [group.get("aria-invalid") for group in groups] == [None, "true"]
    assert {"name": "title", "value": '"><b>x', "aria-invalid": "true"}.items() <= found.of("input")[0].items()
    assert "Please say more." in found.words and "No such field." in found.words
    assert "\n\nfirst line</textarea>" in html
    checked = [i["value"] for i in found.of("input") if "checked" in i]
    assert checked == ["high", "4"] and [o["value"] for o in found.of("option") if "selected" in o] == ["7"]
    assert found.of("dialog")[0]["data-kept"] == '{"hidden": "it\'s"}'


def test_a_private_message_says_so_and_can_only_be_dismissed() -> None:
    message = Message("only-1", "it-help", "", "firstline", "/help", MORNING, card=Card(body="yes"), private_to="ana")
    html = show.message(message, ANA)
    assert "Only you can see this" in html and "dismiss" in html and "make-ticket" not in html


def test_only_one_s_own_messages_can_be_edited() -> None:
    message = Message("m1", "it-help", "", "ana", "hello", MORNING)
    assert 'class="edit"' in show.message(message, ANA) and 'class="edit"' not in show.message(message, ERIK)


def test_what_was_deleted_is_not_said_to_be_edited() -> None:
    gone = Message("1", "it-help", "", "ana", "", MORNING, edited=True, deleted=True)
    assert "was deleted" in show.message(gone, ERIK) and "(edited)" not in show.message(gone, ERIK)


def test_somebody_who_left_is_still_named_by_handle() -> None:
    message = Message("m1", "it-help", "", "gone", "hello", datetime(2026, 11, 23, tzinfo=UTC))
    assert ">gone<" in show.message(message, ANA)


def test_a_picture_has_its_size_before_it_has_loaded() -> None:
    for head, size in [
        ('viewBox="0 0 560 212.4"', ("560", "212")),
        ('width="1" viewBox="-1 0 5e9 1"', (None, None)),
        ("", (None, None)),
    ]:
        image = Seen(show.card(Card(picture=f'<svg xmlns="x" {head}></svg>'), ANA)).of("img")[0]
        assert (image.get("width"), image.get("height")) == size


def test_the_lines_of_an_article_are_wrapped_prose() -> None:
    body = "Press **Save**\nand wait\nfor *it*.\n\n- **[IT-1](/tickets/1)** Printer\n  _New · Low_\n\n> said\n> so"
    html = show.card(Card(body=body), ANA)
    assert html.count("<br") == 2 and "wait\nfor" in html
    assert markdown("one\ntwo", ANA.moment).count("<br") == 1
