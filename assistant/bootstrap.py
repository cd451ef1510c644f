"""Bootstrap: the one place that knows the adapters. Opens everything below the channels, and closes it again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from assistant.answering.formats import ENGLISH, language_of
from assistant.answering.shop_names import ShopNames
from assistant.answering.voices import open_voices
from assistant.answering.writer import Writer, choose_writer
from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.copilot import Copilot
from assistant.customer_context import bought_together, open_customer_context
from assistant.customers import Customers
from assistant.ids import RandomIds
from assistant.knowledge import ShopKnowledge
from assistant.lineage import note_index, note_parts, tell_embedding
from assistant.planning import choose_planner, measured_planner
from assistant.ports import ShopInfo
from assistant.settings import AisleSettings
from assistant.shop_index import IndexKeeper, Progress, open_index, silent
from assistant.shop_index import build_index as build_index
from assistant.shops.demo.shop import generate
from assistant.shops.records import Store
from assistant.shops.sql import SqlShop
from assistant.shops.us_states import US_STATES
from assistant.stores.sqlite import SqliteEventStore
from assistant.tools.policy import WRITES, ServicePolicy, policy_for
from assistant.tools.sealing_key import kept_key
from assistant.tools.service import open_tools
from assistant.turn import Turns
from assistant.understanding.classifier import FewShotClassifier, Label
from assistant.understanding.examples import EXAMPLES
from assistant.understanding.languages import Clue, detect, warm
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.opening import open_understander
from assistant.understanding.reader import Understander
from model_serving.call_board import CallBoard
from model_serving.control import ModelControl, speech_on
from model_serving.mlflow_mirror import mirrored
from model_serving.ports import LanguageModel
from model_serving.registry import Registry
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings, read_settings
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings
from retrieval.catalogue import StoreId
from retrieval.constraints import Need
from retrieval.embedders.choosing import choose_embedder, choose_multilingual
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.embedders.measured import MeasuredEmbedder
from retrieval.errors import RetrievalError
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings
from retrieval.threads import one_blas_thread

log = logging.getLogger(__name__)

T = TypeVar("T")
_MEASURED = Path(__file__).parent / "answering" / "measured.yaml"


@dataclass(slots=True, kw_only=True)
class Aisle:
    """Everything below the channels, open and running."""

    settings: AisleSettings
    assistant: Assistant
    shop: SqlShop
    embedder: Embedder
    model: LanguageModel | None
    written_by: str
    executor: ThreadPoolExecutor
    copilot: Copilot
    """What stands beside agents."""
    customers: Customers
    retriever: Retriever
    understander: Understander
    lexicon: ShopLexicon
    model_state: dict[str, str] = field(default_factory=dict)
    speech: Speech | None = None
    control: ModelControl | None = None
    _expected: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def expect(self, locale: str) -> None:
        """Somebody of that locale has come: what their language needs is loaded before their first words are there."""
        language = language_of(locale)
        if language and language != ENGLISH and language not in self._expected:
            self._expected[language] = asyncio.create_task(self._prepare(language))

    async def _prepare(self, language: str) -> None:
        try:
            # Beside the turns' threads: two seconds of work must not hold one of them.
            await asyncio.to_thread(self.retriever.warm, language)
            await self.understander.warm()
        except RetrievalError:
            log.exception("other languages are read and searched by the tables alone")

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs what blocks or computes, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.executor, function, *arguments)

    def serve(self, retriever: Retriever) -> None:
        """From the next search on."""
        self.retriever = retriever
        if self.control is not None:
            self.executor.submit(note_index, self.control.lineage, self.settings.index_folder, retriever)

    def versions(self, written_by: str = "") -> Mapping[str, str]:
        """Part -> name@version of all that makes replies now, or of what made a reply `written_by` somebody. Cheap, frozen."""
        return self.control.lineage.snapshot(written_by) if self.control else {}

    def health(self) -> Mapping[str, Any]:
        """Each dependency by name. Cheap: asks nothing over a network."""
        return {
            "store": {"state": "ready"},
            "shop": {"state": "ready", **self.shop.counts()},
            "index": {"state": "ready", "generation": self.retriever.generation, "products": len(self.retriever)},
            "embedder": {"state": "ready", "name": self.embedder.name, "detail": getattr(self.embedder, "trouble", "")},
            "language_model": {
                **self.model_state,
                "name": self.model.name if self.model else "",
                "writer": self.written_by,
            },
            "speech": self.speech.health() if self.speech else {"state": "off"},
        }


@asynccontextmanager
async def open_aisle(
    settings: AisleSettings,
    *,
    on_progress: Progress = silent,
    model_settings: ModelSettings | None = None,
    model: LanguageModel | None = None,
    writer: Writer | None = None,
) -> AsyncIterator[Aisle]:
    """The product without its channels. First start makes the demo shop and the index; later ones open them.

    `model` and `writer` take the place of those that the settings would choose.
    Raises RetrievalError, AssistantError, ModelError, OSError.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        # Now, while no other thread can be importing: the walk over loaded libraries and an import would wait for each other.
        one_blas_thread()
        executor = ThreadPoolExecutor(settings.threads, thread_name_prefix="aisle")
        stack.callback(executor.shutdown)
        loop = asyncio.get_running_loop()
        shop = await loop.run_in_executor(executor, open_shop, settings, on_progress)
        stack.callback(shop.close)
        retrieval_settings = RetrievalSettings()
        board = CallBoard()
        embedder: Embedder = MeasuredEmbedder(
            await loop.run_in_executor(executor, choose_embedder, retrieval_settings), partial(tell_embedding, board)
        )
        multilingual = choose_multilingual(retrieval_settings)
        multilingual = MeasuredEmbedder(multilingual, partial(tell_embedding, board)) if multilingual else None
        retriever = await loop.run_in_executor(
            executor,
            partial(open_index, settings, shop, embedder, retrieval_settings, on_progress, multilingual=multilingual),
        )
        classifier = await loop.run_in_executor(executor, FewShotClassifier, embedder, EXAMPLES)
        state: dict[str, str] = {"state": "off"}
        registry = await loop.run_in_executor(executor, Registry, settings.home / "registry.db")
        stack.callback(registry.close)
        control = ModelControl(registry, board=board)
        if model is None:
            chosen = model_settings or read_settings()
            mirror = mirrored(chosen.mlflow_url, registry, on_push=board.mirrored)
            await stack.enter_async_context(mirror)
            model = await stack.enter_async_context(
                open_language_model(
                    chosen,
                    home=settings.home,
                    on_progress=_model_news(state, on_progress),
                    control=control,
                )
            )
        executor.submit(_warm, retriever, classifier)
        store = await SqliteEventStore.open(settings.log_file, clock=SystemClock(), ids=RandomIds())
        stack.push_async_callback(store.close)
        aisle = await _assembled(
            settings, store, shop, retriever, classifier, embedder, multilingual, model, executor, writer
        )
        aisle.model_state, aisle.control = state, control
        executor.submit(note_parts, control.lineage, embedder, multilingual)
        executor.submit(note_index, control.lineage, settings.index_folder, retriever)
        aisle.speech = await stack.enter_async_context(open_speech(SpeechSettings()))
        stack.enter_context(speech_on(control, aisle.speech))
        if aisle.speech is not None:
            aisle.speech.learn(await loop.run_in_executor(executor, shop.brand_names))
        stack.callback(aisle.customers.close)
        stack.push_async_callback(aisle.assistant.drain)
        await aisle.assistant.resume_unanswered()
        keeper = IndexKeeper(settings, shop, embedder, retrieval_settings, multilingual)
        stack.callback(keeper.stop)
        refreshing = asyncio.create_task(keeper.run(aisle.serve, retriever))
        stack.callback(refreshing.cancel)
        aisle.expect((await shop.info()).locale)
        yield aisle


