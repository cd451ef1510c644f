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
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from retrieval.columns import Columns
from retrieval.errors import IndexBroken, IndexBusy, IndexMismatch, IndexMissing
from retrieval.identifiers import Identifiers
from retrieval.indexes.choosing import FLAT_TO, Kind, kind_of
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.indexes.faiss_ivf import CodedVectors, FaissIvfIndex
from retrieval.lexical import Bm25, Statistics
from retrieval.measures import Measures
from retrieval.multilingual_column import MultilingualColumn
from retrieval.policy_passages import Passage, PolicyPassages
from retrieval.ports import VectorIndex
from retrieval.postings import Frequencies, Postings, restored
from retrieval.segment import RowVectors, Segment
from retrieval.stored_products import StoredProducts, write_products
from retrieval.string_table import RowsById, StringTable, table_of
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
        passage_vectors=_array(folder, "passages.vectors"),
        multilingual=_read_multilingual(folder, manifest),
    )


def policies_of(contents: Contents, synonyms: Synonyms) -> PolicyPassages:
    return PolicyPassages(contents.passages, contents.passage_vectors, synonyms)


def _write_segment(folder: Path, segment: Segment) -> None:
    products = [segment.products[row] for row in range(len(segment))]
    _save(folder, "products.offsets", write_products(products, folder / "products.jsonl"))
    if kind_of(segment.index) == "faiss-flat":
        _save(folder, "vectors", np.asarray(segment.vectors))
    else:
        segment.index.save(folder / _INDEX)
    _write_table(folder, "ids", table_of(segment.ids))
    columns = segment.columns
    for name in ("first", "price", "stocked", "stock", "rating", "popularity"):
        _save(folder, f"columns.{name}", getattr(columns, name))
    _write_measures(folder, "product_measures", columns.product_measures)
    _write_measures(folder, "variant_measures", columns.variant_measures)
    _write_json(folder, "stores", columns.stores)
    _write_postings(folder, "product_facets", columns.product_facets)
    _write_postings(folder, "variant_facets", columns.variant_facets)
    _write_postings(folder, "words", _compact(segment.words.postings, len(segment)))
    _write_json(folder, "statistics", {"mean_length": segment.statistics.mean_length})
    _write_postings(folder, "trigrams", segment.identifiers.trigrams)
    _save(folder, "titles.starts", segment.titles.starts)
    _save(folder, "titles.stems", segment.titles.stems)
    _write_table(folder, "identifiers", segment.identifiers.forms)
    _save(folder, "identifiers.owners", segment.identifiers.owners)


def _write_rest(folder: Path, contents: Contents) -> None:
    (folder / "vocabulary.json").write_bytes(contents.vocabulary.to_json())
    _write_json(folder, "passages", list(contents.passages))
    _save(folder, "passages.vectors", contents.passage_vectors)
    if (column := contents.multilingual) is not None:
        _save(folder, f"{_MULTILINGUAL}.vectors", column.vectors)
        _save(folder, f"{_MULTILINGUAL}.term_vectors", column.term_vectors)
        if column.chunk_vectors is not None:
            _save(folder, f"{_MULTILINGUAL}.chunk_vectors", column.chunk_vectors)
        facts = {"embedder": column.embedder, "language": column.language, "terms": list(column.terms)}
        _write_json(folder, _MULTILINGUAL, facts)


def _read_multilingual(folder: Path, manifest: Manifest) -> MultilingualColumn | None:
    if f"{_MULTILINGUAL}.json" not in manifest.files:
        return None
    facts = _read_json(folder, _MULTILINGUAL)
    vectors, term_vectors = (_array(folder, f"{_MULTILINGUAL}.{part}") for part in ("vectors", "term_vectors"))
    chunked = f"{_MULTILINGUAL}.chunk_vectors.npy" in manifest.files
    chunk_vectors = _array(folder, f"{_MULTILINGUAL}.chunk_vectors") if chunked else None
    return MultilingualColumn(vectors=vectors, term_vectors=term_vectors, chunk_vectors=chunk_vectors, **facts)


