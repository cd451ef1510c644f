"""What a model's content is, in one number: SHA-256 of a file, or of a folder's names and contents in order."""

from __future__ import annotations

from collections.abc import Callable
from errno import ENOENT
from hashlib import sha256
from pathlib import Path

from model_serving.errors import ModelUnavailable

PIECE = 1 << 22


def digest_of(source: str, *, on_progress: Callable[[int, int], None] = lambda done, total: None) -> str:
    """In hex; "" for an address, whose content nobody here can read. Blocking.

    on_progress: told (bytes read, bytes in all). Raises ModelUnavailable where nothing lies there.
    """
    if source.startswith(("http://", "https://")):
        return ""
    path = Path(source).expanduser()
    if not path.exists():
        raise ModelUnavailable(f"nothing lies at {source!r}", way_out="name a file, a folder or an address")
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    total, done = sum(file.stat().st_size for file in files), 0
    told = sha256()
    for file in files:
        if path.is_dir():
            told.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            while piece := content.read(PIECE):
                told.update(piece)
                done += len(piece)
                on_progress(done, total)
    return told.hexdigest()


WHOLE = 16 << 20
"""Bytes. A file up to this size counts whole, a larger one by its ends and SAMPLES pieces between them."""
SAMPLES = 16
SAMPLE = 1 << 16


def fingerprint_of(path: Path) -> str:
    """What a file or folder most likely is, in hex: names, sizes, and samples of what is large. Blocking, milliseconds.

    For what Aisle itself finds at each start, where reading 60 GB would cost minutes; `digest_of` reads every byte.
    Raises OSError.
    """
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    if not files:
        raise FileNotFoundError(ENOENT, "nothing lies there", str(path))
    told = sha256()
    for file in files:
        size = file.stat().st_size
        told.update(f"{file.name if file == path else file.relative_to(path).as_posix()}\0{size}\0".encode())
        with file.open("rb") as content:
            if size <= WHOLE:
                told.update(content.read())
                continue
            for number in range(SAMPLES + 1):
                content.seek((size - SAMPLE) * number // SAMPLES)
                told.update(content.read(SAMPLE))
    return told.hexdigest()
