"""One LanguageModel over several: the first that answers, in order, each behind a circuit breaker.

`serving` builds it; below are models behind `admission`. Nothing is tried again after the first delta, since the words
may have been shown: the writer above then falls back to a template. Replicas of one model belong behind vllm-router.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import anyio

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec
from model_serving.circuit_breaker import CircuitBreaker
from model_serving.errors import (
    InvalidModelOutput,
    ModelError,
    ModelLoading,
    ModelTimeout,
    ModelUnavailable,
    Overloaded,
)
from model_serving.ports import LanguageModel

Stream = AbstractAsyncContextManager[AsyncIterator[ModelDelta]]
Switched = Callable[[str, str, ModelError], None]
"""From model, to model (empty: none left), why."""

GRACE = 0.5
"""Seconds beyond the deadline for a model that may use all of it: it is to notice by itself, so that its own breaker, queue
and measures see a timeout. Cancelled from here, they would see a reader who left."""
BLAMED = (ModelUnavailable, ModelTimeout, InvalidModelOutput)
"""Errors that say a model is ill. A busy one is well, and a prompt too long is the caller's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    model: LanguageModel
    breaker: CircuitBreaker
    share_of_deadline: float = 1.0
    """How much of the time left this model may use before its first delta is awaited elsewhere."""


def route(model: LanguageModel, *, share_of_deadline: float = 1.0, now: Callable[[], float] = time.monotonic) -> Route:
    return Route(model=model, breaker=CircuitBreaker(now=now), share_of_deadline=share_of_deadline)


class RoutedModel:
    """LanguageModel. The first and the last delta name the model that wrote the reply."""

    def __init__(self, routes: Sequence[Route], *, on_switch: Switched = lambda left, taken, why: None) -> None:
        if not routes:
            raise ValueError("a router needs at least one model")
        self._routes, self._on_switch = tuple(routes), on_switch

    @property
    def name(self) -> str:
        """Of the model that would be asked first now."""
        well = (one.model.name for one in self._routes if one.breaker.state != "open")
        return next(well, self._routes[0].model.name)

    async def ready(self) -> bool:
        for one in self._routes:
            if one.breaker.state != "open" and await one.model.ready():
                return True
        return False

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
        due = anyio.current_time() + deadline

        def ask(one: Route) -> Stream:
            left = due - anyio.current_time()
            if left <= 0:
                raise ModelTimeout(seconds=deadline)
            return one.model.stream(
                messages, tools=tools, schema=schema, sampling=sampling, priority=priority, deadline=left
            )

        attempt = await self._first_that_answers(ask, due)
        async with attempt.stack:
            try:
                yield attempt
            finally:
                attempt.settle()

    async def _first_that_answers(self, ask: Callable[[Route], Stream], due: float) -> _Attempt:
        trouble: ModelError = ModelUnavailable("every model is resting after failures", way_out="try again shortly")
        for position, one in enumerate(self._routes):
            if not one.breaker.admits():
                continue
            attempt = _Attempt(one)
            try:
                await attempt.begin(ask, _patience(due - anyio.current_time(), one.share_of_deadline))
            except (*BLAMED, Overloaded) as error:
                trouble = error
                later = (other.model.name for other in self._routes[position + 1 :] if other.breaker.state != "open")
                self._on_switch(one.model.name, next(later, ""), error)
                continue
            return attempt
        raise trouble


def _patience(left: float, share: float) -> float:
    return left * share if share < 1 else left + GRACE


class _Attempt:
    """One model asked once: its first delta, the rest, and its breaker's verdict."""

    def __init__(self, one: Route) -> None:
        self._route = one
        self.stack = AsyncExitStack()
        self._deltas: AsyncIterator[ModelDelta] | None = None
        self._first: ModelDelta | None = None
        self._settled = False

    async def begin(self, ask: Callable[[Route], Stream], patience: float) -> None:
        """Waits for the first delta. Whatever it raises, nothing stays open."""
        try:
            with anyio.move_on_after(patience) as waiting:
                self._deltas = await self.stack.enter_async_context(ask(self._route))
                self._first = await anext(self._deltas, None)
            if waiting.cancelled_caught:
                raise ModelTimeout(seconds=patience)
            if self._first is None:
                raise InvalidModelOutput("the model ended its reply before it began")
        except BaseException as error:
            self._settle(error)
            await self.stack.aclose()
            raise

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        first, self._first = self._first, None
        if first is not None:
            return self._signed(first)  # so that a reader who stops in the middle knows whom they read
        assert self._deltas is not None
        try:
            delta = await anext(self._deltas)
            return self._signed(delta) if delta.finish else delta
        except ModelError as error:
            self._settle(error)
            raise

    def _signed(self, delta: ModelDelta) -> ModelDelta:
        return replace(delta, model=delta.model or self._route.model.name)

    def settle(self) -> None:
        """A reply that began, and was read to its end or left by its reader, is a success."""
        self._settle(None)

    def _settle(self, error: BaseException | None) -> None:
        if self._settled:
            return
        self._settled = True
        if error is None:
            self._route.breaker.succeeded()
        elif isinstance(error, BLAMED) and not isinstance(error, ModelLoading):
            self._route.breaker.failed()
        else:
            self._route.breaker.withdrawn()
