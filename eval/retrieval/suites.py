"""Search in the demo shop: requests with conditions, model numbers with and without a typing error, questions to policies.

Each suite is a file of its own words (tests/eval/suites/). Above lies `eval.retrieval.command`; below, retrieval.
"""

from __future__ import annotations

import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.shops.demo.shop import DemoShop, generate
from eval.dialogue.conditions import Condition, meets, read_conditions
from eval.metrics import Rate, percentile
from retrieval.build import build, open_snapshot
from retrieval.catalogue import Product, StoreId
from retrieval.constraints import Need, describe, parse_need
from retrieval.ports import Embedder
from retrieval.retriever import Found, Retriever
from retrieval.settings import RetrievalSettings

Report = dict[str, Any]
_SHOWN = 10
_TITLE_WORD = re.compile(r"[^\s,;()\[\]\"]+")
_MEASURE = re.compile(r"\d+[a-z]{1,3}")


def demo_retriever(
    work: Path, embedder: Embedder, settings: RetrievalSettings | None = None
) -> tuple[DemoShop, Retriever]:
    """Indexed under `work`, so that a second run embeds nothing."""
    shop = generate()
    build(shop.products, shop.policies, work / "demo", embedder)
    return shop, open_snapshot(work / "demo", embedder, settings=settings)


def constrained(suite: Path, shop: DemoShop, retriever: Retriever) -> Report:
    """precision@10: of as many results as there could be right ones, at most ten, the share that meets every condition.

    A violation is a shown product that breaks a stated condition (the kind of thing apart) without that being said.
    """
    stores = {store.id.replace("-", " "): store.id for store in shop.stores}
    precisions: list[float] = []
    failures: list[Report] = []
    violations = shown = relaxed = 0
    times: list[float] = []
    products = {product.id: product for product in shop.products}
    for says, wanted in yaml.safe_load(suite.read_text(encoding="utf-8")):
        conditions = read_conditions(wanted)
        right = sum(meets(product, conditions) for product in shop.products)
        if not right:
            raise ValueError(f"{says!r}: no product meets {wanted!r}")
        found, ms = _timed(lambda says=says: _asked(retriever, says, stores))  # type: ignore[misc]
        times.append(ms)
        results = [products[evidence.id] for evidence in found.products]  # type: ignore[index]
        first = results[: min(_SHOWN, right)]
        precision = sum(meets(product, conditions) for product in first) / min(_SHOWN, right)
        broken = [] if found.relaxed else _breaking(results, conditions)
        precisions.append(precision)
        violations, shown, relaxed = violations + len(broken), shown + len(results), relaxed + bool(found.relaxed)
        if precision < 1 or broken:
            failures.append(
                {"says": says, "precision": round(precision, 3), "need": describe(found.need), "broken": broken}
            )
    return {
        "suite": suite.stem,
        "requests": len(precisions),
        "precision@10": round(sum(precisions) / len(precisions), 4),
        "violations": violations,
        "shown": shown,
        "relaxed": relaxed,
        "p50_ms": round(percentile(times, 0.5), 2),
        "p95_ms": round(percentile(times, 0.95), 2),
        "failures": failures,
    }


def passages(suite: Path, retriever: Retriever) -> Report:
    right: list[bool] = []
    failures: list[Report] = []
    for row in yaml.safe_load(suite.read_text(encoding="utf-8")):
        found = retriever.find_policies(row["asks"], k=3)
        places = [f"{one.fields['document']}/{one.fields['section']}" for one in found]
        right.append(places[:1] != [] and places[0] in row["answer"])
        if not right[-1]:
            failures.append({"asks": row["asks"], "found": places, "answer": row["answer"]})
    rate = Rate(hits=sum(right), of=len(right))
    return {"suite": suite.stem, "questions": len(right), "right_first": rate.to_plain(), "failures": failures}


def model_numbers(shop_products: Iterable[Product], retriever: Retriever, *, most: int = 300, seed: int = 7) -> Report:
    """Every product's model number as it is, and with one letter or digit changed, left out, put in or swapped."""
    chance = random.Random(seed)
    numbered = _numbered(list(shop_products))
    drawn = chance.sample(numbered, min(most, len(numbered)))
    clean = [_reciprocal_rank(retriever, number, product) for number, product in drawn]
    mistyped = [_reciprocal_rank(retriever, _mistyped(number, chance), product) for number, product in drawn]
    return {
        "suite": "model_numbers",
        "queries": len(drawn),
        "mrr": round(_mean(clean), 4),
        "mrr_one_typo": round(_mean(mistyped), 4),
        "found_one_typo": Rate(hits=sum(rank > 0 for rank in mistyped), of=len(mistyped)).to_plain(),
    }


def _numbered(products: Sequence[Product]) -> list[tuple[str, Product]]:
    """By the attribute, or else by a word of the title that mixes letters and digits and stands in no other title."""
    stated = [(number, product) for product in products if (number := product.attributes.get("model number", ""))]
    if stated:
        return stated
    mixed = [(dict.fromkeys(filter(_is_mixed, _TITLE_WORD.findall(product.title))), product) for product in products]
    counts = Counter(_plain_form(word) for found, _ in mixed for word in found)
    return [
        (word, product)
        for found, product in mixed
        if (word := next((word for word in found if counts[_plain_form(word)] == 1), ""))
    ]


def _is_mixed(word: str) -> bool:
    form = _plain_form(word)
    return (
        len(form) >= 4 and any(map(str.isdigit, form)) and any(map(str.isalpha, form)) and not _MEASURE.fullmatch(form)
    )


def _plain_form(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def _reciprocal_rank(retriever: Retriever, number: str, product: Product) -> float:
    ids = [evidence.id for evidence in retriever.find(Need(text=number), k=_SHOWN).products]
    return 1 / (1 + ids.index(product.id)) if product.id in ids else 0.0


def _mistyped(number: str, chance: random.Random) -> str:
    places = [place for place, letter in enumerate(number) if letter.isalnum()]
    place = chance.choice(places)
    letter = chance.choice([one for one in _like(number[place]) if one != number[place]])
    match chance.choice(("change", "leave out", "put in", "swap")):
        case "change":
            return number[:place] + letter + number[place + 1 :]
        case "leave out":
            return number[:place] + number[place + 1 :]
        case "swap" if place + 1 < len(number) and number[place] != number[place + 1]:
            return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        case _:
            return number[:place] + letter + number[place:]


def _like(letter: str) -> str:
    return string.digits if letter.isdigit() else string.ascii_uppercase


def _asked(retriever: Retriever, says: str, stores: Mapping[str, StoreId]) -> Found:
    return retriever.find(parse_need(says, retriever.vocabulary, stores=stores), k=_SHOWN)


def _breaking(results: Sequence[Product], conditions: Sequence[Condition]) -> list[str]:
    stated = [one for one in conditions if one.field not in ("category", "title")]
    return [product.title for product in results if not meets(product, stated)]


def _timed(run: Callable[[], Found]) -> tuple[Found, float]:
    before = time.perf_counter()
    found = run()
    return found, (time.perf_counter() - before) * 1000


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
