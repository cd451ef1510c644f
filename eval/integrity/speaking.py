"""Promises of talking: the customer's language, a person on request, stop. Above: `promises`. Below: `ground`, `talk`."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from assistant.events import AssistantSaid, TurnFailed
from eval.integrity.ground import Ground
from eval.integrity.talk import Talk, settled, talking

_TRIES: Final = 4
"""A turn takes some thirty milliseconds: one in a few is over before it is stopped."""


async def languages(ground: Ground) -> list[Talk]:
    words = {
        "de": ("Hallo, ich suche ein Zelt für zwei Personen", "ein|der|die|das|ich|für|Zelte?"),
        "es": ("hola, busco una tienda de campaña para dos personas", "el|la|los|las|para|que|de"),
        "fr": ("bonjour, je cherche une tente pour deux personnes", "le|la|les|pour|que|des|de"),
    }
    talks = []
    for language, (said, own) in words.items():
        async with talking(ground.aisle.assistant, locale=language) as talk:
            told = await talk.say(said)
            reply = told.reply
            held = reply is not None and reply.language == language and bool(re.search(rf"\b({own})\b", reply.text))
            ground.tally.look("answered in their language", held, f"{language}: {told.text[:60]!r}")
            await settled(talk)
        talks.append(talk)
    return talks


async def person(ground: Ground) -> list[Talk]:
    talks = []
    for words in ("can I talk to a person please", "I want to speak to a human", "give me an agent"):
        async with talking(ground.aisle.assistant) as talk:
            await talk.say(words)
            status = (await ground.aisle.assistant.state(talk.id)).status
            ground.tally.look(
                "a person is reached", status == "waiting_for_agent", f"{words!r}: the conversation is {status!r}"
            )
            await settled(talk)
        talks.append(talk)
    return talks


async def stopped(ground: Ground) -> list[Talk]:
    async with talking(ground.aisle.assistant) as talk:
        stops = [await _stop(ground, talk, number) for number in range(_TRIES)]
        ground.tally.look("stopped is stopped", any(stops), f"no turn of {_TRIES} could be interrupted")
        await settled(talk)
    return [talk]


async def _stop(ground: Ground, talk: Talk, number: int) -> bool:
    """False where the turn was over before it could be stopped: nothing to look at."""
    assistant = ground.aisle.assistant
    words = "compare all four person tents"
    received = await assistant.receive(talk.id, words, client_id=f"stop{number}", channel="web")
    stopped = await _interrupted(ground, talk)
    events = await assistant.wait_for_reply(talk.id, received.seq, timeout=20)
    last = events[-1].fact if events else None
    cut = isinstance(last, TurnFailed) or (isinstance(last, AssistantSaid) and last.interrupted)
    if stopped:
        ground.tally.look("stopped is stopped", cut, f"then {type(last).__name__}")
    return stopped


async def _interrupted(ground: Ground, talk: Talk) -> bool:
    """As soon as the turn runs."""
    assistant = ground.aisle.assistant
    begun = False
    for _ in range(2_000):
        turn = (await assistant.state(talk.id)).turn
        if turn is not None and await assistant.interrupt(talk.id, turn):
            return True
        if begun and turn is None:
            return False
        begun = begun or turn is not None
        await asyncio.sleep(0.001)
    return False
