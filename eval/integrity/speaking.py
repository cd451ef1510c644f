"""Promises of talking: the customer's language, a person on request, stop. Above: `promises`. Below: `ground`, `talk`."""

from __future__ import annotations

import asyncio
import re

from assistant.events import AssistantSaid, TurnFailed
from eval.integrity.ground import Ground
from eval.integrity.talk import Talk, settled, talking


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
    async with talking(ground.aisle.assistant) as talk:
        await talk.say("can I talk to a person please")
        status = (await ground.aisle.assistant.state(talk.id)).status
        ground.tally.look("a person is reached", status == "waiting_for_agent", f"the conversation is {status!r}")
        await settled(talk)
    return [talk]


async def stopped(ground: Ground) -> list[Talk]:
    assistant = ground.aisle.assistant
    async with talking(assistant) as talk:
        received = await assistant.receive(talk.id, "compare all four person tents", client_id="stop", channel="web")
        stopped = await _interrupted(ground, talk)
        events = await assistant.wait_for_reply(talk.id, received.seq, timeout=20)
        last = events[-1].fact if events else None
        cut = isinstance(last, TurnFailed) or (isinstance(last, AssistantSaid) and last.interrupted)
        ground.tally.look("stopped is stopped", stopped and cut, f"stopped {stopped}, then {type(last).__name__}")
        await settled(talk)
    return [talk]


async def _interrupted(ground: Ground, talk: Talk) -> bool:
    """As soon as the turn runs."""
    assistant = ground.aisle.assistant
    for _ in range(2_000):
        turn = (await assistant.state(talk.id)).turn
        if turn is not None and await assistant.interrupt(talk.id, turn):
            return True
        await asyncio.sleep(0.001)
    return False
