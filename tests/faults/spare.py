"""`python -m tests.faults.spare`: a process with everything loaded, which forks a desk for each line on its input.

A start then costs some milliseconds and not the second that the imports take; what it forks from has no thread, no
connection and no event loop, so that a desk begins as a new process does.
"""

import gc
import json
import os
import signal
import sys

import uvloop

from tests.faults import desk


def main() -> None:
    """Until its input ends. A line is a desk.Plan as JSON."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who are killed
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        if os.fork() == 0:
            run(desk.Plan(**json.loads(line)))


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