def _warm(retriever: Retriever, classifier: FewShotClassifier) -> None:
    """What is made at the first use, made before the first customer comes."""
    retriever.find(Need(text="a tent for two under 300"), k=4)
    retriever.find_policies("how do returns work", k=1)
    classifier.label("how do returns work")
    warm()


def _model_news(state: dict[str, str], on_progress: Progress) -> Callable[[str], None]:
    def tell(line: str) -> None:
        state.update(state=_model_state(line), detail=line)
        on_progress(line, 0, 0)

    return tell


def _model_state(line: str) -> str:
    if line.startswith("no language model"):
        return "off"
    if "failed" in line:
        return "fallback"
    return "ready" if "ready" in line else "starting"


async def _assembled(
    settings: AisleSettings,
    store: SqliteEventStore,
    shop: SqlShop,
    retriever: Retriever,
    classifier: FewShotClassifier,
    embedder: Embedder,
    multilingual: Embedder | None,
    model: LanguageModel | None,
    executor: ThreadPoolExecutor,
    given: Writer | None,
) -> Aisle:
    info = await shop.info()
    stores = {store.id: store for store in await shop.stores()}
    places = places_of(stores)
    measured = measured_quality(model.name if model else "")
    writer = given or choose_writer(settings.answering_writer, model, measured=measured)
    holder: list[Aisle] = []
    knowledge = ShopKnowledge(
        lambda: holder[0].retriever,
        shop,
        executor,
        embedder=embedder,
        category_counts=shop.category_counts,
        currency=info.currency,
        places=places,
        store_names={store.id: store.name for store in stores.values()},
        bought_together=bought_together(shop),
    )
    loop = asyncio.get_running_loop()

    async def detect_language(text: str) -> Clue:
        return await loop.run_in_executor(executor, detect, text, lexicon.knows)

    async def in_thread(label: Callable[[str], Label | None], text: str) -> Label | None:
        return await loop.run_in_executor(executor, label, text)

    lexicon = ShopLexicon(lambda: holder[0].retriever.vocabulary, places)
    policy = await loop.run_in_executor(executor, _service_policy, settings, shop)
    offers = any(policy.offers(tool) for tool in WRITES)
    key = await loop.run_in_executor(executor, kept_key, settings.home)
    tools = open_tools(shop, shop, policy, SystemClock(), key=key, as_of=info.as_of) if offers else None
    customers = await open_customer_context(settings.home, shop, store, embedder, executor)
    # Hashed vectors know letters, not meanings: the limits of the classifier would mean nothing.
    labels = None if isinstance(getattr(embedder, "embedder", embedder), HashingEmbedder) else classifier
    understander = open_understander(lexicon, labels, multilingual, in_thread, serves_orders=offers)
    planner = choose_planner(
        settings.planner,
        understander,
        model,
        lexicon,
        measured=measured_planner(model),
        seconds=settings.planner_seconds,
    )
    cities = frozenset(store.address.city.lower() for store in stores.values())
    turns = Turns(
        understander=planner.reader,
        native=planner.native,
        tools=tools,
        customers=customers,
        knowledge=knowledge,
        shop=shop,
        clock=SystemClock(),
        detect_language=detect_language,
        voices=open_voices(settings.languages),
        writer=writer,
        stores=stores,  # type: ignore[arg-type]
        currency=info.currency,
        today=info.as_of.date() if info.as_of else None,
        names=ShopNames(lambda: holder[0].retriever.vocabulary, cities),
        versions=lambda written_by: holder[0].versions(written_by),
    )
    assistant = Assistant(store=store, bus=InProcessBus(), run_turn=turns, ids=RandomIds(), currency=info.currency)
    holder.append(
        Aisle(
            settings=settings,
            assistant=assistant,
            shop=shop,
            embedder=embedder,
            model=model,
            written_by=type(writer).__name__,
            executor=executor,
            copilot=Copilot(assistant, turns, RandomIds()),
            customers=customers,
            retriever=retriever,
            understander=understander,
            lexicon=lexicon,
        )
    )
    return holder[0]


