"""How an article begins, on one line: what a list of articles tells of it."""

from bot.article_card import gist


def test_a_table_leaves_its_words_only() -> None:
    table = "| System | Address |\n|:---|---:|\n| Gateway | vpn-1 |\n\nA - B\n--- | ---\n: - |\nEnd"
    assert gist(table) == "System Address Gateway vpn-1 A - B End"
