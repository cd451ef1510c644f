"""Snapshots: versioned, checked, swapped atomically. Arrays and JSON only; no pickle is ever read.

    where/CURRENT              the name of the snapshot to read
    where/snap-00000007/       manifest.json beside the files it names with their checksums; the last two are kept
    where/vectors.sqlite       the cache of vectors by content

A build writes `snap-N.tmp`, syncs it, renames it and then replaces CURRENT, so that a crash at any point leaves the last
good one to be read. Large arrays are mapped: processes share them, and opening reads none of them but for the checksums.
Above lie `build` and whoever opens an index.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from retrieval import snapshot_files as files
from retrieval.columns import Columns
from retrieval.errors import IndexBroken, IndexBusy, IndexMismatch, IndexMissing
from retrieval.identifiers import Identifiers
from retrieval.indexes.choosing import Kind, kind_of
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.indexes.faiss_ivf import CodedVectors, FaissIvfIndex
from retrieval.lexical import Bm25, Statistics
from retrieval.multilingual_column import MultilingualColumn
from retrieval.policy_passages import Passage, PolicyPassages
from retrieval.ports import VectorIndex
from retrieval.postings import Frequencies
from retrieval.segment import RowVectors, Segment
from retrieval.stored_products import StoredProducts, write_products
from retrieval.string_table import RowsById, table_of
from retrieval.synonyms import Synonyms
from retrieval.titles import Titles
from retrieval.vocabulary import Vocabulary

FORMAT = 3
_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_MULTILINGUAL = "multilingual"
_INDEX = "index.faiss"
_KEPT = 2
_HASHING = 2
"""Threads that check files: hashing lets go of the interpreter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    format: int
    generation: int
    built_at: datetime
    embedder: str
    dimensions: int
    products: int
    variants: int
    passages: int
    index: Kind
    """How vectors are searched; chosen by the number of products."""
    files: Mapping[str, str]
    """sha256 by file name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a snapshot holds."""

    segment: Segment
    vocabulary: Vocabulary
    passages: Sequence[Passage]
    passage_vectors: NDArray[np.float32]
    multilingual: MultilingualColumn | None = None
    """None where the shop answers queries in one language only."""


def generations(where: Path) -> list[Path]:
    """Folders of the snapshots that lie there, the current one first, then the newest. Raises IndexMissing."""
    found = sorted(where.glob("snap-????????"), reverse=True)
    try:
        current = _current(where)
    except IndexBroken:
        return found
    return [current, *(folder for folder in found if folder != current)]


def inspect(where: Path) -> Manifest:
    """The manifest of the snapshot that would be opened. Raises IndexMissing, IndexBroken."""
    return _manifest(_current(where))


def write(where: Path, contents: Contents, embedder: str, built_at: datetime) -> Manifest:
    """Make it the current one; readers of the old one are not disturbed. Raises IndexBusy."""
    where.mkdir(parents=True, exist_ok=True)
    with _only_writer(where):
        generation = _last_generation(where) + 1
        making = where / f"snap-{generation:08d}.tmp"
        making.mkdir()
        try:
            _write_segment(making, contents.segment)
            _write_rest(making, contents)
            manifest = _finish(making, contents, embedder, generation, built_at)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        _publish(where, making)
        return manifest


def sweep(where: Path) -> None:
    """Takes away what builds left half made that were killed. One that runs, here or in another process, is left alone."""
    if next(where.glob("snap-*.tmp"), None) is None:
        return
    with suppress(IndexBusy), _only_writer(where):
        pass  # whoever holds the lock has swept


def read(
    where: Path, *, embedder: str, dimensions: int, verify: bool = True, folder: Path | None = None
) -> tuple[Manifest, Contents]:
    """Of the current snapshot, or of another of its `generations`.

    Raises IndexMissing, IndexBroken (a checksum differs), IndexMismatch (built with another embedder or format).
    """
    folder = folder or _current(where)
    manifest = _manifest(folder)
    if manifest.format != FORMAT:
        raise IndexMismatch(expected=f"format {FORMAT}", found=f"format {manifest.format}")
    if (manifest.embedder, manifest.dimensions) != (embedder, dimensions):
        raise IndexMismatch(expected=f"{embedder} ({dimensions})", found=f"{manifest.embedder} ({manifest.dimensions})")
    _check(folder, manifest, verify=verify)
    return manifest, Contents(
        segment=_read_segment(folder, manifest),
        vocabulary=Vocabulary.from_json((folder / "vocabulary.json").read_bytes()).prepared(),
        passages=msgspec.json.decode((folder / "passages.json").read_bytes(), type=list[Passage]),
        passage_vectors=files.array(folder, "passages.vectors"),
        multilingual=_read_multilingual(folder, manifest),
    )


