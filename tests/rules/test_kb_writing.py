"""Articles written into a folder are read as the same articles again (BEHAVIOUR 32)."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

import kb
from kb import Article
from kb.folder import read_folder
from kb.writing import write_folder

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=40)
lines = texts.map(lambda text: " ".join(text.split()))
tags = st.lists(lines.filter(bool), max_size=3).map(tuple)
slugs = st.from_regex(r"[a-z]{1,5}(-[a-z]{1,5})?", fullmatch=True)
ids = st.one_of(slugs, st.sampled_from(["readme", "Ü b", "x" * 300]))
bodies = st.one_of(texts.map(str.strip), st.just("# Title\n\n# Title\ntext"), st.just("---\ntitle: x\n---\ntext"))
titles = st.one_of(lines.filter(bool), st.just("Title"))
articles = st.builds(
    Article, ids, titles, bodies, tags, st.one_of(st.none(), lines.filter(bool)), lines.filter(bool), lines, lines
)


@settings(derandomize=True, deadline=None, database=None)
@given(st.lists(articles, max_size=4, unique_by=lambda article: article.id))
def test_32_what_is_written_is_read_again(written: list[Article]) -> None:
    """BEHAVIOUR 32: whatever stands in them."""
    with TemporaryDirectory() as folder:
        assert list(write_folder(written, Path(folder))) == [True] * len(written)
        read, problems = read_folder(Path(folder))
        assert problems == [] and sorted(read, key=lambda a: a.id) == sorted(written, key=lambda a: a.id)
        assert list(write_folder(read, Path(folder))) == [False] * len(written), "and nothing is written twice"


def test_32_the_samples_come_back(tmp_path: Path) -> None:
    """BEHAVIOUR 32."""
    samples, _ = read_folder(Path(kb.__file__).parent / "samples")
    list(write_folder(samples, tmp_path))
    assert read_folder(tmp_path) == (sorted(samples, key=lambda a: f"{a.id}.md"), [])
