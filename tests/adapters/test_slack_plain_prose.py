"""The short way from Markdown to mrkdwn leads where the long one does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack import markup, plain_prose

WORDS = (
    "the vpn", "is", "down", ",", ".", "!", " ", "  ", "\n", "\n\n", "1. ", "- ", "+", "=", "---", "===", "(", ")",
    "[Open](https://x.org/t/1)", "[a b](http://x.org)", "[x](y)", "![p](http://x.org)", "http://x.org/a", "&amp;", "é",
    "<b>", "a_b", "*", "`", ":", '"', "'", "\t", "\\", "⟦2026-11-23T09:00:00Z⟧", "[", "]", "~~", "|", "#", "\u2028",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


def the_long_way(text: str, zone_free: bool, joined: bool) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_prose, "paragraphs", lambda *_: None)
        return markup.paragraphs(text, zone_free, joined=joined)


@given(TEXTS, st.booleans(), st.booleans())
@example(
    "the vpn is down (7)\n\n[Open the ticket](http://127.0.0.1:8000/tickets/1). We will answer you here.", True, True
)
def test_both_ways_lead_to_the_same_words(text: str, zone_free: bool, joined: bool) -> None:
    short = plain_prose.paragraphs(text, zone_free, joined)
    assert short is None or short == the_long_way(text, zone_free, joined)


def test_what_is_said_of_a_new_ticket_goes_the_short_way() -> None:
    text = "the vpn is down (7)\n\n[Open the ticket](http://127.0.0.1:8000/tickets/1). We will answer you here."
    assert plain_prose.paragraphs(text, False, True)
