"""The models on stage: the one in use, the one before it kept warm, a canary beside it, as the registry says.

`serving` opens it; below are `registry`, `canary` and whatever opens a version. A new version is opened beside the one in
use and takes over when it answers, so nobody waits for a switch, and going back within KEPT seconds is instant.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import anyio
from anyio.abc import TaskGroup
from sqlalchemy.exc import SQLAlchemyError

from model_serving.background import beside
from model_serving.canary import CanaryModel
from model_serving.chat import ChatMessage, ModelDelta
from model_serving.errors import ModelError
from model_serving.ports import LanguageModel
from model_serving.registry import Registry, Standing, Version
from model_serving.waiting import wait_until_ready

logger = logging.getLogger(__name__)

KEPT = 300.0
"""Seconds that a model which is no longer in use stays loaded."""
LOOK = 0.25
"""Seconds between two looks at the registry."""
OPENING = 900.0
"""Seconds a new version may load before it is given up; the one in use goes on."""

Open = Callable[[Version], AbstractAsyncContextManager[LanguageModel]]
Happened = Literal["switched", "canary_begun", "canary_ended", "canary_rolled_back", "failed"]
OnEvent = Callable[[Happened, str, str], None]
"""What happened, to which version (label), why."""


class Switched:
    """LanguageModel that is another one from one call to the next; a call that runs stays where it began."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model

    @property
    def name(self) -> str:
        return self.model.name

    async def ready(self) -> bool:
        return await self.model.ready()

    @asynccontextmanager
    async def stream(self, messages: Sequence[ChatMessage], **asked: Any) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        """What the port's `stream` takes and gives, handed on as it is."""
        async with self.model.stream(messages, **asked) as deltas:
            yield deltas


class _Labelled(Switched):
    """LanguageModel that signs with its version's label, whatever its server calls it."""

    def __init__(self, model: LanguageModel, label: str) -> None:
        super().__init__(model)
        self._label = label

    @property
    def name(self) -> str:
        return self._label

    @asynccontextmanager
    async def stream(self, messages: Sequence[ChatMessage], **asked: Any) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        async with super().stream(messages, **asked) as deltas:
            yield (replace(delta, model=self._label) if delta.finish else delta async for delta in deltas)


@dataclass(slots=True, eq=False)
class _Loaded:
    """One version, opened in a task of its own so that versions may end in any order."""

    label: str
    model: LanguageModel | None = None
    trouble: str = ""
    opened: anyio.Event = field(default_factory=anyio.Event)
    closing: anyio.Event = field(default_factory=anyio.Event)
    unused_since: float | None = None


class Stage:
    """Follows one kind of the registry. `model` may be handed out before anything is loaded. One event loop."""

    def __init__(
        self, default: LanguageModel, registry: Registry, open_version: Open, *, on_event: OnEvent, kept: float = KEPT
    ) -> None:
        self._default, self._registry, self._open, self._kept = default, registry, open_version, kept
        self._on_event = on_event
        self._switched = Switched(default)
        self.model = CanaryModel(self._switched, on_rollback=self._rolled_back)
        self._loaded: dict[str, _Loaded] = {}
        self._standing = Standing()
        self._failed: set[str] = set()
        self._to_tell: list[tuple[str, str]] = []
        self.current = ""
        """Label of the version that writes now; "" for the default."""

    async def run(self, tasks: TaskGroup) -> None:
        """Follows the registry until cancelled."""
        while True:
            await self._tell_registry()
            try:
                standing = await anyio.to_thread.run_sync(self._registry.standing, "model")
            except (SQLAlchemyError, ModelError, OSError):
                logger.exception("the registry cannot be read: what is in use goes on")
            else:
                await self._follow(standing, tasks)
            self._let_go()
            await anyio.sleep(LOOK)

    async def _follow(self, standing: Standing, tasks: TaskGroup) -> None:
        if standing.revision != self._standing.revision:
            self._failed.clear()  # somebody acted: what failed before may be tried again
            self._standing = standing
        await self._take(standing.current, tasks)
        await self._try(standing, tasks)

    async def _take(self, label: str, tasks: TaskGroup) -> None:
        if label == self.current:
            return
        model = self._default if not label else await self._model_of(label, tasks)
        if model is not None:
            self._switched.model, self.current = model, label
            self._on_event("switched", label, "the registry says so")

    async def _try(self, standing: Standing, tasks: TaskGroup) -> None:
        trying, share = self.model.trying
        if not standing.canary:
            if trying:
                self.model.end()
                self._on_event("canary_ended", "", "the registry says so")
            return
        model = await self._model_of(standing.canary, tasks)
        if model is None or self._to_tell or (trying == model.name and share == standing.share):
            return
        self.model.begin(model, share=standing.share)
        self._on_event("canary_begun", standing.canary, f"share {standing.share:g}")

    async def _model_of(self, label: str, tasks: TaskGroup) -> LanguageModel | None:
        """The version once it answers; None while it loads, or when it cannot."""
        if label in self._failed:
            return None
        if label not in self._loaded:
            self._loaded[label] = _Loaded(label)
            tasks.start_soon(self._keep, self._loaded[label])
        loaded = self._loaded[label]
        if not loaded.opened.is_set():
            return None
        if loaded.trouble:
            self._failed.add(label)
            del self._loaded[label]
            self._on_event("failed", label, loaded.trouble)
            return None
        return loaded.model

    async def _keep(self, loaded: _Loaded) -> None:
        version = await anyio.to_thread.run_sync(self._registry.version, "model", loaded.label)
        try:
            if version is None:
                raise ModelError("it is not registered")
            async with self._open(version) as model:
                await wait_until_ready(model, timeout=OPENING)
                loaded.model = _Labelled(model, loaded.label)
                loaded.opened.set()
                await loaded.closing.wait()
        except (ModelError, OSError) as error:
            loaded.trouble = str(error)
        finally:
            loaded.opened.set()

    def _let_go(self) -> None:
        """Ends what has not been in use for so long; calls that still run there end before."""
        now = anyio.current_time()
        in_use = {self.current, self._standing.current, self._standing.canary}
        for label, loaded in list(self._loaded.items()):
            loaded.unused_since = None if label in in_use else (loaded.unused_since or now)
            if loaded.unused_since is not None and now - loaded.unused_since > self._kept:
                loaded.closing.set()
                del self._loaded[label]

    def _rolled_back(self, name: str, why: str) -> None:
        self._to_tell.append((self._standing.canary, why))
        self._on_event("canary_rolled_back", self._standing.canary or name, why)

    async def _tell_registry(self) -> None:
        """The gates' verdict is written down, so that a restart does not begin the canary again."""
        while self._to_tell:
            label, why = self._to_tell[0]
            try:
                await anyio.to_thread.run_sync(self._end_canary, label, why)
            except (SQLAlchemyError, ModelError, OSError):
                logger.exception("the end of a canary could not be written down")
                return
            del self._to_tell[0]

    def _end_canary(self, label: str, why: str) -> None:
        if self._registry.standing("model").canary == label:
            self._registry.end_canary("model", by="gates", reason=why, failed=True)


@asynccontextmanager
async def on_stage(
    default: LanguageModel, registry: Registry, open_version: Open, *, on_event: OnEvent, kept: float = KEPT
) -> AsyncIterator[Stage]:
    """default: writes while the registry names no version."""
    stage = Stage(default, registry, open_version, on_event=on_event, kept=kept)

    async def follow() -> None:
        async with anyio.create_task_group() as tasks:
            await stage.run(tasks)

    async with beside(follow):
        yield stage
