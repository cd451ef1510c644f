"""Faults of what is said: the reply is spoilt after everything that checks it. Above: `faults`. Below: `fault`, the turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assistant.answering import cards
from assistant.answering.phrases import Phrases
from assistant.answering.prompt import SYSTEM
from assistant.events import AssistantSaid, Card
from assistant.turn import Turns
from eval.mutations.fault import Fault, swap
from retrieval.catalogue import Money

Spoil = Callable[[AssistantSaid], AssistantSaid]


def _replies(spoil: Spoil) -> Callable[[], AbstractContextManager[None]]:
    def changed(kept: Any) -> Any:
        async def spoilt(self: Turns, *arguments: Any) -> AssistantSaid:
            return spoil(await kept(self, *arguments))

        return spoilt

    return swap(Turns, "__call__", changed)


def _dearer(reply: AssistantSaid) -> AssistantSaid:
    return replace(reply, text=re.sub(r"\$(\d)", r"$1\1", reply.text))


def _in_euros(card: Card) -> Card:
    price = replace(card.price, currency="EUR") if card.price is not None else None
    return replace(card, price=price)


def _said_more(text: str) -> Spoil:
    return lambda reply: replace(reply, text=f"{reply.text} {text}")


def _cut_short(reply: AssistantSaid) -> AssistantSaid:
    return replace(reply, text=reply.text.split("\n")[0]) if reply.cards else reply


def _cited_elsewhere(reply: AssistantSaid) -> AssistantSaid:
    wrong = [replace(one, id="loyalty#0", title="Loyalty") if one.kind == "policy" else one for one in reply.citations]
    return replace(reply, citations=tuple(wrong))


def _dead_buttons(reply: AssistantSaid) -> AssistantSaid:
    return replace(reply, quick_replies=tuple(replace(one, text="") for one in reply.quick_replies))


def _rounded(kept: Any) -> Any:
    def money(self: Phrases, amount: Money) -> str:
        return str(kept(self, replace(amount, amount=amount.amount.quantize(Decimal(1)))))

    return money


def _a_day_later(kept: Any) -> Any:
    return lambda self, value, *, today: kept(self, value + timedelta(days=1), today=today)


def _stock_inverted(kept: Any) -> Any:
    def availability(*arguments: Any, **more: Any) -> str:
        told = str(kept(*arguments, **more))
        return "in stock" if "sold out" in told else "sold out"

    return availability


def _cheaper_card(kept: Any) -> Any:
    def lowest(*arguments: Any) -> Money | None:
        found: Money | None = kept(*arguments)
        return replace(found, amount=(found.amount * Decimal("0.9")).quantize(Decimal("0.01"))) if found else None

    return lowest


FAULTS = (
    Fault(name="wrong price said", about="prices in the text have a digit more", plant=_replies(_dearer),
          meant="sentinels/ungrounded figures"),
    Fault(name="wrong price on the card", about="a tenth off what the shop asks", plant=swap(cards, "lowest_price", _cheaper_card),
          meant="integrity/prices are the shop's"),
    Fault(name="currency wrong", about="cards in euros, in a shop of dollars",
          plant=_replies(lambda reply: replace(reply, cards=tuple(map(_in_euros, reply.cards)))),
          meant="integrity/prices are the shop's"),
    Fault(name="rounding", about="cents are left out of what is said", plant=swap(Phrases, "money", _rounded),
          meant="sentinels/ungrounded figures"),
    Fault(name="date off by a day", about="deliveries are told for the day after", plant=swap(Phrases, "day", _a_day_later),
          meant="integrity/dates are the record's"),
    Fault(name="wrong language", about="replies to all say that they are English",
          plant=_replies(lambda reply: replace(reply, language="en")), meant="integrity/answered in their language"),
    Fault(name="ungrounded claim", about="every reply praises a battery of 97 hours",
          plant=_replies(_said_more("It runs for 97 hours.")), meant="sentinels/ungrounded figures"),
    Fault(name="invented product", about="a price of something that the shop has not",
          plant=_replies(_said_more("Our best seller is $777.77.")), meant="sentinels/ungrounded figures"),
    Fault(name="cards not named", about="of a list only the first line is said", plant=_replies(_cut_short),
          meant="sentinels/cards not named"),
    Fault(name="stock inverted", about="what is sold out is in stock", plant=swap(cards, "availability", _stock_inverted),
          meant="integrity/stock is the shop's"),
    Fault(name="citation to a wrong passage", about="rules are quoted from another document", plant=_replies(_cited_elsewhere),
          meant="integrity/quotes are the source's"),
    Fault(name="quick reply broken", about="buttons send nothing", plant=_replies(_dead_buttons),
          meant="integrity/buttons lead on"),
    Fault(name="prompt leak", about="replies tell the model's instructions", plant=_replies(_said_more(SYSTEM)),
          meant="integrity/no prompt, no secret"),
    Fault(name="nothing said", about="replies without a word", plant=_replies(lambda reply: replace(reply, text="")),
          meant="integrity/every message answered"),
)  # fmt: skip
