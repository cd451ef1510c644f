"""One opened snapshot under measurement: `python -m eval.bench.searching WHERE SET...` prints figures as JSON.

A process of its own, started by `eval.bench.retrieval`, so that its memory is that of a server that only searches.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from eval.retrieval.product_search import read_search_set
from retrieval.build import open_snapshot
from retrieval.catalogue import Product, ProductId
from retrieval.embedders.choosing import choose_embedder
from retrieval.needs import Filter, Need
from retrieval.ports import Embedder, Vectors
from retrieval.retriever import Retriever
from retrieval.segment import Segment
from retrieval.settings import RetrievalSettings

SHARES = (0.5, 0.1, 0.01)
FILTERED_QUERIES = 60
MEBIBYTE = 1 << 20


def measure(where: Path, sets: Sequence[Path]) -> dict[str, Any]:
    texts = [text for folder in sets for text in read_search_set(folder).queries.values()]
    embedder = choose_embedder(RetrievalSettings())
    embedder.embed(["warm"])
    before = psutil.Process().memory_info().rss
    retriever, cold, _ = _load(where, embedder, verify=True)
    for text in texts[:40]:
        retriever.find(Need(text=text))
    report: dict[str, Any] = {
        "products": len(retriever),
        "load_s": {"first": cold},
        "query": _queries(retriever, texts, embedder),
    }
    report["memory_mib"] = _memory(before)
    _, warm, warm_cpu = _load(where, embedder, verify=True)
    unchecked = _load(where, embedder, verify=False)[1]
    report["load_s"] |= {"warm": warm, "warm_cpu": warm_cpu, "warm_without_checksums": unchecked}
    report["at_once"] = _at_once(retriever, texts, embedder)
    report["filtered_by_price"] = _by_price(retriever, texts, embedder)
    report["filtered_vectors"] = _filtered_vectors(retriever, np.load(where / "exact.npy"), texts, embedder)
    report["live"] = _live(retriever, texts)
    return report


def _load(where: Path, embedder: Embedder, *, verify: bool) -> tuple[Retriever, float, float]:
    """With its seconds by the clock and of CPU, to the end of the first query."""
    began, cpu = time.perf_counter(), time.process_time()
    retriever = open_snapshot(where, embedder, verify=verify)
    retriever.find(Need(text="first"))
    return retriever, round(time.perf_counter() - began, 2), round(time.process_time() - cpu, 2)


def spread(times: Sequence[float]) -> dict[str, float]:
    return {f"p{part}": round(float(np.percentile(times, part)), 2) for part in (50, 95, 99)}


def _timed(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    began = clock()
    work()
    return (clock() - began) * 1000


def _forget(embedder: Embedder) -> None:
    """A cached query would cost no encoding."""
    queries = getattr(embedder, "_queries", None)
    if queries is not None:
        queries._vectors.clear()


def _queries(retriever: Retriever, texts: Sequence[str], embedder: Embedder) -> dict[str, Any]:
    _forget(embedder)
    gc.collect()
    encoding = [_timed(lambda text=text: embedder.embed([text])) for text in texts]  # type: ignore[misc]
    without = [_timed(lambda text=text: retriever.find(Need(text=text))) for text in texts]  # type: ignore[misc]
    _forget(embedder)
    whole, wall = [], []
    for text in texts:
        began = time.perf_counter()
        whole.append(_timed(lambda text=text: retriever.find(Need(text=text))))  # type: ignore[misc]
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "queries": len(texts),
        "cpu_ms": spread(whole),
        "wall_ms": spread(wall),
        "cpu_ms_without_encoder": spread(without),
        "encoder_cpu_ms": spread(encoding),
    }


def _at_once(retriever: Retriever, texts: Sequence[str], embedder: Embedder, *, callers: int = 4) -> dict[str, float]:
    """Several shoppers ask at a time, each on a thread; the encoder included."""
    _forget(embedder)
    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(lambda text: retriever.find(Need(text=text)), texts))
    return {
        "callers": callers,
        "a_second": round(len(texts) / (time.perf_counter() - wall), 1),
        "cpu_ms": round((time.process_time() - cpu) * 1000 / len(texts), 2),
    }


def _by_price(retriever: Retriever, texts: Sequence[str], embedder: Embedder) -> dict[str, Any]:
    """Whole searches under "at most this price", each price asked for the first time."""
    state = retriever._state
    prices = np.sort(state.columns[0].price[~np.isnan(state.columns[0].price)])
    report = {}
    for share in SHARES:
        _forget(embedder)
        times = []
        for number, text in enumerate(texts[: 2 * FILTERED_QUERIES]):
            bound = Decimal(str(round(float(prices[int(share * (len(prices) - 1))]) + number * 1e-4, 4)))
            need = Need(text=text, filters=(Filter(field="price", operator="<=", number=bound),))
            times.append(_timed(lambda need=need: retriever.find(need)))  # type: ignore[misc]
        report[f"{share:.0%}"] = {"cpu_ms": spread(times)}
    return report


def _filtered_vectors(retriever: Retriever, exact: Vectors, texts: Sequence[str], embedder: Embedder) -> dict[str, Any]:
    """The vector index alone: recall@10 against exact inner products, rows allowed at random or around another topic."""
    segment = retriever._state.segments[0]
    chosen = texts[:: max(1, len(texts) // FILTERED_QUERIES)][:FILTERED_QUERIES]
    dice = np.random.default_rng(3)
    found: dict[str, list[tuple[float, float]]] = {}
    for text in chosen:
        vector = embedder.embed([text])[0]
        scores = exact @ vector
        found.setdefault("100%", []).append(_one(segment, vector, scores, np.ones(len(exact), dtype=np.bool_)))
        for share in SHARES:
            at_random = dice.random(len(exact)) < share
            found.setdefault(f"{share:.0%} random", []).append(_one(segment, vector, scores, at_random))
            far = _nearest_to(exact, _another_topic(scores, dice), share)
            found.setdefault(f"{share:.0%} off-topic", []).append(_one(segment, vector, scores, far))
    return {
        name: {
            "recall@10": round(float(np.mean([recall for recall, _ in ones])), 4),
            "cpu_ms": spread([cost for _, cost in ones]),
        }
        for name, ones in found.items()
    }


def _another_topic(scores: Vectors, dice: np.random.Generator) -> int:
    """A row among the tenth that lies farthest from the query."""
    return int(dice.choice(np.flatnonzero(scores <= np.quantile(scores, 0.1))))


def _nearest_to(exact: Vectors, row: int, share: float) -> NDArray[np.bool_]:
    """As a brand that hardly makes what is asked for: all that is allowed lies around one product of another topic."""
    near = exact @ exact[row]
    allowed: NDArray[np.bool_] = near >= np.quantile(near, 1 - share)
    return allowed


def _one(segment: Segment, vector: Vectors, scores: Vectors, allowed: NDArray[np.bool_]) -> tuple[float, float]:
    k = min(10, int(allowed.sum()))
    passing = np.where(allowed, scores, -9.0)
    best = set(np.argpartition(-passing, k - 1)[:k].tolist()) if k else set()
    began = time.process_time()
    # As a search does: candidates by the codes, their order by the stored vectors.
    rows, _ = segment.index.search(vector, 200, allowed=allowed)
    cost = (time.process_time() - began) * 1000
    near = rows[np.argsort(-(segment.vectors[rows] @ vector), kind="stable")][:k] if len(rows) else rows
    return (len(best & set(near.tolist())) / k if k else 1.0), cost


def _memory(before: int) -> dict[str, float]:
    """Resident; of it mapped from files, which processes share; and what the process held before it opened the index."""
    info = psutil.Process().memory_full_info()
    return {
        "resident": round(info.rss / MEBIBYTE, 1),
        "of_it_shared_with_files": round(getattr(info, "shared", 0) / MEBIBYTE, 1),
        "own": round(info.uss / MEBIBYTE, 1),
        "before_opening": round(before / MEBIBYTE, 1),
    }


def _live(retriever: Retriever, texts: Sequence[str]) -> dict[str, Any]:
    """Time from a change's arrival to its being found, and what it does to queries on another thread."""
    quiet = [_timed(lambda text=text: retriever.find(Need(text=text)), time.perf_counter) for text in texts]  # type: ignore[misc]
    stop, disturbed = Event(), list[float]()

    def ask() -> None:
        while not stop.is_set():
            for text in texts:
                disturbed.append(_timed(lambda text=text: retriever.find(Need(text=text)), time.perf_counter))  # type: ignore[misc]
                if stop.is_set():
                    return

    asking = Thread(target=ask)
    asking.start()
    try:
        price = [_price_change(retriever, row) for row in range(0, 4000, 100) if row < len(retriever)]
        fresh = [_new_product(retriever, number) for number in range(30)]
    finally:
        stop.set()
        asking.join()
    return {
        "price_visible_ms": spread(price),
        "new_product_findable_ms": spread(fresh),
        "queries_wall_ms": spread(quiet),
        "queries_wall_ms_during_changes": spread(disturbed),
    }


