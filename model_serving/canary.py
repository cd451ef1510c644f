"""A LanguageModel that lets a share of the conversations try another model, and takes it back when that one is worse.

`serving` puts it before the stable model and the candidate; `canary_watch` holds the gates. A conversation stays where
its name puts it (`session_id`), so nobody's assistant changes its voice midway. A canary that fails before its first
word costs nothing: the stable model answers that turn too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from hashlib import blake2b
from typing import Any

from model_serving.affinity import session_id
from model_serving.canary_watch import FAULTS, Arm, CanaryWatch, Fault, Outcome, Tally
from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec
from model_serving.circuit_breaker import CircuitBreaker
from model_serving.measured import Call, MeasuredModel
from model_serving.ports import LanguageModel
from model_serving.router import Route, RoutedModel

PARTS = 10_000
PATIENCE = 0.5
"""Of a turn's deadline, until a silent canary is given up and the stable model asked."""
NO_SIGN = ("left", "overloaded", "loading", "overflow")
"""Results that say nothing against a model: its reader left, it is busy or on its way, the prompt was too long."""

RolledBack = Callable[[str, str], None]
"""Name of the model taken back, why."""


def tries(conversation: str, candidate: str, share: float) -> bool:
    """Whether this conversation belongs to the canary: a fixed draw by both names, so that a wider share keeps it. What
    belongs to no conversation stays with the stable model."""
    if not conversation:
        return share >= 1
    drawn = blake2b(f"{candidate}\0{conversation}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") % PARTS < share * PARTS


class CanaryModel:
    """LanguageModel. The first and the last delta name the model that wrote the reply. One event loop."""

    def __init__(self, stable: LanguageModel, *, on_rollback: RolledBack = lambda model, why: None) -> None:
        self._stable = MeasuredModel(stable, partial(self._called, "stable"))
        self._on_rollback = on_rollback
        self._candidate: LanguageModel | None = None
        self._trial: RoutedModel | None = None
        self._share = 0.0
        self._watch = CanaryWatch()
        self.rolled_back = ""
        """Why the last canary was taken back; "" while none was."""

    @property
    def name(self) -> str:
        return self._stable.name

    @property
    def trying(self) -> tuple[str, float]:
        """The candidate's name and share; ("", 0) while there is none."""
        return (self._candidate.name, self._share) if self._candidate is not None else ("", 0.0)

    def seen(self) -> Mapping[Fault, tuple[Tally, Tally]]:
        """Of each fault what the gates compare: the canary's turns, and those beside it."""
        return {fault: (self._watch.tally("canary", fault), self._watch.tally("stable", fault)) for fault in FAULTS}

    def begin(self, candidate: LanguageModel, *, share: float) -> None:
        """share: of the conversations, 0 to 1. Another share for the same model keeps what was seen of it."""
        if not 0 < share <= 1:
            raise ValueError(f"a canary's share is above 0 and at most 1, not {share}")
        if candidate is not self._candidate:
            self._watch = CanaryWatch()
            patient = RoutedModel([_always(candidate, PATIENCE)])
            measured = MeasuredModel(patient, partial(self._tried, candidate))
            self._trial = RoutedModel([_always(measured, 1.0), _always(self._stable, 1.0)])
        self._candidate, self._share, self.rolled_back = candidate, share, ""

    def end(self) -> None:
        """From the next turn on everybody has the stable model; turns that run are finished where they began."""
        self._candidate, self._trial = None, None

    async def ready(self) -> bool:
        return await self._stable.ready()

    def judged(self, model: str, *, grounded: bool | None = None, valid: bool | None = None) -> None:
        """What the reader of a finished reply found; `model` is the name that the last delta bore."""
        self._saw("canary" if model == self.trying[0] else "stable", Outcome(grounded=grounded, valid=valid))

    @asynccontextmanager
    async def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling = Sampling(),
        priority: Priority = "live",
        deadline: float = 30.0,
    ) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        trial = self._trial if tries(session_id.get(), *self.trying) else None
        async with (trial or self._stable).stream(
            messages, tools=tools, schema=schema, sampling=sampling, priority=priority, deadline=deadline
        ) as deltas:
            yield deltas

    def _tried(self, candidate: LanguageModel, call: Call) -> None:
        if candidate is self._candidate:  # else a turn that began under an earlier canary
            self._called("canary", call)

    def _called(self, arm: Arm, call: Call) -> None:
        if call.result not in NO_SIGN:
            self._saw(arm, Outcome(failed=call.result != "written", ttft=call.ttft))

    def _saw(self, arm: Arm, outcome: Outcome) -> None:
        self._watch.saw(arm, outcome)
        if arm == "stable" or self._candidate is None:
            return
        if why := self._watch.verdict():
            name = self._candidate.name
            self.end()
            self.rolled_back = why
            self._on_rollback(name, why)


def _always(model: LanguageModel, patience: float) -> Route:
    """Without a breaker that opens: each failure of a canary is to be seen, and the gates end it soon enough."""
    return Route(
        model=model, breaker=CircuitBreaker(failures=sys.maxsize, now=time.monotonic), share_of_deadline=patience
    )
