"""A LanguageModel that asks once more when the first try came to nothing: after a pause when the server was full, at once
and elsewhere when it failed.

Stands right before a client of a server with several replicas, behind `admission`: the pause holds the slot, so a full
server is not asked more often. After the first delta nothing is tried again here, since its words may have been shown.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import anyio

from model_serving.affinity import elsewhere
from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec
from model_serving.errors import InvalidModelOutput, ModelError, ModelLoading, ModelUnavailable, Overloaded
from model_serving.ports import LanguageModel

LONGEST_PAUSE = 1.0
"""Seconds. Who is told to wait longer does not wait at all: a template answers sooner."""
SHARE_OF_DEADLINE = 0.5
"""Of what is left, that a pause may use."""
LATE = 1.5
"""Seconds. A server that took so long to say that it is full (vllm-router's queue does) is not asked to do so again."""


class SecondTry:
    """LanguageModel. `draw` gives 0 to 1, for the jitter of the pause."""

    def __init__(self, model: LanguageModel, *, draw: Callable[[], float] = random.random) -> None:
        self._model, self._draw = model, draw

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
        due = anyio.current_time() + deadline
        async with AsyncExitStack() as stack:

            async def ask() -> _Begun:
                asked = self._model.stream(
                    messages,
                    tools=tools,
                    schema=schema,
                    sampling=sampling,
                    priority=priority,
                    deadline=max(0.0, due - anyio.current_time()),
                )
                async with AsyncExitStack() as attempt:
                    deltas = await attempt.enter_async_context(asked)
                    begun = _Begun(await _first_of(deltas), deltas)
                    await stack.enter_async_context(attempt.pop_all())
                return begun

            yield await self._asked_twice(ask, due)

    async def _asked_twice(self, ask: Callable[[], Awaitable[_Begun]], due: float) -> _Begun:
        began = anyio.current_time()
        try:
            return await ask()
        except (Overloaded, ModelUnavailable, InvalidModelOutput) as error:
            if isinstance(error, Overloaded) and anyio.current_time() - began > LATE:
                raise
            await self._before_again(error, due)
            with elsewhere():
                return await ask()

    async def _before_again(self, error: ModelError, due: float) -> None:
        """Raises the error where a second try cannot help in time."""
        if isinstance(error, ModelLoading):
            raise error
        if not isinstance(error, Overloaded):
            return
        left = due - anyio.current_time()
        if error.retry_after > min(LONGEST_PAUSE, SHARE_OF_DEADLINE * left):
            raise error
        await anyio.sleep(error.retry_after * (0.5 + 0.5 * self._draw()))


async def _first_of(deltas: AsyncIterator[ModelDelta]) -> ModelDelta:
    first = await anext(deltas, None)
    if first is None:
        raise InvalidModelOutput("the model ended its reply before it began")
    return first


class _Begun:
    """A reply whose first delta is here already."""

    def __init__(self, first: ModelDelta, rest: AsyncIterator[ModelDelta]) -> None:
        self._first: ModelDelta | None = first
        self._rest = rest

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        first, self._first = self._first, None
        return first if first is not None else await anext(self._rest)
