"""The comparison: what every system is given, the runs one after another, and quality and cost side by side.

NDCG@10 and recall@100 as in `eval.retrieval.quality`. CPU `without` an encoder: vectors of queries are at hand.
`with_our_encoder`: ours runs before each search, in the same process. `with_their_encoder`: the peers' usual one does, the same
model in the form in which they run it; Aisle keeps its own. Above lies `__main__`.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.retrieval import machine
from eval.peers import prepared
from eval.peers.prepared import Given
from eval.peers.searching import DEPTHS, SYSTEMS
from eval.retrieval.product_search import SearchSet, read_search_set
from eval.retrieval.quality import ndcg, recall
from eval.significance import randomisation_p
from retrieval.build import product_vectors_of
from retrieval.embedders.choosing import choose_embedder
from retrieval.passages import body_text, title_of
from retrieval.settings import RetrievalSettings
from retrieval.vector_cache import VectorCache

OURS = "aisle"
COSTS = ("without", "with_our_encoder", "with_their_encoder")
"""CPU ms a query."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LANCE_CPU_THREADS", "RAYON_NUM_THREADS")


def compared(
    data: Sequence[Path],
    work: Path,
    python: Path,
    systems: Sequence[str],
    tell: Callable[[str], None],
    *,
    one_thread: bool = True,
) -> dict[str, Any]:
    """Figures by set and system. `python`: that of the peers' environment. `one_thread`: else as each comes."""
    sets = {}
    for source in data:
        searched = read_search_set(source)
        folder = work / searched.name
        tell(f"{searched.name}: preparing")
        prepared.write(_given(searched, folder), folder)
        (folder / "source").write_text(str(source.resolve()), encoding="utf-8")
        runs = {}
        for system in systems:
            tell(f"{searched.name}: {system}")
            runs[system] = _run(system, folder, Path(sys.executable) if system == OURS else python, one_thread)
        sets[searched.name] = {"products": len(searched.products), **_figures(searched, runs)}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load": os.getloadavg()[0],
        "sets": sets,
    }


def _given(searched: SearchSet, folder: Path) -> Given:
    """Everybody's vectors are ours: the mean of title and text."""
    embedder = choose_embedder(RetrievalSettings())
    queries = list(searched.queries.values())
    return Given(
        ids=[product.id for product in searched.products],
        texts=[f"{title_of(product)} {body_text(product)}" for product in searched.products],
        vectors=product_vectors_of(searched.products, embedder, VectorCache(folder / "index" / "vectors.sqlite")),
        queries=queries,
        query_vectors=np.stack([embedder.embed([text])[0] for text in queries]),
    )


def _run(system: str, folder: Path, python: Path, one_thread: bool) -> dict[str, Any]:
    """With one thread, as far as a system can be told, the spinning of others is not counted as work."""
    one = dict.fromkeys(_THREADS, "1") if one_thread else {}
    here = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [str(python), "-m", "eval.peers.searching", system, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **one, "PYTHONPATH": here, "RUST_LOG": "error", "LANCE_LOG": "error"},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _figures(searched: SearchSet, runs: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    told = {system: _told(searched, run) for system, run in runs.items()}
    report: dict[str, Any] = {"systems": {name: _without(one, "per_query") for name, one in told.items()}}
    for which in ("our", "their"):
        alone = [run["top100"].get(f"with_{which}_encoder_alone") for run in runs.values()]
        report[f"{which}_encoder_alone"] = _spread(np.concatenate([one for one in alone if one] or [[0.0]]))
    if OURS in told and len(told) > 1:
        report["ours_against_the_best"] = {f"top{depth}": _against(told, f"top{depth}") for depth in DEPTHS}
    return report


def _told(searched: SearchSet, run: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("ingest_cpu_s", "memory_mib", "of_it_for_the_index_mib")
    figures: dict[str, Any] = {name: run[name] for name in kept}
    for depth in DEPTHS:
        asked = run[f"top{depth}"]
        times = {name: _spread(asked.get(name) or asked["with_our_encoder"]) for name in COSTS}
        figures[f"top{depth}"] = {**_quality(searched, asked["rankings"], depth), **times}
    return figures


def _quality(searched: SearchSet, rankings: Sequence[Sequence[str]], depth: int) -> dict[str, Any]:
    gains = [searched.gains.get(query, {}) for query in searched.queries]
    judged = [
        (ranking, known) for ranking, known in zip(rankings, gains, strict=True) if not math.isnan(recall([], known))
    ]
    per_query = [ndcg(ranking, known) for ranking, known in judged]
    found: dict[str, Any] = {"ndcg@10": round(float(np.mean(per_query)), 4), "per_query": per_query}
    if depth >= 100:
        found["recall@100"] = round(float(np.mean([recall(ranking, known) for ranking, known in judged])), 4)
    return found


def _against(told: Mapping[str, dict[str, Any]], depth: str) -> dict[str, Any]:
    """Ours and the peer of the best NDCG@10 at that depth."""
    ours = told[OURS][depth]
    best = max((name for name in told if name != OURS), key=lambda name: float(told[name][depth]["ndcg@10"]))
    other = told[best][depth]
    times = {
        f"times_its_{name}_{part}": round(other[name][part] / ours[name][part], 2)
        for name in COSTS
        for part in ("p50", "p95")
    }
    return {
        "peer": best,
        "ndcg@10_more": round(ours["ndcg@10"] - other["ndcg@10"], 4),
        "p": round(randomisation_p(ours["per_query"], other["per_query"]), 4),
        **times,
    }


def _without(figures: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        key: _without(value, name) if isinstance(value, dict) else value
        for key, value in figures.items()
        if key != name
    }


def _spread(times: Sequence[float] | NDArray[np.float64]) -> dict[str, float]:
    return {f"p{part}": round(float(np.percentile(times, part)), 2) for part in (50, 95)}


def known(systems: Sequence[str]) -> list[str]:
    """Raises KeyError for a name that is none; ours goes first, for its encoder is everybody's."""
    return sorted({name for name in systems if SYSTEMS[name]}, key=list(SYSTEMS).index)
