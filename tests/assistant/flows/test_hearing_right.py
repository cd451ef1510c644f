"""Order numbers heard on a line: put together, checked against the customer's own orders, and read back."""

from __future__ import annotations

import itertools

import pytest

from assistant.understanding.heard import as_written
from tests.assistant.shopper import Reply, Shopper

pytestmark = pytest.mark.anyio
_NUMBERS = itertools.count(1)


async def speak(shopper: Shopper, *texts: str) -> Reply:
    """Said aloud, and heard as written here."""
    replies: list[Reply] = []
    for text in texts:
        shopper.told += [text, as_written(text)]
        received = await shopper.assistant.receive(
            shopper.conversation,
            text,
            client_id=f"v{next(_NUMBERS)}",
            channel="call",
            audio=True,
            transcript_confidence=0.7,
        )
        replies.append(await shopper._reply(received.seq))
    return replies[-1]


def orders(reply: Reply) -> list[str]:
    return [card.id for card in reply.cards if card.kind == "order"]


async def test_a_number_and_an_address_in_pieces_find_the_order(shopper: Shopper) -> None:
    reply = await speak(shopper, "Where is my order W 1 0 0 0 0 0 1?", "It's maya at example dot com.")
    assert orders(reply) == ["#W1000001"]


@pytest.mark.parametrize(
    "heard", ["Where is order W 1 0 0 0 0 1?", "Where is order D-100-0001?", "where is order 1000001"]
)
async def test_a_misheard_number_is_taken_for_their_own_and_read_back(shopper: Shopper, heard: str) -> None:
    reply = await speak(shopper, "show my orders", "maya@example.com", heard)
    assert orders(reply) == ["#W1000001"]
    assert reply.text.count("#W1000001") >= 2


async def test_a_number_said_before_they_were_known_is_put_right_once_they_are(shopper: Shopper) -> None:
    reply = await speak(shopper, "Where is order W 1 0 0 0 0 1?", "maya at example dot com")
    assert orders(reply) == ["#W1000001"]


async def test_anothers_order_is_answered_like_none(shopper: Shopper) -> None:
    reply = await speak(shopper, "show my orders", "maya@example.com", "Where is order W 2 0 0 0 0 0 1?")
    none = await speak(shopper, "Where is order W 7 7 7 7 7 7 7?")
    assert orders(reply) == orders(none) == []
    assert "Kettle" not in reply.text
    assert "#W2000001" in reply.text and "#W7777777" in none.text


async def test_what_is_typed_stays_as_it_is_typed(shopper: Shopper) -> None:
    reply = await shopper.talk("show my orders", "maya@example.com", "Where is order #W1000009?")
    assert orders(reply) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [("Maia Lindkvist", True), ("Maya Lindquist", True), ("Paul Schmidt", False), ("Maya Thompson", False)],
)
async def test_a_name_that_was_heard_is_found_by_its_sound_with_the_zip(
    shopper: Shopper, name: str, known: bool
) -> None:
    reply = await speak(shopper, "Where is my order?", f"My name is {name} and my zip code is 97205.")
    assert bool(orders(reply)) is known


async def test_a_name_that_was_typed_is_found_as_it_is_written_alone(shopper: Shopper) -> None:
    reply = await shopper.talk("Where is my order?", "My name is Maia Lindkvist and my zip code is 97205.")
    assert orders(reply) == []


async def test_who_they_are_is_understood_in_the_shapes_that_ears_give(shopper: Shopper) -> None:
    reply = await speak(shopper, "Where is my order?", "First main, Maya. Last main, Lindquist.", "Zippa 97,205.")
    assert orders(reply) == ["#W1000001"]


async def test_a_price_that_was_heard_is_named_even_where_nothing_fits_it(shopper: Shopper) -> None:
    reply = await speak(shopper, "Show me kettles under 2 dollars.")
    assert "$2" in reply.text
