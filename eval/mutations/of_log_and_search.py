"""Faults of the log, the bus and the index. Above: `faults`. Below: stores, buses, retrieval."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count
from typing import Any
from zlib import crc32

from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.events import AssistantSaid, ConversationId, TurnFailed
from assistant.session import Session
from assistant.signals import Committed, Message
from assistant.stores.sqlite import SqliteEventStore
from eval.mutations.fault import Fault, swap
from retrieval.retriever import Found, Retriever
from retrieval.synonyms import Synonyms

_ENDS = (AssistantSaid, TurnFailed)


def _dropped(kept: Any) -> Any:
    told = count(1)

    def publish(self: InProcessBus, conversation: ConversationId, message: Message) -> None:
        """What ends a turn comes through, or everybody would wait for it until their deadline."""
        ends = not isinstance(message, Committed) or any(isinstance(one.fact, _ENDS) for one in message.events)
        if ends or next(told) % 5:
            kept(self, conversation, message)

    return publish


def _doubled(kept: Any) -> Any:
    def publish(self: InProcessBus, *arguments: Any) -> None:
        kept(self, *arguments)
        kept(self, *arguments)

    return publish


def _another_id(kept: Any) -> Any:
    sent = count(1)

    async def receive(self: Assistant, *arguments: Any, client_id: str, **more: Any) -> Any:
        return await kept(self, *arguments, client_id=f"{client_id}-{next(sent)}", **more)

    return receive


def _gap(kept: Any) -> Any:
    async def read(self: SqliteEventStore, conversation: Any, *, after: int = 0, limit: int | None = None) -> Any:
        events = await kept(self, conversation, after=after, limit=limit)
        return events[1:] if after and len(events) > 1 else events

    return read


def _never_stopped(kept: Any) -> Any:
    del kept
    return lambda self, **told: True


def _stale(kept: Any) -> Any:
    def find(self: Retriever, *arguments: Any, **more: Any) -> Found:
        found: Found = kept(self, *arguments, **more)
        return replace(found, products=tuple(one for one in found.products if crc32(one.id.encode()) % 2))

    return find


def _shuffled(kept: Any) -> Any:
    def find(self: Retriever, need: Any, *, k: int = 10, **more: Any) -> Found:
        found: Found = kept(self, need, k=max(k, 100), **more)
        products = list(found.products)
        random.Random(7).shuffle(products)
        return replace(found, products=tuple(products[:k]))

    return find


def _without_filters(kept: Any) -> Any:
    def find(self: Retriever, need: Any, **more: Any) -> Found:
        return kept(self, replace(need, filters=()), **more)  # type: ignore[no-any-return]

    return find


def _last_first(kept: Any) -> Any:
    def find(self: Retriever, text: str, *, k: int = 3, **more: Any) -> Any:
        return tuple(reversed(kept(self, text, k=max(k, 5), **more)))[:k]

    return find


FAULTS = (
    Fault(name="dropped event", about="a screen is not told of every fifth commit that ends no turn",
          plant=swap(InProcessBus, "publish", _dropped), meant="integrity/live is the log"),
    Fault(name="doubled event", about="a screen is told everything twice", plant=swap(InProcessBus, "publish", _doubled),
          meant="integrity/live is the log"),
    Fault(name="message taken twice", about="what a device sends again is a new message",
          plant=swap(Assistant, "receive", _another_id), meant="integrity/once each"),
    Fault(name="resume gap", about="a reconnect misses one event", plant=swap(SqliteEventStore, "read", _gap),
          meant="integrity/live is the log"),
    Fault(name="interrupt ignored", about="stop is acknowledged and nothing stops", plant=swap(Session, "cut", _never_stopped),
          meant="integrity/stopped is stopped"),
    Fault(name="stale index", about="half of the shop is not in the index", plant=swap(Retriever, "find", _stale),
          meant="integrity/the index is the shop"),
    Fault(name="retrieval shuffled", about="what is found comes in any order", plant=swap(Retriever, "find", _shuffled),
          meant="integrity/the nearest first"),
    Fault(name="filters ignored", about="prices, sizes and colours asked for are not looked at",
          plant=swap(Retriever, "find", _without_filters), meant="constrained/broken conditions"),
    Fault(name="synonyms off", about="sneakers are no running shoes",
          plant=swap(Synonyms, "of", lambda kept: lambda self, phrase: ()), meant="integrity/words of one meaning"),
    Fault(name="wrong passage first", about="the worst passage answers", plant=swap(Retriever, "find_policies", _last_first),
          meant="passages/right passage first"),
)  # fmt: skip
