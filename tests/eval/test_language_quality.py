"""Search in other languages: the suites are whole and solvable, and the measure says what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from eval.retrieval.language_quality import Asked, measure, of_the_set, of_the_shop
from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.multilingual import MultilingualEmbedder
from tests.demo import the_demo

SUITES = Path(__file__).parent / "suites"
SET = Path(__file__).parents[3] / "shared" / "data" / "product_search" / "search_relevance"
LANGUAGES = {"en", "es", "fr", "de"}


def test_every_need_is_told_in_four_languages_and_met_by_some_product() -> None:
    asked = of_the_shop(SUITES / "retrieval_languages.yaml", the_demo().products)
    assert len(asked) >= 60
    for one in asked:
        assert set(one.words) == LANGUAGES
        assert all(isinstance(words, str) and words.strip() for words in one.words.values())
        assert 1.0 in one.gains.values()


def test_at_least_sixty_queries_of_the_public_set_are_translated() -> None:
    told = yaml.safe_load((SUITES / "translated_dev_queries.yaml").read_text(encoding="utf-8"))["queries"]
    assert len(told) >= 60
    assert all(set(words) == LANGUAGES - {"en"} for words in told.values())


@pytest.mark.skipif(not SET.is_dir(), reason="needs the public search set beside the project: ../shared/data")
def test_every_translation_belongs_to_a_query_with_something_to_find() -> None:
    _, asked = of_the_set(SET, SUITES / "translated_dev_queries.yaml")
    assert all(max(one.gains.values()) > 0 for one in asked)


def test_a_share_is_against_english() -> None:
    products = the_demo().products[:40]
    shop = in_memory(products, (), HashingEmbedder(), multilingual=MultilingualEmbedder())
    title = products[0].title
    one = Asked(words={"en": title, "de": title, "fr": "zzzz qqqq"}, gains={products[0].id: 1.0})
    report = measure(shop, [one])
    assert report["en"]["ndcg@10"] == 1.0  # type: ignore[index]
    assert report["de"]["of_english"] > report["fr"]["of_english"]  # type: ignore[index]


def test_a_need_that_no_product_meets_is_a_fault_of_the_suite() -> None:
    with pytest.raises(ValueError, match="no product meets"):
        of_the_shop(
            SUITES / "retrieval_languages.yaml", [replace(one, category=("x",)) for one in the_demo().products[:9]]
        )
