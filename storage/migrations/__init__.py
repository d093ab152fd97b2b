"""The history of the tables, for alembic; see README.md. Run by storage.migrate."""
