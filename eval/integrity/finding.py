"""Promises of the index: all of the shop is in it, the nearest comes first, words of one meaning; and of erasing.

Above: `promises`. Below: `ground`, `talk`.
"""

from __future__ import annotations

from typing import Final

from assistant.erasing.ports import Subject
from eval.integrity.ground import Ground
from eval.integrity.talk import talking
from retrieval.needs import Need

CANARY: Final = "Quillfeather-7731"
_CALLED: Final = {"rucksack": "pack", "jumper": "fleece", "sneakers": "shoes"}
"""A word that no title has, and what the first found by it has in its category."""
_EACH: Final = 41
"""Every so many products are looked for."""
_FAR: Final = 100


async def index(ground: Ground) -> None:
    for product in list(ground.shop.products.values())[::_EACH]:
        found = await ground.aisle.in_thread(
            lambda words: ground.aisle.retriever.find(Need(text=words), k=_FAR), product.title
        )
        at = next((place for place, one in enumerate(found.products) if one.id == product.id), None)
        ground.tally.look("the index is the shop", at is not None, f"{product.title!r} is not found")
        if at is not None:
            ground.tally.look("the nearest first", at < 3, f"{product.title!r} comes as number {at + 1}")
    for word, kind in _CALLED.items():
        found = await ground.aisle.in_thread(lambda said: ground.aisle.retriever.find(Need(text=said), k=1), word)
        named = ground.shop.product(found.products[0].id) if found.products else None
        held = named is not None and kind in " ".join(named.category).lower()
        ground.tally.look("words of one meaning", held, f"{word!r} finds {named.title if named else 'nothing'}")


async def erased(ground: Ground) -> None:
    assistant = ground.aisle.assistant
    for said in (f"a tent please, I am {CANARY}", f"my name is {CANARY}", f"do you have {CANARY} jackets?"):
        async with talking(assistant) as talk:
            await talk.say(said)
            await ground.aisle.erasing.erase(Subject(conversation_id=talk.id))
            left = repr(await assistant.events(talk.id)) + repr(await assistant.state(talk.id))
            ground.tally.look("erased is gone", CANARY not in left, "the words are still in the conversation")