def policies_of(contents: Contents, synonyms: Synonyms) -> PolicyPassages:
    return PolicyPassages(contents.passages, contents.passage_vectors, synonyms)


def _write_segment(folder: Path, segment: Segment) -> None:
    products = [segment.products[row] for row in range(len(segment))]
    files.save(folder, "products.offsets", write_products(products, folder / "products.jsonl"))
    if kind_of(segment.index) == "faiss-flat":
        files.save(folder, "vectors", np.asarray(segment.vectors))
    else:
        segment.index.save(folder / _INDEX)
    files.write_table(folder, "ids", table_of(segment.ids))
    columns = segment.columns
    for name in ("first", "price", "stocked", "stock", "rating", "popularity"):
        files.save(folder, f"columns.{name}", getattr(columns, name))
    files.write_measures(folder, "product_measures", columns.product_measures)
    files.write_measures(folder, "variant_measures", columns.variant_measures)
    files.write_json(folder, "stores", columns.stores)
    files.write_postings(folder, "product_facets", columns.product_facets)
    files.write_postings(folder, "variant_facets", columns.variant_facets)
    files.write_postings(folder, "words", files.compact(segment.words.postings, len(segment)))
    files.write_json(folder, "statistics", {"mean_length": segment.statistics.mean_length})
    files.write_postings(folder, "trigrams", segment.identifiers.trigrams)
    files.save(folder, "titles.starts", segment.titles.starts)
    files.save(folder, "titles.stems", segment.titles.stems)
    files.write_table(folder, "identifiers", segment.identifiers.forms)
    files.save(folder, "identifiers.owners", segment.identifiers.owners)


def _write_rest(folder: Path, contents: Contents) -> None:
    (folder / "vocabulary.json").write_bytes(contents.vocabulary.to_json())
    files.write_json(folder, "passages", list(contents.passages))
    files.save(folder, "passages.vectors", contents.passage_vectors)
    if (column := contents.multilingual) is not None:
        files.save(folder, f"{_MULTILINGUAL}.vectors", column.vectors)
        files.save(folder, f"{_MULTILINGUAL}.term_vectors", column.term_vectors)
        if column.chunk_vectors is not None:
            files.save(folder, f"{_MULTILINGUAL}.chunk_vectors", column.chunk_vectors)
        facts = {"embedder": column.embedder, "language": column.language, "terms": list(column.terms)}
        files.write_json(folder, _MULTILINGUAL, facts)


def _read_multilingual(folder: Path, manifest: Manifest) -> MultilingualColumn | None:
    if f"{_MULTILINGUAL}.json" not in manifest.files:
        return None
    facts = files.read_json(folder, _MULTILINGUAL)
    vectors, term_vectors = (files.array(folder, f"{_MULTILINGUAL}.{part}") for part in ("vectors", "term_vectors"))
    chunked = f"{_MULTILINGUAL}.chunk_vectors.npy" in manifest.files
    chunk_vectors = files.array(folder, f"{_MULTILINGUAL}.chunk_vectors") if chunked else None
    return MultilingualColumn(vectors=vectors, term_vectors=term_vectors, chunk_vectors=chunk_vectors, **facts)


