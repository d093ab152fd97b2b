"""Words that only greet, thank or confirm, in the languages of the desk's people. Pure.

A text is a courtesy when it is made of known phrases and nothing else: one word more, and it says something.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from enum import Enum, auto

from bot.derived import Derived
from bot.settings import PersonEntry, Settings


class Kind(Enum):
    """What a phrase does. ALONG: it says nothing by itself, and may stand beside the others."""

    GREETING = auto()
    THANKS = auto()
    YES = auto()
    WORKS = auto()
    ALONG = auto()


GREETING = """
hi, hello, hey, hallo, moin, servus, bonjour, bonsoir, salut, hola, good morning, good afternoon, good evening,
good day, morning, afternoon, evening, guten morgen, guten tag, guten abend, buenos días, buenas tardes, buenas noches
"""
THANKS = """
thank, thanks, thank you, thanks again, thank you again, many thanks, thx, ty, cheers, danke, danke schön, dankeschön,
danke dir, danke ihnen, danke euch, vielen dank, besten dank, merci, gracias, muchas gracias,
ok, okay, great, perfect, super, cool, nice, good, awesome, excellent, wonderful, brilliant, amazing, fantastic, lovely,
gut, prima, parfait, perfecto, bye, goodbye, good night, have a nice day, have a good day, have a nice weekend, tschüss,
au revoir, bonne journée, adiós, you're welcome, you are welcome, youre welcome, welcome, np, no problem, no worries,
got it, will do, good job, great job, great work, well done, you rock, never mind, nevermind, sounds good,
appreciate it, much appreciated
"""
YES = "yes, yes it is, yes it does, yes it did, yep, yup, yeah, sure, done, ja, oui, sí, si"
WORKS = """
works, works again, works fine again, worked, that did it, this did it, did the trick, is working, it's working,
working now, working again, working fine, works like a charm, fixed, fixed it, solved, solved it, resolved, sorted,
looks good, all good, all fine, all set, fine, fine again, up and running, that helped, you helped,
funktioniert, funktioniert wieder, es funktioniert, es funktioniert wieder, geht, geht wieder, es geht, es geht wieder,
läuft, läuft wieder, es läuft, es läuft wieder, klappt, hat geklappt, passt, alles gut, gelöst, erledigt,
ça marche, ca marche, ça fonctionne, c'est bon, c'est réglé, c'est résolu, réglé, résolu, funciona, solucionado,
resuelto, arreglado
"""
ALONG = """
it, that, this, it's, it is, that's, that is, this is, that was, this was, now, so, very, much, a lot, lots, really,
quick, quickly, fast, indeed, perfectly, me, for me, jetzt, nun, sehr, beaucoup, bien, maintenant, ya, ahora,
all, everyone, everybody, team, guys, folks, there, support, bot, to all, to you, you too, und, and, u,
zusammen, an alle, leute, à tous, tout le monde, equipo, a todos
"""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


_WORD = re.compile(r"\w+(?:['-]\w+)*")
_SHORTCODE = re.compile(r":[a-z0-9_+-]+:")


def _phrases(*lists: str) -> set[str]:
    return {" ".join(_words(phrase)) for phrases in lists for phrase in phrases.split(",")}


_FOR = {
    " ".join(f"for {whose} {how} {what}".split())
    for whose in ("the", "your", "all your", "all the")
    for how in ("", "quick", "fast", "great", "kind")
    for what in ("help", "answer", "reply", "response", "support", "fix", "work", "info")
}
"""What one gives thanks for."""
_OVER = {
    f"{what} {state}"
    for what in ("problem", "issue", "the problem is", "the issue is", "problem is", "issue is")
    for state in ("solved", "fixed", "resolved", "sorted", "gone")
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_phrases(ALONG) | _FOR, Kind.ALONG),
    **dict.fromkeys(_phrases(WORKS) | _OVER, Kind.WORKS),
    **dict.fromkeys(_phrases(YES), Kind.YES),
    **dict.fromkeys(_phrases(THANKS), Kind.THANKS),
    **dict.fromkeys(_phrases(GREETING), Kind.GREETING),
}
_LONGEST = max(len(phrase.split()) for phrase in _KINDS)
COMPLAINTS = frozenset("☹🙁😞😟😠😡😢😣😤😩😫😭❌✖👎💔")
"""What makes a courtesy none, with the same as a shortcode or of signs."""
_COMPLAINT = re.compile(r":'?-?[(/\\]|:(?:x|-1|thumbsdown|sob|cry|disappointed|rage|angry|broken_heart|negative_\w+):")
MOST = 16
"""Words of a courtesy; who says more says something."""


def names(settings: Settings) -> frozenset[str]:
    """What those are called whom the settings know: by handle, first name or whole name."""
    return _called(settings.people)


def _names(people: Mapping[str, PersonEntry]) -> frozenset[str]:
    called = (name for handle, one in people.items() for name in (handle, one.name, *one.name.split()[:1]))
    return frozenset(" ".join(_words(name)) for name in called) - {""}


_called = Derived(_names)


def courtesy(text: str, names: Collection[str] = ()) -> bool:
    """Whether a message only thanks, greets or confirms: it opens no ticket and reopens none.

    names: what people are called who may be spoken to (see `names`).
    """
    return _kinds(text, names) is not None


def confirms(text: str, names: Collection[str] = ()) -> bool:
    """Whether a courtesy says yes, or that it works."""
    return bool((_kinds(text, names) or set()) & {Kind.YES, Kind.WORKS})


def agrees(text: str, names: Collection[str] = ()) -> bool:
    """Whether a courtesy says yes, and not to what: it may be the answer to any question."""
    kinds = _kinds(text, names) or set()
    return Kind.YES in kinds and Kind.WORKS not in kinds


def greets(text: str, names: Collection[str] = ()) -> bool:
    """Whether a courtesy begins with a greeting: who greets waits for an answer."""
    first = next(_parts(_said(text), names), None)
    return first is Kind.GREETING and courtesy(text, names)


def _said(text: str) -> list[str]:
    return _words(_SHORTCODE.sub(" ", text))


def _kinds(text: str, names: Collection[str]) -> set[Kind] | None:
    """The kinds of phrases that a courtesy is made of, none where it has no words; None for any other text."""
    words = _said(text)
    if len(words) > MOST or COMPLAINTS.intersection(text) or _COMPLAINT.search(text):
        return None
    kinds = set(_parts(words, names))
    if None in kinds or kinds == {Kind.ALONG}:
        return None
    if "?" in text and (Kind.GREETING not in kinds or kinds - {Kind.GREETING, Kind.ALONG}):
        return None
    return {kind for kind in kinds if kind}


def _parts(words: list[str], names: Collection[str]) -> Iterator[Kind | None]:
    """The kind of each phrase, of which the longest counts; None for a word that belongs to none, the last then."""
    while words:
        sizes = range(min(_LONGEST, len(words)), 0, -1)
        size = next((n for n in sizes if (said := " ".join(words[:n])) in _KINDS or said in names), 0)
        yield _KINDS.get(" ".join(words[:size]), Kind.ALONG) if size else None
        words = words[size:] if size else []
