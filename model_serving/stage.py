"""The models on stage: the one in use, the one before it kept warm, a canary beside it, as the registry says.

`serving` opens it; below are `registry`, `canary` and whatever opens a version. A new version is opened beside the one in
use and takes over when it answers, so nobody waits for a switch, and going back within KEPT seconds is instant.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal, Required, TypedDict, Unpack

import anyio
from anyio.abc import TaskGroup
from sqlalchemy.exc import SQLAlchemyError

from model_serving.background import beside
from model_serving.call_board import CallBoard
from model_serving.canary import CanaryModel
from model_serving.canary_watch import Fault, Tally
from model_serving.chain import unbroken
from model_serving.errors import ModelError
from model_serving.lineage import Lineage
from model_serving.measured import MeasuredModel
from model_serving.ports import LanguageModel
from model_serving.ready_models import Labelled, Loaded, Switched
from model_serving.registry import BY_ITSELF, Act, Registry, Standing, Version
from model_serving.router import RoutedModel
from model_serving.waiting import wait_until_ready

logger = logging.getLogger(__name__)

KEPT = 300.0
"""Seconds that a model which is no longer in use stays loaded."""
LOOK = 0.25
"""Seconds between two looks at the registry."""
MOST_TO_WRITE = 100
"""Events kept while the registry cannot be written."""
OPENING = 900.0
"""Seconds a new version may load before it is given up; the one in use goes on."""

Open = Callable[[Version], AbstractAsyncContextManager[LanguageModel]]
TRIED = 0.48
"""Of a turn's deadline, until a silent canary is given up: just before `canary` does, so that it counts as a timeout."""

Happened = Literal["switched", "canary_begun", "canary_ended", "canary_rolled_back", "failed"]
OnEvent = Callable[[Happened, str, str], None]
"""What happened, to which version (label), why."""
Write = Callable[[Registry], None]


