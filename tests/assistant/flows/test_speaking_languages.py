"""A shopper who writes Spanish, French or German: served in that language from the first word to the order, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.answering.voices import LANGUAGES
from assistant.events import AssistantSaid
from tests.assistant.answering.english_left import english_left
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import MUG, SmallShop

pytestmark = pytest.mark.anyio

OTHERS = tuple(language for language in LANGUAGES if language != "en")
JOURNEYS = {
    "es": (
        "hola",
        "busco una tienda de campaña para 2 personas",
        "Algo más barato",
        "¿es impermeable?",
        "compare los dos primeros",
        "Enséñeme mi carrito",
        "¿Cómo funcionan las devoluciones?",
        "¿dónde están sus tiendas?",
        "Portland",
        "¿Dónde está mi pedido?",
        "maya@example.com",
        "¿qué sabe de mí?",
        "quiero hablar con una persona",
        "gracias",
    ),
    "fr": (
        "bonjour",
        "je cherche une tente pour 2 personnes",
        "Quelque chose de moins cher",
        "est-elle imperméable ?",
        "comparez les deux premiers",
        "Montrez-moi mon panier",
        "Comment fonctionnent les retours ?",
        "où sont vos magasins ?",
        "Portland",
        "Où est ma commande ?",
        "maya@example.com",
        "que savez-vous de moi ?",
        "je voudrais parler à quelqu’un",
        "merci beaucoup",
    ),
    "de": (
        "hallo",
        "ich suche ein Zelt für 2 Personen",
        "Etwas Günstigeres",
        "ist es wasserdicht?",
        "vergleichen Sie die ersten beiden",
        "Zeigen Sie mir meinen Warenkorb",
        "Wie funktioniert die Rückgabe?",
        "wo sind Ihre Filialen?",
        "die Filiale in Portland",
        "Wo ist meine Bestellung?",
        "maya@example.com",
        "was wissen Sie über mich?",
        "ich möchte mit einem Menschen sprechen",
        "vielen Dank",
    ),
}


def said_in_english(said: AssistantSaid) -> list[str]:
    """English words outside of titles and quotes, on the text, the cards and the buttons."""
    parts = [said.text, *(reply.label for reply in said.quick_replies)]
    for card in said.cards:
        parts += [card.availability, *(action.label for action in card.actions)]
        parts += [card.title, card.subtitle] if card.kind in ("order", "confirmation") else []
    titles = [card.title for card in said.cards if card.kind == "product"] + [c.title for c in said.citations]
    for part in sorted(titles, key=len, reverse=True):
        parts = [text.replace(part, "") for text in parts]
    return [word for text in parts for word in english_left(text)]


@pytest.fixture
async def german(brains: Brains, shop: SmallShop) -> AsyncIterator[Shopper]:
    assistant = assistant_of(brains, shop)
    conversation, _ = await assistant.start(channel="web", locale="de-CH")
    yield Shopper(assistant, conversation)
    await assistant.drain(seconds=1)


@pytest.mark.parametrize("language", OTHERS)
async def test_a_whole_visit_is_answered_in_its_language(shopper: Shopper, language: str) -> None:
    for text in JOURNEYS[language]:
        reply = await shopper.say(text)
        assert reply.said.language == language, (text, reply.text)
        assert said_in_english(reply.said) == [], (text, reply.text)


@pytest.mark.parametrize("language", OTHERS)
async def test_what_is_found_refined_bought_and_asked_is_the_same_as_in_english(
    shopper: Shopper, language: str
) -> None:
    found = await shopper.say(JOURNEYS[language][1])
    assert found.shown and all("tent" in card.title.lower() for card in found.cards)
    cheaper = await shopper.say(JOURNEYS[language][2])
    assert cheaper.shown
    added = await shopper.press("add_to_cart", product_id=MUG.id, quantity=1)
    assert added.said.language == language
    cart = await shopper.say(JOURNEYS[language][5])
    assert "cart" in {citation.id for citation in cart.citations}
    policy = await shopper.say(JOURNEYS[language][6])
    assert any(citation.kind == "policy" for citation in policy.citations)
    assert policy.citations[0].quote in policy.text
    await shopper.say(JOURNEYS[language][9])
    orders = await shopper.say("maya@example.com")
    assert any(card.kind == "order" for card in orders.cards)


@pytest.mark.parametrize("language", OTHERS)
async def test_the_buttons_that_are_offered_are_understood(shopper: Shopper, language: str) -> None:
    reply = await shopper.say(JOURNEYS[language][1])
    for text in reply.buttons:
        pressed = await shopper.say(text)
        assert pressed.said.language == language
        assert pressed.text not in _not_understood(language), text


def _not_understood(language: str) -> tuple[str, ...]:
    from assistant.answering.wording import load_templates

    return load_templates(language)["unclear"]


async def test_a_swiss_browser_reads_swiss_amounts_and_is_greeted_in_german(german: Shopper) -> None:
    assert (await german.say("ok")).said.language == "de"
    found = await german.say("ich suche ein Zelt für zwei Personen")
    assert "$\u00a099.00" in found.text


async def test_a_title_or_an_english_word_does_not_change_the_language(german: Shopper) -> None:
    found = await german.say("ich suche ein Zelt für zwei Personen")
    assert (await german.say(found.cards[0].title)).said.language == "de"
    assert (await german.say("ok cool")).said.language == "de"


async def test_asking_for_another_language_switches_at_once_and_back(german: Shopper) -> None:
    await german.say("ich suche ein Zelt für zwei Personen")
    assert (await german.say("can we speak English?")).said.language == "en"
    assert (await german.say("what is your return policy?")).said.language == "en"
    assert (await german.say("auf Deutsch bitte")).said.language == "de"


async def test_a_language_without_templates_is_told_so_once_and_answered_in_the_shops(shopper: Shopper) -> None:
    first = await shopper.say("cerco una tenda per due persone")
    assert first.said.language == "en" and "inglese" in first.text
    second = await shopper.say("quanto costa la spedizione per favore?")
    assert second.said.language == "en" and "inglese" not in second.text


async def test_a_turn_that_breaks_is_excused_in_the_conversations_language(german: Shopper, shop: SmallShop) -> None:
    await german.say("ich suche ein Zelt für zwei Personen")
    shop.broken.add("products")
    reply = await german.say("Etwas Günstigeres")
    assert reply.said.language == "de" and said_in_english(reply.said) == []
