"""The knowledge base finds what people mean, is silent where it knows nothing, and survives whatever is typed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from kb import Article, Index, ModelMissing
from kb.extra import installed
from kb.folder import Problem, read_folder
from kb.languages import STOP_WORDS
from kb.postings import Postings
from kb.speller import Speller
from kb.text import stem, words

SAMPLES = Path(kb.__file__).parent / "samples"
CATEGORIES = {"Hardware", "Software", "Network Access", "New Equipment Request", None}
words_only = partial(Index.build, semantic=False)
steady = settings(derandomize=True, deadline=None, database=None)


@pytest.fixture(scope="module")
def samples() -> Index:
    return words_only(article for name in ("firstline", "handbook") for article in read_folder(SAMPLES / name)[0])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("vpm dosent conect", "vpn-will-not-connect"),
        ("vpm", "vpn-will-not-connect"),
        ("the vpn is down", "vpn-will-not-connect"),
        ("VPN disconnects every ten minutes when I work from home", "vpn-will-not-connect"),
        ("forgot my pasword", "reset-a-forgotten-password"),
        ("passwordreset", "reset-a-forgotten-password"),
        ("my acount is loked", "account-locked"),
        ("the printer dosnt print", "printer-offline-or-jammed"),
        ("wi fi not working", "wifi-slow-or-not-found"),
        ("Wi-Fi is super slow today", "wifi-slow-or-not-found"),
        ("laptop wont turn on", "laptop-will-not-start"),
        ("external screen: no signal", "second-monitor-not-detected"),
        ("need access to the finance shared drive", "access-to-a-shared-drive"),
        ("outlook not recieving mails", "outlook-mail-not-syncing"),
        ("new phone, 2fa codes gone", "two-factor-phone-lost"),
        ("I need a new laptop", "request-a-new-laptop"),
        ("no notificatons from slack", "slack-notifications-missing"),
        ("no space left on disk", "disk-full"),
        ("I clicked a phishing link", "phishing-mail-received"),
        ("how do I sign git commits", "git-signing"),
    ],
)
def test_finds_what_was_meant(samples: Index, question: str, answer: str) -> None:
    assert samples.search(question)[0].article_id == answer


@pytest.mark.parametrize(
    "nothing", ["", "a", "?!", "   ", "the and of you", "🎉🎉", "\0\0", "asdkjh qwoeiu zzz", "\ud800"]
)
def test_is_silent_where_nothing_matches(samples: Index, nothing: str) -> None:
    assert samples.search(nothing) == []
    assert samples.search(nothing, nothing) == []
    assert words_only([]).search(nothing) == words_only([]).search("vpn") == []


@pytest.mark.parametrize("chat", ["what is for lunch today", "my chair is broken", "aaa", "please water the plants"])
def test_is_not_sure_where_little_matches(samples: Index, chat: str) -> None:
    assert all(hit.confidence < 0.2 for hit in samples.search(chat))


def test_is_surer_the_more_matches(samples: Index) -> None:
    vague, clear = (
        samples.search("a problem with my account"),
        samples.search("my account is locked, too many attempts"),
    )
    assert clear[0].article_id == "account-locked"
    assert clear[0].confidence > 0.5 > vague[0].confidence


def test_the_body_of_a_question_counts_but_less_than_its_title() -> None:
    index = words_only([Article("p", "Printer jammed", "paper"), Article("w", "Wi-Fi is slow", "router")])
    assert index.search("it does not work", "the printer is jammed")[0].article_id == "p"
    assert index.search("wifi slow", "printer")[0].article_id == "w"


def test_tags_are_other_words_for_the_title() -> None:
    index = words_only([Article("w", "Wi-Fi", "Restart it.", tags=("wireless",)), Article("o", "Other", "wireless")])
    assert index.search("wireless")[0].article_id == "w"


def test_at_most_so_many(samples: Index) -> None:
    assert [len(samples.search("slack", limit=limit)) for limit in (-1, 0, 1, 3)] == [0, 0, 1, 3]
    assert len(samples.search("password", limit=1000)) > 10


def test_a_megabyte_is_cut(samples: Index) -> None:
    start = process_time()
    assert (
        samples.search("printer " * 130_000, "paper jam qzxvk " * 65_000)[0].article_id == "printer-offline-or-jammed"
    )
    assert process_time() - start < 10
    index = words_only([Article("big", "Printer " * 130_000, "word " * 200_000, tags=("x" * 1_000_000,))])
    assert index.search("printer")[0].article_id == "big"


def test_put_replaces_and_drop_forgets() -> None:
    index = words_only([Article("a", "Printer jammed", "Open the door.")])
    index.put(Article("a", "Scanner blurred", "Clean the glass."))
    assert len(index) == 1 and index.search("printer jammed") == [] and index.search("scaner")[0].article_id == "a"
    index.drop("a")
    index.drop("a")
    assert len(index) == 0 and index.search("scanner") == index.search("scaner") == []


def test_of_two_with_one_id_the_later_counts() -> None:
    index = words_only([Article("a", "Printer", ""), Article("a", "Scanner", "")])
    assert len(index) == 1 and index.search("scanner") and not index.search("printer")


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Whether the model is installed is asked once a process: not across these tests."""
    installed.cache_clear()
    yield
    installed.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_meaning_needs_the_extra_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.extra.PACKAGE", "no_such_package")
    with pytest.raises(ModelMissing, match="the extra `semantic`"):
        Index.build([], semantic=True)
    assert Index.build([Article("a", "VPN", "")]).search("vpn")


