"""A LanguageModel that tells how each call went: for metrics, for the canary's gates, for a bench. Speech tells alike.

Stands wherever somebody wants to know; adds no await of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import anyio

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec, Usage
from model_serving.errors import (
    ContextOverflow,
    InvalidModelOutput,
    ModelError,
    ModelLoading,
    ModelTimeout,
    Overloaded,
)
from model_serving.ports import LanguageModel

Result = Literal["written", "left", "overloaded", "timeout", "unavailable", "loading", "overflow", "invalid", "crashed"]
"""left: its reader went before the end, as when a customer interrupts."""
_RESULTS: Sequence[tuple[type[BaseException], Result]] = (
    (Overloaded, "overloaded"),
    (ModelTimeout, "timeout"),
    (ModelLoading, "loading"),
    (ContextOverflow, "overflow"),
    (InvalidModelOutput, "invalid"),
    (ModelError, "unavailable"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, ended. Times in seconds from the call."""

    model: str
    priority: Priority
    result: Result
    seconds: float
    ttft: float | None = None
    """None: no word came."""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One call of an encoder or of a speech engine, ended."""

    engine: str
    kind: str
    """one or many texts; hear, listen, partial, say, load."""
    seconds: float
    """Waiting for a place included."""
    result: Literal["done", "overloaded", "left", "failed"]
    texts: int = 0


@contextmanager
def watched_work(engine: str, kind: str, on_work: Callable[[Work], None]) -> Iterator[None]:
    """Tells how the block went. On an event loop."""
    began = anyio.current_time()
    result: Literal["done", "overloaded", "left", "failed"] = "failed"
    try:
        yield
        result = "done"
    except Overloaded:
        result = "overloaded"
        raise
    except anyio.get_cancelled_exc_class():
        result = "left"
        raise
    finally:
        on_work(Work(engine=engine, kind=kind, seconds=anyio.current_time() - began, result=result))


class MeasuredModel:
    """LanguageModel. `on_call` is told once a call, when it is over; it must be quick and may not raise."""

    def __init__(self, model: LanguageModel, on_call: Callable[[Call], None]) -> None:
        self._model, self._on_call = model, on_call

    @property
    def name(self) -> str:
        return self._model.name

    async def ready(self) -> bool:
        return await self._model.ready()

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
        passing = _Passing()
        result: Result = "crashed"
        try:
            async with self._model.stream(
                messages, tools=tools, schema=schema, sampling=sampling, priority=priority, deadline=deadline
            ) as deltas:
                yield passing.of(deltas)
            result = passing.trouble or ("written" if passing.last is not None else "left")
        except ModelError as error:
            result = result_of(error)
            raise
        except (anyio.get_cancelled_exc_class(), GeneratorExit):
            result = passing.trouble or "left"
            raise
        finally:
            self._on_call(passing.call(self.name, priority, result))


class _Passing:
    """The deltas of one call, as they pass."""

    def __init__(self) -> None:
        self._began = anyio.current_time()
        self._ttft: float | None = None
        self._deltas: AsyncIterator[ModelDelta] | None = None
        self.last: ModelDelta | None = None
        self.trouble: Result | None = None

    def of(self, deltas: AsyncIterator[ModelDelta]) -> _Passing:
        self._deltas = deltas
        return self

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        assert self._deltas is not None
        try:
            delta = await anext(self._deltas)
        except ModelError as error:
            self.trouble = result_of(error)
            raise
        if self._ttft is None:
            self._ttft = anyio.current_time() - self._began
        if delta.finish:
            self.last = delta
        return delta

    def call(self, model: str, priority: Priority, result: Result) -> Call:
        return Call(
            model=self.last.model if self.last and self.last.model else model,
            priority=priority,
            result=result,
            seconds=anyio.current_time() - self._began,
            ttft=self._ttft,
            usage=self.last.usage if self.last else None,
        )


def result_of(error: ModelError) -> Result:
    """The word for it, in metrics."""
    return next(result for kind, result in _RESULTS if isinstance(error, kind))
