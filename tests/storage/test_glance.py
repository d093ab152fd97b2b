"""A glance sees what is committed, and outlives what befalls its connection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import UnboundExecutionError

from storage import clocks, state, sweeps
from storage.database import Database, StorageFailed
from tests.storage.rows import HOUR, NOW, add_person, add_ticket, clock


async def add_clock(database: Database, due: Any) -> None:
    def add(db: Any) -> None:
        add_person(db)
        clocks.write(db, [clock(add_ticket(db), next_at=due)])

    await database.write(add)


async def test_it_sees_each_commit(database: Database) -> None:
    assert not await database.glance(lambda db: sweeps.anything_clocks(db, NOW))
    await add_clock(database, NOW)
    assert await database.glance(lambda db: sweeps.anything_clocks(db, NOW))
    assert not await database.glance(lambda db: sweeps.anything_clocks(db, NOW - HOUR))
    later = text("UPDATE clock SET next_at = NULL")
    await database.write(lambda db: db.execute(later) and None)
    assert not await database.glance(lambda db: sweeps.anything_clocks(db, NOW + timedelta(days=9)))


async def test_it_is_for_prepared_statements_only(database: Database) -> None:
    with pytest.raises(UnboundExecutionError):
        await database.glance(lambda db: db.execute(text("SELECT 1")))


async def test_it_goes_on_when_its_connection_has_gone(database: Database) -> None:
    assert await database.glance(lambda db: state.get(db, "w", "x")) == ""
    glance: Any = database._glance  # type: ignore[attr-defined]
    glance._held.driver_connection.close()
    for _ in range(2):
        assert await database.glance(lambda db: state.get(db, "w", "x")) == ""


async def test_it_keeps_no_transaction_open(database: Database) -> None:
    """Else PostgreSQL could clear nothing away, and SQLite's log would grow."""
    await database.glance(lambda db: sweeps.anything_clocks(db, NOW))
    driver: Any = database._glance._held.driver_connection  # type: ignore[attr-defined]
    idle = driver.in_transaction is False if hasattr(driver, "in_transaction") else driver.info.transaction_status == 0
    assert idle


async def test_closed_it_looks_no_more(database: Database) -> None:
    database.close()
    with pytest.raises(StorageFailed):
        await database.glance(lambda db: sweeps.anything_clocks(db, NOW))
