"""An article's draft, copied from a resolved ticket: the question, and what was answered in public. Pure.

Nothing is made up: what was said is put in order, without greetings, thanks and small talk, and without personal data
and secrets. What is left for a person to do stands at the draft's beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot import titles
from bot.keywords import keywords
from bot.redaction import Found, Names, find, redact
from bot.substance import BRACKETED, sentences, substance
from bot.words import one_line

LONGEST_TITLE, TAGS = 100, 6
BEGINNING = "> **Draft from "
"""How the lines to its writer begin; they go before the article is published."""


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket's public side. `answers`: the agents' replies that led to the resolution, oldest first. `files`: how
    many came with it."""

    reference: str
    title: str
    opened: str
    answers: Sequence[str]
    resolution: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """Markdown, and how many of each kind were taken out."""

    title: str
    body: str
    tags: tuple[str, ...]
    taken: Counter[str]


def draft(story: Story, names: Names) -> Draft:
    """The draft of a ticket's article."""
    texts = [redact(text, names) for text in (_asked(story), story.opened, *story.answers, story.resolution)]
    # The title is the request's first words again: what was taken out of both counts once.
    taken = sum((text.counts for text in texts[1:]), start=Counter[str]())
    title, opened, *said = (substance(text.text) for text in texts)
    answers = [*(words for words in said[:-1] if not _only_asks(words)), said[-1]]
    problem = opened or title
    steps = "\n\n".join(_without_repeats(answers))
    body = f"{_to_its_writer(story, taken)}\n\n## Problem\n\n{problem}\n\n## Solution\n\n{steps}"
    return Draft(_titled(title) or f"What {story.reference} was about", body, tags(title, problem), taken)


def _asked(story: Story) -> str:
    """The ticket's title; the whole request where it was made of that: there a greeting has a line of its own, and no
    secret is cut in half."""
    begins, made = story.title.removesuffix("…"), titles.title(story.opened)
    own = made == story.title or (begins != story.title and made.startswith(begins))
    return story.opened if own else story.title


def doubts(title: str, body: str, tags: Iterable[str], names: Names) -> list[str]:
    """What should be looked at before a draft is published, in words; nothing where nothing was found."""
    text = "\n".join([title, *tags, body])
    told = [f"{one.word}: “{one_line(_shown(text, one), 60)}”" for one in find(text, names)]
    return [*told, *(["the lines to its writer still stand at its beginning"] if BEGINNING in body else [])]


def _shown(text: str, found: Found) -> str:
    return text[found.start : found.end]


def counted(taken: Counter[str]) -> str:
    """`2 names, 1 password`; "nothing" for none."""
    return ", ".join(f"{count} × {word}" for word, count in sorted(taken.items())) or "nothing"


def _to_its_writer(story: Story, taken: Counter[str]) -> str:
    lines = [
        f"{BEGINNING}{story.reference}.** These are the ticket’s own words: nobody has checked them. Please look:",
        f"- Taken out: {counted(taken)}. What does not look like personal data or a secret is still here: read it all.",
        "- Is the problem said as others would say it, and the solution as steps that anybody can follow?",
        "- Do the title, the tags and the audience fit?",
        *([f"- Files of the ticket were not copied: {story.files}."] if story.files else []),
        "- Then delete these lines, and publish.",
    ]
    return "\n> ".join(lines)


def _only_asks(text: str) -> bool:
    return bool(text) and all(sentence.endswith("?") for sentence in sentences(" ".join(text.split())))


def _without_repeats(texts: Sequence[str]) -> list[str]:
    """Those that say something, each once, and none that stands whole in another."""
    told = [text for at, text in enumerate(texts) if text and text not in texts[at + 1 :]]
    return [text for text in told if not any(text != other and text in other for other in told)]


def _titled(words: str) -> str:
    """The problem as a title: its first sentence, without greeting, "my", "please" and "help"."""
    said = titles.title(words)
    line = _LEAD.sub("", said) or said
    bare = sentences(line)[0].rstrip(" .!,;:-") or line
    title = one_line(bare, LONGEST_TITLE)
    return title[:1].upper() + title[1:]


def tags(title: str, text: str) -> tuple[str, ...]:
    """What was asked for, in its own words: those of the title first, then those that come often."""
    said = Counter(_telling(text))
    often = [word for word, count in said.most_common() if count > 1]
    return tuple(dict.fromkeys([*_telling(title), *often]))[:TAGS]


def _telling(text: str) -> list[str]:
    return [word for word in keywords(BRACKETED.sub(" ", text)) if word.isalpha()]


_LEAD = re.compile(
    r"\A(?:(?:please|urgent|help|question|problem|issue|re|fwd?|aw|wg)[ :,!-]+|my |our |the |"
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day))"
    r"(?: (?:all|team|there|everyone|everybody|folks|guys|support))?[ :,!-]+|"
    r"(?:(?:i|we) have |there is )?(?:an? )?(?:problem|issue|trouble|question)s? (?:with|about) )+",
    re.IGNORECASE,
)
