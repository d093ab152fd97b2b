"""Articles written into a folder are read as the same articles again (BEHAVIOUR 32)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from kb import Article
from kb.folder import read_pages
from kb.front import slug
from kb.page import STATUSES, Page, sign
from kb.writing import write_folder

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=40)
lines = texts.map(lambda text: " ".join(text.split()))
tags = st.lists(lines.filter(bool), max_size=3).map(tuple)
slugs = st.from_regex(r"[a-z]{1,5}(-[a-z]{1,5})?", fullmatch=True)
ids = st.one_of(slugs, st.sampled_from(["readme", "Ü b", "x" * 200, "हिन्दी", "語" * 100, "𠀀" * 80]))
links = slugs.map(lambda id: f"See [it](kb:{id}#part), ![shot](kb:{id}) and `[code](kb:{id})`.")
bodies = st.one_of(
    texts.map(str.strip), links, st.just("# Title\n\n# Title\ntext"), st.just("---\ntitle: x\n---\ntext")
)
titles = st.one_of(lines.filter(bool), st.sampled_from(["Title", "Title ---"]))
articles = st.builds(
    Article, ids, titles, bodies, tags, st.one_of(st.none(), lines.filter(bool)), lines.filter(bool), lines, lines
)
days = st.one_of(st.none(), st.dates(date(2000, 1, 1)))
pages = st.builds(
    Page, articles, lines, st.sampled_from(STATUSES), days, base=st.from_regex(r"[0-9a-f]{12}", fullmatch=True)
)


def by_key(pages: list[Page]) -> list[Page]:
    return sorted((replace(page, place="") for page in pages), key=lambda page: (page.article.id, page.status))


@settings(derandomize=True, deadline=None, database=None)
@given(st.lists(pages, max_size=4, unique_by=lambda page: (page.article.id, page.status == "draft")))
def test_32_what_is_written_is_read_again(written: list[Page]) -> None:
    """BEHAVIOUR 32: whatever stands in them."""
    with TemporaryDirectory() as folder:
        assert list(write_folder(written, Path(folder))) == [True] * len(written)
        read, problems = read_pages(Path(folder))
        assert problems == [] and by_key(read) == by_key(written)
        assert list(write_folder(read, Path(folder))) == [False] * len(written), "and nothing is written twice"


def test_32_the_samples_come_back(tmp_path: Path) -> None:
    """BEHAVIOUR 32."""
    samples, _ = read_pages(Path(kb.__file__).parent / "samples")
    list(write_folder(samples, tmp_path))
    read, problems = read_pages(tmp_path)
    assert (by_key(read), problems) == (by_key(samples), [])


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_32_links_lead_by_id_and_files_have_names_of_their_own(tmp_path: Path) -> None:
    """BEHAVIOUR 32: and a link that leads nowhere is told, and left as it was."""
    write(
        tmp_path,
        "net/vpn.md",
        "# VPN\n[Mail](<../mail/Out look.md#set-up>) ![Shot](<img/a b.png>) [again](./img/a%20b.png)",
    )
    write(tmp_path, "net/img/a b.png", "1")
    write(tmp_path, "a b.png", "2")
    body = "---\nid: mail\ntitle: Mail\n---\n"
    body += "[VPN](../net/vpn.md) [x](gone.md) [y](https://y.org/a.md) [z](#z) ![two](../a%20b.png)"
    write(tmp_path, "mail/Out look.md", body + "\n```\n[code](../net/vpn.md)\n```")
    pages, problems = read_pages(tmp_path)
    mail, vpn = sorted(pages, key=lambda page: page.article.id)
    assert problems == [] and vpn.notes == ()
    assert mail.notes == ("links to gone.md, which is not in the folder, or was left out",)
    assert vpn.article.body == "[Mail](kb:mail#set-up) ![Shot](a-b.png) [again](a-b.png)"
    assert mail.article.body.startswith("[VPN](kb:vpn) [x](gone.md) [y](https://y.org/a.md) [z](#z) ![two](a-b.png)")
    assert mail.article.body.endswith("[code](../net/vpn.md)\n```")
    assert (vpn.files["a-b.png"].read_text(), mail.files["a-b.png"].read_text()) == ("1", "2")


def test_32_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    """BEHAVIOUR 32, 39."""
    write(tmp_path, "secret.txt", "s3cret")
    write(tmp_path, "in/a.md", "# A\n![x](../secret.txt) [y](../../secret.txt) [z](/etc/passwd) [w](%2e%2e/secret.txt)")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    write(tmp_path, "in/b.md", "# B\n[x](link.txt)")
    pages, _ = read_pages(tmp_path / "in")
    assert [page.files for page in pages] == [{}, {}]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("status: live", "status must be one of draft, published, archived, and not 'live'"),
        ("review: soon", "review must be a day such as 2027-03-01"),
        ("owner: [a]", "owner must be one line"),
    ],
)
def test_32_what_is_wrong_with_a_field_is_said(tmp_path: Path, line: str, says: str) -> None:
    """BEHAVIOUR 32."""
    write(tmp_path, "a.md", f"---\ntitle: A\n{line}\n---\n")
    _, [problem] = read_pages(tmp_path)
    assert problem.file == "a.md" and says in problem.says


def test_32_front_matter_ends_with_a_line_of_its_own(tmp_path: Path) -> None:
    """BEHAVIOUR 32: or what stands behind a line of dashes would be lost, and the article be everyone's."""
    front = "title: Rules ---\n# ---------\nsource: A ---\naudience: network\nstatus: draft\n"
    write(tmp_path, "a.md", f"---\n{front}---\nText\n---\n")
    write(tmp_path, "b.md", "--- \n--- \n# B\n")
    ([a, b], []) = read_pages(tmp_path)
    assert (a.article.title, a.article.source, a.article.audience) == ("Rules ---", "A ---", "network")
    assert (a.status, a.article.body, b.article.title) == ("draft", "Text\n---", "B")


