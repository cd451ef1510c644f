"""Sources: what a reply stands on, each with its version, and the text that it had then.

A document's version is the digest of what was known of it: a policy's indexed text, a product's record without its stock; of an
order, a store, a profile the words that were quoted, since those lie in the reply itself. Texts of products and policies (never
of customers) are kept once a version, after the reply has gone out, so that "why this reply?" is answered a year later.
Above: assembly, the desk. Below: the retriever, the small tables.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Column, Engine, MetaData, String, Table, Text, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.shown import Card, Citation
from retrieval.catalogue import Product, ProductId
from retrieval.retriever import Retriever

log = logging.getLogger(__name__)

SHORT = 12
KEPT_IN_MEMORY = 20_000
LINGER = 0.2

METADATA = MetaData()
DOCUMENTS = Table(
    "reply_documents",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("version", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)


@dataclass(slots=True)
class Sources:
    """One event loop."""

    retriever: Callable[[], Retriever]
    tables: Engine
    _versions: OrderedDict[tuple[str, int], str] = field(default_factory=OrderedDict)
    """By document and generation of the index: a digest is made once."""
    _kept: set[tuple[str, str]] = field(default_factory=set)
    _new: dict[tuple[str, str], str] = field(default_factory=dict)
    _timer: asyncio.TimerHandle | None = None
    _keeping: asyncio.Task[None] | None = None

    def of(self, cards: Sequence[Card], citations: Sequence[Citation]) -> Mapping[str, str]:
        """ "kind:id" -> version. Cheap: what is shown often is digested once."""
        found: dict[str, str] = {}
        for card in cards:
            if card.kind != "confirmation":
                found[f"{card.kind}:{card.id}"] = self._version(card.kind, card.id, card.subtitle)
        for one in citations:
            found.setdefault(f"{one.kind}:{one.id}", self._version(one.kind, one.id, one.quote))
        if self._new and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LINGER, self._begin)
        return found

    def now(self, name: str) -> str:
        """The version that a product or a policy has now; empty where it is gone, or of another kind."""
        kind, _, key = name.partition(":")
        text = self._text(kind, key)
        return _digest(text) if text else ""

    def texts(self, versions: Mapping[str, str]) -> Mapping[str, str]:
        """By name, the text of that version, where it was kept. Blocking. Raises SQLAlchemyError."""
        METADATA.create_all(self.tables)
        asked = select(DOCUMENTS).where(DOCUMENTS.c.name.in_(list(versions)))
        with self.tables.connect() as db:
            return {row.name: row.text for row in db.execute(asked) if versions[row.name] == row.version}

    async def close(self) -> None:
        """What is new is kept."""
        if self._timer is not None:
            self._timer.cancel()
            self._begin()
        if self._keeping is not None:
            await asyncio.gather(self._keeping, return_exceptions=True)

    def _version(self, kind: str, key: str, quote: str) -> str:
        name = f"{kind}:{key}"
        if kind not in ("product", "policy"):
            return _digest(quote)
        place = (name, self.retriever().generation)
        version = self._versions.get(place)
        if version is None:
            text = self._text(kind, key)
            version = _digest(text or quote)
            self._versions[place] = version
            if len(self._versions) > KEPT_IN_MEMORY:
                self._versions.popitem(last=False)
            if text and (name, version) not in self._kept:
                self._new[name, version] = text
        return version

    def _text(self, kind: str, key: str) -> str:
        if kind == "policy":
            return self.retriever().policy(key.split("#")[0])
        product = self.retriever().product(ProductId(key)) if kind == "product" else None
        return _record(product) if product is not None else ""

    def _begin(self) -> None:
        self._timer = None
        new, self._new = self._new, {}
        self._kept.update(new)
        before = self._keeping
        self._keeping = asyncio.get_running_loop().create_task(self._keep(new, before))

    async def _keep(self, new: Mapping[tuple[str, str], str], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        try:
            await asyncio.to_thread(keep_texts, self.tables, new)
        except SQLAlchemyError:
            log.exception("texts that replies stand on could not be kept")
            self._kept.difference_update(new)


def keep_texts(tables: Engine, new: Mapping[tuple[str, str], str]) -> None:
    """Those that are not there yet. Blocking."""
    METADATA.create_all(tables)
    for (name, version), text in new.items():
        known = select(DOCUMENTS.c.name).where(DOCUMENTS.c.name == name, DOCUMENTS.c.version == version)
        try:
            with tables.begin() as db:
                if db.execute(known).first() is None:
                    db.execute(insert(DOCUMENTS).values(name=name[:200], version=version, text=text))
        except IntegrityError:
            log.debug("another replica kept %s first", name)


def _record(product: Product) -> str:
    """As it is told, without the stock: that changes with every sale, and the reply says what it said of it."""
    plain: dict[str, Any] = msgspec.to_builtins(product, str_keys=True)
    plain["variants"] = [{**variant, "stock": {}} for variant in plain["variants"]]
    return msgspec.json.encode(plain, order="sorted").decode()


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:SHORT]
