"""What can go wrong in retrieval, by the situation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class RetrievalError(Exception):
    """Root of this package's errors."""


class IndexMissing(RetrievalError):
    def __init__(self, where: str) -> None:
        super().__init__(f"no index at {where!r}: build it with `aisle index build`")
        self.where = where


class IndexMismatch(RetrievalError):
    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(
            f"the index was built as {found!r}, but {expected!r} is needed: rebuild with `aisle index build`"
        )
        self.expected, self.found = expected, found


class IndexBroken(RetrievalError):
    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"the index at {where!r} is broken ({what}): rebuild with `aisle index build`")
        self.where, self.what = where, what


class IndexBusy(RetrievalError):
    def __init__(self, where: str) -> None:
        super().__init__(f"another build is writing the index at {where!r}: wait for it to end, then try again")
        self.where = where


class EmbedderUnavailable(RetrievalError):
    def __init__(self, name: str, way_out: str) -> None:
        super().__init__(f"embedder {name!r} cannot be loaded: {way_out}")
        self.name, self.way_out = name, way_out


class RerankerUnavailable(RetrievalError):
    def __init__(self, name: str, way_out: str) -> None:
        super().__init__(f"reranker {name!r} cannot be loaded: {way_out}")
        self.name, self.way_out = name, way_out


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    line: int
    """Line of the file, from 1; for XML the line where the item starts."""
    reason: str


class InvalidCatalogue(RetrievalError):
    def __init__(self, rows: Sequence[RefusedRow]) -> None:
        first = "; ".join(f"line {row.line}: {row.reason}" for row in rows[:3])
        super().__init__(f"{len(rows)} row(s) refused: {first}")
        self.rows = tuple(rows)
