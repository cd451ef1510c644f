"""The promises, and how each is looked at in conversations with the real product over the demo shop.

The judge is the shop's own records, read before anything is opened; nothing of the assistant's own checks is used.
Above: `__main__`, `eval.mutations`. Below: the themes (`shopping`, `orders`, `speaking`, `every_talk`, `finding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assistant.running import Aisle
from eval.dialogue.shop_facts import ShopFacts
from eval.integrity.every_talk import whole
from eval.integrity.finding import erased, index
from eval.integrity.ground import Ground
from eval.integrity.orders import days, servicing, strangers
from eval.integrity.shopping import shopping, stores
from eval.integrity.speaking import languages, person, stopped
from eval.integrity.tally import Tally
from eval.security.house import house_secrets

PROMISES: Final[Mapping[str, str]] = {
    "no gaps": "every event of a log follows the one before",
    "once each": "a message stands in the log once, whatever is sent twice",
    "live is the log": "what a screen was told is what a reconnect reads, from every place",
    "state is the log": "the state served is the log folded anew",
    "every message answered": "each message ends in one reply with words in it, or a failure that says so",
    "in time": "a reply within fifteen seconds; where others use the machine, up to four times that",
    "prices are the shop's": "each card's price and currency stand in the shop's records",
    "stock is the shop's": "sold out is said of what is sold out, and of nothing else",
    "carts add up": "lines at the shop's prices, quantities, total and currency",
    "the cart holds what was asked": "what is put into a cart is in it, that often, and nothing else",
    "stores are the shop's": "who asks for a city's store is shown that store, by its name",
    "quotes are the source's": "a policy's citation stands word for word in that policy",
    "dates are the record's": "a day told of an order is one of the order's",
    "own orders only": "no order of somebody else's, whoever asks",
    "known as themselves": "an e-mail address names the customer whose it is",
    "a yes before each change": "nothing is changed by a proposal or a no; a yes changes it",
    "buttons lead on": "a quick reply is understood by who wrote it",
    "stopped is stopped": "a turn that is interrupted says no more",
    "a person is reached": "who asks for a person waits for one",
    "answered in their language": "German, Spanish and French are answered in kind",
    "the index is the shop": "every product is found by its own name, however far down",
    "the nearest first": "a product's own name finds it among the first three",
    "words of one meaning": "what is called otherwise here is found by its other name, too",
    "no prompt, no secret": "neither instructions nor keys in any reply",
    "erased is gone": "nothing said is left in an erased conversation",
}


async def look(aisle: Aisle, shop: ShopFacts) -> Tally:
    """All promises, in some twenty conversations. Changes the shop: give it a copy."""
    ground = Ground(aisle=aisle, shop=shop, tally=Tally(PROMISES))
    secrets = await aisle.in_thread(house_secrets, aisle.settings.home)
    for part in (shopping, stores, servicing, days, strangers, languages, person, stopped):
        for talk in await part(ground):
            await whole(ground, talk, secrets)
    await index(ground)
    await erased(ground)
    return ground.tally
