"""Rows of facts as a file: CSV always, Parquet where pyarrow is installed. Written a page at a time, whole or not at all.

Above: `aisle analytics export`, the desk's export. Below: `fact_rows`, `resolving`.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from assistant.analytics.fact_rows import FactRow
from assistant.analytics.resolving import MEANS, because, contained
from assistant.errors import AssistantError

Format = Literal["csv", "parquet"]
PAGE: Final = 2_000
COLUMNS: Final[tuple[tuple[str, str], ...]] = (
    *((name, "string") for name in ("conversation_id", "started_at", "last_at", "channels", "language", "store")),
    *((name, "int32") for name in ("customer_turns", "replies")),
    *((name, "float64") for name in ("latency_p50", "latency_max")),
    *((name, "int32") for name in ("not_understood", "failed_turns")),
    *((name, "string") for name in ("intents", "handoff")),
    *((name, "bool") for name in ("asked_for_person", "agent_joined")),
    ("outcome", "string"),
    *((name, "int32") for name in ("thumbs_up", "thumbs_down", "changes_done", "searches", "not_found")),
    *((name, "bool") for name in ("opened", "carted", "checked_out", "closed", "contained")),
    *((name, "string") for name in ("resolution", "because")),
)
"""Name and kind of each column: docs/analytics.md. Lists stand with spaces between."""
NAMES: Final = tuple(name for name, _ in COLUMNS)


class ParquetMissing(AssistantError):
    def __init__(self) -> None:
        super().__init__(
            "Parquet is written by pyarrow, which is not installed: `pip install 'aisle[analytics]'`, or export as CSV "
            "(--format csv)"
        )


def exported(rows: Iterable[FactRow], *, back: frozenset[str], now: datetime) -> Iterator[dict[str, Any]]:
    """With what is derived of each: contained, resolution, because."""
    for row in rows:
        why = because(row, came_back=row.conversation_id in back, now=now)
        told = {**asdict(row), "contained": contained(row), "resolution": MEANS[why], "because": why}
        told |= {"channels": " ".join(row.channels), "intents": " ".join(row.intents)}
        yield {name: told[name] for name in NAMES}


def write(
    path: Path, kind: Format, rows: Iterable[dict[str, Any]], tell: Callable[[int], None] = lambda _: None
) -> int:
    """How many rows. What was at `path` is replaced when all is written. Raises ParquetMissing, OSError."""
    writing = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        count = (_csv if kind == "csv" else _parquet)(writing, rows, tell)
        writing.replace(path)
    finally:
        writing.unlink(missing_ok=True)
    return count


def csv_lines(rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[_plain(value) for value in row] for row in rows])
    return buffer.getvalue()


def _csv(path: Path, rows: Iterable[dict[str, Any]], tell: Callable[[int], None]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(csv_lines([NAMES]))
        for page in pages(rows):
            file.write(csv_lines([list(row.values()) for row in page]))
            count += len(page)
            tell(count)
    return count


def _parquet(path: Path, rows: Iterable[dict[str, Any]], tell: Callable[[int], None]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ParquetMissing from None
    kinds = {
        "string": pyarrow.string(),
        "int32": pyarrow.int32(),
        "float64": pyarrow.float64(),
        "bool": pyarrow.bool_(),
    }
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS])
    count = 0
    with parquet.ParquetWriter(path, schema) as writer:
        for page in pages(rows):
            writer.write_table(pyarrow.Table.from_pylist(page, schema=schema))
            count += len(page)
            tell(count)
    return count


def pages(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    page: list[dict[str, Any]] = []
    for row in rows:
        page.append(row)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _plain(value: object) -> object:
    """For a spreadsheet: nothing, and what begins like a formula as text (OWASP on CSV injection)."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value
