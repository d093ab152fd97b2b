"""Names in a text: of people the desk knows, and of others where a greeting, a signature or a title shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the desk knows. `handle` is their id; `near`: they take part in what the text is about, so that a part
    of their name means them."""

    name: str
    handle: str = ""
    near: bool = False


@dataclass
class Names:
    """People made findable: full names by their first word, single words of names, and handles."""

    whole: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    handles: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, people: Iterable[Known]) -> Names:
        names = cls()
        for person in people:
            names._add(person)
        return names

    def _add(self, person: Known) -> None:
        words = tuple(word for word, _ in _words(person.name))
        if len(words) > 1:
            self.whole.setdefault(words[0], []).append(words)
        self.handles.add(person.handle.casefold())
        if person.near:
            self.parts.update(word for word in words if word not in _PARTICLES)
            self.near.add(person.handle.casefold())

    def find(self, text: str) -> Iterator[Span]:
        """Where somebody is named."""
        yield from self._handles(text)
        yield from self._known(text)
        yield from _shown(text)

    def _handles(self, text: str) -> Iterator[Span]:
        for match in _HANDLE.finditer(text):
            name = match["it"].rstrip(".-").casefold()
            if name in (self.handles if match[1] else self.near - self.parts) and name:
                yield match.start(), match.start("it") + len(name)

    def _known(self, text: str) -> Iterator[Span]:
        words, after = list(_words(text)), 0
        for at, (word, (start, end)) in enumerate(words):
            if at < after:
                continue
            size = self._whole(words, at)
            if size:
                after = at + size
                yield start, words[after - 1][1][1]
            elif word in self.parts and (text[start].isupper() or not _ordinary(word)):
                yield start, end

    def _whole(self, words: list[tuple[str, Span]], at: int) -> int:
        """How many words from here on are somebody's full name; 0: none."""
        names = self.whole.get(words[at][0], ())
        fitting = (len(name) for name in names if tuple(word for word, _ in words[at : at + len(name)]) == name)
        return max(fitting, default=0)


def _words(text: str) -> Iterator[tuple[str, Span]]:
    """The words that a name may have, in small letters and without a possessive's ending, and where they stand."""
    for match in _WORD.finditer(text):
        word = match[0]
        bare = word[:-2] if word[-2:] in ("'s", "’s") else word
        yield bare.casefold(), (match.start(), match.start() + len(bare))


def _ordinary(word: str) -> bool:
    return len(word) < 3 or word in _ORDINARY


def _shown(text: str) -> Iterator[Span]:
    """Where a greeting, a signature or a title shows that what follows is a name."""
    for pattern in _ALONE:
        yield from (match.span("it") for match in pattern.finditer(text) if _name_in(match["it"]) == match["it"])
    for pattern in _AMID:
        spans = ((match.start("it"), len(_name_in(match["it"]))) for match in pattern.finditer(text))
        yield from ((start, start + size) for start, size in spans if size)
    yield from (match.span("it") for match in _GREETED.finditer(text) if match["it"].casefold() not in NOBODY)