def test_32_a_word_of_front_matter_stays_as_it_is_written(tmp_path: Path) -> None:
    """BEHAVIOUR 32: whatever YAML takes it for."""
    front = "title: 1.10\ntags: [0x80070005, 0123, no, 22:30, 1e3, 2027-3-1]\nsource: 12_000\ncategory: ~\nowner:\n"
    write(tmp_path, "a.md", f"---\n{front}review: 2027-03-01 10:00\n---\n")
    ([page], []) = read_pages(tmp_path)
    assert (page.article.title, page.article.source, page.article.category, page.owner) == ("1.10", "12_000", None, "")
    assert page.article.tags == ("0x80070005", "0123", "no", "22:30", "1e3", "2027-3-1")
    assert page.review == date(2027, 3, 1)


def test_32_a_megabyte_without_an_end_is_read_at_once(tmp_path: Path) -> None:
    """BEHAVIOUR 32."""
    begun = process_time()
    for name, text in {"a": "--- x\n" * 160_000, "b": "\n" * 990_000, "c": "---" + " " * 990_000 + "x"}.items():
        write(tmp_path, f"{name}.md", f"---\n{text}")
    _, problems = read_pages(tmp_path)
    assert ["no end" in problem.says for problem in problems] == [True] * 3 and process_time() - begun < 10


def test_32_a_sign_tells_each_field() -> None:
    """BEHAVIOUR 32."""
    plain = Article("a", "A", "text")
    others = [
        replace(plain, title="B"),
        replace(plain, body=""),
        replace(plain, tags=("x",)),
        replace(plain, license="x"),
    ]
    assert len({sign(plain, ""), sign(plain, "ben"), *(sign(other, "") for other in others)}) == 6


def test_32_a_slug_keeps_letters_whole() -> None:
    """BEHAVIOUR 32."""
    assert [slug(name) for name in ("VPN & Wi-Fi", "हिन्दी में", "Ü_b", "🎉!")] == ["vpn-wi-fi", "हिन्दी-में", "ü-b", ""]
