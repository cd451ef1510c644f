"""The shop's index: opened, built where it must be, completed and kept fresh beside what is served.

Above lies `bootstrap`; below, `retrieval.build`. What other languages need is made after the start, in the background:
nobody waits for it, and until then they are searched as if they were English.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from assistant.errors import AssistantError, ShopUnavailable
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from retrieval.build import build, open_snapshot
from retrieval.errors import IndexBroken, IndexMismatch, IndexMissing
from retrieval.ports import Embedder
from retrieval.retriever import Retriever
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import sweep

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told as (step, done, total); total 0 where the step has no measure."""
_FIRST_CUSTOMERS = 3.0
"""Seconds of serving before what other languages need is made: the first answers have the machine to themselves."""
_PATIENCE = 10
"""Niceness of the thread that indexes: customers' turns come first."""
STOP_SECONDS = 2.0
"""How long the end waits for a build to notice. What takes longer is left alone: it has written nothing that is read."""


def silent(step: str, done: int, total: int) -> None:
    del step, done, total


def open_index(
    settings: AisleSettings,
    shop: SqlShop,
    embedder: Embedder,
    retrieval_settings: RetrievalSettings,
    on_progress: Progress = silent,
    *,
    multilingual: Embedder | None = None,
) -> Retriever:
    """The index of this shop as it is now: built where it is missing, broken, of another model or out of date. Blocking.

    One that has to be built is built without the second vectors: `IndexKeeper` adds them once the shop is served.
    """
    if not settings.index_builds:
        return _as_it_lies(settings, embedder, retrieval_settings, multilingual)
    sweep(settings.index_folder)
    if indexed_revision(settings) == shop.revision:
        try:
            # Built anew rather than fallen back: an older index would name older prices.
            return open_snapshot(
                settings.index_folder,
                embedder,
                multilingual=multilingual,
                settings=retrieval_settings,
                fall_back=False,
            )
        except (IndexMissing, IndexMismatch, IndexBroken) as error:
            log.info("the index is built anew: %s", error)
    build_index(settings, shop, embedder, on_progress)
    return open_snapshot(settings.index_folder, embedder, settings=retrieval_settings, verify=False)


def _as_it_lies(
    settings: AisleSettings, embedder: Embedder, retrieval_settings: RetrievalSettings, multilingual: Embedder | None
) -> Retriever:
    """Whoever builds it has seen to it that it is whole before it is there."""
    try:
        return open_snapshot(
            settings.index_folder, embedder, multilingual=multilingual, settings=retrieval_settings, verify=False
        )
    except IndexMissing as error:
        raise IndexNotBuilt(settings.index_folder) from error


