"""Linear rankers tried crosswise: learnt on one judged set, measured on every set. Above lies `eval.retrieval.command`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.retrieval.product_search import SearchSet
from eval.retrieval.quality import compared, measure_with, opened
from eval.retrieval.ranker_training import Lesson, Recorder, gains_on_both, lessons, trained
from retrieval.build import open_snapshot
from retrieval.ports import Embedder, Reranker
from retrieval.rerankers.linear import LinearReranker
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings

_PLACES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    searched: SearchSet
    taught: Sequence[Lesson]
    plain: Mapping[str, object]


def trial(folders: Sequence[Path], work: Path, embedder: Embedder) -> tuple[dict[str, Any], dict[str, float]]:
    """The report, and the weights learnt on all sets together."""
    sets = {one.searched.name: one for one in (_read(folder, work, embedder) for folder in folders)}
    report: dict[str, Any] = {"sets": {name: _plain(one.plain) for name, one in sets.items()}, "learnt": {}}
    gains: dict[tuple[str, str], float] = {}
    for name, one in sets.items():
        weights = trained(one.taught)
        told = {other: _tried(LinearReranker(weights), held, work, embedder) for other, held in sets.items()}
        gains |= {(name, other): figures["difference"] for other, figures in told.items()}
        report["learnt"][name] = {"weights": weights, "on": told}
    report["gains_on_the_others"] = gains_on_both(gains)
    return report, trained([lesson for one in sets.values() for lesson in one.taught])


def _read(folder: Path, work: Path, embedder: Embedder) -> _Set:
    searched = opened(folder, work, embedder)
    plain = measure_with(open_snapshot(work / searched.name, embedder, verify=False), searched)
    recorder = Recorder()
    taught = lessons(searched, _with(recorder, work / searched.name, embedder, weight=0.0), recorder, k=_PLACES)
    return _Set(searched=searched, taught=tuple(taught), plain=plain)


def _with(reranker: Reranker, where: Path, embedder: Embedder, *, weight: float) -> Retriever:
    settings = RetrievalSettings(reranked_places=_PLACES, reranker_weight=weight)
    return open_snapshot(where, embedder, settings=settings, reranker=reranker, verify=False)


def _tried(reranker: Reranker, one: _Set, work: Path, embedder: Embedder) -> dict[str, Any]:
    settings = RetrievalSettings()
    retriever = open_snapshot(work / one.searched.name, embedder, settings=settings, reranker=reranker, verify=False)
    measured = measure_with(retriever, one.searched)
    return {**_plain(measured), **compared(measured, one.plain)}


def _plain(report: Mapping[str, object]) -> dict[str, Any]:
    return {name: report[name] for name in ("ndcg@10", "recall@100")}
