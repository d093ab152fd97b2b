"""Markdown without any Markdown but links, as most of what is said is: mrkdwn in a tenth of the time. Pure."""

from __future__ import annotations

import re

from adapters.slack.escaping import line, link

# What can be nothing else: a line begins with a letter or a link, ends with no blank, and holds no mark of Markdown's.
_LINK = r"\[[^\W_][\w ,.'()-]*\]\(https?://[^\s()<>\"'\\*_~`\[\]&]+\)"
_LINE = rf"(?:[^\W\d_]|(?={_LINK}))(?:[^\s*_~`\[\]<>#|!\\&]| (?!\s)(?!\Z)|!(?!\[)|{_LINK})*"
_SIMPLE = re.compile(rf"{_LINE}(?:\n{{1,2}}{_LINE})*")
_LINKS = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def paragraphs(text: str, zone_free: bool, joined: bool) -> list[str] | None:
    """The same as markup.paragraphs; None for a text that may be more than plain words and links."""
    if not _SIMPLE.fullmatch(text):
        return None
    return [_paragraph(part.replace("\n", " ") if joined else part, zone_free) for part in text.split("\n\n")]


def _paragraph(text: str, zone_free: bool) -> str:
    pieces = _LINKS.split(text)
    made = [line(pieces[0], zone_free=zone_free)]
    for label, address, behind in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        made += [link(address, label), line(behind, zone_free=zone_free)]
    return "".join(made)
