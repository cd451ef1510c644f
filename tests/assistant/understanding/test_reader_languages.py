"""Messages in Spanish, French and German, read as in English; the context decides in every language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.understanding.classifier import Label
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Confirm,
    Decline,
    FillSlot,
    Greet,
    SpeakLanguage,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.listening import Listener
from assistant.understanding.reader import Understander
from tests.assistant.shopper import Brains
from tests.assistant.understanding.reading import FULL, NOTHING, SHOWN, Read, asking, reader

pytestmark = pytest.mark.anyio


async def silent(text: str) -> Label | None:
    del text
    return None


@pytest.fixture
def read(brains: Brains) -> Read:
    return reader(Understander(brains.lexicon, silent, hear=Listener(), classify_any=silent, serves_orders=True))


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "dónde está mi pedido?"), ("fr", "où est ma commande"), ("de", "wo bleibt meine bestellung")],
)
async def test_where_an_order_is(read: Read, language: str, said: str) -> None:
    (command,) = await read(said, replace(NOTHING, language=language))
    assert isinstance(command, StartFlow) and command.flow == "track_order"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "cancela el pedido #W1234567"),
        ("fr", "annulez la commande #W1234567"),
        ("de", "bestellung #W1234567 stornieren"),
    ],
)
async def test_which_order_is_to_be_cancelled(read: Read, language: str, said: str) -> None:
    (command,) = await read(said, replace(NOTHING, language=language))
    assert isinstance(command, StartFlow)
    assert (command.flow, command.change, command.order) == ("serve_orders", "cancel", "#W1234567")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "pon el segundo en el carrito"),
        ("fr", "mets le deuxième dans le panier"),
        ("de", "leg den zweiten in den warenkorb"),
    ],
)
async def test_the_second_is_put_into_the_cart(read: Read, language: str, said: str) -> None:
    (command,) = await read(said, replace(SHOWN, language=language))
    assert isinstance(command, StartFlow) and command.flow == "add_to_cart"
    assert [one.position for one in command.references] == [2]


@pytest.mark.parametrize(
    ("language", "yes", "no", "enough"),
    [
        ("es", "vale", "mejor no", "olvídalo"),
        ("fr", "d'accord", "non merci", "laisse tomber"),
        ("de", "gerne", "nein danke", "vergiss es"),
    ],
)
async def test_yes_no_and_never_mind(read: Read, language: str, yes: str, no: str, enough: str) -> None:
    asked = replace(asking("go_ahead", "add_to_cart"), language=language)
    assert await read(yes, asked) == [Confirm()]
    assert await read(no, asked) == [Decline()]
    assert await read(enough, asked) == [CancelFlow()]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "me llamo Maya Lindqvist, código postal 97205"),
        ("fr", "je m'appelle Maya Lindqvist, code postal 97205"),
        ("de", "ich heiße Maya Lindqvist, postleitzahl 97205"),
    ],
)
async def test_who_they_are(read: Read, language: str, said: str) -> None:
    commands = await read(said, replace(asking("identity", "track_order"), language=language))
    told = next(one for one in commands if isinstance(one, FillSlot) and one.first_name)
    assert (told.first_name, told.last_name) == ("Maya", "Lindqvist")


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "cuánto pesa el primero?"), ("fr", "combien pèse le premier ?"), ("de", "wie schwer ist das erste?")],
)
async def test_a_question_on_a_product(read: Read, language: str, said: str) -> None:
    (command,) = await read(said, replace(SHOWN, language=language))
    assert isinstance(command, Ask)
    assert (command.about, command.attribute) == ("product", "weight")


@pytest.mark.parametrize(
    ("language", "said"), [("es", "quita la taza"), ("fr", "enlève la tasse"), ("de", "entferne die tasse")]
)
async def test_something_is_taken_out_of_the_cart(read: Read, language: str, said: str) -> None:
    (command,) = await read(said, replace(NOTHING, language=language, topic="cart"), FULL)
    assert isinstance(command, StartFlow) and command.flow == "remove_from_cart"


async def test_a_colour_asked_for_is_chosen(read: Read) -> None:
    asked = replace(asking("variant", "add_to_cart", values=["red", "black"]), language="de")
    (command,) = await read("rot bitte", asked)
    assert isinstance(command, Choose) and "red" in command.words


async def test_a_wish_and_a_question_in_one_message(read: Read) -> None:
    commands = await read("Hola! Quiero hablar con una persona", replace(NOTHING, language="es"))
    assert commands[-1] == TalkToHuman()


@pytest.mark.parametrize(
    ("language", "said", "wished"),
    [
        ("en", "can you speak Spanish?", "es"),
        ("de", "auf englisch bitte", "en"),
        ("fr", "parlez-vous allemand ?", "de"),
    ],
)
async def test_another_language_is_wished_for(read: Read, language: str, said: str, wished: str) -> None:
    assert await read(said, replace(NOTHING, language=language)) == [SpeakLanguage(language=wished)]


async def test_a_language_without_tables_is_read_by_the_encoder(brains: Brains) -> None:
    async def label(text: str) -> Label | None:
        return Label(name="change_order/cancel", confidence=0.8) if "ordine" in text else None

    read = reader(Understander(brains.lexicon, silent, hear=Listener(), classify_any=label, serves_orders=True))
    (command,) = await read("voglio annullare il mio ordine", replace(NOTHING, language="it"))
    assert isinstance(command, StartFlow) and (command.flow, command.change) == ("serve_orders", "cancel")
    (other,) = await read("blah", replace(NOTHING, language="it"))
    assert isinstance(other, Unclear)


async def test_a_yes_in_a_language_without_tables_is_a_yes(brains: Brains) -> None:
    async def label(text: str) -> Label | None:
        return Label(name={"sì": "yes", "ciao": "hello"}[text], confidence=1.0)

    read = reader(Understander(brains.lexicon, silent, hear=Listener(), classify_any=label))
    assert await read("sì", replace(NOTHING, language="it")) == [Confirm()]
    assert await read("ciao", replace(NOTHING, language="it")) == [Greet(kind="hello")]


async def test_a_runner_up_is_taken_where_the_best_label_makes_no_sense(brains: Brains) -> None:
    async def label(text: str) -> Label | None:
        del text
        return Label(name="yes", confidence=0.7, others=(Label(name="human", confidence=0.65),))

    read = reader(Understander(brains.lexicon, label))
    assert await read("frobnicate the gizmo quickly") == [TalkToHuman()]
    assert await read("frobnicate the gizmo quickly", asking("go_ahead", "add_to_cart")) == [Confirm()]
