"""Front matter: the lines of YAML in front of a Markdown file, and what they say of its article."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches

import yaml

from kb.article import Article
from kb.page import STATUSES, Page

KEYS = ("id", "title", "tags", "category", "audience", "owner", "status", "review", "base", "source", "license", "body")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LONGEST_LINE = 200  # characters of a title or an id: as in the forms, which would cut what is longer
LONGEST_TAGS = 300  # characters of all tags
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which no database takes
_NO_ID = re.compile(r"[/\\`]|\A\.+\Z")
HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")


def page_of(about: dict[str, object], body: str, name: str) -> Page:
    """What the front matter and the body say; `name` makes the id where they do not. ValueError names what is wrong."""
    heading = HEADING.match(body)
    title = _line(about, "title") or (heading[1] if heading else "")
    if not title:
        raise ValueError("no title: begin the file with ---, a line title: …, and --- again")
    article = Article(
        id=_short("id", _given_id(about) or _id(name)),
        title=_short("title", title),
        body=body[heading.end() :].strip() if heading and heading[1] == title else body.strip(),
        tags=_tags(about.get("tags")),
        category=_line(about, "category") or None,
        audience=_line(about, "audience") or "everyone",
        source=_line(about, "source"),
        license=_line(about, "license"),
    )
    owner, base = _line(about, "owner"), _line(about, "base")
    page = Page(article, owner, _status(about), _day(about.get("review")), base, notes=tuple(_misspelt(about)))
    _check(page)
    return page


def _misspelt(keys: Iterable[object]) -> Iterator[str]:
    """What to say of keys like `reveiw`, which would be lost without a word. Other programs' keys are none of ours."""
    for key in map(str, keys):
        near = () if key in KEYS else get_close_matches(key.lower(), KEYS, 1, 0.75)
        yield from (f"the key {key[:40]!r} is not known: is {known} meant?" for known in near)


def _short(name: str, value: str) -> str:
    if len(value) > LONGEST_LINE:
        raise ValueError(f"{name} must be at most {LONGEST_LINE} characters (it has {len(value):,})")
    return value


def _check(page: Page) -> None:
    article = page.article
    texts = (article.id, article.title, article.body, article.category or "", article.audience, *article.tags)
    if _UNKEEPABLE.search("".join((*texts, article.source, article.license, page.owner, page.base))):
        raise ValueError("holds a NUL or half a character, which cannot be kept: take it out")


def _status(about: dict[str, object]) -> str:
    status = _line(about, "status").lower() or "published"
    if status not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}, and not {status!r}")
    return status


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ValueError(f"review must be a day such as 2027-03-01, and not {value!r}") from None


def parts(text: str) -> tuple[dict[str, object], str]:
    """Front matter and body."""
    front = _FRONT.match(text)
    if not front:
        if text.startswith("---"):
            raise ValueError("the front matter has no end: add a line ---")
        return {}, text
    about = _yaml(front[1]) or {}
    if not isinstance(about, dict):
        raise ValueError("the front matter must be lines such as title: Reset a password")
    return about, text[front.end() :]


class _Loader(yaml.SafeLoader):
    """Without aliases: a few lines of them make a list of billions. A bare word is a text, or nothing (`null`, `~`):
    `0123`, `no` and `22:30` stay as they are written.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases such as *name are not taken", problem_mark=self.get_mark())
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])


def _yaml(text: str) -> object:
    try:
        return yaml.load(text, _Loader)  # a safe loader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 2}: " if error.problem_mark else ""  # 2: lines count from 1, after ---
        raise ValueError(f"front matter, {line}{error.problem or error}") from error
    except Exception as error:  # on odd values PyYAML raises whatever its constructors do: KeyError, AttributeError …
        raise ValueError(f"front matter: {error}") from error


def _line(about: dict[str, object], name: str) -> str:
    value = about.get(name)
    if isinstance(value, dict | list):
        raise ValueError(f"{name} must be one line of text")
    return "" if value is None else " ".join(str(value).split())


def _tags(value: object) -> tuple[str, ...]:
    """A YAML list, or words with commas between them."""
    if isinstance(value, dict):
        raise ValueError("tags must be a list such as [vpn, remote access]")
    parts = value if isinstance(value, list) else str(value or "").split(",")
    tags = tuple(tag for part in parts if (tag := " ".join(str(part).split())))
    if len(", ".join(tags)) > LONGEST_TAGS:
        raise ValueError(f"tags must be at most {LONGEST_TAGS} characters together")
    return tags


def _given_id(about: dict[str, object]) -> str:
    """What the front matter calls it: it stands in addresses of pages and in commands."""
    id = _line(about, "id")
    if _NO_ID.search(id):
        raise ValueError(f"id must be like vpn-drops, without / \\ ` and not of dots alone, and not {id[:60]!r}")
    return id


def _id(name: str) -> str:
    id = slug(name)
    if not id:
        raise ValueError("no id, and the file's name has no letters to make it from")
    return id


def slug(name: str) -> str:
    """Words with dashes between them, in small letters: "VPN & Wi-Fi" is vpn-wi-fi. "" for a name without letters.

    Marks belong to the letters that they stand on, as in Hindi and Thai.
    """
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in name.casefold())
    words = re.sub("-+", "-", "".join(kept)).strip("-")
    return words if any(map(str.isalnum, words)) else ""
