"""`python -m eval.peers --data DIR [--data DIR] [--json]`: Aisle and its peers on judged sets, in one run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from eval.peers.comparison import COSTS, compared, known
from eval.peers.searching import SYSTEMS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.peers", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="products, queries and labels")
    parser.add_argument("--work", type=Path, default=Path(".aisle/eval/peers"), help="where vectors are kept")
    parser.add_argument(
        "--python", type=Path, default=Path(".aisle/peers/bin/python"), help="made by eval/peers/setup.sh"
    )
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--as-they-come", action="store_true", help="leave each system its own number of threads")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    told = parser.parse_args()
    if not told.python.exists():
        parser.error(f"no Python at {str(told.python)!r}: run eval/peers/setup.sh, or name one with --python")
    report = compared(
        told.data,
        told.work,
        told.python,
        known(told.systems),
        lambda line: _tell(f"{line}\n"),
        one_thread=not told.as_they_come,
    )
    sys.stdout.write(json.dumps(report) + "\n" if told.json else _table(report))


def _tell(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()


def _table(report: dict[str, object]) -> str:
    """As the page shows it."""
    lines = []
    sets = report["sets"]
    assert isinstance(sets, dict)
    for name, figures in sets.items():
        lines += [f"\n{name}, {figures['products']:,} products; our encoder alone {figures['our_encoder_alone']}, "]
        lines += [f"theirs {figures['their_encoder_alone']}"]
        for depth in ("top100", "top10"):
            lines += [
                f"\n| {depth} | NDCG@10 | recall@100 | CPU ms a query, p50 / p95 | with our encoder | with theirs "
                "| ingest CPU s | MiB, of it the index |",
                "|---|---|---|---|---|---|---|---|",
            ]
            lines += [_row(system, one, depth) for system, one in figures["systems"].items()]
        lines += [f"\n{json.dumps(figures.get('ours_against_the_best', {}), indent=1)}"]
    return "\n".join(lines) + "\n"


def _row(system: str, one: dict[str, dict[str, dict[str, float]]], depth: str) -> str:
    cells: list[object] = [system, *(_rate(one[depth], part) for part in ("ndcg@10", "recall@100"))]
    cells += [_times(one[depth][part]) for part in COSTS]
    cells += [one["ingest_cpu_s"], f"{one['memory_mib']}, {one['of_it_for_the_index_mib']}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def _rate(figures: Mapping[str, object], part: str) -> str:
    return f"{figures[part]:.3f}" if part in figures else "–"


def _times(spread: dict[str, float]) -> str:
    return f"{spread['p50']:.1f} / {spread['p95']:.1f}"


if __name__ == "__main__":
    main()