def _read_segment(folder: Path, manifest: Manifest) -> Segment:
    ids = files.read_table(folder, "ids")
    index, vectors = _read_vectors(folder, manifest)
    words = files.read_postings(folder, "words")
    return Segment(
        products=StoredProducts(folder / "products.jsonl", files.array(folder, "products.offsets")),
        ids=ids,
        columns=_read_columns(folder, manifest),
        words=Bm25(words, len(ids)),
        statistics=Statistics(
            documents=len(ids),
            mean_length=files.read_json(folder, "statistics")["mean_length"],
            frequencies=Frequencies(words),
        ),
        identifiers=Identifiers(
            files.read_table(folder, "identifiers"),
            files.array(folder, "identifiers.owners"),
            files.read_postings(folder, "trigrams"),
        ),
        vectors=vectors,
        index=index,
        titles=Titles(starts=files.array(folder, "titles.starts"), stems=files.array(folder, "titles.stems")),
        rows=RowsById(ids),
    )


def _read_vectors(folder: Path, manifest: Manifest) -> tuple[VectorIndex, RowVectors]:
    if manifest.index == "faiss-flat":
        vectors = files.array(folder, "vectors")
        flat = FaissFlatIndex(manifest.dimensions)
        flat.add(np.arange(len(vectors), dtype=np.int64), vectors)
        return flat, vectors
    lists = FaissIvfIndex.load(folder / _INDEX, manifest.dimensions)
    return lists, CodedVectors(lists, manifest.dimensions)


def _read_columns(folder: Path, manifest: Manifest) -> Columns:
    return Columns(
        first=files.array(folder, "columns.first"),
        price=files.array(folder, "columns.price"),
        stocked=files.array(folder, "columns.stocked"),
        stores=tuple(files.read_json(folder, "stores")),
        stock=files.array(folder, "columns.stock"),
        rating=files.array(folder, "columns.rating"),
        popularity=files.array(folder, "columns.popularity"),
        product_facets=files.read_postings(folder, "product_facets"),
        variant_facets=files.read_postings(folder, "variant_facets"),
        product_measures=files.read_measures(folder, "product_measures", manifest.products),
        variant_measures=files.read_measures(folder, "variant_measures", manifest.variants),
    )


def _finish(folder: Path, contents: Contents, embedder: str, generation: int, built_at: datetime) -> Manifest:
    manifest = Manifest(
        format=FORMAT,
        generation=generation,
        built_at=built_at,
        embedder=embedder,
        dimensions=int(contents.segment.vectors.shape[1]),
        index=kind_of(contents.segment.index),
        products=len(contents.segment),
        variants=contents.segment.columns.variants,
        passages=len(contents.passages),
        files={path.name: _checksum(path) for path in sorted(folder.iterdir())},
    )
    (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    for path in folder.iterdir():
        _sync(path)
    _sync(folder)
    return manifest


def _publish(where: Path, made: Path) -> None:
    final = made.with_suffix("")
    made.rename(final)
    pointer = where / f"{_CURRENT}.tmp"
    pointer.write_text(final.name)
    _sync(pointer)
    pointer.replace(where / _CURRENT)
    _sync(where)
    for old in sorted(where.glob("snap-????????"))[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _only_writer(where: Path) -> Iterator[None]:
    with (where / "LOCK").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBusy(str(where)) from error
        for abandoned in where.glob("snap-*.tmp"):
            shutil.rmtree(abandoned)
        yield


def _last_generation(where: Path) -> int:
    return max((int(path.name[5:]) for path in where.glob("snap-????????") if path.name[5:].isdigit()), default=0)


def _current(where: Path) -> Path:
    try:
        name = (where / _CURRENT).read_text().strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(str(where)) from error
    folder = where / name
    if not name.startswith("snap-") or not folder.is_dir():
        raise IndexBroken(str(where), f"{_CURRENT} names {name!r}, which is not there")
    return folder


def _manifest(folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise IndexBroken(str(folder), f"{_MANIFEST} cannot be read") from error


def _check(folder: Path, manifest: Manifest, *, verify: bool) -> None:
    paths = {name: folder / name for name in manifest.files}
    for name, path in paths.items():
        if not path.is_file():
            raise IndexBroken(str(folder), f"{name} is missing")
    if not verify:
        return
    # The longest first, so that none is left alone at the end.
    names = sorted(paths, key=lambda name: -paths[name].stat().st_size)
    with ThreadPoolExecutor(_HASHING) as pool:
        for name, found in zip(names, pool.map(_checksum, [paths[name] for name in names]), strict=True):
            if found != manifest.files[name]:
                raise IndexBroken(str(folder), f"{name} does not match its checksum")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
