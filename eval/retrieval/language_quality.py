"""Search in other languages beside English: `python -m eval.retrieval.language_quality --suite FILE [--data DIR]`.

Three measures: our own needs to the demo shop, in several languages, judged by `eval.dialogue.conditions`; where a public set
is in DIR, our translations of its queries, judged by its labels; and questions to the demo shop's policies. NDCG@10 as in
`eval.retrieval.quality`.
Above lies the command line; below, retrieval.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from assistant.shops.demo.shop import generate
from eval.dialogue.conditions import meets, read_conditions
from eval.metrics import mean_interval
from eval.retrieval.product_search import read_search_set
from eval.retrieval.quality import ndcg
from retrieval.build import build, open_snapshot
from retrieval.catalogue import Product
from retrieval.embedders.choosing import choose_embedder, choose_multilingual
from retrieval.needs import Need
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings

Report = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One need: its words by language, and what it is worth to find."""

    words: Mapping[str, str]
    gains: Mapping[str, float]


def of_the_shop(suite: Path, products: Sequence[Product]) -> list[Asked]:
    """1 for what meets all conditions, 0.5 for what is of the category alone. Raises ValueError where nothing meets them."""
    asked = []
    for row in yaml.safe_load(suite.read_text(encoding="utf-8")):
        conditions = read_conditions(row.pop("wants"))
        kind = [one for one in conditions if one.field == "category"]
        gains = {product.id: 1.0 if meets(product, conditions) else 0.5 for product in products if meets(product, kind)}
        if 1.0 not in gains.values():
            raise ValueError(f"{row['en']!r}: no product meets its conditions")
        asked.append(Asked(words=row, gains=gains))  # type: ignore[arg-type]
    return asked


def of_the_set(folder: Path, translations: Path) -> tuple[Sequence[Product], list[Asked]]:
    found = read_search_set(folder)
    told: dict[object, dict[str, str]] = yaml.safe_load(translations.read_text(encoding="utf-8"))["queries"]
    return found.products, [
        Asked(words={"en": found.queries[str(query)], **words}, gains=found.gains[str(query)])
        for query, words in told.items()
    ]


def of_the_policies(suite: Path, retriever: Retriever) -> Report:
    """By language, how often the first passage found is one that answers."""
    right: dict[str, list[bool]] = {}
    for row in yaml.safe_load(suite.read_text(encoding="utf-8")):
        answers = row.pop("answer")
        for language, question in row.items():
            found = retriever.find_policies(question, k=1, language=language)
            places = [f"{one.fields['document']}/{one.fields['section']}" for one in found]
            right.setdefault(language, []).append(places != [] and places[0] in answers)
    return {language: {"right_first": sum(one), "questions": len(one)} for language, one in right.items()}


def measure(retriever: Retriever, asked: Sequence[Asked]) -> Report:
    english = _mean(retriever, asked, "en")
    report: Report = {"queries": len(asked), "en": english}
    for language in (name for name in asked[0].words if name != "en"):
        one = _mean(retriever, asked, language)
        share = float(one["ndcg@10"]) / float(english["ndcg@10"])  # type: ignore[arg-type]
        report[language] = {**one, "of_english": round(share, 3)}
    return report


def _mean(retriever: Retriever, asked: Sequence[Asked], language: str) -> Report:
    scores, times = [], []
    # The first query of a language loads what it needs; a service does so once.
    retriever.find(Need(text=asked[0].words[language] + " "), language=language)
    for one in asked:
        before = time.process_time()
        found = retriever.find(Need(text=one.words[language]), k=10, language=language)
        times.append((time.process_time() - before) * 1000)
        scores.append(ndcg([evidence.id for evidence in found.products], one.gains))
    p50, p95 = np.percentile(times, [50, 95])
    return {
        "ndcg@10": round(float(np.mean(scores)), 4),
        "interval_95": [round(end, 4) for end in mean_interval(scores)],
        "cpu_p50_ms": round(float(p50), 2),
        "cpu_p95_ms": round(float(p95), 2),
    }


def compared(name: str, products: Sequence[Product], asked: Sequence[Asked], folder: Path) -> Iterator[Report]:
    """With the glossary and without: without is what a language that has no table gets."""
    embedder, multilingual = choose_embedder(RetrievalSettings()), choose_multilingual(RetrievalSettings())
    build(products, (), folder, embedder, multilingual=multilingual)
    for glossary in (True, False):
        settings = RetrievalSettings(glossary=glossary)
        retriever = open_snapshot(folder, embedder, multilingual=multilingual, settings=settings, verify=False)
        yield {"set": name, "products": len(products), "glossary": glossary, **measure(retriever, asked)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--suite", type=Path, help="needs in several languages to the demo shop")
    parser.add_argument("--passages", type=Path, help="questions in several languages to the demo shop's policies")
    parser.add_argument("--data", type=Path, help="a public set's folder; its translations are given too")
    parser.add_argument("--translations", type=Path, help="our translations of its queries, by id")
    parser.add_argument("--work", type=Path, help="where the indexes are kept between runs")
    options = parser.parse_args(arguments)
    if not options.suite and not options.passages and not (options.data and options.translations):
        parser.error("give --suite, --passages, or --data with --translations")
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        if options.suite:
            products: Sequence[Product] = generate().products
            _told(compared("demo shop", products, of_the_shop(options.suite, products), work / "demo"))
        if options.passages:
            demo = generate()
            embedder, multilingual = choose_embedder(RetrievalSettings()), choose_multilingual(RetrievalSettings())
            build(demo.products, demo.policies, work / "policies", embedder, multilingual=multilingual)
            retriever = open_snapshot(work / "policies", embedder, multilingual=multilingual, verify=False)
            _told([{"set": "policies", **of_the_policies(options.passages, retriever)}])
        if options.data:
            products, asked = of_the_set(options.data, options.translations)
            _told(compared(options.data.name, products, asked, work / options.data.name))
    return 0


def _told(reports: Iterable[Report]) -> None:
    for report in reports:
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
