import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.postgres", "tests.databases"]
LONG = ("tests/year", "tests/browser", "tests/faults")
MEMORY, ENOUGH = Path("/dev/shm"), 2 << 30


def pytest_configure() -> None:
    """Examples are the same every time. Tests kill processes and no machines: where memory serves as a disk, no test
    waits for a slow one to flush.
    """
    settings.load_profile("ci")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first, so that no worker is alone with it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
