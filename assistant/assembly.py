"""Assembly: the parts that `bootstrap` opened, put together into a running product.

Above: `bootstrap`. Below: every package of the assistant; adapters come in as arguments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from sqlalchemy import Engine

from assistant.answering.shop_names import ShopNames
from assistant.answering.voices import open_voices
from assistant.answering.writer import Writer, choose_writer
from assistant.assistant import Assistant
from assistant.audit.audited_tools import AuditedTurns, audited
from assistant.audit.journal import Audit
from assistant.clock import SystemClock
from assistant.customer_context import bought_together, open_customer_context
from assistant.desk.copilot import Copilot
from assistant.desk.office import open_office
from assistant.folds import Folds
from assistant.ids import RandomIds
from assistant.knowledge import ShopKnowledge
from assistant.lineage import house_rules
from assistant.planning import choose_planner, measured_planner
from assistant.ports import EventBus, EventStore
from assistant.running import Aisle
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.shop_index import build_index as build_index
from assistant.shops.records import Store
from assistant.shops.sql import SqlShop
from assistant.shops.us_states import US_STATES
from assistant.sources import Sources
from assistant.tools.policy import WRITES, ServicePolicy, policy_for
from assistant.tools.sealing_key import kept_key
from assistant.tools.service import open_tools
from assistant.translating import choose_translator
from assistant.turn import Turns
from assistant.understanding.classifier import FewShotClassifier, Label
from assistant.understanding.languages import Clue, detect
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.opening import open_understander
from model_serving.ports import LanguageModel
from retrieval.catalogue import StoreId
from retrieval.embedders.hashing import HashingEmbedder
from retrieval.ports import Embedder
from retrieval.retriever import Retriever

T = TypeVar("T")
_MEASURED = Path(__file__).parent / "answering" / "measured.yaml"


async def assemble(
    settings: AisleSettings,
    store: EventStore,
    bus: EventBus,
    shop: SqlShop,
    retriever: Retriever,
    classifier: FewShotClassifier,
    embedder: Embedder,
    multilingual: Embedder | None,
    model: LanguageModel | None,
    executor: ThreadPoolExecutor,
    tables: Engine,
    given: Writer | None,
    sealing: KeySealer,
    audit: Audit,
) -> Aisle:
    info = await shop.info()
    stores = {store.id: store for store in await shop.stores()}
    places = places_of(stores)
    measured = measured_quality(model.name if model else "")
    holder: list[Aisle] = []
    writer = given or choose_writer(
        settings.answering_writer, model, measured=measured, learnt=lambda: holder[0].learned.rewordings
    )
    customers = await open_customer_context(
        settings.home,
        shop,
        store,
        embedder,
        executor,
        tables=tables if store.shared else None,
        sealing=sealing,
        house=tables,
    )
    knowledge = ShopKnowledge(
        lambda: holder[0].retriever,
        shop,
        executor,
        embedder=embedder,
        category_counts=shop.category_counts,
        currency=info.currency,
        places=places,
        store_names={store.id: store.name for store in stores.values()},
        bought_together=bought_together(shop, customers.consents),
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
    tools = audited(open_tools(shop, shop, policy, SystemClock(), key=key, as_of=info.as_of), audit) if offers else None
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
        learnt=lambda: holder[0].learned.readings,
    )
    cities = frozenset(store.address.city.lower() for store in stores.values())

    async def at_desk(function: Callable[..., Any], *arguments: Any) -> Any:
        return await loop.run_in_executor(executor, function, *arguments)

    office = await at_desk(
        lambda: open_office(
            lambda: holder[0].assistant.desk,
            tables,
            at_desk,
            home=settings.home,
            clock=SystemClock(),
            sealing=sealing,
        )
    )
    turns = Turns(
        office=office,
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
        asks_elsewhere=settings.kiosk_personal_data == "phone",
        identify_by=policy.identify_by,
    )
    sources = Sources(lambda: holder[0].retriever, tables)
    rules = await loop.run_in_executor(executor, house_rules, policy, settings.languages)
    runner = AuditedTurns(turns, audit, sources, rules)
    folds = Folds(tables, sealing)
    await loop.run_in_executor(executor, folds.make_table)
    assistant = Assistant(store=store, bus=bus, run_turn=runner, ids=RandomIds(), currency=info.currency, folds=folds)
    holder.append(
        Aisle(
            settings=settings,
            assistant=assistant,
            shop=shop,
            embedder=embedder,
            model=model,
            written_by=type(writer).__name__,
            executor=executor,
            tables=tables,
            sealing=sealing,
            audit=audit,
            sources=sources,
            copilot=Copilot(assistant, turns, RandomIds(), choose_translator(settings.translator, model)),
            customers=customers,
            retriever=retriever,
            understander=understander,
            lexicon=lexicon,
        )
    )
    return holder[0]


def _service_policy(settings: AisleSettings, shop: SqlShop) -> ServicePolicy:
    """Blocking. Raises InvalidServicePolicy."""
    policy = policy_for(shop.meta(), settings.home / "service_policy.yaml")
    return replace(
        policy,
        identify_by=settings.identify_by or policy.identify_by,
        changes_by=settings.changes_by or policy.changes_by,
    )


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
