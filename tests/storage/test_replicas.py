"""Equal processes on one PostgreSQL."""

import asyncio

from bot import workspaces
from storage.database import open_database
from storage.tables import Person
from tests.rules.desk_stories import Story


async def test_replicas_that_start_at_one_instant_on_a_new_database_all_start(postgres_database_url: str) -> None:
    """DESIGN, "All replicas are equal": each makes the settings' people and articles known, and finds the others'."""
    databases = [open_database(postgres_database_url) for _ in range(4)]
    try:
        desks = [Story(database).desk for database in databases]
        await asyncio.gather(*(workspaces.furnish(desk, "main") for desk in desks))
        found = await databases[0].read(lambda db: db.get(Person, ("main", "ana")))
        assert found and found.name == "Ana Costa"
    finally:
        for database in databases:
            database.close()
