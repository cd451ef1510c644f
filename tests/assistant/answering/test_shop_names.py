"""The names that a shop knows."""

from assistant.answering.shop_names import ShopNames
from retrieval.vocabulary import Vocabulary
from tests.assistant.small_shop import PRODUCTS


def test_brands_and_cities_are_names_and_everyday_words_are_not() -> None:
    vocabulary = Vocabulary.of(PRODUCTS)
    names = ShopNames(lambda: vocabulary, {"portland"})
    assert {"fjell", "portland"} <= names()
    assert "tent" not in names()
    assert names() is names(), "made once a generation"


def test_a_word_that_many_products_use_is_no_name() -> None:
    vocabulary = Vocabulary(values={"brand": {"home": 1}}, counts={"home": 40})
    assert ShopNames(lambda: vocabulary, ())() == frozenset()
