"""Grounding measured: which wrong drafts are caught, which good ones pass, by kind and language, and how fast.

Below: `grounding_suite`, the assistant's own grounding. Above: the command line. Of the split held apart only rates come out.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answering.grounding import support_of, ungrounded
from assistant.shops.demo.shop import DemoShop, generate
from eval.grounding.scenes import Split
from eval.grounding.suite import Case, cases_of, read_suite
from eval.metrics import Rate, percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    case: Case
    wrong: tuple[str, ...]
    """What grounding objects to."""
    seconds: float

    @property
    def right(self) -> bool:
        return bool(self.wrong) == bool(self.case.kind)


def judged(cases: Iterable[Case], names: frozenset[str]) -> list[Judged]:
    """The first one is judged twice, so that tables that are read once are not timed."""
    ordered = list(cases)
    for case in ordered[:1]:
        _judge(case, names)
    return [_judge(case, names) for case in ordered]


def _judge(case: Case, names: frozenset[str]) -> Judged:
    begun = time.process_time()
    wrong = ungrounded(case.text, support_of(case.cards, case.citations, case.said, locale=case.language, names=names))
    return Judged(case=case, wrong=wrong, seconds=time.process_time() - begun)


def names_of(shop: DemoShop) -> frozenset[str]:
    """As `assistant.bootstrap` makes them: brands and cities, lower case."""
    brands = {word.lower() for product in shop.products for word in product.brand.split()}
    return frozenset(brands | {store.address.city.lower() for store in shop.stores})


def measure(suites: Mapping[Split, Path], *, seed: int = 7) -> dict[str, Any]:
    shop = generate()
    names = names_of(shop)
    report: dict[str, Any] = {}
    for split, path in suites.items():
        found = judged(cases_of(read_suite(path), shop, split=split, seed=seed), names)
        report[split] = rates(found, cases=split == "dev")
    return report


def rates(found: Sequence[Judged], *, cases: bool) -> dict[str, Any]:
    """`cases`: with the drafts that were judged wrongly."""
    wrong, good = [one for one in found if one.case.kind], [one for one in found if not one.case.kind]
    report: dict[str, Any] = {
        "wrong_caught": _rate(wrong),
        "good_passed": _rate(good),
        "wrong_caught_by_kind": {kind: _rate(ones) for kind, ones in _by(wrong, "kind").items()},
        "good_passed_by_scene": {scene: _rate(ones) for scene, ones in _by(good, "scene").items()},
        "wrong_caught_by_language": {language: _rate(ones) for language, ones in _by(wrong, "language").items()},
        "good_passed_by_language": {language: _rate(ones) for language, ones in _by(good, "language").items()},
        "cpu_ms": {
            f"p{share}": round(percentile([one.seconds * 1000 for one in found], share / 100), 2) for share in (50, 95)
        },
    }
    if cases:
        report["missed"] = [_plain(one) for one in wrong if not one.right]
        report["false_alarms"] = [_plain(one) for one in good if not one.right]
    return report


def _by(found: Sequence[Judged], name: str) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in found:
        groups[str(getattr(one.case, name))].append(one)
    return dict(sorted(groups.items()))


def _rate(found: Sequence[Judged]) -> dict[str, Any]:
    return Rate(hits=sum(one.right for one in found), of=len(found)).to_plain()


def _plain(one: Judged) -> dict[str, Any]:
    case = one.case
    evidence = [
        f"{card.title} | {card.price.amount if card.price else ''} | {card.availability}" for card in case.cards
    ]
    evidence += [f"{citation.title}: {citation.quote}" for citation in case.citations]
    return {
        "kind": case.kind, "language": case.language, "text": case.text, "objected": one.wrong, "evidence": evidence
    }  # fmt: skip
