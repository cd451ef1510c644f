"""Writes what people read of a measurement: the report, and the page with its data and pictures. Above: `command`.

Below: `report_page`, `page`, `elsewhere`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval.bench.whole.conditions import ROOT
from eval.bench.whole.elsewhere import read_elsewhere
from eval.bench.whole.page import page, pictures
from eval.bench.whole.report_page import report
from eval.bench.whole.result import Benchmarks, PartResult, read_benchmarks, write_benchmarks

PAGE = ROOT / "docs" / "benchmarks.md"
MEASURED, ELSEWHERE, PICTURES = "benchmarks/measured.json", "benchmarks/elsewhere.yaml", "pictures"
"""Beside the page."""


def write_report(found: Benchmarks, out: Path, *, against: Path | None, page_file: Path | None) -> list[str]:
    """What to tell at the end. Raises BenchUnreadable."""
    former = _former(against)
    named = "" if former is None else (against.name if against is not None else "the committed figures")
    (out / "report.html").write_text(report(found, former.parts if former is not None else (), named), encoding="utf-8")
    told = [f"report: {out / 'report.html'}"]
    if page_file is not None:
        told += write_page(page_file, found)
    return told


def _former(against: Path | None) -> Benchmarks | None:
    if against is not None:
        return read_benchmarks(against)
    committed = PAGE.parent / MEASURED
    return read_benchmarks(committed) if committed.exists() else None


def write_page(page_file: Path, found: Benchmarks | None = None) -> list[str]:
    """From what was measured before, and `found` over it; without, the page anew. Raises BenchUnreadable."""
    beside = page_file.parent
    data = beside / MEASURED
    before = read_benchmarks(data).parts if data.exists() else ()
    coarse = found is not None and found.length == "quick"
    if found is not None and not coarse:
        write_benchmarks(replace(found, parts=joined(before, found.parts), seconds=0.0), data)
    parts = read_benchmarks(data).parts if data.exists() else ()
    page_file.write_text(page(parts, read_elsewhere(beside / ELSEWHERE)), encoding="utf-8")
    for name, svg in pictures(parts).items():
        (beside / PICTURES / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / PICTURES / name).write_text(svg, encoding="utf-8")
    return [f"page: {page_file}" + (", without these figures: --quick is too coarse for it" if coarse else "")]


def joined(before: Sequence[PartResult], now: Sequence[PartResult]) -> tuple[PartResult, ...]:
    """Of each part what was measured last; a part that failed or was left out now keeps what it had."""
    fresh = {part.name: part for part in now if part.state == "measured"}
    kept = [fresh.get(part.name, part) for part in before]
    names = {part.name for part in before}
    return (*kept, *(part for name, part in fresh.items() if name not in names))
