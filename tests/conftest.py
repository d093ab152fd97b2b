import pytest

pytest_plugins = ["tests.postgres", "tests.databases"]
LONG = ("tests/year", "tests/browser", "tests/faults")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first, so that no worker is alone with it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
