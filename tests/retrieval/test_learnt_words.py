"""What a shop is taught: another name for a thing finds it, is no error of typing, and is forgotten again."""

from __future__ import annotations

import pytest

from retrieval.build import in_memory
from retrieval.constraints import parse_need
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.needs import Need
from retrieval.retriever import Retriever
from retrieval.spelling import taught
from retrieval.synonyms import Synonyms
from retrieval.vocabulary import Vocabulary
from tests.retrieval.shop_fixture import POLICIES, product, variant

CUSHION = product("p1", "Round Meditation Cushion", variant("p1", 1, "39"), category=("Yoga",))
LAMP = product("p2", "Desk Lamp", variant("p2", 1, "25"), category=("Lighting",))
ZIPPER = product("p3", "Bolter Steel Zip", variant("p3", 1, "3"), category=("Haberdashery",))


@pytest.fixture
def shop() -> Retriever:
    return in_memory([CUSHION, LAMP, ZIPPER], POLICIES, HashingEmbedder())


def found(shop: Retriever, text: str) -> tuple[list[str], tuple[str, ...]]:
    told = shop.find(Need(text=text, said=""), k=3)
    return [one.id for one in told.products], told.missing


def test_a_learnt_word_finds_the_thing_and_is_forgotten_with_it(shop: Retriever) -> None:
    before = found(shop, "bolsters")
    assert before[0][:1] != ["p1"]
    shop.learn("bolster, meditation cushion\n")
    ids, missing = found(shop, "bolsters")
    assert (ids[0], missing) == ("p1", ())
    assert shop.taught == {"bolster", "medit", "cushion"}
    shop.learn("")
    assert found(shop, "bolsters") == before


def test_a_learnt_word_is_no_error_of_typing(shop: Retriever) -> None:
    assert shop.vocabulary.corrected("bolster") == "bolter"
    assert "bolter" in parse_need("a bolster", shop.vocabulary).text
    shop.learn("bolster, meditation cushion\n")
    assert "bolster" in parse_need("a bolster", shop.vocabulary).text
    shop.apply([product("p4", "Brass Bell", variant("p4", 1, "9"))])
    assert shop.vocabulary.corrected("bolster") == "bolster"
    shop.learn("")
    assert shop.vocabulary.corrected("bolster") == "bolter"


def test_a_learnt_word_joins_the_group_of_the_other() -> None:
    learnt = Synonyms("divan, couch\n\nbolster, floor pillow")
    assert {("couch",), ("sofa",)} <= set(learnt.of(("divan",)))
    assert ("divan",) in learnt.of(("sofa",))
    assert learnt.of(("bolster",)) == [("floor", "pillow")]
    assert Synonyms("", own=False).stems == frozenset()
    assert Synonyms("", own=False).phrases_in(["sofa"]) == []


def test_what_was_derived_of_a_vocabulary_is_not_made_again() -> None:
    known = Vocabulary.of([CUSHION]).prepared()
    assert taught(known, frozenset({"bolster"}))._by_shape is known._by_shape
    assert type(taught(taught(known, frozenset({"bolster"})), frozenset())) is Vocabulary