def _read_segment(folder: Path, manifest: Manifest) -> Segment:
    ids = _read_table(folder, "ids")
    index, vectors = _read_vectors(folder, manifest)
    words = _read_postings(folder, "words")
    return Segment(
        products=StoredProducts(folder / "products.jsonl", _array(folder, "products.offsets")),
        ids=ids,
        columns=_read_columns(folder, manifest),
        words=Bm25(words, len(ids)),
        statistics=Statistics(
            documents=len(ids),
            mean_length=_read_json(folder, "statistics")["mean_length"],
            frequencies=Frequencies(words),
        ),
        identifiers=Identifiers(
            _read_table(folder, "identifiers"),
            _array(folder, "identifiers.owners"),
            _read_postings(folder, "trigrams"),
        ),
        vectors=vectors,
        index=index,
        titles=Titles(starts=_array(folder, "titles.starts"), stems=_array(folder, "titles.stems")),
        rows=RowsById(ids),
    )


def _read_vectors(folder: Path, manifest: Manifest) -> tuple[VectorIndex, RowVectors]:
    if manifest.index == "faiss-flat":
        vectors = _array(folder, "vectors")
        flat = FaissFlatIndex(manifest.dimensions)
        flat.add(np.arange(len(vectors), dtype=np.int64), vectors)
        return flat, vectors
    lists = FaissIvfIndex.load(folder / _INDEX, manifest.dimensions)
    return lists, CodedVectors(lists, manifest.dimensions)


def _read_columns(folder: Path, manifest: Manifest) -> Columns:
    return Columns(
        first=_array(folder, "columns.first"),
        price=_array(folder, "columns.price"),
        stocked=_array(folder, "columns.stocked"),
        stores=tuple(_read_json(folder, "stores")),
        stock=_array(folder, "columns.stock"),
        rating=_array(folder, "columns.rating"),
        popularity=_array(folder, "columns.popularity"),
        product_facets=_read_postings(folder, "product_facets"),
        variant_facets=_read_postings(folder, "variant_facets"),
        product_measures=_read_measures(folder, "product_measures", manifest.products),
        variant_measures=_read_measures(folder, "variant_measures", manifest.variants),
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


def _save(folder: Path, name: str, array: NDArray[Any]) -> None:
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def _array(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    # Small arrays are quicker in memory; large ones are mapped, so that processes share them. A plain view of the map:
    # slices of a memmap object cost microseconds each.
    if path.stat().st_size < 1 << 20:
        return cast(NDArray[Any], np.load(path, allow_pickle=False))
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _write_json(folder: Path, name: str, value: object) -> None:
    (folder / f"{name}.json").write_bytes(msgspec.json.encode(value))


def _read_json(folder: Path, name: str) -> Any:
    return msgspec.json.decode((folder / f"{name}.json").read_bytes())


def _write_postings(folder: Path, name: str, postings: Postings) -> None:
    _write_json(folder, f"{name}.terms", postings.term_list)
    for part, array in postings.arrays().items():
        if part != "weights" or not (array == 1).all():
            _save(folder, f"{name}.{part}", array)


def _read_postings(folder: Path, name: str) -> Postings:
    arrays = {part: _array(folder, f"{name}.{part}") for part in ("starts", "rows")}
    # Facets and trigrams only say that a row holds a term: no weights are stored for them.
    weighed = (folder / f"{name}.weights.npy").is_file()
    ones = np.broadcast_to(np.float32(1.0), arrays["rows"].shape)
    weights = _array(folder, f"{name}.weights") if weighed else ones
    return restored(_read_json(folder, f"{name}.terms"), {**arrays, "weights": weights})


def _compact(postings: Postings, rows: int) -> Postings:
    """Half the bytes a weight where memory counts: the third digit of a score decides nothing."""
    return postings if rows <= FLAT_TO else replace(postings, weights=postings.weights.astype(np.float16))


def _write_table(folder: Path, name: str, table: StringTable) -> None:
    for part, array in table.arrays().items():
        _save(folder, f"{name}.{part}", array)


def _read_table(folder: Path, name: str) -> StringTable:
    return StringTable({part: _array(folder, f"{name}.{part}") for part in ("letters", "starts", "hashes", "order")})


def _write_measures(folder: Path, name: str, measures: Measures) -> None:
    _write_json(folder, name, list(measures))
    for part, array in measures.arrays().items():
        _save(folder, f"{name}.{part}", array)


def _read_measures(folder: Path, name: str, rows: int) -> Measures:
    arrays = {part: _array(folder, f"{name}.{part}") for part in ("starts", "rows", "values")}
    return Measures(_read_json(folder, name), rows, arrays)
