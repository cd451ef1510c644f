"""One system under measurement, in a process of its own: `python -m eval.peers.searching SYSTEM FOLDER` prints JSON.

CPU times are of the whole process, all threads. Runs in the peers' environment, and for Aisle in the product's.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psutil

from eval.peers.prepared import Given, read

SYSTEMS = {
    "aisle": "eval.peers.aisle",
    "langchain": "eval.peers.langchain_ensemble",
    "langchain-stemmed": "eval.peers.langchain_ensemble",
    "txtai": "eval.peers.txtai_hybrid",
    "lancedb": "eval.peers.lancedb_hybrid",
    "qdrant": "eval.peers.qdrant_local",
}
DEPTHS = (100, 10)
"""Results asked for: recall@100 needs the one, a page of a shop the other."""
PASSES = 2
_LONG = 10_000.0
"""Milliseconds after which no further pass is begun."""


class Searched(Protocol):
    """A filled index. A system's module makes it with `filled(given, folder, name)`."""

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        """Ids, best first. `number` is the query's place, for the system to take its vector by."""
        ...


def measured(system: str, folder: Path) -> dict[str, Any]:
    given = read(folder)
    module = importlib.import_module(SYSTEMS[system])
    before, began = psutil.Process().memory_info().rss, time.process_time()
    searched: Searched = module.filled(given, folder, system)
    ingest = time.process_time() - began
    asked = {depth: _asked(searched, given, depth) for depth in DEPTHS}
    resident = psutil.Process().memory_info().rss
    for name, encode in _encoders(system, folder).items():
        alone = _each(given, lambda number, encode=encode: encode(given.queries[number]))  # type: ignore[misc]
        asked[DEPTHS[0]][f"{name}_alone"] = alone
        for depth in DEPTHS:
            asked[depth][name] = _with_encoder(searched, given, depth, encode, alone, asked[depth]["without"])
    return {
        "ingest_cpu_s": round(ingest, 2),
        "memory_mib": round(resident / 2**20),
        "of_it_for_the_index_mib": round((resident - before) / 2**20),
        **{f"top{depth}": figures for depth, figures in asked.items()},
    }


def _encoders(system: str, folder: Path) -> dict[str, Callable[[str], object]]:
    embedder = importlib.import_module("retrieval.embedders.minilm").MiniLmEmbedder(cached_queries=0)
    ours: Callable[[str], object] = lambda text: embedder.embed([text])  # noqa: E731
    if system == "aisle":
        return {"with_our_encoder": ours}
    from eval.peers.torch_encoder import torch_encoder

    return {"with_our_encoder": ours, "with_their_encoder": torch_encoder(folder)}


def _with_encoder(
    searched: Searched,
    given: Given,
    depth: int,
    encode: Callable[[str], object],
    alone: Sequence[float],
    without: Sequence[float],
) -> list[float]:
    """Encoder and search take turns, as when serving: each finds the other's data in the caches. Added up where it is slow."""

    def work(number: int) -> None:
        encode(given.queries[number])
        searched.search(given.queries[number], number, depth)

    if sum(without) > _LONG:
        return [round(one + other, 4) for one, other in zip(without, alone, strict=True)]
    return _each(given, work)


def _asked(searched: Searched, given: Given, depth: int) -> dict[str, Any]:
    """The first pass is not timed."""
    search = _search(searched, given, depth)
    rankings = [list(search(number)) for number in range(len(given.queries))]
    return {"rankings": rankings, "without": _each(given, search)}


def _search(searched: Searched, given: Given, depth: int) -> Callable[[int], Sequence[str]]:
    return lambda number: searched.search(given.queries[number], number, depth)


def _each(given: Given, work: Callable[[int], object]) -> list[float]:
    """By query, the least of its passes; one pass of what is slow."""
    passes: list[list[float]] = []
    while len(passes) < PASSES and sum(map(sum, passes)) < _LONG:
        passes.append([_timed(work, number) for number in range(len(given.queries))])
    return [round(one, 4) for one in np.min(np.array(passes), axis=0).tolist()]


def _timed(work: Callable[[int], object], number: int) -> float:
    began = time.process_time()
    work(number)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))) + "\n")
