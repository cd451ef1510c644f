"""Writes what people read of a measurement: the report, and the page where it is asked for. Above: `command`."""

from __future__ import annotations

from pathlib import Path

from eval.bench.whole.result import Benchmarks


def write_report(found: Benchmarks, out: Path, *, against: Path | None, page: Path | None) -> list[str]:
    """What to tell at the end."""
    return [f"{sum(part.state == 'measured' for part in found.parts)} of {len(found.parts)} parts measured: {out}"]
