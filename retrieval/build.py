"""Products and policies to an index on disk, and an index on disk to a retriever.

Above lie the command line and bootstrap; below, all of retrieval.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from retrieval import snapshot
from retrieval.catalogue import Product
from retrieval.errors import IndexBroken, IndexMismatch, InvalidCatalogue, RefusedRow
from retrieval.indexes.choosing import index_for
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.languages import opened
from retrieval.multilingual_column import column_of
from retrieval.passages import dense_text, title_of
from retrieval.policies import Policy
from retrieval.policy_passages import Passage, chunks_of, passages_of
from retrieval.ports import Embedder, Reranker, Vectors
from retrieval.product_vectors import mean_of, product_vectors
from retrieval.rerankers.choosing import choose_reranker
from retrieval.retriever import Retriever
from retrieval.segment import segment_of
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import Contents, Manifest
from retrieval.synonyms import Synonyms
from retrieval.vector_cache import VectorCache
from retrieval.vocabulary import Vocabulary

Progress = Callable[[str, int, int], None]
"""Told as (stage, done, total)."""
_log = logging.getLogger(__name__)


def build(
    products: Iterable[Product],
    policies: Iterable[Policy],
    where: Path,
    embedder: Embedder,
    *,
    multilingual: Embedder | None = None,
    on_progress: Progress = lambda stage, done, total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Manifest:
    """Index all of it; what is there goes on being served until the new one is complete.

    Raises InvalidCatalogue (an id used twice), IndexBusy, OSError (a full disk): the old index stays.
    """
    catalogue = list(products)
    _check_ids(catalogue)
    passages = [passage for policy in policies for passage in passages_of(policy)]
    cache = VectorCache(where / "vectors.sqlite")
    vectors = product_vectors_of(catalogue, embedder, cache, on_progress)
    chunks = [chunk for passage in passages for chunk in chunks_of(passage)]
    chunk_vectors = cache.embed(chunks, embedder, lambda done, total: on_progress("embedding policies", done, total))
    on_progress("indexing words", 0, len(catalogue))
    contents = Contents(
        segment=segment_of(catalogue, vectors, index_for(len(catalogue), embedder.dimensions)),
        vocabulary=Vocabulary.of(catalogue),
        passages=passages,
        passage_vectors=chunk_vectors,
        multilingual=(
            None if multilingual is None else column_of(catalogue, multilingual, cache, on_progress, chunks=chunks)
        ),
    )
    on_progress("indexing words", len(catalogue), len(catalogue))
    manifest = snapshot.write(where, contents, embedder.name, now())
    on_progress("saving", 1, 1)
    return manifest


def open_snapshot(
    where: Path,
    embedder: Embedder,
    *,
    multilingual: Embedder | None = None,
    settings: RetrievalSettings | None = None,
    reranker: Reranker | None = None,
    verify: bool = True,
    fall_back: bool = True,
) -> Retriever:
    """The current one; where it is broken the last good one, with a warning, unless `fall_back` is False.

    Without a `reranker` the one that the settings name.

    Raises IndexMissing, IndexBroken (of the current one), IndexMismatch.
    """
    settings = settings or RetrievalSettings()
    try:
        manifest, contents = _read(where, embedder, verify)
    except IndexBroken as broken:
        if not fall_back or (older := _last_good(where, embedder)) is None:
            raise
        manifest, contents = older
        _log.warning("%s; generation %d serves meanwhile", broken, manifest.generation)
    return _retriever(contents, embedder, settings, manifest.generation, multilingual, reranker)


def _read(where: Path, embedder: Embedder, verify: bool, folder: Path | None = None) -> tuple[Manifest, Contents]:
    return snapshot.read(where, embedder=embedder.name, dimensions=embedder.dimensions, verify=verify, folder=folder)


def _last_good(where: Path, embedder: Embedder) -> tuple[Manifest, Contents] | None:
    for folder in snapshot.generations(where):
        try:
            # Whatever the caller trusts: after one broken file nothing is taken on trust.
            return _read(where, embedder, True, folder)
        except (IndexBroken, IndexMismatch) as error:
            _log.info("not usable: %s", error)
    return None


def in_memory(
    products: Sequence[Product],
    policies: Iterable[Policy],
    embedder: Embedder,
    *,
    multilingual: Embedder | None = None,
    settings: RetrievalSettings | None = None,
    reranker: Reranker | None = None,
) -> Retriever:
    """Without a file: for tests and for shops small enough to index at every start."""
    passages: list[Passage] = [passage for policy in policies for passage in passages_of(policy)]
    chunks = [chunk for passage in passages for chunk in chunks_of(passage)]
    contents = Contents(
        segment=segment_of(products, product_vectors(products, embedder.embed), FaissFlatIndex(embedder.dimensions)),
        vocabulary=Vocabulary.of(products),
        passages=passages,
        passage_vectors=embedder.embed(chunks),
        multilingual=None if multilingual is None else column_of(products, multilingual, chunks=chunks),
    )
    return _retriever(contents, embedder, settings or RetrievalSettings(), 1, multilingual, reranker)


def _retriever(
    contents: Contents,
    embedder: Embedder,
    settings: RetrievalSettings,
    generation: int,
    multilingual: Embedder | None = None,
    reranker: Reranker | None = None,
) -> Retriever:
    return Retriever(
        contents.segment,
        snapshot.policies_of(contents, Synonyms(settings.synonyms)),
        contents.vocabulary,
        embedder,
        new_index=FaissFlatIndex,
        settings=settings,
        generation=generation,
        reranker=reranker or choose_reranker(settings),
        languages=opened(contents.multilingual, multilingual, FaissFlatIndex),
    )


def _check_ids(products: Sequence[Product]) -> None:
    seen: set[str] = set()
    twice: list[RefusedRow] = []
    for line, product in enumerate(products, start=1):
        if product.id in seen:
            twice.append(RefusedRow(line=line, reason=f"id {product.id!r} is used twice"))
        seen.add(product.id)
    if twice:
        raise InvalidCatalogue(twice)


def product_vectors_of(
    products: Sequence[Product],
    embedder: Embedder,
    cache: VectorCache,
    on_progress: Progress = lambda stage, done, total: None,
) -> Vectors:
    """Row by row; only texts that the cache lacks are embedded."""
    titles = cache.embed(
        [title_of(product) for product in products],
        embedder,
        lambda done, total: on_progress("embedding titles", done, total),
    )
    texts = cache.embed(
        [dense_text(product) for product in products],
        embedder,
        lambda done, total: on_progress("embedding descriptions", done, total),
    )
    return mean_of(titles, texts)
