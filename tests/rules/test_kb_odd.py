"""Whatever is written in articles and asked of them, by words, with the stand-in for the model, and with the real one
where it is installed (BEHAVIOUR 32, 33)."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

import pytest

from kb import Article, Index, Unreadable
from kb.extra import installed as model_installed
from tests.rules.kb_words import installed

Build = Callable[..., Index]
REAL = pytest.param("model", marks=pytest.mark.skipif(not model_installed(), reason="the extra is not installed"))
LOG = "2026-11-24T09:00:01Z ERROR [main] java.lang.NullPointerException: at com.example.Foo.bar(Foo.java:42)\n"
CODE = "for (int i = 0; i < n; i++) { if (a[i] == NULL) return -1; }\n"
ARTICLES = [
    Article("vpn", "VPN will not connect", "Restart the client and check the network."),
    Article("print", "Printer jammed", "Open the door and take the paper out.", tags=("paper",)),
    Article("bare", "Payslips", ""),
    Article("desk", "Meeting rooms and desks", "Book a room for the meeting in the calendar."),
]


@pytest.fixture(params=["words", "meaning", REAL])
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Build:
    if request.param == "meaning":
        installed(monkeypatch)
    return partial(Index.build, semantic=request.param != "words")


def found(index: Index, question: str) -> str:
    return next((hit.article_id for hit in index.search(question)), "")


@pytest.mark.parametrize(
    "nothing", ["", " \n\t", "the of and", "ich und die", "🎉🙈", "?!…", "\0\0", "\ud800\udfff", "\u200f"]
)
def test_33_nothing_is_asked_and_nothing_found(build: Build, nothing: str) -> None:
    index = build(ARTICLES)
    assert index.search(nothing) == index.search("", nothing) == index.search(nothing, nothing) == []


@pytest.mark.parametrize(
    "asked",
    [
        "a",
        "字",
        "x" * 1_000_000,
        "é" * 100_000,
        "字" * 100_000,
        LOG * 10_000,
        CODE * 10_000,
        "שלום עולם",
        "\u202eمرحبا بالعالم",
        "0xdeadbeef " * 50_000,
        "\ud800 x\0y \udfff",
    ],
    ids=lambda asked: f"{asked[:6]!a} × {len(asked)}",
)
def test_33_odd_questions_are_answered_soon_and_with_little_confidence(build: Build, asked: str) -> None:
    """BEHAVIOUR 33: nothing is suggested for them."""
    index = build(ARTICLES)
    index.search("warm up")
    start = process_time()
    hits = [*index.search(asked), *index.search("", asked), *index.search(asked, asked)]
    assert process_time() - start < 10
    assert all(hit.confidence < 0.3 for hit in hits)


@pytest.mark.parametrize("dump", [LOG, CODE, "\0", "🎉", "x" * 5000 + "\n"], ids=["log", "code", "NUL", "emoji", "run"])
@pytest.mark.parametrize("semantic", [pytest.param(False, id="words"), REAL])
def test_33_a_question_above_a_dump_is_still_understood(semantic: object, dump: str) -> None:
    assert Index.build(ARTICLES, bool(semantic)).search("printer jammed", dump * 1000)[0].article_id == "print"


def test_33_a_megabyte_counts_as_its_beginning(build: Build) -> None:
    index = build(ARTICLES)
    assert found(index, "printer jammed " * 70_000) == "print"
    assert index.search("vpn", "restart the client " * 60_000)[0].article_id == "vpn"


ODD = [
    Article("long", "Telescope " * 10_000, ""),
    Article("huge", "Microscope", "lens and slide " * 100_000),
    Article("nul", "Sun\0dial \0", "\0shadow\0"),
    Article("half", "Compass \ud800", "\udfffneedle"),
    Article("emoji", "🎉🎉", "🙈"),
    Article("stop", "the and of", "you and me"),
    Article("nothing", "", ""),
    Article("log", "Crash of the gateway", LOG * 5_000),
    Article("hebrew", "המדפסת תקועה", "פתח את הדלת והוצא את הנייר."),
    Article("arabic", "\u202bالطابعة لا تعمل\u202c", "افتح الباب."),
    Article("hidden", "Baro\u00admeter\u200b", "pres\u00adsure"),
    Article("\ud800id", "Sextant", ""),
]


ASKED = {
    "telescope": "long",
    "microscope": "huge",
    "sun dial": "nul",
    "compass needle": "half",
    "gateway crash": "log",
    "NullPointerException com.example": "log",
    "המדפסת תקועה": "hebrew",
    "الطابعة": "arabic",
    "\u200fالطابعة\u200f": "arabic",
    "barometer": "hidden",
    "baro\u00admeter": "hidden",
    "sextant": "\ud800id",
    "payslip": "bare",
}


def test_32_odd_articles_are_found_and_do_no_harm(build: Build) -> None:
    """BEHAVIOUR 32: with any text, and among ordinary ones."""
    index = build([*ODD, *ARTICLES])
    assert {question: found(index, question) for question in ASKED} == ASKED


def test_32_odd_articles_come_and_go_and_are_kept(build: Build, tmp_path: Path) -> None:
    index = build(ARTICLES)
    for article in ODD:
        index.put(article)
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index")
    assert len(loaded) == len(index) == len(ODD) + len(ARTICLES)
    assert found(loaded, "sextant") == "\ud800id" and found(loaded, "compass") == "half"
    for article in ODD:
        loaded.drop(article.id)
    assert len(loaded) == len(ARTICLES) and found(loaded, "printer jammed") == "print"
    assert not {hit.article_id for hit in loaded.search("telescope sextant", limit=99)} & {a.id for a in ODD}


def test_32_equal_articles_are_told_apart_by_their_ids(build: Build) -> None:
    twins = [Article(id, "Wi-Fi is slow", "Restart the router.") for id in "dbca"]
    hits = build(twins).search("slow wifi", limit=9)
    assert [hit.article_id for hit in hits] == ["a", "b", "c", "d"] and len({hit.confidence for hit in hits}) == 1


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "longer", "other"])
def test_33_a_damaged_file_is_found_out_and_replaced(build: Build, tmp_path: Path, harm: str) -> None:
    """BEHAVIOUR 33: wherever it is damaged."""
    file = tmp_path / "index"
    build(ARTICLES, file=file)
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        harmed = {
            "flipped": flipped,
            "cut": whole[:at],
            "empty": b"",
            "longer": whole + b"\0" * (at + 1),
            "other": b"x" * at,
        }
        file.write_bytes(harmed[harm])
        with pytest.raises(Unreadable, match="index"):
            Index.load(file)
    build(ARTICLES, file=file)
    assert file.read_bytes() == whole


def test_33_a_directory_in_the_files_place_is_an_error_that_names_it(build: Build, tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with pytest.raises(OSError, match="index"):
        Index.load(tmp_path / "index")
    with pytest.raises(OSError, match="index"):
        build(ARTICLES, file=tmp_path / "index")
    assert [file.name for file in tmp_path.iterdir()] in (["index"], ["index", "index.unfinished"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_33_a_file_that_may_not_be_read_is_replaced(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "index"
    build(ARTICLES, file=file)
    file.chmod(0)
    with pytest.raises(PermissionError, match="index"):
        Index.load(file)
    build(ARTICLES, file=file)
    assert len(Index.load(file)) == len(ARTICLES)