def _service_policy(settings: AisleSettings, shop: SqlShop) -> ServicePolicy:
    """Blocking. Raises InvalidServicePolicy."""
    return policy_for(shop.meta(), settings.home / "service_policy.yaml")


def places_of(stores: Mapping[StoreId, Store]) -> dict[str, StoreId]:
    """Every name of a place, lower case, to its store; a name of two stores goes to the first."""
    places: dict[str, StoreId] = {}
    for store in stores.values():
        city, state = store.address.city, US_STATES.get(store.address.state, "")
        for name in (store.name, city, city.removesuffix(" City"), state, *store.aliases):
            if len(name) > 2:
                places.setdefault(name.lower(), store.id)
    return places


def measured_quality(model: str) -> float | None:
    """What `aisle eval writer` measured for that model: the share of its replies preferred, less the template's."""
    measured = yaml.safe_load(_MEASURED.read_text(encoding="utf-8")) if _MEASURED.exists() else {}
    found = (measured or {}).get(model)
    return float(found["preferred"]) - 0.5 if found else None


def open_shop(settings: AisleSettings, on_progress: Progress = silent) -> SqlShop:
    """The shop in AISLE_HOME; the demo shop is made where there is none. Blocking."""
    fresh = not settings.shop_file.exists()
    shop = SqlShop.open(settings.shop_file)
    if not fresh and sum(shop.counts().values()) > 0:
        return shop
    on_progress("making the demo shop", 0, 0)
    now = datetime.now(UTC).replace(microsecond=0)
    demo = generate(seed=settings.demo_seed, as_of=now)
    shop.replace(
        info=ShopInfo(name=demo.name, currency=demo.currency),
        products=demo.products,
        policies=demo.policies,
        stores=demo.stores,
        customers=demo.customers,
        orders=demo.orders,
        origin="demo",
    )
    return shop
