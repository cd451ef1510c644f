"""Every kind of product that the demo shop sells is found by its bare name, however politely it is asked for."""

from __future__ import annotations

import pytest

from assistant.context import Context
from assistant.shops.demo import generate
from assistant.understanding.commands import Ask, Command, Greet, StartFlow
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.reader import Understander
from retrieval.constraints import Filter, Need, parse_need
from retrieval.vocabulary import Vocabulary
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import Read, reader

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.of(generate().products).prepared()


@pytest.fixture
def read(brains: Brains, vocabulary: Vocabulary) -> Read:
    return reader(Understander(ShopLexicon(lambda: vocabulary, {}), brains.classify))


@pytest.mark.parametrize(
    "way",
    ["{}", "{} please", "hi, {}", "cheap {}", "i need {}", "{} for my wife", "{} under $100", "any {} for beginners?"],
)
async def test_a_kind_by_its_name_is_searched_for(read: Read, vocabulary: Vocabulary, way: str) -> None:
    kinds = sorted(vocabulary.values["category"])
    assert len(kinds) > 50
    missed = [said for kind in kinds if not _searches(await read(said := way.format(kind)))]
    assert not missed


def _searches(commands: list[Command]) -> bool:
    asked = [command for command in commands if not isinstance(command, Greet)]
    return bool(asked) and isinstance(asked[0], StartFlow) and asked[0].flow == "find_products"


@pytest.mark.parametrize("said", ["guitar", "a blender please", "lawn mower", "do you have something like a thermomix"])
async def test_goods_of_other_shops_are_searched_for_too(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, StartFlow) and command.flow == "find_products"


async def test_a_childs_age_counts_when_it_is_asked_what_is_needed(read: Read) -> None:
    (command,) = await read("my daughter starts skiing this winter, she's 6, what do i need")
    assert isinstance(command, StartFlow) and command.need is not None
    assert any(one.field == "audience" and "kids" in one.values for one in command.need.filters)


@pytest.mark.parametrize("said", ["43", "size 43", "in size 43", "eu 43 please", "i need a 43"])
async def test_a_size_after_shoes_is_their_size_and_no_question_on_sizing(read: Read, said: str) -> None:
    kind = Filter(field="category", operator="in", values=("running shoes",))
    shoes = Context(need=Need(text="running shoes", thing="running shoes", filters=(kind,)), topic="products")
    (command,) = await read(said, shoes)
    assert isinstance(command, StartFlow) and command.refine and command.need is not None
    assert any(one.field == "size" and "43" in one.values for one in command.need.filters)


async def test_what_the_customer_is_allergic_to_is_left_out(read: Read) -> None:
    (command,) = await read("i'm allergic to wool, need warm socks")
    assert isinstance(command, StartFlow) and command.need is not None
    assert any(one.operator == "not in" and "wool" in one.values for one in command.need.filters)
    assert not any(one.operator == "in" and one.field == "material" for one in command.need.filters)


async def test_how_much_the_customer_does_is_no_figure_of_the_thing(read: Read) -> None:
    (command,) = await read("bike for commuting 10 miles a day")
    assert isinstance(command, StartFlow) and command.need is not None and "10" not in command.need.text


@pytest.mark.parametrize(
    "said", ["nearest store to 97205", "how far is the nearest store to 97205", "closest shop 97205?"]
)
async def test_a_zip_code_beside_a_store_is_a_place_and_no_person(read: Read, said: str) -> None:
    (command,) = await read(said)
    assert isinstance(command, StartFlow) and (command.flow, command.place) == ("find_store", "97205")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "ich bin allergisch gegen wolle, brauche warme socken"),
        ("es", "soy alérgico a la lana, necesito calcetines"),
        ("fr", "je suis allergique à la laine, il me faut des chaussettes chaudes"),
    ],
)
def test_an_allergy_counts_in_every_language(vocabulary: Vocabulary, language: str, said: str) -> None:
    need = parse_need(said, vocabulary, language=language, into="en")
    materials = [one for one in need.filters if one.field == "material"]
    assert [one.operator for one in materials] == ["not in"] and "wool" in materials[0].values


TABLE = Context(shown=("p1",), focus=("p1",), titles={"p1": "Fjell Storm 2 Tent"}, topic="products")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("weight?", "weight"),
        ("weight", "weight"),
        ("what's the model number?", "model number"),
        ("and the warranty?", "warranty"),
        ("ip rating?", "ip rating"),
        ("what is the packed size", "packed size"),
        ("upper?", "upper"),
        ("what is 43 in us sizes?", "us sizes"),
    ],
)
async def test_what_the_catalogue_calls_so_is_asked_of_the_product(read: Read, said: str, name: str) -> None:
    (command,) = await read(said, TABLE)
    assert isinstance(command, Ask) and (command.about, command.attribute) == ("product", name)


async def test_how_long_delivery_takes_is_no_length_of_the_product(read: Read) -> None:
    (command,) = await read("how long is delivery", TABLE)
    assert isinstance(command, Ask) and command.about == "policy"
