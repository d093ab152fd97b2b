"""Programs of others to compare with: each in a virtual environment of its own, from a lock with hashes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


def cache() -> Path:
    """Where benchmarks keep what takes long to make."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "firstline-benchmarks"


def installed(name: str) -> Path:
    """The peer's Python, in a virtual environment in the user's cache, made when the lock is new."""
    lock = PEERS / f"requirements-{name}.txt"
    stamp = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:16]
    home = cache() / f"{name}-{stamp}"
    python, done = home / "bin" / "python", home / "installed"
    if not done.exists():
        print("    installing the peer …", flush=True)
        venv.create(home, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(lock)], check=True)
        done.touch()
    return python
