"""Work: what one turn holds in its hands while its flows run. Reads go through it, so that each is recorded once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from assistant.answering.cards import counted_in_stores, product_card
from assistant.answering.phrases import Phrases
from assistant.answering.say_acts import SayAct
from assistant.answering.voices import LANGUAGES, Voice
from assistant.authority import IdentifyBy
from assistant.context import Asked, Context
from assistant.conversation import Conversation
from assistant.customers import Customers, Known
from assistant.desk.callbacks import CallBack
from assistant.desk.handoff_rules import HandoffRules
from assistant.errors import AssistantError
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    Actor,
    Card,
    Cart,
    CartChanged,
    CustomerIdentified,
    Fact,
    ToolCalled,
    ToolReturned,
)
from assistant.live_turn import LiveTurn
from assistant.outlook import Outlook
from assistant.ports import Clock, Shop
from assistant.shops.records import Store
from assistant.tools.rules import rule_of
from assistant.tools.session import ToolSession
from assistant.understanding.languages import written_in
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import Filter, Need
from retrieval.evidence import Evidence

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search brought: products as the shop has them now, best first."""

    products: tuple[Product, ...]
    need: Need
    """As searched for, after what had to be given up."""
    relaxed: tuple[Filter, ...] = ()
    total: int = 0
    missing: tuple[str, ...] = ()
    """The thing or brand asked for that nothing found is: to be said, before the nearest is shown."""
    called_otherwise: bool = False
    """A word of it is one that the shop was taught: what is found is meant, whatever it is called there."""


