"""Drift: chance is no drift, another population is, and few conversations are not measured."""

from __future__ import annotations

from random import Random

import pytest

from assistant.analytics.drift import LEAST, OF, drift
from tests.assistant.analytics.made_rows import row


def some(n: int, languages: str, seed: int = 1) -> list[object]:
    chance = Random(seed)
    return [row(f"c_{seed}_{k}", language=chance.choice(languages.split())) for k in range(n)]


def of(name: str, before: list[object], now: list[object]) -> str:
    return next(one.verdict for one in drift(before, now) if one.of == name)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_two_samples_of_the_same_customers_are_the_same(seed: int) -> None:
    assert of("languages", some(200, "en en en de fr", seed), some(100, "en en en de fr", seed + 100)) == "same"


def test_another_mix_of_languages_is_drift_and_says_which() -> None:
    found = next(one for one in drift(some(300, "en en en de"), some(300, "en de de de")) if one.of == "languages")  # type: ignore[arg-type]
    assert found.verdict == "drifted"
    assert {name for name, _, _ in found.moved} == {"en", "de"}


def test_a_language_that_was_never_seen_is_drift() -> None:
    assert of("languages", some(300, "en"), some(300, "en es")) == "drifted"


def test_few_conversations_are_not_measured() -> None:
    assert of("languages", some(LEAST - 1, "en"), some(400, "de")) == "not_measured"


def test_slower_replies_and_searches_in_vain_are_seen() -> None:
    quick = [row(f"a{k}", latency_p50=0.08, searches=1) for k in range(100)]
    slow = [row(f"b{k}", latency_p50=3.0, searches=1, not_found=k % 2) for k in range(100)]
    found = {one.of: one.verdict for one in drift(quick, slow)}
    assert (found["latency"], found["queries"], found["languages"]) == ("drifted", "drifted", "same")
    assert set(found) == set(OF)
