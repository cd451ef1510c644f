"""Inverted lists over 8-bit codes: for more than 100,000 rows. Reads map the file, so that processes share it.

IVF with a scalar quantizer (Jégou et al. 2011; faiss `IVFn,SQ8`). A filter is a bitmap before the search. The fewer
rows it lets through, the more lists are looked into: what is allowed may lie far from the query's topic, where an index
that looks near the query finds nothing. At a tenth and below all lists are scanned, which is exact but for the codes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import IndexBroken, IndexMismatch
from retrieval.indexes.faiss_flat import FaissFlatIndex
from retrieval.ports import Vectors

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

EXACT_AT = 0.1
"""Share of rows allowed at which every list is scanned."""
_LISTS = 64
"""Looked into where nothing is filtered."""
_LISTS_FILTERED = 100
"""Looked into times 1 / share."""
_TRAINED_ON = 50
"""Vectors a list that its centre is learnt from; faiss warns below 39."""


def lists_for(rows: int) -> int:
    """About twice the root of the rows, so that finding lists and reading them cost alike."""
    return max(1, min(int(2 * rows**0.5), rows // 39))


def lists_looked_into(lists: int, share: float) -> int:
    """How many of the lists a search reads when a filter lets that share of the rows through."""
    if share <= EXACT_AT:
        return lists
    return min(lists, _LISTS if share > 0.95 else max(_LISTS, int(_LISTS_FILTERED / share)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What is searched at one moment: the lists, what is gone from them, and what came since."""

    lists: faiss.IndexIVFScalarQuantizer | None
    alive: Mask
    """By id, of those in the lists."""
    rows: int
    """How many of them live."""
    added: FaissFlatIndex