class Knowledge(Protocol):
    """Retrieval as flows see it: never on the event loop, ids and passages only."""

    def speaking(self, language: str) -> Knowledge:
        """The same for a customer of that language: what is read, found and told is read, found and told in it."""
        ...

    async def find(self, need: Need, *, k: int) -> Search: ...

    async def similar(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]: ...

    async def cheaper_than(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        """Like it, of the same kind, in stock and for less."""
        ...

    async def instead_of(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        """Like it, of the same kind and in stock."""
        ...

    async def goes_with(self, product_id: ProductId, *, k: int) -> tuple[Product, ...]:
        """Of other kinds, in stock: bought with it, else from its corner of the shop."""
        ...

    async def passages(self, question: str, *, k: int = 3) -> tuple[Evidence, ...]: ...

    async def closest(self, question: str, texts: Sequence[str]) -> tuple[int, float]:
        """Which of the texts the question is about, and how surely: cosine similarity, -1 to 1."""
        ...

    async def departments(self) -> Sequence[tuple[str, Sequence[str]]]:
        """The widest categories, the fullest first, each with its largest narrow ones."""
        ...

    def parse(self, text: str) -> Need: ...

    def merge(self, previous: Need, change: Need) -> Need: ...

    def describe(self, need: Need) -> str: ...


class Office(Protocol):
    """The desk as flows see it."""

    @property
    def rules(self) -> HandoffRules: ...

    async def outlook(self, conversation: Conversation, *, priority: int = 0) -> Outlook:
        """What its customer can be told of the wait, or could be if they asked for a person now."""
        ...

    async def keep(self, wanted: CallBack) -> None:
        """Durable when it returns; idempotent by id."""
        ...


@dataclass(slots=True, kw_only=True)
class Work:
    conversation: Conversation
    live: LiveTurn
    shop: Shop
    knowledge: Knowledge
    clock: Clock
    context: Context
    stores: dict[str, Store]
    currency: str
    cart: Cart
    customer_id: str
    voice: Voice
    """How the reply is spoken."""
    today_is: date | None = None
    """A demo shop's day; None: the clock's."""
    remembered: dict[str, Product] = field(default_factory=dict)
    acts: list[SayAct] = field(default_factory=list)
    asked_now: bool = False
    desk: ToolSession | None = None
    """The service agent's tools; None where the shop offers no changes."""
    customers: Customers | None = None
    """Customer context; None where the shop keeps none."""
    office: Office | None = None
    """The desk's: who waits, when it is open; None where there is no desk."""
    known: Known | None = None
    """Of this turn's customer, once it was read."""
    elsewhere: bool = False
    """It was asked where strangers hear it: who the customer is, a device in their own hand tells."""
    public: bool = False
    """On a screen that others can see, nothing personal is shown."""
    identify_by: IdentifyBy = "email"
    """What makes a customer known."""
    intents: list[str] = field(default_factory=list)
    """What this turn's messages ask for, by name."""
    said: int = 0
    """The seq of the message that is being served: what a yes is bound to."""

    @property
    def phrases(self) -> Phrases:
        return self.voice.phrases

    @property
    def spoken(self) -> Knowledge:
        """Knowledge in the language of the reply, which is not always the message's."""
        return self.knowledge.speaking(self.phrases.language)

    @property
    def here(self) -> Store | None:
        """The store that the conversation is had in: what "here" means, and whose stock comes first."""
        return self.stores.get(self.conversation.store)

    def card(self, product: Product, *, need: Need | None = None, store: str = "") -> Card:
        here = self.conversation.store if self.here is not None and counted_in_stores(product) else ""
        return product_card(product, self.phrases, need=need, stores=self.stores, store=store, here=here)

    def original(self, quote: str) -> str:
        """ " (original in English)": said of a quote that is not in the reply's language; "" where there is no need."""
        language = written_in(quote)
        if language in ("", self.phrases.language) or language not in LANGUAGES:
            return ""
        return self.phrases.say("forms.original", language=self.phrases.say(f"languages.{language}"))

    def stage(self, name: str) -> None:
        """Tells what is being done, while it is."""
        self.live.stage(name, self.phrases.say(f"stages.{name}"))

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        return self.today_is or self.now().date()

    def know(self, **changes: Any) -> None:
        """Changes what the conversation is about."""
        self.context = replace(self.context, **changes)

    def ask(self, asked: Asked) -> None:
        """Leaves a question open."""
        self.know(asked=asked)
        self.asked_now = True

    def offer(self, flow: str, **slots: Any) -> None:
        """Leaves "shall I?" open, unless a question of this turn is open already: yes then means that flow."""
        if not self.asked_now:
            self.ask(Asked(slot="go_ahead", flow=flow, slots=slots))

    def record(self, fact: Fact, actor: Actor = ASSISTANT) -> None:
        self.live.record(actor, fact)

    @property
    def epoch(self) -> int:
        """The conversation's, with what this turn has brought: who was recognised in it is to give the yes."""
        return self.conversation.epoch + (self.customer_id != self.conversation.customer_id)

    def identify(self, customer_id: str, method: Any) -> None:
        self.customer_id = customer_id
        self.record(CustomerIdentified(customer_id=customer_id, method=method), Actor(kind="customer", id=customer_id))

    def set_cart(self, cart: Cart) -> None:
        self.cart = cart
        self.record(CartChanged(cart=cart), SYSTEM)

    async def call(self, name: str, arguments: dict[str, Any], tool: Awaitable[T], result: Callable[[T], Any]) -> T:
        """Runs a tool, where its rule allows it, and records what it was asked and what it answered."""
        call_id = f"{self.live.id}.{sum(isinstance(fact, ToolCalled) for _, fact in self.live.facts) + 1}"
        self.record(ToolCalled(turn_id=self.live.id, call_id=call_id, name=name, arguments=arguments))
        try:
            self._admit(name, tool)
            answer = await tool
        except AssistantError as error:
            refused = ToolReturned(turn_id=self.live.id, call_id=call_id, name=name, error=type(error).__name__)
            self.record(refused, SYSTEM)
            raise
        self.record(ToolReturned(turn_id=self.live.id, call_id=call_id, name=name, result=result(answer)), SYSTEM)
        return answer

    def _admit(self, name: str, tool: Awaitable[T]) -> None:
        """Raises Refusal, AccessDenied: then the tool is not begun. What no rule counts, the channel's limit on messages bounds."""
        try:
            rule = rule_of(name, customer_id=self.customer_id)
            if rule.a_minute is not None and self.desk is not None:
                self.desk.admit(name)
        except AssistantError:
            if isinstance(tool, Coroutine):
                tool.close()
            raise

    async def products(self, ids: Sequence[ProductId]) -> tuple[Product, ...]:
        """Fresh from the shop, once a turn."""
        missing = [key for key in ids if key not in self.remembered]
        if missing:
            self.remembered.update((product.id, product) for product in await self.shop.products(missing))
        return tuple(self.remembered[key] for key in ids if key in self.remembered)

    async def table(self) -> tuple[tuple[Product, ...], tuple[Product, ...]]:
        """The products shown last, and those talked about last."""
        return await self.products(self.context.shown), await self.products(self.context.focus)
