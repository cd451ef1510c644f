"""Words of everyday talk are no typing errors of the shop's."""

from __future__ import annotations

from retrieval.build import in_memory
from retrieval.embedders.hashing import HashingEmbedder
from tests.retrieval.shop_fixture import POLICIES, product, variant

LOOPS = product("p1", "Rag Loops Towel", variant("p1", 1, "39"), category=("Towels",))


def test_a_word_of_everyday_talk_is_not_put_right() -> None:
    vocabulary = in_memory([LOOPS], POLICIES, HashingEmbedder()).vocabulary
    assert vocabulary.corrected("looks") == "looks"
    assert vocabulary.corrected("looops") == "loops"
