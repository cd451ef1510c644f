"""Aisle as it ships: opened from the snapshot that `comparison` built, asked as an assistant asks it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.peers.prepared import Given
from retrieval.build import build, open_snapshot
from retrieval.embedders.choosing import choose_embedder
from retrieval.needs import Need
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings

INDEX = "index"


class Aisle:
    """Its own cache of queries stands for vectors at hand, as the peers have them; encoding is counted beside."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        """Reading of the query, ranking, and the facts of all k products: what a reply is written from."""
        return [evidence.id for evidence in self._retriever.find(Need(text=text), k=k).products]


def filled(given: Given, folder: Path, name: str) -> Aisle:
    """Built anew, its vectors taken from the cache beside it, so that nothing is encoded."""
    from eval.retrieval.product_search import read_search_set

    embedder = choose_embedder(RetrievalSettings())
    products = read_search_set(Path((folder / "source").read_text(encoding="utf-8"))).products
    build(products, (), folder / INDEX, embedder)
    return Aisle(open_snapshot(folder / INDEX, embedder))