class FaissIvfIndex:
    """The first `add` trains and fills the lists; later ones go to a small flat index beside them."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._held = _Held(lists=None, alive=np.zeros(0, dtype=np.bool_), rows=0, added=FaissFlatIndex(dimensions))
        self._writing = Lock()

    def add(self, ids: Ids, vectors: Vectors) -> None:
        if vectors.shape != (len(ids), self._dimensions):
            raise IndexMismatch(expected=f"{self._dimensions} dimensions", found=f"vectors of shape {vectors.shape}")
        with self._writing:
            if self._held.lists is None and len(ids):
                self._hold(_trained(ids, vectors))
            elif len(ids):
                self._bury(ids)
                self._held.added.add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        with self._writing:
            self._bury(ids)
            self._held.added.remove(ids)

    def _hold(self, lists: faiss.IndexIVFScalarQuantizer) -> None:
        ids = _ids(lists)
        alive = np.zeros(int(ids.max(initial=-1)) + 1, dtype=np.bool_)
        alive[ids] = True
        dense = len(alive) == len(ids)
        lists.set_direct_map_type(faiss.DirectMap.Array if dense else faiss.DirectMap.Hashtable)
        self._held = replace(self._held, lists=lists, alive=alive, rows=len(ids))

    def _bury(self, ids: Ids) -> None:
        alive = self._held.alive.copy()
        alive[ids[ids < len(alive)]] = False
        self._held = replace(self._held, alive=alive, rows=int(np.count_nonzero(alive)))

    def search(self, query: Vectors, k: int, *, allowed: Mask | None = None) -> tuple[Ids, Vectors]:
        held = self._held
        later = held.added.search(query, k, allowed=allowed) if len(held.added) else None
        found = _searched(held, query, k, allowed)
        if later is None:
            return found
        ids, scores = np.concatenate((found[0], later[0])), np.concatenate((found[1], later[1]))
        best = np.argsort(-scores, kind="stable")[:k]
        return ids[best], scores[best]

    def vectors_of(self, ids: Ids) -> Vectors:
        """As the codes have them; those of ids that came with the first `add`."""
        if self._held.lists is None:
            raise IndexMismatch(expected="a filled index", found="an empty one")
        vectors: Vectors = self._held.lists.reconstruct_batch(np.ascontiguousarray(ids, dtype=np.int64))
        return vectors

    def __len__(self) -> int:
        return len(self._held.added) + self._held.rows

    @property
    def lists(self) -> int:
        return 0 if self._held.lists is None else int(self._held.lists.nlist)

    def save(self, path: Path) -> None:
        """Raises IndexMismatch where rows came or went since the first `add`: build anew to take them in."""
        if self._held.lists is None or len(self._held.added) or self._held.rows < self._held.lists.ntotal:
            raise IndexMismatch(expected="one filled by a single add", found="an index changed since")
        without_map = faiss.clone_index(self._held.lists)
        without_map.set_direct_map_type(faiss.DirectMap.NoMap)
        faiss.write_index(without_map, str(path))

    @classmethod
    def load(cls, path: Path, dimensions: int) -> FaissIvfIndex:
        """Codes stay in the file. Raises IndexBroken, IndexMismatch."""
        try:
            lists = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError as error:
            raise IndexBroken(str(path), "faiss cannot read it") from error
        if lists.d != dimensions:
            raise IndexMismatch(expected=f"{dimensions} dimensions", found=f"{lists.d} dimensions")
        restored = cls(dimensions)
        restored._hold(lists)
        return restored


class CodedVectors:
    """The rows' vectors, read from an index's codes: at 10⁶ rows they need no second gigabyte."""

    def __init__(self, index: FaissIvfIndex, dimensions: int) -> None:
        self._index = index
        self.shape = (len(index), dimensions)

    def __getitem__(self, rows: int | Ids) -> Vectors:
        found = self._index.vectors_of(np.atleast_1d(np.asarray(rows, dtype=np.int64)))
        return found[0] if np.ndim(rows) == 0 else found

    def __len__(self) -> int:
        return self.shape[0]


def _searched(held: _Held, query: Vectors, k: int, allowed: Mask | None) -> tuple[Ids, Vectors]:
    lists, passing = held.lists, _passing(held, allowed)
    share = 1.0 if passing is None else float(np.count_nonzero(passing)) / max(held.rows, 1)
    k = min(k, held.rows)
    if lists is None or k < 1 or share == 0.0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    bitmap = None if passing is None else faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))
    parameters = faiss.SearchParametersIVF(sel=bitmap, nprobe=lists_looked_into(int(lists.nlist), share))
    # One query is not worth a team of threads, and teams of several callers would wait for each other.
    faiss.omp_set_num_threads(1)
    scores, ids = lists.search(np.ascontiguousarray(query.reshape(1, -1)), k, params=parameters)
    found = ids[0] >= 0
    return ids[0][found], scores[0][found]


def _passing(held: _Held, allowed: Mask | None) -> Mask | None:
    """None where every row of the lists passes, as for a retriever without a filter: a bitmap would only cost time."""
    whole = held.lists is not None and held.rows == held.lists.ntotal
    if allowed is None or (len(allowed) >= len(held.alive) and bool(allowed.all())):
        return None if whole else held.alive
    passing = held.alive.copy()
    passing[len(allowed) :] = False
    passing[: len(allowed)] &= allowed[: len(passing)]
    return passing


def _trained(ids: Ids, vectors: Vectors) -> faiss.IndexIVFScalarQuantizer:
    lists, dimensions = lists_for(len(ids)), vectors.shape[1]
    kind = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimensions), dimensions, lists, kind, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.max_points_per_centroid = _TRAINED_ON
    sample = np.random.default_rng(0).permutation(len(ids))[: max(lists * _TRAINED_ON, 10_000)]
    index.train(np.ascontiguousarray(vectors[np.sort(sample)], dtype=np.float32))
    step = 65_536
    for start in range(0, len(ids), step):
        part = np.ascontiguousarray(vectors[start : start + step], dtype=np.float32)
        index.add_with_ids(part, np.ascontiguousarray(ids[start : start + step]))
    return index


def _ids(lists: faiss.IndexIVFScalarQuantizer) -> Ids:
    held = lists.invlists
    found = [faiss.rev_swig_ptr(held.get_ids(one), held.list_size(one)).copy() for one in range(lists.nlist)]
    return np.concatenate([one for one in found if len(one)] or [np.zeros(0, dtype=np.int64)])
