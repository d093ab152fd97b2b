"""A ticket's title, whatever marks its words have."""

import pytest

from bot.titles import LONGEST, READ, title


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cannot open report_2024_final.xlsx", "cannot open report_2024_final.xlsx"),
        ("**the vpn** is _really_ down", "the vpn is really down"),
        ("~~**gone**~~ again", "gone again"),
        ("run `foo_bar(x)` fails", "run foo_bar(x) fails"),
        ("```python\nfoo_bar = 1\n```", "foo_bar = 1"),
        ("my token is ghp_aB_c9", "my token is ghp_aB_c9"),
        ("2 * 3 * 4 is 24 and ~/home is gone", "2 * 3 * 4 is 24 and ~/home is gone"),
        ("\\# 1 priority: the VPN shows &amp;nbsp; again", "# 1 priority: the VPN shows &nbsp; again"),
        ("> \\# 1 priority\n\\---\nR&D", "# 1 priority --- R&D"),
        ("1. \\# 1 priority", "1. # 1 priority"),
        ("> > `VPN` \\## again", "> VPN ## again"),
        (r"\\files\#home is gone", r"\\files\#home is gone"),
        ("# Help\n> it says\n- no", "Help it says no"),
        ("[example.com](http://example.com) does not load", "example.com does not load"),
        ("Excel shows this\n📎 [err.txt](https://desk.example.org/files/4)", "Excel shows this"),
        ("📎 err.txt", "📎 err.txt"),
        ("***", "***"),
        ("a" * 300, "a" * (LONGEST - 1) + "…"),
    ],
)
def test_a_title_has_none_of_markdowns_marks(text: str, wanted: str) -> None:
    assert title(text) == wanted


def test_only_the_beginning_of_a_text_is_searched_for_marks() -> None:
    assert title("\n" * READ + "**bold**") == "**bold**"
