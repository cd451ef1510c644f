"""Aisle: everything below the channels, open and running. Above: `bootstrap`, which opens it. Below: the parts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine

from assistant.analytics.drift_watch import DriftWatch
from assistant.answering.formats import ENGLISH, language_of
from assistant.assistant import Assistant
from assistant.audit.journal import Audit
from assistant.customers import Customers
from assistant.desk.copilot import Copilot
from assistant.erasing.erasing import Erasing
from assistant.errors import ShopUnavailable
from assistant.feedback.following import FeedbackFollowing
from assistant.feedback.learned import Learned
from assistant.lineage import note_index, note_learned
from assistant.privacy.office import PrivacyOffice
from assistant.sealing.sealer import KeySealer
from assistant.settings import AisleSettings
from assistant.shop_index import build_index as build_index
from assistant.shops.sql import SqlShop
from assistant.sources import Sources
from assistant.understanding.classifier import FewShotClassifier
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.reader import Understander
from model_serving.control import ModelControl
from model_serving.ports import LanguageModel
from model_serving.speech import Speech
from retrieval.errors import RetrievalError
from retrieval.ports import Embedder
from retrieval.retriever import Retriever

log = logging.getLogger(__name__)

T = TypeVar("T")


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
    tables: Engine
    """For the house's small tables (`stores.small_tables`); blocking, so used in threads."""
    erasing: Erasing = field(init=False)
    """Of a customer's or a conversation's data."""
    privacy: PrivacyOffice | None = None
    sealing: KeySealer
    """What is kept of customers lies sealed by it."""
    audit: Audit
    """Who did what to whose data: docs/audit.md."""
    sources: Sources
    """What replies stand on, as it was."""
    copilot: Copilot
    """What stands beside agents."""
    customers: Customers
    retriever: Retriever
    understander: Understander
    lexicon: ShopLexicon
    model_state: dict[str, str] = field(default_factory=dict)
    speech: Speech | None = None
    control: ModelControl | None = None
    feedback: FeedbackFollowing | None = None
    """What was learnt of conversations, and is in use."""
    learned: Learned = field(default_factory=Learned)
    classifier: FewShotClassifier | None = None
    drift: DriftWatch | None = None
    """Whether conversations are still what they were."""
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
        if self.learned.synonyms:
            retriever.learn(self.learned.synonyms)
        self.retriever = retriever
        if self.control is not None:
            self.executor.submit(note_index, self.control.lineage, self.settings.index_folder, retriever)

    def learn(self, learned: Learned) -> None:
        """In use from the next search and message on. Blocking: each example is embedded."""
        self.learned = learned
        self.retriever.learn(learned.synonyms)
        if self.classifier is not None:
            self.classifier.learn(learned.examples(english=True))
        if self.control is not None:
            note_learned(self.control.lineage, learned.label, learned.digest)

    def versions(self, written_by: str = "") -> Mapping[str, str]:
        """Part -> name@version of all that makes replies now, or of what made a reply `written_by` somebody. Cheap, frozen."""
        return self.control.lineage.snapshot(written_by) if self.control else {}

    def _shop_health(self) -> Mapping[str, Any]:
        if not self.assistant.log_reachable:  # the same server: no need to wait for it once more
            return {"state": "failed"}
        try:
            return {"state": "ready", **{str(kind): count for kind, count in self.shop.counts().items()}}
        except ShopUnavailable as error:
            return {"state": "failed", "detail": str(error)}

    def health(self) -> Mapping[str, Any]:
        """Each dependency by name. Cheap: asks nothing over a network."""
        return {
            "store": {"state": "ready" if self.assistant.log_reachable else "failed"},
            "shop": self._shop_health(),
            "index": {"state": "ready", "generation": self.retriever.generation, "products": len(self.retriever)},
            "embedder": {"state": "ready", "name": self.embedder.name, "detail": getattr(self.embedder, "trouble", "")},
            "language_model": {
                **self.model_state,
                "name": self.model.name if self.model else "",
                "writer": self.written_by,
            },
            "speech": self.speech.health() if self.speech else {"state": "off"},
        }
