"""Vectors of documents on disk, by content: a re-index embeds only what changed, and a killed one goes on.

Above lies `retrieval.build`; below, an `Embedder` and one SQLite file.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from retrieval.ports import Embedder, Vectors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (embedder TEXT, text BLOB, vector BLOB, PRIMARY KEY (embedder, text)) WITHOUT ROWID
"""
_STEP = 64
"""Texts between two commits: what a kill can lose, and what an end waits for. Two batches of the encoder's."""


class VectorCache:
    """One file for all embedders. Damaged or foreign content is ignored and embedded anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def embed(
        self, texts: Sequence[str], embedder: Embedder, on_progress: Callable[[int, int], None] | None = None
    ) -> Vectors:
        """As `embedder.embed`, told after each step as (texts done, texts in all)."""
        keys = [hashlib.blake2b(text.encode(errors="replace"), digest_size=16).digest() for text in texts]
        vectors = np.empty((len(texts), embedder.dimensions), dtype=np.float32)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=30)) as connection:
            connection.execute(_SCHEMA)
            known = self._known(connection, embedder)
            missing: dict[bytes, list[int]] = {}
            for row, key in enumerate(keys):
                if key in known:
                    vectors[row] = known[key]
                else:
                    missing.setdefault(key, []).append(row)
            self._fill(connection, texts, embedder, vectors, missing, on_progress)
        return vectors

    def _known(self, connection: sqlite3.Connection, embedder: Embedder) -> dict[bytes, Vectors]:
        rows = connection.execute("SELECT text, vector FROM vectors WHERE embedder = ?", (embedder.name,))
        size = embedder.dimensions * 4
        return {key: np.frombuffer(vector, dtype=np.float32) for key, vector in rows if len(vector) == size}

    def _fill(
        self,
        connection: sqlite3.Connection,
        texts: Sequence[str],
        embedder: Embedder,
        vectors: Vectors,
        missing: dict[bytes, list[int]],
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        # Longest last: texts of like length share a batch, and the estimate of the time left errs early.
        todo = sorted(missing.items(), key=lambda item: len(texts[item[1][0]]))
        done = len(texts) - sum(len(rows) for rows in missing.values())
        for start in range(0, len(todo), _STEP):
            step = todo[start : start + _STEP]
            fresh = embedder.embed([texts[rows[0]] for _, rows in step])
            for (_, rows), vector in zip(step, fresh, strict=True):
                vectors[rows] = vector
                done += len(rows)
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(embedder.name, key, vector.tobytes()) for (key, _), vector in zip(step, fresh, strict=True)],
            )
            connection.commit()
            if on_progress is not None:
                on_progress(done, len(texts))
        if on_progress is not None and not todo:
            on_progress(done, len(texts))
