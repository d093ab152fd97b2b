"""What an article is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """A how-to or an answer, as plain text or Markdown.

    id: unique in an index.
    tags: other words for the same thing ("wireless" for Wi-Fi); they count as much as the title.
    category: one of the desk's, or None.
    audience: who may read it, "everyone" or the key of a team. The index does not look at it: whoever asks decides what
      to show.
    source, license: where it came from, for the page that shows it.
    """

    id: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    category: str | None = None
    audience: str = "everyone"
    source: str = ""
    license: str = ""
