"""What a voice turn heard, put right before it is read: identifiers in one piece, and order numbers that are nobody's taken for
the customer's own that they sound like, which the reply then says.

Only the orders of whoever is known are looked at, through `identity`: a number that is another's is answered as one that is
nobody's. Nothing is done on such a guess without the yes that every change needs. Above: `turn`. Below: `understanding.heard`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.say_acts import Apologise, Inform
from assistant.conversation import Unanswered
from assistant.errors import AccessDenied, ShopUnavailable
from assistant.flows.choosing_orders import order_citation
from assistant.flows.work import Work
from assistant.identity import access_orders
from assistant.shops.records import Order
from assistant.understanding.heard import alternatives, as_written, options_as_written

_ORDER = re.compile(r"#[A-Za-z]{0,3}\d{4,14}\b|\b[A-Z]\d{6,12}\b")

_SWAPS = re.compile(r"\b(?:exchange|swap|modify|switch|change)\b", re.IGNORECASE)


async def heard_right(work: Work, waiting: Unanswered, language: str) -> Unanswered:
    """The message as it would have been typed. Whatever was typed or pressed comes back as it is."""
    said = waiting.said
    if not said.audio or said.action is not None:
        return waiting
    text = as_written(said.text, language, expecting=_expecting(work))
    if work.context.process.get("kind") == "swap" or _SWAPS.search(text):
        text = options_as_written(text)
    text = await _with_own_orders(work, text) if work.customer_id and _ORDER.search(text) else text
    return waiting if text == said.text else replace(waiting, said=replace(said, text=text))


async def words_meant(work: Work, words: str) -> str:
    """The same for words that were kept until the customer was known."""
    return await _with_own_orders(work, words) if by_voice(work) and _ORDER.search(words) else words


async def _with_own_orders(work: Work, text: str) -> str:
    known = {str(order.id): order for order in await _orders(work)}
    for heard in dict.fromkeys(_ORDER.findall(text)):
        number = heard.upper() if heard.startswith("#") else f"#{heard.upper()}"
        meant = (number,) if number in known else alternatives(number, tuple(known))
        if len(meant) == 1:
            text = text.replace(heard, meant[0])
        if number not in known:
            _read_back(work, number, [known[one] for one in meant])
    return text


def _read_back(work: Work, heard: str, meant: Sequence[Order]) -> None:
    citations = tuple(order_citation(order, work.phrases) for order in meant)
    ids = [order.id for order in meant]
    match ids:
        case []:
            work.acts.append(Apologise(about="heard_number", values={"order": heard}))
        case [one]:
            work.acts.append(Inform(about="heard_order", values={"order": one}, citations=citations))
        case _:
            values = {"order": heard, "orders": work.phrases.either(ids)}
            work.acts.append(Inform(about="heard_either", values=values, citations=citations))


async def _orders(work: Work) -> tuple[Order, ...]:
    try:
        return await access_orders(work.shop, work.customer_id)
    except (AccessDenied, ShopUnavailable):
        return ()


def by_voice(work: Work) -> bool:
    """Whether the conversation's last words were spoken."""
    return any(one.said.audio for one in (*work.conversation.answering, *work.conversation.unanswered))


def _expecting(work: Work) -> str:
    asked, process = work.context.asked, work.context.process
    slot = asked.slot if asked is not None else str(process.get("waiting") or "")
    return slot if slot in ("order", "identity") else ""
