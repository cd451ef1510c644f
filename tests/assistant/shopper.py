"""A shopper who talks to the real assistant over the small shop, and checks of every reply what must always hold."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from assistant.answering.formats import locale_for
from assistant.answering.grounding import support_of, unnamed, unsupported
from assistant.answering.voices import open_voices
from assistant.answering.writer import TemplateWriter, Writer
from assistant.assembly import places_of
from assistant.assistant import Assistant
from assistant.authority import IdentifyBy
from assistant.buses.in_process import InProcessBus
from assistant.context import Context, context_of
from assistant.customers import Customers
from assistant.events import (
    AssistantSaid,
    Card,
    Cart,
    ChannelName,
    Citation,
    ConversationId,
    Event,
    Fact,
    ToolReturned,
    TurnFailed,
)
from assistant.flows.work import Office
from assistant.ids import RandomIds
from assistant.knowledge import ShopKnowledge
from assistant.ports import EventStore
from assistant.stores.memory import MemoryEventStore
from assistant.turn import Turns
from assistant.understanding.classifier import FewShotClassifier, Label
from assistant.understanding.languages import Clue, detect
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.listening import Listener
from assistant.understanding.reader import Understander
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from tests.assistant.small_shop import NOW, STORES, SmallShop

F = TypeVar("F")

PLACES = places_of({store.id: store for store in STORES})


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True, kw_only=True)
class Brains:
    """What is slow to make and never changes: shared by all tests of a session."""

    embedder: Embedder
    retriever: Retriever
    classifier: FewShotClassifier
    executor: ThreadPoolExecutor

    @property
    def lexicon(self) -> ShopLexicon:
        return ShopLexicon(lambda: self.retriever.vocabulary, PLACES)

    async def classify(self, text: str) -> Label | None:
        return self.classifier.label(text)

    async def language(self, text: str) -> Clue:
        return detect(text, self.lexicon.knows)

    def knowledge(self, shop: SmallShop) -> ShopKnowledge:
        counts: dict[tuple[str, ...], int] = {}
        for product in shop.products_by_id.values():
            counts[product.category] = counts.get(product.category, 0) + 1
        return ShopKnowledge(
            lambda: self.retriever,
            shop,
            self.executor,
            embedder=self.embedder,
            category_counts=lambda: counts,
            currency="USD",
            places=PLACES,
            store_names={store.id: store.name for store in STORES},
        )


def assistant_of(
    brains: Brains,
    shop: SmallShop,
    *,
    store: EventStore | None = None,
    writer: Writer | None = None,
    customers: Customers | None = None,
    office: Office | None = None,
    identify_by: IdentifyBy = "email",
) -> Assistant:
    ids, clock = RandomIds(), Clock()
    turns = Turns(
        understander=Understander(brains.lexicon, brains.classify, hear=Listener(names_one=brains.lexicon.names_one)),
        knowledge=brains.knowledge(shop),
        shop=shop,
        clock=clock,
        detect_language=brains.language,
        voices=open_voices(),
        writer=writer or TemplateWriter(),
        stores={store.id: store for store in STORES},
        currency="USD",
        customers=customers,
        office=office,
        identify_by=identify_by,
    )
    return Assistant(store=store or MemoryEventStore(clock=clock, ids=ids), bus=InProcessBus(), run_turn=turns, ids=ids)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One turn: what was said in it, and all that it did."""

    events: tuple[Event, ...]
    said: AssistantSaid
    cart: Cart
    context: Context

    @property
    def text(self) -> str:
        return self.said.text

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.said.cards

    @property
    def shown(self) -> list[str]:
        """Ids of the product cards, in order."""
        return [card.id for card in self.cards if card.kind == "product"]

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self.said.citations

    @property
    def buttons(self) -> list[str]:
        return [reply.text for reply in self.said.quick_replies]

    @property
    def in_cart(self) -> dict[str, int]:
        return {item.variant_id: item.quantity for item in self.cart.items}

    def facts(self, kind: type[F]) -> list[F]:
        return [event.fact for event in self.events if isinstance(event.fact, kind)]

    def tools(self) -> list[str]:
        return [returned.name for returned in self.facts(ToolReturned)]


@dataclass
class Shopper:
    """Says and presses; each reply comes back checked: grounded, every card named, no gap left in a wording."""

    assistant: Assistant
    conversation: ConversationId
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    told: list[str] = field(default_factory=list)
    channel: ChannelName = "web"

    async def say(self, text: str) -> Reply:
        self.told.append(text)
        received = await self.assistant.receive(
            self.conversation, text, client_id=f"m{next(self._numbers)}", channel=self.channel
        )
        return await self._reply(received.seq)

    async def press(self, action: str, **arguments: object) -> Reply:
        received = await self.assistant.act(
            self.conversation, action, arguments, client_id=f"a{next(self._numbers)}", channel=self.channel
        )
        return await self._reply(received.seq)

    async def talk(self, *texts: str) -> Reply:
        """All of it, one message after the other; the reply to the last."""
        replies = [await self.say(text) for text in texts]
        return replies[-1]

    async def _reply(self, seq: int) -> Reply:
        events = await self.assistant.wait_for_reply(self.conversation, seq, timeout=20)
        ended: Sequence[Fact] = [event.fact for event in events]
        said = ended[-1]
        assert isinstance(said, AssistantSaid), [fact for fact in ended if isinstance(fact, TurnFailed)] or ended[-1]
        state = await self.assistant.state(self.conversation)
        check(said, self.told, locale_for(said.language, state.locale))
        return Reply(events=events, said=said, cart=state.cart, context=context_of(state))


def check(said: AssistantSaid, told: Sequence[str], locale: str) -> None:
    """What holds for every reply, whatever was asked."""
    support = support_of(said.cards, said.citations, told, locale=locale)
    assert said.text.strip()
    assert not unsupported(said.text, support), (said.text, unsupported(said.text, support))
    assert not unnamed(said.text, said.cards), (said.text, unnamed(said.text, said.cards))
    assert "{" not in said.text and "None" not in said.text, said.text
    assert len(said.quick_replies) <= 4