def _changed(product: Product, price: Decimal) -> Product:
    return replace(product, variants=tuple(replace(one, price=price) for one in product.variants))


def _price_change(retriever: Retriever, row: int) -> float:
    product = _changed(retriever._state.segments[0].products[row], Decimal("12345.67"))
    time.sleep(0.02)
    began = time.perf_counter()
    retriever.apply([product])
    seen = retriever.product(product.id)
    cost = (time.perf_counter() - began) * 1000
    if seen is None or seen.variants[0].price != Decimal("12345.67"):
        raise RuntimeError(f"the price change of {product.id!r} is not visible")
    return cost


def _new_product(retriever: Retriever, number: int) -> float:
    name = f"zq{number}x{number * 7919 % 1000:03d}"
    base = retriever._state.segments[0]
    original = base.products[number % len(base)]
    product = replace(original, id=ProductId(f"new-{number}"), title=f"{original.title} {name}")
    time.sleep(0.05)
    began = time.perf_counter()
    retriever.apply([product])
    found = retriever.find(Need(text=f"{original.title} {name}"))
    cost = (time.perf_counter() - began) * 1000
    if f"new-{number}" not in [evidence.id for evidence in found.products]:
        raise RuntimeError(f"the new product {product.id!r} is not found")
    return cost


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])) + "\n")
