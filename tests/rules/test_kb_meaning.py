"""Matching by meaning, on a stand-in for the model; and the real one where it is installed (BEHAVIOUR 32, 33)."""

from pathlib import Path

import numpy as np
import pytest

from kb import Article, Index, Unreadable
from kb.adapter import learn
from kb.embedding import unit
from kb.extra import installed as model_installed
from kb.folder import read_folder
from kb.shipped import SAMPLES
from kb.wordpiece import WordPiece
from tests.rules.kb_words import Words, installed

ARTICLES = [
    Article("car", "Automobile", "Where to park the automobile."),
    Article("ill", "Seeing a physician", "Who pays for it."),
    Article("pay", "Salaries", ""),
]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Words:
    return installed(monkeypatch)


@pytest.mark.usefixtures("model")
def test_finds_another_word_for_it() -> None:
    index = Index.build(ARTICLES, semantic=True)
    assert index.search("car")[0].article_id == "car"
    assert index.search("doctor")[0].article_id == "ill"
    assert Index.build(ARTICLES, semantic=False).search("doctor") == []


@pytest.mark.usefixtures("model")
def test_only_what_may_be_read_is_found_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although more passages than are looked at closely lie nearer."""
    monkeypatch.setattr("kb.meaning.SHORTLIST", 20)
    index = Index.build([*(Article(f"s{n}", "car", "car") for n in range(50)), *ARTICLES], semantic=True)
    assert "car" not in [hit.article_id for hit in index.search("car", limit=3)]
    assert index.search("car", only=frozenset(("car", "pay")))[0].article_id == "car"
    assert index.search("car", only=frozenset()) == []


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("nothing", ["", "  ", "🎉🎉", "?!", "the and of you", "\0"])
def test_is_silent_where_nothing_is_asked(nothing: str) -> None:
    assert Index.build(ARTICLES, semantic=True).search(nothing, nothing) == []


@pytest.mark.usefixtures("model")
def test_put_drop_save_and_load_agree_with_building_anew(tmp_path: Path) -> None:
    index = Index.build(ARTICLES[:1], semantic=True)
    for article in ARTICLES:
        index.put(article)
    index.put(Article("gone", "Doctor", "car"))
    index.drop("gone")
    index.save(tmp_path / "index")
    anew, loaded = Index.build(ARTICLES, semantic=True), Index.load(tmp_path / "index")
    for question in ("car", "a doctor", "salaries", "where to park"):
        assert index.search(question) == anew.search(question) == loaded.search(question)
    loaded.put(Article("new", "Physician on call", ""))
    assert len(loaded) == 4 and "new" in [hit.article_id for hit in loaded.search("doctor")]


def test_33_the_samples_are_embedded_beforehand(model: Words) -> None:
    """BEHAVIOUR 33: the demo's first start reads none of them; whoever changes one runs `python -m kb.shipped`."""
    Index.build(read_folder(SAMPLES)[0], semantic=True)
    assert model.embedded == []


def test_33_vectors_of_another_model_are_left_alone(model: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.shipped.SHA256", "another's")
    Index.build(read_folder(SAMPLES / "firstline")[0], semantic=True)
    assert model.embedded


def test_what_is_saved_is_not_computed_again(model: Words, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    Index.build(ARTICLES, semantic=True, file=tmp_path / "index", progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)]
    model.embedded.clear()
    changed = [*ARTICLES[:2], Article("pay", "Salaries", "Paid on Friday.")]
    index = Index.build(changed, semantic=True, file=tmp_path / "index")
    assert model.embedded == ["Paid on Friday."]
    assert [hit.article_id for hit in index.search("friday", limit=1)] == ["pay"]
    model.embedded.clear()
    Index.build(changed, semantic=True, known=index)
    assert model.embedded == []


def test_an_interrupted_build_goes_on_where_it_was(model: Words, tmp_path: Path) -> None:
    articles = [Article(f"a{n}", f"title {n}", f"text {n}") for n in range(400)]

    def interrupt(done: int, of: int) -> None:
        if done >= 320:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Index.build(articles, semantic=True, file=tmp_path / "index", progress=interrupt)
    assert not (tmp_path / "index").exists(), "half an index is not to be found"
    model.embedded.clear()
    assert len(Index.build(articles, semantic=True, file=tmp_path / "index")) == 400
    assert len(model.embedded) == 2 * 80
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


def test_an_index_with_meaning_needs_the_model(model: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Index.build(ARTICLES, semantic=True).save(tmp_path / "index")
    monkeypatch.setattr("kb.store.installed", lambda: False)
    with pytest.raises(Unreadable, match="not installed here"):
        Index.load(tmp_path / "index")


def test_learning_brings_titles_nearer_to_their_texts() -> None:
    draw = np.random.default_rng(1)
    titles = unit(draw.normal(size=(300, 384)).astype(np.float32))
    texts = unit(titles[:, ::-1] + 0.5 * titles)  # another way to say the same
    matrix = learn(titles, texts)
    before, after = titles @ texts.T, unit(titles @ matrix) @ unit(texts @ matrix).T
    assert np.mean(np.diag(after) - after.mean(axis=1)) > np.mean(np.diag(before) - before.mean(axis=1))
    assert np.array_equal(learn(titles[:10], texts[:10]), np.eye(384))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello, world!", [101, 7592, 1010, 2088, 999, 102]),
        ("Café naïve", [101, 7668, 15743, 102]),
        ("unaffable", [101, 14477, 20961, 3468, 102]),
        ("北京", [101, 1781, 1755, 102]),
        ("x" * 101, [101, 100, 102]),
        ("", [101, 102]),
    ],
)
def test_pieces_of_words_are_those_of_bert(text: str, pieces: list[int]) -> None:
    assert WordPiece().encode(text, 128) == pieces


def test_pieces_are_cut_at_the_most_that_the_model_reads() -> None:
    pieces = WordPiece().encode("hello " * 100_000, 128)
    assert len(pieces) == 128 and pieces[-1] == 102


@pytest.mark.skipif(not model_installed(), reason="the extra `semantic` is not installed")
def test_the_real_model_knows_what_words_mean() -> None:
    articles = [
        Article("locked", "Account locked", "Too many attempts to sign in."),
        Article("lunch", "Canteen", "The menu of the week."),
        Article("screen", "Second monitor not detected", "Check the cable."),
    ]
    index = Index.build(articles, semantic=True)
    assert index.search("what can I eat today?")[0].article_id == "lunch"
    assert index.search("my external display stays black")[0].article_id == "screen"
