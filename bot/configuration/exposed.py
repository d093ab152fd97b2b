"""Secrets that stand in settings.yaml, where whoever reads the file reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.configuration import plain_errors
from bot.configuration.environment import FILE, PREFIX
from bot.configuration.problems import Finding


def exposed(values: Any) -> Iterator[Finding]:
    """Each secret among the values of a file, with the variable that it belongs in."""
    for section, block in values.items() if isinstance(values, dict) else ():
        for key, value in block.items() if isinstance(block, dict) else ():
            if value and plain_errors.is_secret((section, key)):
                name = f"{PREFIX}{section}__{key}".upper()
                yield Finding(
                    (section, key), "is a secret, and stands in the file", f"give it as {name} or {name}{FILE}"
                )
