"""`aisle eval voice-read-back`: order numbers, prices and sizes over a telephone line: are they right once they were read back?

A customer of the demo shop says each, hears in the reply what was understood, and says it again, slower, where that is wrong.
Silent: something else was taken and the reply did not name it, so that nobody could have noticed. Above: the command. Below:
`voice_tasks`, which has the line; the assistant, the speech engines.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from assistant.assistant import Assistant
from assistant.bootstrap import open_aisle
from assistant.context import context_of
from assistant.conversation import Conversation
from assistant.events import AssistantSaid, ConversationId
from assistant.settings import AisleSettings
from assistant.shops.demo import generate
from channels.voice.aloud import aloud
from channels.voice.expecting import expected
from eval.voice.tasks import PACE, on_the_line
from model_serving.settings import ModelSettings
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings

Kind = Literal["order", "price", "size"]
TRIES = 3
SLOWER = 0.1
PRICES = (13, 15, 16, 19, 30, 50, 60, 80, 90, 115, 118, 150, 180, 250)
SIZES = ("40", "41", "42", "43", "44", "45", "46")
ORDERS = 20
OnValue = Callable[["Tried"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    kind: Kind
    value: str
    words: str
    again: str
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    value: Value
    tries: int
    """After which it was right; 0: it never was."""
    silent: bool
    heard: tuple[str, ...]


def values() -> Iterator[Value]:
    orders = [order for order in generate().orders if order.customer_id]
    for order in orders[:: max(1, len(orders) // ORDERS)][:ORDERS]:
        words = f"Where is my order {order.id}?"
        yield Value(
            kind="order",
            value=order.id,
            words=words,
            again=f"The order number is {order.id}.",
            customer=str(order.customer_id),
        )
    for price in PRICES:
        words = f"Show me headphones under {price} dollars."
        yield Value(kind="price", value=str(price), words=words, again=words)
    for size in SIZES:
        words = f"I need running shoes in size {size}."
        yield Value(kind="size", value=size, words=words, again=words)


async def measure(on_value: OnValue = lambda tried: None) -> dict[str, Any]:
    """Some minutes. Raises RuntimeError without speech."""
    tried: list[Tried] = []
    with tempfile.TemporaryDirectory(prefix="aisle-read-back-") as home:
        settings = AisleSettings(home=Path(home))
        async with (
            open_aisle(settings, on_progress=lambda *_: None, model_settings=ModelSettings(engine="none")) as aisle,
            open_speech(SpeechSettings()) as speech,
        ):
            if speech is None:
                raise RuntimeError("speech is switched off: unset AISLE_SPEECH_ENABLED")
            for value in values():
                tried.append(await _try(aisle.assistant, speech, value))
                on_value(tried[-1])
    return report_of(tried)


async def _try(assistant: Assistant, speech: Speech, value: Value) -> Tried:
    conversation, _ = await assistant.start(channel="call", locale="en", customer_id=value.customer)
    heard: list[str] = []
    silent = False
    for number in range(TRIES):
        state = await assistant.state(conversation)
        text, sure = await _over_the_line(speech, value, number, state)
        heard.append(text)
        if not text:
            continue
        reply = await _reply(assistant, conversation, text, sure, number)
        taken = _taken(await assistant.state(conversation), value.kind)
        if taken == value.value or (value.kind == "order" and any(card.id == value.value for card in reply.cards)):
            return Tried(value=value, tries=number + 1, silent=silent, heard=tuple(heard))
        silent = silent or bool(
            taken and re.sub(r"\D", "", taken) not in re.sub(r"(?<=\d)[^\w](?=\d)|#[A-Z]", "", reply.text)
        )
    return Tried(value=value, tries=0, silent=silent, heard=tuple(heard))


async def _over_the_line(speech: Speech, value: Value, number: int, state: Conversation) -> tuple[str, float]:
    words = value.again if number else value.words
    said = await speech.say(aloud(words), pace=PACE - SLOWER * number)
    found = await speech.listen(on_the_line(said), language="en", expecting=expected(state).names)
    return found.text, found.confidence


async def _reply(
    assistant: Assistant, conversation: ConversationId, text: str, sure: float, number: int
) -> AssistantSaid:
    received = await assistant.receive(
        conversation, text, client_id=f"v{number}", channel="call", audio=True, transcript_confidence=sure
    )
    events = await assistant.wait_for_reply(conversation, received.seq, timeout=60)
    replies = [event.fact for event in events if isinstance(event.fact, AssistantSaid)]
    return replies[-1] if replies else AssistantSaid(turn_id=events[-1].fact.turn_id, text="", language="en")  # type: ignore[union-attr]


def _taken(state: Conversation, kind: Kind) -> str:
    """What the conversation now goes by."""
    context = context_of(state)
    if kind == "order":
        return context.order
    filters = context.need.filters if context.need else ()
    if kind == "price":
        return next(
            (
                f"{one.number.normalize():f}"
                for one in filters
                if one.field == "price" and isinstance(one.number, Decimal)
            ),
            "",
        )
    return next((one.values[0] for one in filters if one.field == "size" and one.values), "")


def report_of(tried: list[Tried]) -> dict[str, Any]:
    kinds: tuple[Kind, ...] = ("order", "price", "size")
    return {
        "note": "said by the packaged voice over mu-law at 8 kHz; where the reply named something else it was said again, slower",
        **{kind: _told([one for one in tried if one.value.kind == kind]) for kind in kinds},
        "silent": sum(one.silent for one in tried),
        "never": [{"value": one.value.value, "heard": list(one.heard)} for one in tried if not one.tries],
    }


def _told(tried: list[Tried]) -> dict[str, Any]:
    right = sum(bool(one.tries) for one in tried)
    return {
        "said": len(tried),
        "right_at_once": sum(one.tries == 1 for one in tried),
        "right_after_read_back": right,
        "percent_after_read_back": round(100 * right / len(tried), 1) if tried else None,
    }
