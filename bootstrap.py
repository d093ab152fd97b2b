"""Makes `.venv` and installs exactly what the lock says. Standard library only: it runs before anything is installed.

python3 bootstrap.py          what Firstline needs to run         (requirements.txt)
python3 bootstrap.py --dev    that, and the tools of development  (requirements-dev.txt)
python3 bootstrap.py --semantic  the model of the knowledge base beside either  (requirements-semantic.txt)

A second run with an unchanged lock does nothing. The stamp that says "done" is taken away first and written last: a
.venv without one was interrupted halfway, and is made anew by the next run.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older Python must read a sentence, not a traceback
    sys.exit(
        "Firstline needs Python 3.11 or newer; this is %d.%d (%s).\n"  # noqa: UP031 - read by old Pythons
        "Have a newer one? Name it:  make PYTHON=python3.12 demo" % (*sys.version_info[:2], sys.executable)
    )

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {
    "run": ROOT / "requirements.txt",
    "dev": ROOT / "requirements-dev.txt",
    "semantic": ROOT / "requirements-semantic.txt",
}
WHAT = {
    "run": "libraries",
    "dev": "libraries and development tools",
    "semantic": "model for the knowledge base",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make .venv and install what the lock says.")
    parser.add_argument("--dev", action="store_true", help="the tools of development as well")
    parser.add_argument("--semantic", action="store_true", help="the model of the knowledge base as well")
    asked = parser.parse_args()
    with one_at_a_time():
        dev = asked.dev or is_installed("dev")  # dev holds all that run does
        wanted = ["dev" if dev else "run", *(["semantic"] if asked.semantic else [])]
        missing = [kind for kind in wanted if not is_installed(kind)]
        if not missing:
            return
        try:
            make_venv()
            for kind in missing:
                install(kind)
        except KeyboardInterrupt:
            print("\nInterrupted. The next run repairs what is half done.", file=sys.stderr)
            sys.exit(130)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two terminals, one .venv: the second waits."""
    with Path(__file__).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def fingerprint(kind: str) -> str:
    """The lock, and the Python that built .venv: when either changes, what is installed no longer counts."""
    return hashlib.sha256(LOCKS[kind].read_bytes() + sys.version.encode() + str(VENV).encode()).hexdigest()


def is_installed(kind: str) -> bool:
    return PYTHON.exists() and stamp(kind).exists() and stamp(kind).read_text() == fingerprint(kind)


def make_venv() -> None:
    if any(stamp(kind).exists() for kind in LOCKS) and venv_works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode != 0 or not venv_works():
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"Could not make .venv: this Python ({sys.executable}) has no working venv module.\n"
            f"On Debian and Ubuntu:  sudo apt-get install {version}-venv\n"
            f"On Fedora, macOS (Homebrew) and python.org builds it is part of Python itself.\n\n"
            f"{made.stdout}{made.stderr}"
        )


def venv_works() -> bool:
    """Is it whole, in this very place (a moved .venv is not), and of the Python that runs this?"""
    if not PYTHON.exists():
        return False
    question = "import pip, sys; print(sys.prefix); print(sys.version)"
    asked = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    return asked.returncode == 0 and asked.stdout.strip() == f"{VENV}\n{sys.version}"


def install(kind: str) -> None:
    for other in LOCKS:
        if other == kind or not is_installed(other):
            stamp(other).unlink(missing_ok=True)
    print(f"Installing Firstline's {WHAT[kind]} into .venv (about 30 s the first time) …", flush=True)
    started = time.monotonic()
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    pip += ["--progress-bar=off", "--require-hashes", "-r", LOCKS[kind]]
    installed = subprocess.run(pip, env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"}, check=False)
    if installed.returncode != 0:
        sys.exit(
            "\nCould not install the libraries; pip says why above.\n"
            "No network? They come from the Python package index once, and are not asked for again afterwards.\n"
            "Behind a proxy or a mirror? pip reads HTTPS_PROXY, PIP_INDEX_URL and PIP_CERT from the environment.\n"
            "Then run the same command again: what was downloaded is kept."
        )
    stamp(kind).write_text(fingerprint(kind))
    print(f"Done in {time.monotonic() - started:.0f} s.", flush=True)


if __name__ == "__main__":
    main()
