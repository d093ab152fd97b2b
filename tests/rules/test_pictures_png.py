"""Pictures as PNG: the same bytes every time, on a ground of their own, and with letters of the project's own."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from bot import pictures_png
from bot.pictures_png import ZOOM, in_words, png
from bot.reports.pictures import HEIGHT, WIDTH, report_picture
from tests.rules.test_pictures import report

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20">{}</svg>'
WRITTEN = '<text x="2" y="16" font-size="16" font-family="Nowhere, sans-serif">{}</text>'


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", picture[16:24])
    return wide, high


def pixels(picture: bytes) -> bytes:
    """The picture's data as it is packed: alike for pictures that look alike."""
    parts, at = b"", 8
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            parts += picture[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompress(parts)


def test_a_report_is_drawn_sharply_and_the_same_every_time() -> None:
    """BEHAVIOUR 36: `/report` with a picture, for chats that show no SVG."""
    svg = report_picture(report("week", [0.1, 1, 2]), "Report: IT Help")
    assert size(png(svg)) == (ZOOM * WIDTH, ZOOM * HEIGHT)
    assert png(svg) == png(svg) and len(png(svg)) < 200_000


@pytest.mark.parametrize("words", ["Received 12", "Größe, Łódź", "Ελληνικά", "Привет"])
def test_letters_need_no_font_of_the_machines(words: str) -> None:
    """They are drawn by the fonts beside the code, whatever family the document names."""
    assert pixels(png(SVG.format(WRITTEN.format(words)))) != pixels(png(SVG.format("")))


def test_headings_are_heavier_than_words() -> None:
    heavy = WRITTEN.format("Report").replace("<text", '<text font-weight="600"')
    assert pixels(png(SVG.format(heavy))) != pixels(png(SVG.format(WRITTEN.format("Report"))))


def test_nothing_of_it_is_transparent() -> None:
    """It reads on a dark chat as well: where nothing is drawn it is white."""
    assert pixels(png(SVG.format("")))[1:5] == b"\xff\xff\xff\xff"


def test_it_is_told_in_words_to_those_who_do_not_see_it() -> None:
    assert in_words(report_picture(report("week", [0.1, 1]), "Report")).startswith("2 received, 2 resolved, 0 open.")
    assert in_words('<svg><desc id="d"> a &amp; b\n</desc></svg>') == "a & b" and in_words("<svg/>") == ""


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown token"):
        png("no picture")


def test_the_fonts_stand_beside_their_licence() -> None:
    assert "Apache License" in (pictures_png.FONTS / "LICENSE.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in pictures_png.FONTS.glob("*.ttf")) < 150_000


def test_who_draws_no_picture_loads_no_renderer() -> None:
    """A desk that is idle does not hold it in memory."""
    code = "import sys, bot.pictures_png, commands.report; sys.exit('resvg_py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