@pytest.mark.usefixtures("forgetful")
def test_another_model_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in ("other_model", "onnxruntime"):
        write(tmp_path, f"{package}/__init__.py", "")
    write(tmp_path, "other_model/model.onnx", "something else")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("kb.extra.PACKAGE", "other_model")
    with pytest.raises(ModelMissing, match="install it anew"):
        Index.build([], semantic=True)
    assert Index.build([Article("a", "VPN", "")]).search("vpn")


VOCABULARY = "vpn printer printers jam slow wifi password reset the laptop screen 404 łódź"
PLAIN = st.lists(st.sampled_from(VOCABULARY.split(" ")))
ARTICLES = st.builds(Article, st.sampled_from("abcde"), PLAIN.map(" ".join), PLAIN.map(" ".join))


@given(st.lists(st.tuples(ARTICLES, st.booleans()), max_size=20), PLAIN.map(" ".join))
@settings(steady, max_examples=100)
def test_changing_an_index_is_building_it_anew(changes: list[tuple[Article, bool]], question: str) -> None:
    index, left = words_only([]), dict[str, Article]()
    for article, stays in changes:
        index.put(article) if stays else index.drop(article.id)
        left.pop(article.id, None)
        left |= {article.id: article} if stays else {}
    assert index.search(question, limit=9) == words_only(left.values()).search(question, limit=9)


ANYTHING = st.one_of(st.text(max_size=60), PLAIN.map(" ".join), st.text("ab -'\0\ud800İßﷺ", max_size=60))


@given(st.lists(st.builds(Article, st.text(max_size=3), ANYTHING, ANYTHING), max_size=4), ANYTHING, ANYTHING)
@settings(steady, max_examples=200)
def test_never_raises_and_confidence_is_a_probability(articles: list[Article], title: str, body: str) -> None:
    hits = words_only(articles).search(title, body)
    assert all(0 <= hit.confidence <= 1 and hit.score >= 0 for hit in hits)
    assert [hit.confidence for hit in hits] == sorted((hit.confidence for hit in hits), reverse=True)
    assert len({hit.article_id for hit in hits}) == len(hits) <= 3


def test_words() -> None:
    read = words("The Wi-Fi isn’t working: CAFÉ_2 naïve", 100)
    assert " ".join(read) == "the wi fi wifi isnt working cafe 2 naive"
    assert list(words("abcdef", 3)) == ["abc"]
    assert " ".join(words("L'écran n’est pas qu'éteint: j'ai, aujourd'hui, don't", 100)) == (
        "ecran est pas eteint jai aujourdhui dont"
    )


