"""`aisle bench retrieval`: what a search costs as a shop grows, on this machine.

CPU of one thread, encoder included, where not said otherwise. Products are real rows and, beyond them, perturbed copies
(`eval.retrieval.grown_catalogue`); their vectors are made from the real ones, so that no build encodes. Each size runs in a process
of its own that opens what another has built, so that memory and load are those of serving.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from eval.retrieval.grown_catalogue import grown, grown_vectors
from eval.retrieval.product_search import SearchSet, read_search_set
from retrieval import snapshot
from retrieval.build import product_vectors_of
from retrieval.embedders.choosing import choose_embedder
from retrieval.indexes.choosing import index_for
from retrieval.ports import Vectors
from retrieval.segment import segment_of
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import Contents
from retrieval.vector_cache import VectorCache
from retrieval.vocabulary import Vocabulary

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MEBIBYTE = 1 << 20


def bench_retrieval(
    sets: Sequence[Path],
    sizes: Sequence[int],
    *,
    work: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Figures by size. `work` keeps the encoder's vectors between runs."""
    report: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "products": "real rows of " + ", ".join(folder.name for folder in sets) + "; perturbed copies beyond them",
        "sizes": {},
    }
    with tempfile.TemporaryDirectory(prefix="aisle-bench-") as scratch:
        kept = work or Path(scratch)
        searched = [read_search_set(folder) for folder in sets]
        vectors = _real_vectors(searched, kept)
        for size in sizes:
            where = Path(scratch) / str(size)
            tell(f"{size:,} products: building")
            built = _build(searched, vectors, size, where)
            tell(f"{size:,} products: searching")
            report["sizes"][str(size)] = {"build": built, **_measured_apart(where, sets)}
    return report


def machine() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, Python {platform.python_version()}"


def _real_vectors(searched: Sequence[SearchSet], work: Path) -> Vectors:
    embedder = choose_embedder(RetrievalSettings())
    made = [
        product_vectors_of(one.products, embedder, VectorCache(work / one.name / "vectors.sqlite")) for one in searched
    ]
    return np.concatenate(made)


def _build(searched: Sequence[SearchSet], real: Vectors, size: int, where: Path) -> Mapping[str, object]:
    """Mixed before the cut, so that a small catalogue holds products of every set."""
    mixed = np.random.default_rng(7).permutation(len(real))
    rows = [product for one in searched for product in one.products]
    products = list(grown([rows[place] for place in mixed], size))
    vectors = grown_vectors(real[mixed], size)
    began, wall = time.process_time(), time.perf_counter()
    segment = segment_of(products, vectors, index_for(size, vectors.shape[1]))
    words = time.process_time() - began
    contents = Contents(
        segment=segment,
        vocabulary=Vocabulary.of(products),
        passages=(),
        passage_vectors=np.zeros((0, vectors.shape[1]), np.float32),
    )
    embedder = choose_embedder(RetrievalSettings())
    manifest = snapshot.write(where, contents, embedder.name, datetime.now(UTC))
    np.save(where / "exact.npy", vectors)
    return {
        "cpu_s": round(time.process_time() - began, 1),
        "of_which_words_and_vectors_s": round(words, 1),
        "wall_s": round(time.perf_counter() - wall, 1),
        "index": manifest.index,
        "disk_mib": round(sum(path.stat().st_size for path in where.glob("snap-*/*")) / MEBIBYTE, 1),
    }


def _measured_apart(where: Path, sets: Sequence[Path]) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench.searching", str(where), *map(str, sets)]
    # One thread: the spinning of others would be counted as work.
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=alone)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured
