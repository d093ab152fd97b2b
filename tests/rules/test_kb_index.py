"""An index is kept in a file, and survives bad ones; and it reads several languages (BEHAVIOUR 32)."""

from functools import partial
from pathlib import Path
from time import process_time

import pytest

from kb import Article, Hit, Index, Unreadable

words_only = partial(Index.build, semantic=False)
ARTICLES = [
    Article("vpn", "VPN will not connect", "Restart the client."),
    Article("print", "Printer jammed", "Open the door.", tags=("paper",)),
    Article("bare", "Payslips", ""),
]


def test_a_saved_index_answers_as_the_one_that_was_saved(tmp_path: Path) -> None:
    index = words_only(ARTICLES)
    index.drop("bare")
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index")
    assert len(loaded) == 2
    for question in ("vpn", "printr jamed", "paper", "payslips"):
        assert loaded.search(question) == index.search(question)
    loaded.put(ARTICLES[2])
    loaded.drop("vpn")
    assert loaded.search("payslip")[0].article_id == "bare" and loaded.search("vpn") == []
    assert Index.load(tmp_path / "index").search("vpn"), "the file stays as it was"


def test_an_empty_index_is_saved_and_loaded(tmp_path: Path) -> None:
    words_only([]).save(tmp_path / "index")
    assert len(Index.load(tmp_path / "index")) == 0 and Index.load(tmp_path / "index").search("vpn") == []


def test_saving_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    for _ in range(2):
        words_only(ARTICLES).save(tmp_path / "index")
    assert [file.name for file in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize("at", [0, 20, 40, 60, 200, 1000, 3000, -1])
def test_a_damaged_file_is_found_out(tmp_path: Path, at: int) -> None:
    file = tmp_path / "index"
    words_only(ARTICLES).save(file)
    content = bytearray(file.read_bytes())
    content[at] ^= 0x55
    file.write_bytes(content)
    with pytest.raises(Unreadable, match="index"):
        Index.load(file)


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 5000, b"Firstline knowledge base index\n", b"{}\n" * 99])
def test_what_is_no_index_is_found_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index").write_bytes(content)
    with pytest.raises(Unreadable):
        Index.load(tmp_path / "index")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_half_a_file_is_found_out(tmp_path: Path, part: float) -> None:
    file = tmp_path / "index"
    words_only(ARTICLES).save(file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    with pytest.raises(Unreadable):
        Index.load(file)


def test_another_version_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.FORMAT", 0)
    words_only(ARTICLES).save(tmp_path / "index")
    monkeypatch.undo()
    with pytest.raises(Unreadable, match="format 0, this Firstline reads"):
        Index.load(tmp_path / "index")


def test_no_file_is_another_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Index.load(tmp_path / "index")


def test_building_over_a_bad_file_replaces_it(tmp_path: Path) -> None:
    (tmp_path / "index").write_bytes(b"garbage")
    told: list[tuple[int, int]] = []
    words_only(ARTICLES, file=tmp_path / "index", progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)] and len(Index.load(tmp_path / "index")) == 3


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("ich habe mein Passwort vergessen", "passwort"),
        ("Passwörter zurücksetzen", "passwort"),
        ("der Drukcer druckt nicht", "drucker"),
        ("Netzwerkdrucker", "drucker"),
        ("j'ai oublié mon mot de passe", "motdepasse"),
        ("imprimantes bloquées", "imprimante"),
        ("olvidé mi contraseña", "contrasena"),
        ("la impresora no imprime", "impresora"),
        ("打印机卡纸", "dayinji"),
        ("忘记密码", "mima"),
        ("パスワードを忘れた", "pasuwado"),
        ("프린터가 안돼요", "peurinteo"),
    ],
)
def test_finds_in_many_languages(question: str, answer: str) -> None:
    index = words_only(
        [
            Article("passwort", "Passwort zurücksetzen", "Wenn Sie Ihr Passwort vergessen haben, klicken Sie hier."),
            Article("drucker", "Drucker offline", "Prüfen Sie, ob der Drucker im Netzwerk ist."),
            Article("motdepasse", "Réinitialiser un mot de passe", "Si vous avez oublié votre mot de passe."),
            Article("imprimante", "L'imprimante est bloquée", "Ouvrez le capot."),
            Article("contrasena", "Restablecer una contraseña", "Si olvidó su contraseña."),
            Article("impresora", "Impresora sin conexión", "Compruebe el cable."),
            Article("dayinji", "打印机无法打印", "检查是否卡纸。"),
            Article("mima", "重置密码", "如果您忘记了密码，请点击这里。"),
            Article("pasuwado", "パスワードのリセット", "パスワードを忘れた場合。"),
            Article("peurinteo", "프린터 오류", "프린터를 다시 시작하세요."),
        ]
    )
    assert index.search(question)[0].article_id == answer


LOG = "2026-11-24T09:00:01Z ERROR [main] java.lang.NullPointerException: at com.example.Foo.bar(Foo.java:42)\n"


@pytest.mark.parametrize(
    "asked",
    ["a", "🎉", "the of and", "ja nein", "x" * 1_000_000, "é" * 100_000, LOG * 10_000, "字" * 100_000, "\ud800\udfff"],
    ids=lambda asked: f"{asked[:6]!a} × {len(asked)}",
)
def test_odd_questions_are_answered_soon_and_with_little_confidence(asked: str) -> None:
    index = words_only(ARTICLES)
    start = process_time()
    hits = [*index.search(asked), *index.search("", asked)]
    assert process_time() - start < 10
    assert all(hit.confidence < 0.3 for hit in hits)


def test_a_log_with_a_question_above_it_is_still_understood() -> None:
    assert words_only(ARTICLES).search("printer jammed", LOG * 1000)[0].article_id == "print"


def test_equal_titles_are_told_apart_by_their_ids() -> None:
    index = words_only([Article("b", "Wi-Fi", ""), Article("a", "Wi-Fi", "")])
    assert [hit.article_id for hit in index.search("wifi")] == ["a", "b"]


def test_many_articles_answer_as_few_do() -> None:
    articles = [Article(f"n{n}", f"note {n} of the printer", "the printer is there") for n in range(3000)]
    index = words_only([*articles, *ARTICLES])
    assert index.search("printer jammed")[0].article_id == "print"
    assert isinstance(index.search("note 2718")[0], Hit) and index.search("note 2718")[0].article_id == "n2718"


def test_only_what_may_be_read_is_found() -> None:
    """Those that are not to be found take no place of those that are, however many and however well they fit."""
    secret = [Article(f"s{n}", "Printer jammed", f"the printer is jammed {n}") for n in range(2000)]
    index = words_only([*secret, *ARTICLES, Article("tray", "Printer's tray", "")])
    mine = frozenset(("print", "tray", "vpn", "gone"))
    hits = index.search("printer jammed", only=mine)
    assert [hit.article_id for hit in hits] == ["print", "tray"] and hits[0].confidence > hits[1].confidence
    assert index.search("printer jammed", only=frozenset()) == []
    assert len(index.search("printer jammed", limit=3000, only=mine)) == 2
    index.put(Article("vpn", "The jammed printer", ""))
    assert "vpn" in [hit.article_id for hit in index.search("printer jammed", only=mine)]
    index.drop("print")
    assert "print" not in [hit.article_id for hit in index.search("printer jammed", only=mine)]
    assert index.search("vpn", only=mine) == []
