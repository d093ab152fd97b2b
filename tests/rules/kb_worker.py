"""The worker with the stand-in for the model, as a process of its own: `python -m tests.rules.kb_worker FILE`.

It keeps a copy of each text that it embedded beside the file. A file "dies" beside it says, a line for each start, how
it is to end.
"""

import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from kb import worker
from kb.extra import ModelMissing
from tests.rules.kb_words import installed

MIDWAY = 320  # articles; what is done is saved by then


def _end(way: str, file: Path, patch: pytest.MonkeyPatch) -> None:
    if way == "exit":
        sys.exit(3)
    if way == "disc full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    if way == "out of memory":
        sys.stdin.buffer.read()
        resource.setrlimit(resource.RLIMIT_AS, (1, 1))
        bytearray(1 << 30)
    if way == "no model":
        patch.setattr("kb.index.checked", _missing)
    if way == "half a file":
        file.write_bytes(b"Firstline knowledge base index\n")
        sys.exit(0)
    if way == "killed midway":
        patch.setattr("kb.worker.print", _killed, raising=False)


def _missing() -> None:
    raise ModelMissing("it is gone")


def _killed(done: int, total: int, flush: bool) -> None:
    print(done, total, flush=flush)
    if done >= MIDWAY:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    deaths = file.with_name("dies")
    way, *later = deaths.read_text().splitlines() if deaths.exists() else [""]
    if later:
        deaths.write_text("\n".join(later))
    elif deaths.exists():
        deaths.unlink()
    with pytest.MonkeyPatch.context() as patch:
        words = installed(patch)
        patch.setattr("kb.index.installed", lambda: True)
        _end(way, file, patch)
        worker.build(worker.read(sys.stdin.buffer), file)
    file.with_name("embedded").write_text("\n".join(words.embedded))