@pytest.mark.parametrize(
    "forms",
    [
        "connect connects connected connecting connection connections",
        "install installs installed installing installation",
        "print prints printed printing printer printers",
        "policy policies",
        "jam jams jammed jamming",
        "password passwords",
        "box boxes",
        "access",
        "vpn",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_the_speller_knows_the_articles_words_and_forgets_them() -> None:
    postings = Postings()
    speller = Speller(postings)
    numbers = []
    for text in ("password network", "password passport"):
        speller.learn(text.split())
        numbers.append(postings.put({stem(word): 1.0 for word in text.split()}))
    assert [speller.fix(slip)[0][0] for slip in ("pasword", "apssword", "netwrok", "networks")] == [
        "password",
        "password",
        "network",
        "network",
    ]
    assert speller.split("networkpassword") == ("network", "password")
    assert speller.fix("12345") == speller.fix("xylophone") == []
    postings.drop(numbers[0])
    assert speller.knows("password") and not speller.knows("network") and speller.fix("netwrok") == []
    assert speller.fix("shoud")[0][0] in STOP_WORDS


def test_32_three_letters_are_a_little_word_only_where_two_were_exchanged() -> None:
    """Of three letters nearly every slip is one letter from some language's little word: "vpm" from German "vom"."""
    postings = Postings()
    speller = Speller(postings)
    speller.learn(["vpn"])
    postings.put({stem("vpn"): 1.0})
    assert "vom" in STOP_WORDS and speller.fix("vpm")[0][0] == "vpn"
    assert speller.fix("teh")[0][0] == "the"


def write(folder: Path, name: str, text: str | bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def test_reads_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "About this folder")
    write(tmp_path, "notes.txt", "no article")
    write(
        tmp_path,
        "VPN & Wi-Fi.md",
        "---\ntitle: VPN\ntags: [remote access, 365]\ncategory: Network Access\n---\n\nSteps\n",
    )
    write(tmp_path, "deep/plain.md", "\ufeff# Only a heading\r\n\r\nText --- here\r\n")
    write(
        tmp_path,
        "list.md",
        "---\ntitle: 404\ntags: one, two\ncategory:\naudience: agents\nlayout: page\n---\nBody\n---\nmore",
    )
    articles, problems = read_folder(tmp_path)
    assert problems == []
    assert articles == [
        Article("vpn-wi-fi", "VPN", "Steps", ("remote access", "365"), "Network Access"),
        Article("plain", "Only a heading", "Text --- here"),
        Article("list", "404", "Body\n---\nmore", ("one", "two"), None, "agents"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no front matter, no heading", "no title"),
        ("---\ntags: [a]\n---\nbody", "no title"),
        ("---\ntitle: x\nbody", "no end"),
        ("---\ntitle: [x\n---\nbody", "line "),
        ("---\njust words\n---\nbody", "must be lines such as"),
        ("---\ntitle: [a, b]\n---\n", "title must be one line"),
        ("---\ntitle: a\ntags: {b: c}\n---\n", "tags must be a list"),
        ("---\ntitle: !!bool x\n---\n", "front matter"),
        ("---\ntitle: !!python/object/apply:os.system [ls]\n---\n", "front matter"),
        ("---\ntitle: " + "[" * 5000 + "\n---\n", "front matter"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"x" * 1_000_001, "larger than"),
    ],
)
def test_a_broken_file_is_named_and_the_rest_is_read(tmp_path: Path, text: str | bytes, says: str) -> None:
    write(tmp_path, "sub/broken.md", text)
    write(tmp_path, "fine.md", "# Fine")
    articles, problems = read_folder(tmp_path)
    assert [article.id for article in articles] == ["fine"]
    assert [problem.file for problem in problems] == ["sub/broken.md"]
    assert says in problems[0].says


def test_two_files_of_one_id_and_a_file_without_a_name(tmp_path: Path) -> None:
    write(tmp_path, "a/vpn.md", "# VPN")
    write(tmp_path, "b/VPN!.md", "# VPN again")
    write(tmp_path, "___.md", "# Nameless")
    articles, problems = read_folder(tmp_path)
    assert [article.title for article in articles] == ["VPN"]
    assert [problem.file for problem in problems] == ["___.md", "b/VPN!.md"]
    assert problems[1] == Problem("b/VPN!.md", "a/vpn.md gives the same id, vpn: rename one of them", "vpn")
    with pytest.raises(NotADirectoryError):
        read_folder(tmp_path / "nowhere")


def test_32_many_articles_in_one_file_a_line_each(tmp_path: Path) -> None:
    """BEHAVIOUR 32: what is wrong with a line is said of that line, and the others are read."""
    good = '{"id": "vpn", "title": "VPN", "body": " Steps ", "tags": ["a"], "license": "CC0"}'
    write(tmp_path, "all.jsonl", "\n".join([good, "", "{", "[]", '{"title": "No id"}', "[" * 100_000]))
    (tmp_path / "folder.jsonl").mkdir()
    articles, problems = read_folder(tmp_path)
    assert articles == [Article("vpn", "VPN", "Steps", ("a",), license="CC0")]
    assert [problem.file for problem in problems] == [*(f"all.jsonl, line {n}" for n in (3, 4, 5, 6)), "folder.jsonl"]
    assert "no id" in problems[2].says and "must be an object" in str(problems[1])


def test_32_the_samples_name_their_sources() -> None:
    """BEHAVIOUR 32."""
    articles, problems = read_folder(SAMPLES)
    assert len(articles) > 300 and problems == []
    licences = "CC0-1.0", "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/"
    assert all(article.source and article.license in licences for article in articles)
    assert {article.category for article in articles} <= CATEGORIES


def test_the_samples_are_whole() -> None:
    for name, number in (("firstline", 15), ("handbook", 88)):
        articles, problems = read_folder(SAMPLES / name)
        assert (len(articles), problems) == (number, [])
        assert all(a.title and a.body and a.tags and a.source and a.license == "CC0-1.0" for a in articles)
        assert {article.category for article in articles} <= CATEGORIES
    for article in read_folder(SAMPLES / "firstline")[0]:
        assert 80 <= len(article.body.split()) <= 200 and "\n1. " in f"\n{article.body}"
