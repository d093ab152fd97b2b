"""Writes a migration from what storage/tables.py has and the migrations lack: `python -m storage.migrations "a column
for …"`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage import migrate

FIRST = "The tables of the first release"


def write(words: str, *, first: bool = False) -> Path:
    """The new file, made by comparing with an empty SQLite database that was migrated so far.

    `first` starts from nothing.
    """
    number = "0001" if first else f"{int(migrate.head()) + 1:04}"
    path = migrate.SCRIPTS / "versions" / f"{number}_{re.sub('[^a-z0-9]+', '_', words.lower()).strip('_')[:40]}.py"
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/empty.db"
        if not first:
            migrate.upgrade(url)
        engine = create_engine(url)
        with engine.begin() as connection:
            settings = migrate.config(connection)
            settings.attributes["batch"] = not first
            settings.set_main_option("file_template", path.stem)
            command.revision(settings, words if not first else FIRST, autogenerate=True, rev_id=number)
        engine.dispose()
    path.write_text(re.sub(r"\n *# ###.*", "", path.read_text()))
    for tidy in (["check", "--select", "F401,I,UP", "--fix", "-q"], ["format", "-q"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, path], check=True)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m storage.migrations "what changes, in a few words" (or: first)')
    print(write(sys.argv[1], first=sys.argv[1] == "first"))
