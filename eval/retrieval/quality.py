"""Quality of product search on judged sets in the layout of `eval.retrieval.product_search`: `aisle eval retrieval --data DIR`.

NDCG@10 with linear gains 1 / 0.5 / 0; the ideal is over all judged products; unjudged ones count 0. `ndcg@10` is the mean
over the queries for which some relevant product was judged, `ndcg@10_of_all` counts the others as 0. Queries are searched
as they are typed, without reading conditions from them. Above lies `eval.retrieval.command`; below, retrieval.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.retrieval.product_search import SearchSet, read_search_set
from eval.significance import randomisation_p
from retrieval.build import build, open_snapshot
from retrieval.constraints import Need
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings

PLAIN = {"phrase_weight": 0.0, "accessory_penalty": 0.0, "feedback_weight": 0.0, "neighbour_weight": 0.0}
PARTS: Mapping[str, Mapping[str, float]] = {
    "words alone": {**PLAIN, "lexical_weight": 1.0},
    "vectors alone": {**PLAIN, "lexical_weight": 0.0},
    "words and vectors, half and half": {**PLAIN, "lexical_weight": 0.5},
    "without phrases": {"phrase_weight": 0.0},
    "without accessories behind": {"accessory_penalty": 0.0},
    "without nearness to the first": {"feedback_weight": 0.0},
    "without neighbours beyond the first 20": {"neighbour_weight": 0.0},
}
"""What is taken away, one at a time, and the settings that do so."""
BASELINE = "words alone"


def opened(folder: Path, work: Path, embedder: Embedder) -> SearchSet:
    """Read and indexed under `work`; kept there, so that a second run embeds nothing."""
    searched = read_search_set(folder)
    build(searched.products, (), work / searched.name, embedder)
    return searched


def measure(
    folder: Path, work: Path, embedder: Embedder, settings: RetrievalSettings | None = None
) -> dict[str, object]:
    searched = opened(folder, work, embedder)
    return measure_with(open_snapshot(work / searched.name, embedder, settings=settings, verify=False), searched)


def ablated(searched: SearchSet, work: Path, embedder: Embedder) -> dict[str, dict[str, object]]:
    """The measures with each of PARTS."""
    return {
        name: measure_with(
            open_snapshot(
                work / searched.name, embedder, settings=RetrievalSettings.model_validate(dict(change)), verify=False
            ),
            searched,
        )
        for name, change in PARTS.items()
    }


def compared(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    """The difference of two measures of one set, query by query."""
    one, other = _scores(first), _scores(second)
    pairs = [(one[query], other[query]) for query in one if query in other]
    return {
        "difference": round(float(np.mean([a - b for a, b in pairs])), 4),
        "wins": sum(a > b + 1e-9 for a, b in pairs),
        "losses": sum(a < b - 1e-9 for a, b in pairs),
        "p": round(randomisation_p([a for a, _ in pairs], [b for _, b in pairs]), 5),
    }


def _scores(report: Mapping[str, object]) -> dict[str, float]:
    per_query = report["per_query"]
    assert isinstance(per_query, dict)
    return per_query


def measure_with(retriever: Retriever, searched: SearchSet) -> dict[str, object]:
    gains_found: dict[str, tuple[float, float]] = {}
    times: list[float] = []
    cpu: list[float] = []
    for query_id, text in searched.queries.items():
        before, used = time.perf_counter(), time.process_time()
        retriever.find(Need(text=text), k=10)
        times.append((time.perf_counter() - before) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        ranking = [evidence.id for evidence in retriever.find(Need(text=text), k=100).products]
        gains = searched.gains.get(query_id, {})
        gains_found[query_id] = ndcg(ranking, gains), recall(ranking, gains)
    return {
        "set": searched.name,
        "products": len(searched.products),
        "queries": len(searched.queries),
        "ndcg@10": round(float(np.mean([ndcg for ndcg, recall in gains_found.values() if not math.isnan(recall)])), 4),
        "ndcg@10_of_all": round(float(np.mean([ndcg for ndcg, _ in gains_found.values()])), 4),
        "recall@100": round(float(np.nanmean([recall for _, recall in gains_found.values()])), 4),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "cpu_p50_ms": round(float(np.percentile(cpu, 50)), 2),
        "cpu_p95_ms": round(float(np.percentile(cpu, 95)), 2),
        "per_query_recall": {
            query_id: round(found, 4) for query_id, (_, found) in gains_found.items() if not math.isnan(found)
        },
        "per_query": {
            query_id: round(value, 4) for query_id, (value, found) in gains_found.items() if not math.isnan(found)
        },
    }


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Järvelin and Kekäläinen 2002, linear gains; 0 where nothing relevant was judged."""
    ideal = sum(gain / math.log2(rank + 2) for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:k]))
    got = sum(gains.get(item, 0.0) / math.log2(rank + 2) for rank, item in enumerate(ranking[:k]))
    return got / ideal if ideal else 0.0


def recall(ranking: Sequence[str], gains: Mapping[str, float], k: int = 100) -> float:
    """Share of the relevant ones (gain above 0) among the first k; NaN where nothing relevant was judged."""
    relevant = {item for item, gain in gains.items() if gain > 0}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else math.nan