class IndexNotBuilt(AssistantError):
    """AISLE_INDEX_BUILDS is off and nobody has built one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"there is no index at {folder}, and AISLE_INDEX_BUILDS=false: run `aisle index build` with the same "
            f"AISLE_INDEX_PATH, or let one replica build it"
        )


def build_index(
    settings: AisleSettings,
    shop: SqlShop,
    embedder: Embedder,
    on_progress: Progress = silent,
    *,
    multilingual: Embedder | None = None,
) -> None:
    """Indexes the shop; what is served goes on being served. Blocking."""
    revision = shop.revision
    build(
        shop.all_products(),
        shop.all_policies(),
        settings.index_folder,
        embedder,
        multilingual=multilingual,
        on_progress=on_progress,
    )
    _revision_file(settings).write_text(str(revision), encoding="utf-8")


def _revision_file(settings: AisleSettings) -> Path:
    return settings.index_folder / "SHOP_REVISION"


def indexed_revision(settings: AisleSettings) -> int | None:
    try:
        return int(_revision_file(settings).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


class Stopping(Exception):
    """The service ends while an index is being built: what was embedded so far is kept."""


def stoppable(on_progress: Progress, stopping: threading.Event) -> Progress:
    """Raises Stopping at the next step once it is set."""

    def tell(step: str, done: int, total: int) -> None:
        if stopping.is_set():
            raise Stopping
        on_progress(step, done, total)

    return tell


def end_threads(executor: ThreadPoolExecutor, seconds: float = STOP_SECONDS) -> None:
    """Waits that long at most: what computes longer goes on by itself, and ends with the process."""
    executor.shutdown(wait=False, cancel_futures=True)
    # An executor waits for ever or not at all: one that waits is left behind, too.
    waiting = threading.Thread(target=executor.shutdown, daemon=True)
    waiting.start()
    waiting.join(seconds)


class IndexKeeper:
    """Takes a changed shop into the index without a pause: built aside, then swapped. One thread, at low priority."""

    def __init__(
        self,
        settings: AisleSettings,
        shop: SqlShop,
        embedder: Embedder,
        retrieval_settings: RetrievalSettings,
        multilingual: Embedder | None,
        *,
        complete_after: float = _FIRST_CUSTOMERS,
    ) -> None:
        self._settings = settings
        self._shop = shop
        self._embedder = embedder
        self._retrieval_settings = retrieval_settings
        self._multilingual = multilingual
        self._complete_after = complete_after
        self._stopping = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aisle-index", initializer=_yield_to_turns)

    def stop(self) -> None:
        """Waits a little for a build in progress to notice."""
        self._stopping.set()
        end_threads(self._thread)

    async def run(self, serve: Callable[[Retriever], None], served: Retriever) -> None:
        """Until it is cancelled. `serve` takes over each new index."""
        if not self._settings.index_builds:
            return await self._follow(serve)
        loop = asyncio.get_running_loop()
        indexed = indexed_revision(self._settings)
        whole = self._multilingual is None or served.knows("de")
        complete_at = loop.time() + self._complete_after
        while True:
            await asyncio.sleep(self._settings.refresh_seconds)
            try:
                revision = await loop.run_in_executor(self._thread, lambda: self._shop.revision)
            except ShopUnavailable as error:
                log.warning("whether the shop has changed cannot be told now: %s", error)
                continue
            if revision != indexed or (not whole and loop.time() >= complete_at):
                indexed, whole = revision, True
                try:
                    serve(await loop.run_in_executor(self._thread, self._rebuilt))
                except Stopping:
                    return None
                except Exception:  # an index that cannot be built must not end the service that still has the old one
                    log.exception("the changed shop could not be indexed; the index of before is served on")

    async def _follow(self, serve: Callable[[Retriever], None]) -> None:
        """Takes up what another process builds, as soon as it is whole."""
        loop = asyncio.get_running_loop()
        seen = await loop.run_in_executor(self._thread, _mark, self._settings)
        while True:
            await asyncio.sleep(self._settings.refresh_seconds)
            mark = await loop.run_in_executor(self._thread, _mark, self._settings)
            if mark != seen:
                seen = mark
                opened = partial(
                    _as_it_lies, self._settings, self._embedder, self._retrieval_settings, self._multilingual
                )
                try:
                    serve(await loop.run_in_executor(self._thread, opened))
                except Exception:  # an index that cannot be opened must not end the service that still has the old one
                    log.exception("the new index could not be taken up; the index of before is served on")

    def _rebuilt(self) -> Retriever:
        unless_stopping = stoppable(silent, self._stopping)
        build_index(self._settings, self._shop, self._embedder, unless_stopping, multilingual=self._multilingual)
        return open_snapshot(
            self._settings.index_folder,
            self._embedder,
            multilingual=self._multilingual,
            settings=self._retrieval_settings,
            verify=False,
        )


def _mark(settings: AisleSettings) -> tuple[str, int]:
    """Another one, another index: what its builder writes last."""
    try:
        path = _revision_file(settings)
        return path.read_text(encoding="utf-8"), path.stat().st_mtime_ns
    except OSError:
        return "", 0


def _yield_to_turns() -> None:
    """Linux alone has priorities by thread; elsewhere the index is built at that of the turns."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PATIENCE)
