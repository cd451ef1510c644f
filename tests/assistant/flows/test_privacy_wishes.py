"""What customers want done with their data, said in words: turned off and on, deleted, given as a copy; in four languages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.assistant import Assistant
from assistant.clock import SystemClock
from assistant.customers import Customers, open_customers
from assistant.events import ConsentChanged
from assistant.privacy.choices import Choices
from assistant.privacy.consents import Consents
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.purposes import ConsentRules
from assistant.shops.records import Customer, CustomerId
from assistant.stores.small_tables import open_engine
from assistant.stores.sqlite_memories import SqliteMemories
from retrieval.private import PrivateNotes
from tests.assistant.shopper import Brains, Shopper, assistant_of
from tests.assistant.small_shop import SmallShop

pytestmark = pytest.mark.anyio


class FlaggingShop(SmallShop):
    flagged: str = ""

    async def customer(self, customer_id: CustomerId) -> Customer | None:
        found = await super().customer(customer_id)
        return replace(found, opt_out=True) if found is not None and found.id == self.flagged else found


@dataclass
class House:
    assistant: Assistant
    customers: Customers
    erasures: ErasureRequests
    choices: Choices
    shop: FlaggingShop

    async def new(self, customer: str = "", channel: str = "web", locale: str = "en") -> Shopper:
        conversation, _ = await self.assistant.start(channel=channel, customer_id=customer, locale=locale)  # type: ignore[arg-type]
        return Shopper(self.assistant, conversation)


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
async def house(tmp_path: Path, brains: Brains, tables: Engine) -> AsyncIterator[House]:
    async def here(call: Callable[[], object]) -> object:
        return call()

    shop = FlaggingShop()
    choices, erasures = Choices(tables, SystemClock()), ErasureRequests(tables, SystemClock())
    consents = Consents(rules=ConsentRules(), choices=choices, shop=shop, in_thread=here)
    notes = partial(PrivateNotes, embedder=brains.embedder)
    memories = SqliteMemories.open(tmp_path / "customers.db")
    customers = open_customers(shop, memories, notes, here, consents, erasures)
    assistant = assistant_of(brains, shop, customers=customers)
    yield House(assistant, customers, erasures, choices, shop)
    await assistant.drain(seconds=1)
    customers.close()


Say = Callable[[str], Awaitable[object]]


async def test_what_is_turned_off_is_a_fact_and_holds_at_once_and_in_the_next_conversation(house: House) -> None:
    maya = await house.new("maya")
    assert "Maya" in (await maya.say("hello")).text
    done = await maya.say("don't use my past orders")
    (changed,) = done.facts(ConsentChanged)
    assert (changed.purpose, changed.given, changed.source, bool(changed.notice)) == (
        "personalisation",
        False,
        "customer",
        True,
    )
    assert "Maya" not in (await (await house.new("maya")).say("hello")).text
    assert "Tom" in (await (await house.new("tom")).say("hello")).text


async def test_what_is_not_to_be_remembered_is_forgotten_and_kept_no_more(house: House) -> None:
    maya = await house.new("maya")
    await maya.talk("I wear 42", "don't remember me")
    assert house.customers.memories.of(CustomerId("maya")) == ()
    await maya.say("I hate wool")
    noted = await (await house.new("maya")).say("I'm vegan")
    assert "conversation" in noted.text or "while we talk" in noted.text
    assert house.customers.memories.of(CustomerId("maya")) == ()


async def test_it_is_turned_on_again_by_somebody_proven(house: House) -> None:
    maya = await house.new("maya")
    await maya.talk("don't remember me", "remember me again", "I wear 42")
    assert [one.value for one in house.customers.memories.of(CustomerId("maya")) if one.trait == "shoe size"] == ["42"]


async def test_whoever_only_knows_an_email_turns_nothing_on_for_all_conversations(house: House) -> None:
    await (await house.new("maya")).say("don't remember me")
    stranger = await house.new()
    await stranger.talk("where is my order?", "maya@example.com", "remember me again", "I wear 42")
    assert house.choices.of("maya")["memory"].given is False
    assert house.customers.memories.of(CustomerId("maya")) == ()


async def test_what_was_turned_off_before_they_said_who_they_are_holds_for_them(house: House) -> None:
    nobody = await house.new()
    await nobody.talk("don't remember me", "where is my order?", "maya@example.com")
    assert house.choices.of("maya")["memory"].given is False


async def test_the_shops_own_flag_is_told_and_not_overruled(house: House) -> None:
    house.shop.flagged = "maya"
    maya = await house.new("maya")
    assert "Maya" not in (await maya.say("hello")).text
    reply = await maya.say("you may use my past orders again")
    assert "shop" in reply.text and not reply.facts(ConsentChanged)


async def test_do_not_sell_turns_off_what_the_shops_rules_say(house: House) -> None:
    reply = await (await house.new("maya")).say("do not sell my personal information")
    assert {fact.purpose for fact in reply.facts(ConsentChanged)} == set(ConsentRules().do_not_sell)


async def test_recording_is_answered_honestly_and_noted(house: House) -> None:
    reply = await (await house.new()).say("stop recording")
    assert "No sound is recorded" in reply.text
    assert [fact.purpose for fact in reply.facts(ConsentChanged)] == ["recording"]


async def test_deleting_waits_for_a_yes_and_is_then_noted_once(house: House) -> None:
    maya = await house.new("maya")
    asked = await maya.say("delete my data")
    assert asked.buttons == ["Yes", "No"] and "all your conversations" in asked.text
    assert house.erasures.open() == ()
    done = await maya.say("yes")
    (request,) = house.erasures.open()
    assert request.customer_id == "maya" and request.request_id in done.text


async def test_a_no_deletes_nothing(house: House) -> None:
    maya = await house.new("maya")
    await maya.talk("delete my data", "no")
    assert house.erasures.open() == ()


async def test_whoever_has_not_proven_who_they_are_deletes_this_conversation_alone(house: House) -> None:
    stranger = await house.new()
    asked = await stranger.talk("where is my order?", "maya@example.com", "delete my data")
    assert "sign in with a code" in asked.text
    await stranger.talk("Delete this conversation's data", "yes")
    (request,) = house.erasures.open()
    assert request.customer_id == "" and request.conversation_id == stranger.conversation


async def test_nobody_in_particular_may_delete_what_they_said(house: House) -> None:
    nobody = await house.new()
    await nobody.talk("delete my data", "yes")
    (request,) = house.erasures.open()
    assert (request.customer_id, request.conversation_id) == ("", nobody.conversation)


async def test_on_a_public_screen_nothing_is_deleted_or_handed_out(house: House) -> None:
    kiosk = await house.new(channel="kiosk")
    kiosk.channel = "kiosk"
    for words in ("delete my data", "download my data"):
        assert "screen" in (await kiosk.say(words)).text
    await kiosk.say("yes")
    assert house.erasures.open() == ()


async def test_a_copy_needs_somebody_proven(house: House) -> None:
    assert "Your data" in (await (await house.new("maya")).say("download my data")).text
    stranger = await house.new()
    reply = await stranger.talk("where is my order?", "maya@example.com", "I want a copy of my data")
    assert "Sign in with a code" in reply.text


@pytest.mark.parametrize(
    ("locale", "text", "purpose"),
    [
        ("es", "no use mis pedidos anteriores", "personalisation"),
        ("fr", "n'utilisez pas mes commandes passées", "personalisation"),
        ("de", "Verwenden Sie meine früheren Bestellungen nicht", "personalisation"),
        ("es", "deje de grabar", "recording"),
        ("fr", "arrêtez d'enregistrer", "recording"),
        ("de", "Zeichnen Sie nicht auf", "recording"),
        ("es", "no guardes lo que digo", "memory"),
        ("fr", "ne vous souvenez pas de moi", "memory"),
        ("de", "Merken Sie sich nichts", "memory"),
    ],
)
async def test_it_is_understood_in_spanish_french_and_german(
    house: House, locale: str, text: str, purpose: str
) -> None:
    hello = {
        "es": "hola, buenas tardes, ¿qué tal?",
        "fr": "bonjour, comment allez-vous ?",
        "de": "guten Tag, wie geht's?",
    }
    reply = await (await house.new("maya", locale=locale)).talk(hello[locale], text)
    assert [fact.purpose for fact in reply.facts(ConsentChanged)] == [purpose], reply.text


@pytest.mark.parametrize(
    ("text", "word", "yes"),
    [
        ("borre mis datos", "Borraría", "sí"),
        ("effacez mes données", "J’effacerais", "oui"),
        ("Löschen Sie meine Daten", "endgültig löschen", "ja"),
    ],
)
async def test_deleting_is_asked_and_done_in_their_language(house: House, text: str, word: str, yes: str) -> None:
    maya = await house.new("maya")
    assert word in (await maya.say(text)).text
    await maya.say(yes)
    assert len(house.erasures.open()) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("quiero una copia de mis datos", "Sus datos"),
        ("je veux télécharger mes données", "Vos données"),
        ("Ich möchte meine Daten herunterladen", "Ihre Daten"),
    ],
)
async def test_a_copy_is_told_in_their_language(house: House, text: str, word: str) -> None:
    assert word in (await (await house.new("maya")).say(text)).text
