"""The operator's side of model serving: what runs, changing it, and the board that everything is told to.

The assistant's bootstrap makes one for a product and `serving` hangs the stage into it; `aisle models` changes the same
registry from outside, and is followed alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import anyio
from sqlalchemy.exc import SQLAlchemyError

from model_serving.call_board import CallBoard
from model_serving.canary_watch import Fault, Tally
from model_serving.errors import ModelError
from model_serving.lineage import Lineage, found, found_at
from model_serving.promotion_gates import MOST_TRIED, PromotionGates, promotion_reason
from model_serving.registry import Done, Kind, Refused, Registry, RegistryUnavailable, Running, Standing, Version

if TYPE_CHECKING:
    # For their names: they import what a command that lists models need not load.
    from model_serving.speech import Speech
    from model_serving.speech_engines import Engines

logger = logging.getLogger(__name__)

Found = TypeVar("Found")

FOLLOWING = 0.8
"""Seconds that a switch is waited for before it is told as still under way: a cold version loads for minutes."""


class Followed(Protocol):
    """What follows the registry: a `Stage`."""

    @property
    def current(self) -> str:
        """Label of the version that writes now; "" for the settings' own."""
        ...

    async def followed(self) -> None: ...

    @property
    def trying(self) -> str:
        """Label of the canary that is tried now; "" for none."""
        ...

    def seen(self) -> Mapping[Fault, tuple[Tally, Tally]]:
        """Of each fault of the canary: its turns, and those beside it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What an act came to."""

    kind: Kind
    standing: Standing
    running: str
    """Label of what runs; "" for what the settings name."""
    settled: bool
    """Whether what runs is what was asked for; else it still loads, or cannot: the history tells."""


@dataclass(slots=True, eq=False)
class ModelControl:
    """One event loop. Acts raise RegistryError."""

    registry: Registry
    board: CallBoard = field(default_factory=CallBoard)
    lineage: Lineage = field(init=False)
    stage: Followed | None = None
    """None while no language model is open."""
    gates: PromotionGates | None = None
    """What a promotion must bring; None: this house asks for nothing."""

    def __post_init__(self) -> None:
        self.lineage = Lineage(self.registry)

    async def promote(self, kind: Kind, label: str, *, by: str, reason: str = "", force: bool = False) -> Switch:
        """Raises GateRefused where no fresh report of this version passed its gates, and nobody forces it with a reason."""

        def promoted() -> None:
            told = promotion_reason(self.gates, self.registry, kind, label, reason=reason, force=force)
            self.registry.promote(kind, label, by=by, reason=told)

        return await self._done(kind, promoted)

    async def roll_back(self, kind: Kind, *, by: str, reason: str = "") -> Switch:
        return await self._done(kind, lambda: self.registry.roll_back(kind, by=by, reason=reason))

    async def pin(self, kind: Kind, pinned: bool, *, by: str, reason: str = "") -> Switch:
        return await self._done(kind, lambda: self.registry.pin(kind, pinned, by=by, reason=reason))

    async def begin_canary(self, label: str, *, share: float, by: str, reason: str = "") -> Switch:
        if self.stage is None:
            raise Refused("no language model runs here that a canary could stand beside: set AISLE_MODEL_ENGINE")

        def begun() -> None:
            if share > MOST_TRIED:
                promotion_reason(self.gates, self.registry, "model", label, reason=reason, force=False)
            self.registry.begin_canary("model", label, share=share, by=by, reason=reason)

        return await self._done("model", begun)

    async def end_canary(self, *, by: str, reason: str = "") -> Switch:
        return await self._done("model", lambda: self.registry.end_canary("model", by=by, reason=reason))

    async def versions(self) -> tuple[Version, ...]:
        return await _asked(self.registry.versions)

    async def running(self) -> tuple[Running, ...]:
        return await _asked(self.registry.running)

    async def standings(self) -> Mapping[Kind, Standing]:
        return await _asked(self.registry.standings)

    async def history(self, *, last: int) -> tuple[Done, ...]:
        return await _asked(lambda: self.registry.acts(last=last))

    async def _done(self, kind: Kind, act: Callable[[], object]) -> Switch:
        await _asked(act)
        if kind == "model" and self.stage is not None:
            with anyio.move_on_after(FOLLOWING):
                await self._settles()
        standing = await _asked(lambda: self.registry.standing(kind))
        if kind != "model" or self.stage is None:
            return Switch(kind=kind, standing=standing, running=standing.current, settled=kind != "model")
        running = self.stage.current
        settled = running == standing.current and self.stage.trying == standing.canary
        return Switch(kind=kind, standing=standing, running=running, settled=settled)

    async def _settles(self) -> None:
        assert self.stage is not None
        while True:
            await self.stage.followed()
            standing = await _asked(lambda: self.registry.standing("model"))
            if self.stage.current == standing.current and self.stage.trying == standing.canary:
                return


@contextmanager
def speech_on(control: ModelControl, speech: Speech | None) -> Iterator[None]:
    """Its calls and its queue are on the board while it is open, and its engines in the lineage once they are loaded."""
    if speech is None:
        yield
        return
    speech.on_call = control.board.spoke
    speech.on_loaded = lambda engines: _note_engines(control.lineage, engines)
    with control.board.queueing("speech", speech.queue):
        yield


def _note_engines(lineage: Lineage, engines: Engines) -> None:
    """Blocking. The first voice is the one that speaks the shop's own language."""
    ears = engines.ears
    parts: list[tuple[str, Kind, object]] = [("transcriber", "transcriber", ears.final)]
    for name, other in (("transcriber_english", ears.english), ("transcriber_quick", ears.quick)):
        if other is not ears.final:
            parts.append((name, "transcriber", other))
    for number, voice in enumerate(engines.voices, start=1):
        parts.append(("voice" if number == 1 else f"voice_{number}", "synthesizer", voice))
    for part, kind, engine in parts:
        weights, name = getattr(engine, "weights", None), str(getattr(engine, "name", part))
        version = found(kind, name, "") if weights is None else found_at(kind, name, Path(weights))
        try:
            lineage.uses(part, version)
        except (ModelError, SQLAlchemyError, OSError):
            logger.exception("the version of the %s could not be written down", part)


async def _asked(question: Callable[[], Found]) -> Found:
    """Raises RegistryUnavailable where the file is locked, torn or on a full disk."""
    try:
        return await anyio.to_thread.run_sync(question)
    except (SQLAlchemyError, OSError) as error:
        raise RegistryUnavailable(f"the registry cannot be used now ({type(error).__name__}): try again") from error
