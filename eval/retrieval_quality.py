"""Quality of product search on sets in the layout of `eval.product_search`: `python -m eval.retrieval_quality DIR...`.

NDCG@10 with linear gains 1 / 0.5 / 0; the ideal is over all judged products; unjudged ones count 0. `ndcg@10` is the mean
over the queries for which some relevant product was judged, `ndcg@10_of_all` counts the others as 0.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.product_search import SearchSet, read_search_set
from retrieval.build import build, open_snapshot
from retrieval.constraints import Need
from retrieval.embedders.choosing import choose_embedder
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings


def measure(
    folder: Path, work: Path, embedder: Embedder, settings: RetrievalSettings | None = None
) -> dict[str, object]:
    """Index the set under `work` (kept there, so that a second run embeds nothing) and search every query."""
    searched = read_search_set(folder)
    build(searched.products, (), work / searched.name, embedder)
    retriever = open_snapshot(work / searched.name, embedder, settings=settings)
    return measure_with(retriever, searched)


def measure_with(retriever: Retriever, searched: SearchSet) -> dict[str, object]:
    gains_found: dict[str, tuple[float, float]] = {}
    times: list[float] = []
    for query_id, text in searched.queries.items():
        before = time.perf_counter()
        retriever.find(Need(text=text), k=10)
        times.append((time.perf_counter() - before) * 1000)
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
        "per_query": {query_id: round(value, 4) for query_id, (value, _) in gains_found.items()},
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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path, help="folders with products.jsonl, queries.csv and labels.csv")
    parser.add_argument("--work", type=Path, help="where the indexes are kept between runs")
    parser.add_argument("--per-query", action="store_true", help="list every query's NDCG@10")
    options = parser.parse_args(arguments)
    settings = RetrievalSettings()
    embedder = choose_embedder(settings)
    with tempfile.TemporaryDirectory() as scratch:
        for folder in options.folders:
            result = measure(folder, options.work or Path(scratch), embedder, settings)
            if not options.per_query:
                result.pop("per_query")
            sys.stdout.write(json.dumps(result) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
