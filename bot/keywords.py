"""The words of a text that say what it is about, like those an article is tagged with. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_EMPTY = """
a about after again all also always am an and any are as asks at be because been before but by can can't cannot
could couldn day did didn do does doesn doing don each even every for from get gets getting give go got had has hasn
have haven having hello help her hey hi his how if in into is isn issue issues it its just keep keeps like longer
make may me more my need needed needs never new no not nothing now of off on once one only or other our out over
please problem problems request same says set she should since so some still stop stopped stops such suddenly than
thank thanks that the their them then there these they this those time to today tomorrow too trying under up us use
used using very want wants was wasn way we were what when where which while who why will with won work working works
would wouldn yesterday yet you your
"""
_EMPTY_WORDS = frozenset(_EMPTY.split())


def keywords(text: str) -> list[str]:
    """In order and as often as they come: of three letters or more, no numbers, none that every text holds."""
    found = (match[0].casefold() for match in _WORD.finditer(text))
    return [word for word in found if len(word) > 2 and word not in _EMPTY_WORDS and not word.isdigit()]
