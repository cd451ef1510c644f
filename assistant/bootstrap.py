"""Bootstrap: the one place that knows the adapters. Opens everything below the channels, and closes it again."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from assistant.analytics.opening import begin_analytics, begin_drift_watch
from assistant.answering.writer import Writer
from assistant.assembly import assemble
from assistant.at_rest import at_rest
from assistant.audit.keeping import kept_audit
from assistant.buses.opening import open_bus
from assistant.erasing.opening import begin_erasing
from assistant.feedback.opening import begin_feedback
from assistant.ids import RandomIds
from assistant.lineage import note_index, note_parts, tell_embedding
from assistant.ports import ShopInfo
from assistant.privacy.opening import begin_privacy
from assistant.running import Aisle as Aisle
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.shop_index import IndexKeeper, Progress, end_threads, open_index, silent, stoppable
from assistant.shop_index import build_index as build_index
from assistant.shops.demo.shop import generate
from assistant.shops.sql import SqlShop
from assistant.sight.opening import sight_on
from assistant.stores.database import for_tables
from assistant.stores.opening import open_log
from assistant.stores.shared_files import share_files
from assistant.stores.small_tables import one_at_a_time, open_engine
from assistant.understanding.classifier import FewShotClassifier
from assistant.understanding.examples import EXAMPLES
from assistant.understanding.languages import warm
from model_serving.call_board import CallBoard
from model_serving.control import ModelControl, speech_on
from model_serving.mlflow_mirror import mirrored
from model_serving.ports import LanguageModel
from model_serving.promotion_gates import PromotionGates
from model_serving.registry import Registry
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings, read_settings
from model_serving.speech import open_speech
from model_serving.speech_settings import SpeechSettings
from retrieval.constraints import Need
from retrieval.embedders.choosing import choose_embedder, choose_multilingual
from retrieval.embedders.measured import MeasuredEmbedder
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings
from retrieval.threads import one_blas_thread

log = logging.getLogger(__name__)

T = TypeVar("T")


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
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        # Now, while no other thread can be importing: the walk over loaded libraries and an import would wait for each other.
        one_blas_thread()
        executor = ThreadPoolExecutor(settings.threads, thread_name_prefix="aisle")
        stack.callback(end_threads, executor)
        ending = threading.Event()
        stack.callback(ending.set)
        building = stoppable(on_progress, ending)
        loop = asyncio.get_running_loop()
        url = settings.database_url.get_secret_value()
        # First of all that is slow: a wrong address or a newer database stops the start at once.
        sealing = await loop.run_in_executor(executor, open_sealing, settings)
        stack.callback(sealing.close)
        store = await open_log(settings, RandomIds(), sealing)
        stack.push_async_callback(store.close)
        tables = open_engine(settings.home, for_tables(url) if url else "")
        stack.callback(tables.dispose)
        if url:
            await loop.run_in_executor(executor, share_files, tables, settings.home)
        audit = await stack.enter_async_context(kept_audit(tables, settings.home))
        shop = await loop.run_in_executor(executor, open_shop, settings, building)
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
            partial(open_index, settings, shop, embedder, retrieval_settings, building, multilingual=multilingual),
        )
        classifier = await loop.run_in_executor(executor, FewShotClassifier, embedder, EXAMPLES)
        state: dict[str, str] = {"state": "off"}
        registry = await loop.run_in_executor(executor, Registry, settings.home / "registry.db")
        stack.callback(registry.close)
        control = ModelControl(registry, board=board, gates=PromotionGates(settings.home))
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
        aisle = await assemble(
            settings,
            store,
            await stack.enter_async_context(open_bus(settings)),
            shop,
            retriever,
            classifier,
            embedder,
            multilingual,
            model,
            executor,
            tables,
            writer,
            sealing,
            audit,
        )
        aisle.model_state, aisle.control = state, control
        await stack.enter_async_context(sight_on(aisle.assistant.sight, board))
        executor.submit(note_parts, control.lineage, embedder, multilingual)
        executor.submit(note_index, control.lineage, settings.index_folder, retriever)
        aisle.speech = await stack.enter_async_context(open_speech(SpeechSettings()))
        stack.enter_context(speech_on(control, aisle.speech))
        if aisle.speech is not None:
            aisle.speech.learn(await loop.run_in_executor(executor, shop.brand_names))
        stack.callback(aisle.customers.close)
        stack.push_async_callback(aisle.sources.close)
        stack.push_async_callback(aisle.assistant.drain)
        watching = asyncio.create_task((await begin_erasing(aisle, store)).run())
        stack.callback(watching.cancel)
        nightly = asyncio.create_task((await begin_privacy(aisle, store)).run())
        stack.callback(nightly.cancel)
        aisle.classifier = classifier
        folding = await begin_analytics(aisle, store)
        learning = asyncio.create_task((await begin_feedback(aisle, folding)).run())
        stack.callback(learning.cancel)
        if folding is not None:
            counting = asyncio.create_task(folding.run())
            stack.callback(counting.cancel)
            watched = asyncio.create_task((await begin_drift_watch(aisle)).run())
            stack.callback(watched.cancel)
        await aisle.assistant.resume_unanswered()
        looking = asyncio.create_task(aisle.assistant.replicas.run())
        stack.callback(looking.cancel)
        keeper = IndexKeeper(settings, shop, embedder, retrieval_settings, multilingual)
        stack.callback(keeper.stop)
        refreshing = asyncio.create_task(keeper.run(aisle.serve, retriever))
        stack.callback(refreshing.cancel)
        aisle.expect((await shop.info()).locale)
        stack.enter_context(at_rest())
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


def open_shop(settings: AisleSettings, on_progress: Progress = silent) -> SqlShop:
    """The shop in AISLE_HOME; the demo shop is made where there is none. Blocking."""
    url = settings.database_url.get_secret_value()
    if url:
        return _shared_shop(settings, url, on_progress)
    fresh = not settings.shop_file.exists()
    shop = SqlShop.open(settings.shop_file)
    if fresh or not sum(shop.counts().values()):
        _fill_demo(shop, settings, on_progress)
    return shop


def _shared_shop(settings: AisleSettings, url: str, on_progress: Progress) -> SqlShop:
    """Of replicas that start together one makes the demo shop, and the others wait for it."""
    engine = open_engine(settings.home, for_tables(url))
    with one_at_a_time(engine, "demo shop"):
        shop = SqlShop.at(for_tables(url))
        if not sum(shop.counts().values()):
            _fill_demo(shop, settings, on_progress)
    engine.dispose()
    return shop


def _fill_demo(shop: SqlShop, settings: AisleSettings, on_progress: Progress) -> None:
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
        floor_plans=demo.floor_plans,
        placements=demo.placements,
        origin="demo",
    )
