"""LanceDB's hybrid search: its full-text index with its defaults (English, stemmed) and vectors, fused by reciprocal ranks.

Vectors are searched without an index, exactly: it is what LanceDB does until one is made, and best for its quality.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.peers.prepared import Given


class Lance:
    def __init__(self, given: Given, where: str) -> None:
        self._given = given
        rows = [
            {"id": one, "text": text, "vector": vector}
            for one, text, vector in zip(given.ids, given.texts, given.vectors, strict=True)
        ]
        self._table = importlib.import_module("lancedb").connect(where).create_table("products", data=rows)
        self._table.create_fts_index("text")
        self._reranker = importlib.import_module("lancedb.rerankers").RRFReranker()

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        query = self._table.search(query_type="hybrid").vector(self._given.query_vectors[number]).text(text)
        found = query.distance_type("cosine").rerank(self._reranker).select(["id"]).limit(k).to_arrow()
        ids: list[str] = found["id"].to_pylist()
        return ids


def filled(given: Given, folder: Path, name: str) -> Lance:
    return Lance(given, tempfile.mkdtemp(dir=folder, prefix="lance-"))