class Stage:
    """Follows one kind of the registry. `model` may be handed out before anything is loaded. One event loop."""

    def __init__(
        self,
        default: LanguageModel,
        registry: Registry,
        open_version: Open,
        *,
        on_event: OnEvent,
        kept: float = KEPT,
        board: CallBoard | None = None,
        lineage: Lineage | None = None,
        own: Version | None = None,
    ) -> None:
        """own: what the default is, for the lineage."""
        self._default, self._registry, self._open, self._kept = default, registry, open_version, kept
        self._on_event, self._own = on_event, own
        self._board, self._lineage = board or CallBoard(), lineage or Lineage()
        self._switched = Switched(default)
        self.model = CanaryModel(MeasuredModel(self._switched, self._board.called), on_rollback=self._rolled_back)
        self._board.trying = lambda: self.model.trying
        self._loaded: dict[str, Loaded] = {}
        self._standing = Standing()
        self._failed: set[str] = set()
        self._to_write: list[Write] = []
        self._ending = ""
        """Label of a canary that the gates took back, until that is written down."""
        self._wanted = anyio.Event()
        self._followed = anyio.Event()
        self.current = ""
        """Label of the version that writes now; "" for the default."""

    @property
    def trying(self) -> str:
        """Label of the canary that is tried now; "" for none."""
        return self.model.trying[0]

    def seen(self) -> Mapping[Fault, tuple[Tally, Tally]]:
        """Of each fault of the canary: its turns, and those beside it."""
        return self.model.seen()

    async def run(self, tasks: TaskGroup) -> None:
        """Follows the registry until cancelled."""
        seen = await self._newest_act()
        while True:
            self._wanted = anyio.Event()
            seen = await self.look(tasks, seen)
            self._followed.set()
            self._followed = anyio.Event()
            with anyio.move_on_after(LOOK):
                await self._wanted.wait()

    async def look(self, tasks: TaskGroup, seen: int = 0) -> int:
        """One look at the registry, and all that follows from it. seen: the newest act that was counted; gives the next."""
        await self._write_down()
        try:
            standing = await anyio.to_thread.run_sync(self._registry.standing, "model")
            if standing.revision != self._standing.revision:
                seen = await self._count_acts(seen)
        except (SQLAlchemyError, ModelError, OSError):
            logger.exception("the registry cannot be read: what is in use goes on")
        else:
            await self._follow(standing, tasks)
        self._let_go()
        return seen

    async def followed(self) -> None:
        """Waits until the registry was looked at anew, from now on. A version that loads takes longer."""
        self._wanted.set()
        await self._followed.wait()  # a look that runs already may have read what was before
        self._wanted.set()
        await self._followed.wait()

    async def _newest_act(self) -> int:
        try:
            newest = await anyio.to_thread.run_sync(lambda: self._registry.acts(last=1))
        except (SQLAlchemyError, ModelError, OSError):
            return 0
        return newest[0].number if newest else 0

    async def _count_acts(self, seen: int) -> int:
        acts = await anyio.to_thread.run_sync(lambda: self._registry.acts(after=seen))
        for done in reversed(acts):
            if done.kind == "model" and done.by not in BY_ITSELF:  # those were counted when they happened
                self._board.switched(done.act, done.version, by=done.by, reason=done.reason)
        return acts[0].number if acts else seen

    async def _follow(self, standing: Standing, tasks: TaskGroup) -> None:
        if standing.revision != self._standing.revision:
            self._failed.clear()  # somebody acted: what failed before may be tried again
            self._standing = standing
        await self._take(standing.current, tasks)
        await self._try(standing, tasks)

    async def _take(self, label: str, tasks: TaskGroup) -> None:
        if label == self.current:
            return
        loaded = self._of(label, tasks) if label else None
        model = loaded.model if loaded else None
        if not label:
            model = self._default
        if model is not None:
            self._switched.model, self.current = model, label
            self._board.switched("took_over", label, by="stage", reason="the registry says so")
            self._on_event("switched", label, "the registry says so")
            await self._use("model", loaded.version if loaded else self._own)

    async def _try(self, standing: Standing, tasks: TaskGroup) -> None:
        trying, share = self.model.trying
        if not standing.canary:
            if trying:
                self.model.end()
                self._on_event("canary_ended", "", "the registry says so")
                await self._use("canary", None)
            return
        loaded = self._of(standing.canary, tasks)
        if loaded is None or loaded.trial is None or self._ending:
            return
        if trying == loaded.label and share == standing.share:
            return
        self.model.begin(loaded.trial, share=standing.share)
        self._on_event("canary_begun", standing.canary, f"share {standing.share:g}")
        await self._use("canary", loaded.version)

    async def _use(self, part: str, version: Version | None) -> None:
        def write() -> None:
            if version is None:
                self._lineage.ends(part)
            else:
                self._lineage.uses(part, version, written_by=self._default.name if version is self._own else "")

        try:
            await anyio.to_thread.run_sync(write)
        except (SQLAlchemyError, ModelError, OSError):
            logger.exception("what runs could not be written down")

    def _of(self, label: str, tasks: TaskGroup) -> Loaded | None:
        """The version once it answers; None while it loads, or when it cannot."""
        if label in self._failed:
            return None
        if label not in self._loaded:
            self._loaded[label] = Loaded(label)
            tasks.start_soon(self._keep, self._loaded[label])
        loaded = self._loaded[label]
        if not loaded.opened.is_set():
            return None
        if loaded.trouble:
            self._fail(label, loaded.trouble)
            return None
        return loaded

    def _fail(self, label: str, why: str) -> None:
        self._failed.add(label)
        del self._loaded[label]
        self._board.switched("failed_to_open", label, by="stage", reason=why)
        self._on_event("failed", label, why)
        self._note("failed_to_open", label, "stage", why)

    async def _keep(self, loaded: Loaded) -> None:
        version = await anyio.to_thread.run_sync(self._registry.version, "model", loaded.label)
        try:
            if version is None:
                raise ModelError("it is not registered")
            async with self._open(version) as model:
                await wait_until_ready(model, timeout=OPENING)
                loaded.version, loaded.model = version, Labelled(model, loaded.label)
                patient = RoutedModel([unbroken(loaded.model, patience=TRIED)])
                loaded.trial = MeasuredModel(patient, self._board.called)
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

    def fell_back(self, left: str, taken: str, why: str) -> None:
        """For the history: another model answers in the place of the one in use."""
        self._note("fell_back", self.current or left, "router", f"{taken or 'a template'} answers: {why}")

    def _rolled_back(self, name: str, why: str) -> None:
        label = self._ending = self._standing.canary or name

        def write(registry: Registry) -> None:
            if registry.standing("model").canary == label:
                registry.end_canary("model", by="gates", reason=why, failed=True)
            self._ending = ""

        self._to_write.append(write)
        self._board.switched("canary_rolled_back", label, by="gates", reason=why)
        self._on_event("canary_rolled_back", label, why)

    def _note(self, act: Act, label: str, by: str, why: str) -> None:
        self._to_write.append(lambda registry: registry.note("model", act, label, by=by, reason=why))
        self._wanted.set()

    async def _write_down(self) -> None:
        """What happened by itself is in the history, too, and a restart does not begin a bad canary again."""
        while self._to_write:
            try:
                await anyio.to_thread.run_sync(self._to_write[0], self._registry)
            except (SQLAlchemyError, ModelError, OSError):
                logger.exception("what happened could not be written down")
                del self._to_write[MOST_TO_WRITE:]
                return
            del self._to_write[0]


class Told(TypedDict, total=False):
    """What `Stage` takes by name."""

    on_event: Required[OnEvent]
    kept: float
    board: CallBoard | None
    lineage: Lineage | None
    own: Version | None


@asynccontextmanager
async def on_stage(
    default: LanguageModel, registry: Registry, open_version: Open, **told: Unpack[Told]
) -> AsyncIterator[Stage]:
    """default: writes while the registry names no version."""
    stage = Stage(default, registry, open_version, **told)

    async def follow() -> None:
        async with anyio.create_task_group() as tasks:
            await stage.run(tasks)

    async with beside(follow):
        yield stage
