"""Inverted lists over 8-bit codes: for more than 100,000 rows. Reads map the file, so that processes share it.

IVF with a scalar quantizer (Jégou et al. 2011; faiss `IVFn,SQ8`). A filter is a bitmap before the search, and decides
which lists are read: the nearest ones that hold allowed rows, until enough of these have been compared. What is allowed
may lie far from the query's topic, where a fixed number of lists near the query would hold none of it. A filter that
lets few rows through is thereby an exact scan but for the codes.
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
Scores = NDArray[np.float32]

COMPARED = 32_000
"""Allowed rows compared at least, where there are as many: 0.97 of the true ten first and more, filtered or not."""
_FEWEST_LISTS = 16
_TRAINED_ON = 50
"""Vectors a list that its centre is learnt from; faiss warns below 39."""


def lists_for(rows: int) -> int:
    """About twice the root of the rows, so that finding lists and reading them cost alike."""
    return max(1, min(int(2 * rows**0.5), rows // 39))


def lists_to_read(nearness: Scores, allowed: NDArray[np.int64], compared: int = COMPARED) -> NDArray[np.int64]:
    """Numbers of lists, nearest first. `allowed`: how many allowed rows each one holds."""
    order = np.argsort(-nearness, kind="stable")
    order = order[allowed[order] > 0]
    enough = int(np.searchsorted(np.cumsum(allowed[order]), compared)) + 1
    return order[: max(enough, _FEWEST_LISTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What is searched at one moment: the lists, what is gone from them, and what came since."""

    lists: faiss.IndexIVFScalarQuantizer | None
    centres: Vectors
    list_of: NDArray[np.int32]
    """By id; -1 where there is no such row."""
    sizes: NDArray[np.int64]
    """Rows by list, the dead ones included."""
    alive: Mask
    """By id, of those in the lists."""
    rows: int
    """How many of them live."""
    added: FaissFlatIndex


class FaissIvfIndex:
    """The first `add` trains and fills the lists; later ones go to a small flat index beside them."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._held = _Held(
            lists=None,
            centres=np.zeros((0, dimensions), dtype=np.float32),
            list_of=np.zeros(0, dtype=np.int32),
            sizes=np.zeros(0, dtype=np.int64),
            alive=np.zeros(0, dtype=np.bool_),
            rows=0,
            added=FaissFlatIndex(dimensions),
        )
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
        list_of = _list_of(lists)
        alive = list_of >= 0
        rows = int(np.count_nonzero(alive))
        lists.set_direct_map_type(faiss.DirectMap.Array if rows == len(alive) else faiss.DirectMap.Hashtable)
        centres = lists.quantizer.reconstruct_n(0, lists.nlist)
        sizes = np.bincount(list_of[alive], minlength=lists.nlist)
        self._held = replace(
            self._held, lists=lists, centres=centres, list_of=list_of, sizes=sizes, alive=alive, rows=rows
        )

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
        # Its threads, started anew for each search, cost 2 ms and help only disks that seek.
        faiss.downcast_InvertedLists(lists.invlists).prefetch_nthread = 0
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
    passing = _passing(held, allowed)
    k = min(k, held.rows if passing is None else int(np.count_nonzero(passing)))
    if held.lists is None or k < 1:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    nearness = held.centres @ query
    # Numbers of the rows first: a mask of a million as an index costs ten times as much.
    members = (
        held.sizes if passing is None else np.bincount(held.list_of[np.flatnonzero(passing)], minlength=len(nearness))
    )
    chosen = lists_to_read(nearness, members)
    bitmap = None if passing is None else faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))
    parameters = faiss.SearchParametersIVF(sel=bitmap, nprobe=len(chosen))
    # One query is not worth a team of threads, and teams of several callers would wait for each other.
    faiss.omp_set_num_threads(1)
    ids, scores = _read(
        held.lists, np.ascontiguousarray(query, dtype=np.float32), k, chosen, nearness[chosen], parameters
    )
    found = ids >= 0
    return ids[found], scores[found]


def _read(
    lists: faiss.IndexIVFScalarQuantizer,
    query: Vectors,
    k: int,
    chosen: NDArray[np.int64],
    nearness: Scores,
    parameters: faiss.SearchParametersIVF,
) -> tuple[Ids, Vectors]:
    """`search_preassigned`; faiss's Python layer of it takes no filter, so this calls the C++ one."""
    ids, scores = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.float32)
    chosen, nearness = np.ascontiguousarray(chosen), np.ascontiguousarray(nearness, dtype=np.float32)
    point = faiss.swig_ptr
    lists.search_preassigned_c(
        1, point(query), k, point(chosen), point(nearness), point(scores), point(ids), False, parameters
    )
    return ids, scores


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


def _list_of(lists: faiss.IndexIVFScalarQuantizer) -> NDArray[np.int32]:
    held = lists.invlists
    # Copies: what faiss hands out is memory that it may give back.
    ids = [faiss.rev_swig_ptr(held.get_ids(one), held.list_size(one)).copy() for one in range(lists.nlist)]
    found = np.full(max((int(one.max(initial=-1)) for one in ids), default=-1) + 1, -1, dtype=np.int32)
    for number, members in enumerate(ids):
        found[members] = number
    return found