def _name_in(text: str) -> str:
    """The words at its beginning that are written like a name and mean one person; "" for none."""
    words = text.split(" ")
    name = " ".join(takewhile(lambda word: word[0].isupper() or word in _PARTICLES, words))
    return name if NOBODY.isdisjoint(name.casefold().split()) else ""


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_HANDLE = re.compile(r"(?:(@)|(?<![\w.@-]))(?P<it>\w[\w.-]*+)")
_NAME = r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){1,24}"
_NAMES = rf"(?P<it>{_NAME}(?:[ ]{_NAME}){{0,2}})"
_ENDS = r"(?=[ \t]{0,3}(?:[,.!:;–—\n-]|\Z))"
_HELLO = (
    r"hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|moin|servus|"
    r"sehr geehrte[rs]?|bonjour|bonsoir|salut|chère?|hola|buen[oa]s (?:días|tardes|noches)|estimad[oa]|querid[oa]"
)
_THANKS = (
    r"(?:many )?thanks(?: (?:a lot|so much|again))?|thank you(?: (?:very|so) much)?|thx|ta|danke|merci|gracias|cheers"
)
_REGARDS = (
    rf"{_THANKS}|(?:(?:best|kind|warm|many) )?(?:regards|wishes)|best(?=[,\n])|sincerely|yours|br|rgds|"
    r"(?:mit )?(?:freundlichen?|viele[n]?|liebe[n]?|beste[n]?|schöne[n]?) gr(?:ü|ue)(?:ß|ss)en?|gr[uü](?:ß|ss)e?|"
    r"lg|vg|mfg|cordialement|bien à vous|bonne journée|(?:un )?saludos?(?: cordiales)?|atentamente"
)
_NAMED = r"my name is|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es"
_TITLES = r"[Mm]rs?|Ms|Mx|[Dd]r|[Pp]rof|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Sra?|Señora?"
_LINE_END = r"[ \t.]{0,3}(?=\n|\Z)"
_ALONE = (
    re.compile(rf"(?m)^[ \t>*_]{{0,4}}(?i:{_HELLO}|{_THANKS})[ ,]{{1,2}}{_NAMES}{_ENDS}"),
    re.compile(
        rf"(?<!\w)(?i:{_REGARDS})[,.!]?(?:[ \t]{{1,3}}|[ \t]{{0,3}}\n[ \t\n]{{0,3}})[-–—]?[ ]?{_NAMES}{_LINE_END}"
    ),
)
"""Where nothing else follows, so that all of it is a name or none."""
_AMID = (
    re.compile(rf"(?<!\w)(?i:{_NAMED}) {_NAMES}"),
    re.compile(rf"(?<!\w)(?i:this is|hier ist|ici) {_NAMES}(?= (?:from|of|in|here|speaking|aus|von|de|du)\b(?! \d))"),
    re.compile(rf"(?<!\w)(?:{_TITLES})\.? {_NAMES}"),
)
_GREETED = re.compile(rf"(?im)^[ \t>]{{0,4}}(?:hi|hello|hey|dear|hallo|hola|bonjour|salut) (?P<it>{_NAME})(?=[,!])")
"""In small letters too: "hi ben, …"."""
_JOINTS = "von van de der den del della di da dos la le du el al bin zu"
_PARTICLES = frozenset(_JOINTS.split())
_ANYBODY = """
mr mrs ms mx dr prof herr herrn frau mme mlle sr sra
all team everyone everybody there folks support it help desk helpdesk service sir madam world again guys people
colleagues colleague friends both anyone someone somebody friend advance so for in the to a and you your this that
very much i we admin admins administrator hr ops office staff department best kind regards thanks thank zusammen alle
leute damen herren kollegen kolleginnen team und euch ihnen voraus im fürs tous toutes équipe madame monsieur
messieurs mesdames beaucoup d'avance à vous pour equipo todos todas señores señoras por a muchas
"""
NOBODY = frozenset(_ANYBODY.split())
"""Whom one greets or thanks without naming a person, and what else follows a greeting."""
_WORDS_TOO = """
art baker bell bill black bob brown bush can case chase cook cross dan dawn day dev dot drew faith field fields ford
frank gay gene grace grant gray green grey guy hall hill hope iris jack jade jay joy june april august july just king
lane law long love mark marsh max may mill miller moon page park parks pat paris patience pearl penny pool power price
ray read reed rich rob robin root rose ruby rush sage sandy self sharp short sky small star still stone strong sue
summer sun sunny tab tag wade ward web west white will win winter wood woods young fest groß gross jung klein kurz
lang neu roth schwarz stark berg bach feld lange petit grand blanc noir roy rey sol cruz mar paz rosa
"""
_ORDINARY = frozenset(_WORDS_TOO.split())
"""Names that are words as well: in small letters they are the word."""
