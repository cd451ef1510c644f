"""`aisle bench retrieval --json` as the table of docs/retrieval-scale.md: `python -m eval.load.growth_table REPORT.json`.

Each row tells its goal, and whether it is met where the goal applies.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]
"""Of one size."""
MILLION = "1000000"
_RECALL = 0.97
_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    read: Callable[[Figures], str]
    goal: str = ""
    met: Callable[[Mapping[str, Figures]], bool] | None = None
    """Of all sizes; None where nothing is asked for, or the size that it is asked for was not measured."""


def table(report: Mapping[str, Any]) -> str:
    """Markdown."""
    sizes: Mapping[str, Figures] = report["sizes"]
    head = ["figure", *(f"{int(size):,}" for size in sizes), "goal", "met"]
    lines = [head, ["---"] * len(head), *(_cells(row, sizes) for row in _rows(sizes))]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cells(row: Row, sizes: Mapping[str, Figures]) -> list[str]:
    told = "" if row.met is None else "yes" if row.met(sizes) else "**no**"
    return [row.name, *(row.read(figures) for figures in sizes.values()), row.goal, told]


def _rows(sizes: Mapping[str, Figures]) -> Iterator[Row]:
    yield Row(name="vector index", read=lambda one: str(one["build"]["index"]))
    yield from _queries(sizes)
    for name in sizes[next(iter(sizes))]["filtered_vectors"]:
        yield _recall(name)
    yield from _keeping(sizes)
    yield from _live(sizes)


def _queries(sizes: Mapping[str, Figures]) -> Iterator[Row]:
    def cpu(one: Figures) -> Mapping[str, float]:
        spread: Mapping[str, float] = one["query"]["cpu_ms"]
        return spread

    limits = {size: limit for size, limit in (("10000", (6, 8)), (MILLION, (7, 10))) if size in sizes}
    yield Row(
        name="CPU a hybrid query, encoder included, ms p50 / p95",
        read=lambda one: _spread(cpu(one)),
        goal="6 / 8 at 10⁴; 7 / 10 at 10⁶",
        met=(lambda all_: all(_within(cpu(all_[size]), *limit) for size, limit in limits.items())) if limits else None,
    )
    yield Row(name="the encoder alone", read=lambda one: _spread(one["query"]["encoder_cpu_ms"]))
    yield Row(
        name="the same queries, encoding cached", read=lambda one: _spread(one["query"]["cpu_ms_without_encoder"])
    )
    yield Row(
        name="four at once: queries a second / CPU ms each",
        read=lambda one: f"{one['at_once']['a_second']:.0f} / {one['at_once']['cpu_ms']:.1f}",
    )
    for share in ("50%", "10%", "1%"):
        yield Row(
            name=f"filtered by price to {share.replace('%', ' %')}, encoder included",
            read=lambda one, share=share: _spread(one["filtered_by_price"][share]["cpu_ms"]),  # type: ignore[misc]
            goal="p95 20",
            met=lambda all_, share=share: all(  # type: ignore[misc]
                one["filtered_by_price"][share]["cpu_ms"]["p95"] <= 20 for one in all_.values()
            ),
        )


def _within(spread: Mapping[str, float], half: float, most: float) -> bool:
    return spread["p50"] <= half and spread["p95"] <= most


def _recall(name: str) -> Row:
    whole = name == "100%"
    return Row(
        name="recall@10 against exact, " + ("no filter" if whole else name.replace("%", " %")),
        read=lambda one: f"{one['filtered_vectors'][name]['recall@10']:.3f}",
        goal="" if whole else str(_RECALL),
        met=None
        if whole
        else lambda all_: all(one["filtered_vectors"][name]["recall@10"] >= _RECALL for one in all_.values()),
    )


def _keeping(sizes: Mapping[str, Figures]) -> Iterator[Row]:
    yield Row(
        name="build without encoding, CPU s",
        read=lambda one: f"{one['build']['cpu_s']:.1f}",
        goal="360 at 10⁶",
        met=_at_a_million(sizes, lambda one: one["build"]["cpu_s"] <= 360),
    )
    yield Row(name="on disk, MiB", read=lambda one: f"{one['build']['disk_mib']:.0f}")
    parts = ("first", "warm", "warm_cpu", "warm_without_checksums")
    yield Row(
        name="load, s: first / warm / CPU of the warm one / warm, checksums not checked",
        read=lambda one: " / ".join(f"{one['load_s'][part]:.2f}" if part in one["load_s"] else "–" for part in parts),
        goal="2 warm",
        met=_at_a_million(sizes, lambda one: one["load_s"]["warm"] <= 2),
    )
    yield Row(
        name="resident, MiB / of it mapped files",
        read=lambda one: f"{one['memory_mib']['resident']:.0f} / {one['memory_mib']['of_it_shared_with_files']:.0f}",
        goal="858 (900 MB) at 10⁶",
        met=_at_a_million(sizes, lambda one: one["memory_mib"]["resident"] * _MIB <= 900e6),
    )


def _live(sizes: Mapping[str, Figures]) -> Iterator[Row]:
    def live(name: str) -> Callable[[Figures], Mapping[str, float]]:
        return lambda one: one["live"][name]

    price, fresh = live("price_visible_ms"), live("new_product_findable_ms")
    quiet, meanwhile = live("queries_wall_ms"), live("queries_wall_ms_during_changes")
    yield Row(
        name="price change visible, ms p50 / p95",
        read=lambda one: _spread(price(one)),
        goal="p95 50",
        met=lambda all_: all(price(one)["p95"] <= 50 for one in all_.values()),
    )
    yield Row(
        name="new product findable, ms p50 / p95",
        read=lambda one: _spread(fresh(one)),
        goal="1,000",
        met=lambda all_: all(fresh(one)["p95"] <= 1000 for one in all_.values()),
    )
    yield Row(
        name="queries meanwhile, wall ms p99: quiet / during changes",
        read=lambda one: f"{quiet(one)['p99']:.1f} / {meanwhile(one)['p99']:.1f}",
        goal="at most twice",
        met=_at_a_million(sizes, lambda one: meanwhile(one)["p99"] <= 2 * quiet(one)["p99"]),
    )


def _at_a_million(
    sizes: Mapping[str, Figures], met: Callable[[Figures], bool]
) -> Callable[[Mapping[str, Figures]], bool] | None:
    return (lambda all_: met(all_[MILLION])) if MILLION in sizes else None


def _spread(times: Mapping[str, float]) -> str:
    return f"{times['p50']:.1f} / {times['p95']:.1f}"


def main(files: Sequence[str]) -> None:
    report = json.loads(Path(files[0]).read_text(encoding="utf-8"))
    sys.stdout.write(table(report))


if __name__ == "__main__":
    main(sys.argv[1:])
