"""Vectors of the sample articles, computed beforehand, so that the demo matches by meaning within seconds of its first
start. Texts that have changed since are computed then; `python -m kb.shipped` computes all anew."""

from pathlib import Path

import numpy as np

from kb.extra import SHA256
from kb.meaning import Meaning

SAMPLES = Path(__file__).parent / "samples"
FILE = SAMPLES / "vectors.npz"


def shipped() -> Meaning | None:
    """What the model made of the samples' texts; None if the file is of another model, or not there."""
    if not FILE.exists():
        return None
    with np.load(FILE) as arrays:
        if str(arrays["model"]) != SHA256:
            return None
        meaning = Meaning()
        meaning.keys, meaning.given = arrays["keys"], arrays["given"]
    return meaning


def write() -> None:
    """Embed all samples and write the file; takes a minute. ModelMissing without the model."""
    from kb.folder import read_folder  # reads YAML, which whoever only matches need not have

    meaning = Meaning()
    meaning.put(read_folder(SAMPLES)[0])
    keys, first = np.unique(meaning.keys, return_index=True)
    np.savez_compressed(FILE, model=SHA256, keys=keys, given=meaning.given[first])


if __name__ == "__main__":
    write()
