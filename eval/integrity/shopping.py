"""Promises of finding and buying: carts, buttons, a message sent twice, stores. Above: `promises`. Below: `ground`, `talk`."""

from __future__ import annotations

import re
from typing import Final

from eval.integrity.ground import Ground
from eval.integrity.talk import Talk, settled, talking

_UNCLEAR: Final = re.compile(r"didn.t (quite )?understand|still didn.t understand|mean by that", re.I)


async def shopping(ground: Ground) -> list[Talk]:
    talks = []
    for wish in (
        "2 person tent under 300",
        "electric kettles",
        "waterproof rain jackets for men",
        "wireless headphones",
    ):
        async with talking(ground.aisle.assistant) as talk:
            asked: dict[tuple[str, str], int] = {}
            found = await talk.say(wish)
            for card in found.product_cards[:2]:
                variant = next((v for v in ground.variants(card.id) if v.in_stock() and v.price is not None), None)
                if variant is not None:
                    arguments = {"product_id": card.id, "variant_id": variant.id, "quantity": 2}
                    await talk.press("add_to_cart", arguments)
                    asked[(card.id, variant.id)] = 2
            await talk.say("what is in my cart")
            held = await _in_cart(ground, talk)
            ground.tally.look("the cart holds what was asked", held == asked, f"{held} for {asked}")
            again = await talk.again("what is in my cart")
            ground.tally.look("once each", again.duplicate, "a message sent twice was taken twice")
            await talk.say("how long can I return it?")
            await talk.say("how much is shipping?")
            await _buttons(ground, talk)
            await settled(talk)
        talks.append(talk)
    return talks


async def _buttons(ground: Ground, talk: Talk) -> None:
    """Each reply that offers some: the first of them, as who taps it would send it."""
    offered = 0
    for words in ("show me rain jackets", "add the first one to my cart", "hello", "tents", "add a tent to my cart"):
        told = await talk.say(words)
        for quick in told.quick_replies[:1]:
            offered += 1
            reached = await talk.say(quick.text)
            held = not reached.refused and bool(reached.text) and not _UNCLEAR.search(reached.text)
            ground.tally.look("buttons lead on", held, f"{quick.label!r}: {reached.refused or reached.text[:80]!r}")
    ground.tally.look("buttons lead on", offered > 0, "no quick reply was offered")


async def _in_cart(ground: Ground, talk: Talk) -> dict[tuple[str, str], int]:
    """Product and variant to how many."""
    cart = (await ground.aisle.assistant.state(talk.id)).cart
    return {(one.product_id, one.variant_id): one.quantity for one in cart.items}


async def stores(ground: Ground) -> list[Talk]:
    """Asked for by their cities: the card is that store's, by its name."""
    talks = []
    for store in list(ground.shop.stores.values())[:3]:
        async with talking(ground.aisle.assistant) as talk:
            told = await talk.say(f"do you have a store in {store.address.city}?")
            shown = {one.id: one.title for one in told.cards if one.kind == "store"}
            held = shown.get(store.id) == store.name
            ground.tally.look("stores are the shop's", held, f"{store.name}: {list(shown.values())} was shown")
            await settled(talk)
        talks.append(talk)
    return talks
