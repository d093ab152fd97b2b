"""What differs between two versions of an article (BEHAVIOUR 32)."""

from random import Random
from time import process_time

from bot.differences import differences
from storage.knowledge import ArticleRow
from tests.rules.desk_stories import NOW


def row(body: str, title: str = "Logs") -> ArticleRow:
    return ArticleRow(workspace="main", id="logs", title=title, body=body, at=NOW)


def test_32_lines_that_went_and_came_are_told() -> None:
    told = differences(row("one\ntwo\nthree"), row("one\n2\nthree", "Log"))
    assert told == "Title: Logs → Log\n```diff\n-two\n+2\n```"
    assert differences(row("one"), row("one")) == differences(None, row("one")) == ""


def test_32_a_megabyte_of_lines_is_compared_at_once() -> None:
    """What many lines of a few words are like, in any order: a log, a table."""
    random = Random(1)
    lines = [str(random.randrange(110)) for _ in range(20_000)]
    begun = process_time()
    told = differences(row("\n".join([*lines, "went"])), row("\n".join([*reversed(lines), "came"])))
    assert told == "```diff\n-went\n+came\n```"
    assert process_time() - begun < 10
