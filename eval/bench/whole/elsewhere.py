"""Figures that no run of `aisle bench all` made, kept by hand: GPUs, longer runs, other days. Above: `page`.

docs/benchmarks/elsewhere.yaml says itself how it is kept. Each entry has command, machine, load, date and source, or is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec
import yaml

from eval.bench.whole.result import BenchUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    area: str
    title: str
    date: date
    machine: str
    """A name of `machines`, or words."""
    load: str
    command: str
    source: str
    told: str
    """Markdown."""
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    before: str = ""
    areas: tuple[str, ...] = ()
    """In the order of the page."""
    machines: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


def read_elsewhere(path: Path) -> Elsewhere:
    """Raises BenchUnreadable. Nothing kept where there is no file."""
    if not path.exists():
        return Elsewhere()
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Elsewhere)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BenchUnreadable(f"{str(path)!r} is not kept as its first lines ask: {error}") from error
    for entry in found.entries:
        empty = [
            name
            for name in ("title", "machine", "load", "command", "source", "told")
            if not getattr(entry, name).strip()
        ]
        if empty:
            raise BenchUnreadable(
                f"{str(path)!r}: {entry.title or 'an entry without a title'} lacks {', '.join(empty)}"
            )
    return found
