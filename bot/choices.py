"""A field of a dialog as every channel shows it: what there is to choose, what is chosen, what was wrong. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import Field, blank, one_line

Choice = tuple[str, str]
"""A value and its label."""


def stars(count: int) -> str:
    """`★★★☆☆ 3 of 5`: signs alone are read out one by one."""
    return f"{'★' * count}{'☆' * (5 - count)} {count} of 5"


STARS: tuple[Choice, ...] = tuple((str(n), stars(n)) for n in range(5, 0, -1))

NAMED = 20
"""Choices that are named where all of them cannot be shown."""


def offered(field: Field) -> list[Choice]:
    """What there is to choose: each value once, and none that a reader would not see."""
    return list({value: (value, label) for value, label in field.choices if not blank(value)}.values())


def chosen(answer: str, choices: Sequence[Choice]) -> str | None:
    """The value of the choice that an answer is, if any: people may have typed its label."""
    typed = answer.strip().casefold()
    fitting = (value for value, label in choices if typed in (value.casefold(), label.casefold()))
    return next(fitting, None) if typed else None


def named(choices: Sequence[Choice], limit: int) -> str:
    """`One of: low, medium, high`, with at most so many characters of labels; "" without choices."""
    some = one_line(", ".join(label for _, label in choices[:NAMED]), limit)
    return f"One of: {some}" if some else ""


def without_label(error: str, label: str) -> str:
    """An error as it stands beside its field, which it need not name again."""
    told = error.removeprefix(f"{label}: ")
    return told[:1].upper() + told[1:]
