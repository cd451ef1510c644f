"""LangChain's EnsembleRetriever of FAISS and BM25, half and half: as it comes, or with words stemmed in lower case.

As it comes, its BM25 splits at blanks and keeps capitals.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.peers.prepared import Given

_WORD = re.compile(r"\w+")


class Ensemble:
    def __init__(self, given: Given, preprocess: Callable[[str], list[str]] | None) -> None:
        community = importlib.import_module("langchain_community.retrievers")
        stores = importlib.import_module("langchain_community.vectorstores")
        self._ensemble = importlib.import_module("langchain_classic.retrievers").EnsembleRetriever
        about = [{"id": one} for one in given.ids]
        how = {} if preprocess is None else {"preprocess_func": preprocess}
        self._words = community.BM25Retriever.from_texts(given.texts, metadatas=about, **how)
        pairs = list(zip(given.texts, given.vectors.tolist(), strict=True))
        self._store = stores.FAISS.from_embeddings(pairs, _embeddings(given), metadatas=about)
        self._retrievers: dict[int, Any] = {}

    def search(self, text: str, number: int, k: int) -> Sequence[str]:
        if k not in self._retrievers:
            self._words.k = k
            near = self._store.as_retriever(search_kwargs={"k": k})
            self._retrievers = {k: self._ensemble(retrievers=[self._words, near], weights=[0.5, 0.5], id_key="id")}
        return [document.metadata["id"] for document in self._retrievers[k].invoke(text)[:k]]


def _embeddings(given: Given) -> Any:
    """Vectors of queries from a table, so that nothing is encoded."""
    base = importlib.import_module("langchain_core.embeddings").Embeddings
    table = dict(zip(given.queries, given.query_vectors.tolist(), strict=True))
    methods = {
        "embed_query": lambda self, text: table[text],
        "embed_documents": lambda self, texts: [table[text] for text in texts],
    }
    return type("Prepared", (base,), methods)()


def _stemming() -> Callable[[str], list[str]]:
    stemmer = importlib.import_module("Stemmer").Stemmer("english")

    def words(text: str) -> list[str]:
        stems: list[str] = stemmer.stemWords(_WORD.findall(text.lower()))
        return stems

    return words


def filled(given: Given, folder: Path, name: str) -> Ensemble:
    return Ensemble(given, _stemming() if name == "langchain-stemmed" else None)
