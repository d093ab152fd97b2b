"""Pictures as PNG, for chats that show no SVG: the same everywhere, with fonts of its own and none of the machine's."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Open Sans"
"""Its files there hold the Latin, Greek and Cyrillic scripts."""
ZOOM = 2
"""Pixels a unit, so that it stays sharp on screens with small ones."""
GROUND = "#ffffff"
"""Opaque: a chat may be dark, and what is transparent there may become black."""


_WORDS = re.compile(r"<desc\b[^>]*>(.*?)</desc>", re.DOTALL)


def in_words(svg: str) -> str:
    """What the document says that it shows, for those who do not see it; "" when it does not."""
    described = _WORDS.search(svg)
    return unescape(described[1]).strip() if described else ""


def png(svg: str) -> bytes:
    """The document as a PNG of twice its size in pixels. ValueError when it is none that can be drawn."""
    import resvg_py  # only who draws a picture needs it

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        background=GROUND,
        zoom=ZOOM,
        skip_system_fonts=True,
        font_files=[str(file) for file in sorted(FONTS.glob("*.ttf"))],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
