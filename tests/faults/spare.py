"""`python -m tests.faults.spare`: a process with everything loaded, which forks a desk for each line on its input.

A start then costs some milliseconds and not the second that the imports take; what it forks from has no thread, no
connection and no event loop, so that a desk begins as a new process does.
"""

import contextlib
import gc
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

import structlog
import uvloop

from storage import migrate
from tests.faults import desk
from tests.faults.wall import Wall
from tests.stories.company import MONDAY, settings_text


def main() -> None:
    """Until its input ends. A line is a desk.Plan as JSON."""
    signal.signal(signal.SIGCHLD, bury)
    with tempfile.TemporaryDirectory() as home:
        rehearse(Path(home))
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        if os.fork() == 0:
            run(desk.Plan(**json.loads(line)))


class Nobody:
    """A chat in which everybody is called as they are."""

    name = "slack"

    def identity(self, handle: str) -> str:
        return handle


def rehearse(home: Path) -> None:
    """What a desk makes at the first use is made before it is forked; its threads and its loop have ended again."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    Wall(home / "wall", MONDAY)
    (home / "settings.yaml").write_text(settings_text([Nobody()]))
    url = f"sqlite:///{home / 'firstline.db'}"
    migrate.upgrade(url)
    uvloop.run(desk.rehearse(desk.Plan(url, str(home / "settings.yaml"), str(home / "wall"), str(home / "log"))))
    assert threading.active_count() == 1, "a fork would lose the others"


def bury(_number: int, _frame: object) -> None:
    """Nobody else waits for those who were killed."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def run(plan: desk.Plan) -> None:
    """In the child: it ends with the process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(plan.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        uvloop.run(desk.main(plan))
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
