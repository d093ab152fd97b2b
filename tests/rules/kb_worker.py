"""The worker with the stand-in for the model, as a process of its own: `python -m tests.rules.kb_worker FILE`.

It keeps a copy of each text that it embedded beside the file, and dies in the middle where a file says so.
"""

import sys
from pathlib import Path

import pytest

from kb import worker
from tests.rules.kb_words import installed

if __name__ == "__main__":
    file = Path(sys.argv[1])
    with pytest.MonkeyPatch.context() as patch:
        words = installed(patch)
        patch.setattr("kb.index.installed", lambda: True)
        if file.with_name("dies").exists():
            sys.exit(3)
        worker.build(worker.read(sys.stdin.buffer), file)
        file.with_name("embedded").write_text("\n".join(words.embedded))
