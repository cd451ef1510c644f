"""A LanguageModel that says what it is told: for tests, for benches of our own code, and for demonstrations of faults.

Keeps every promise of the port, deadlines and cancellation included, so that the contract suite runs over it too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolCall, ToolSpec, Usage
from model_serving.errors import InvalidModelOutput, ModelTimeout, ModelUnavailable, Overloaded

Fault = Literal["", "hang", "cut", "garbage", "overload", "unavailable"]
Reply = Sequence[str | ToolCall]
"""Deltas in order."""
Script = Mapping[str, Reply] | Callable[[Sequence[ChatMessage]], Reply]
"""Last message's content -> deltas ("" is for any other), or a function of the messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call, as it came in."""

    messages: tuple[ChatMessage, ...]
    tools: tuple[ToolSpec, ...]
    schema: Mapping[str, Any] | None
    sampling: Sampling
    priority: Priority


@dataclass(slots=True)
class ScriptedModel:
    """first_delay and delay: seconds before the first and before each further delta; 0 does not even yield the loop."""

    script: Script
    name: str = "scripted"
    first_delay: float = 0.0
    delay: float = 0.0
    fault: Fault = ""
    """May be changed between calls. `cut` and `hang` come after half of the deltas."""
    asked: list[Asked] = field(default_factory=list)
    working: int = 0
    """Calls that have neither ended nor been cancelled."""

    async def ready(self) -> bool:
        return self.fault != "unavailable"

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
        self.asked.append(
            Asked(messages=tuple(messages), tools=tuple(tools), schema=schema, sampling=sampling, priority=priority)
        )
        if self.fault == "overload":
            raise Overloaded(retry_after=1.0)
        if self.fault == "unavailable":
            raise ModelUnavailable("the scripted model is away")
        self.working += 1
        replay = _Replay(self, self._reply(messages), sampling=sampling, deadline=deadline)
        try:
            yield replay
        finally:
            self.working -= 1

    def _reply(self, messages: Sequence[ChatMessage]) -> Reply:
        if callable(self.script):
            return self.script(messages)
        said = messages[-1].content if messages else ""
        return self.script.get(said, self.script.get("", ()))


class _Replay:
    def __init__(self, model: ScriptedModel, reply: Reply, *, sampling: Sampling, deadline: float) -> None:
        self._model, self._fault = model, model.fault
        self._calls = tuple(part for part in reply if isinstance(part, ToolCall))
        words = [part for part in reply if isinstance(part, str)]
        self._words = words[: sampling.max_tokens]
        self._cut_short = len(words) > len(self._words)
        self._said = 0
        self._ended = False
        self._due, self._deadline = anyio.current_time() + deadline, deadline

    def __aiter__(self) -> AsyncIterator[ModelDelta]:
        return self

    async def __anext__(self) -> ModelDelta:
        if self._ended:
            raise StopAsyncIteration
        if self._fault and self._said >= len(self._words) // 2:
            await self._fail()
        await self._pause(self._model.delay if self._said else self._model.first_delay)
        if self._said < len(self._words):
            self._said += 1
            return ModelDelta(text=self._words[self._said - 1])
        self._ended = True
        return self._last()

    def _last(self) -> ModelDelta:
        usage = Usage(completion_tokens=self._said)
        if self._calls:
            return ModelDelta(tool_calls=self._calls, finish="tool_calls", usage=usage)
        return ModelDelta(finish="length" if self._cut_short else "stop", usage=usage)

    async def _fail(self) -> None:
        if self._fault == "cut":
            raise ModelUnavailable("the engine broke off in the middle of a reply", way_out="ask again")
        if self._fault == "garbage":
            raise InvalidModelOutput("the engine sent an event that is not JSON")
        if self._fault == "hang":
            await self._pause(float("inf"))

    async def _pause(self, seconds: float) -> None:
        left = self._due - anyio.current_time()
        if seconds >= left:
            await anyio.sleep(max(0.0, left))
            raise ModelTimeout(seconds=self._deadline)
        if seconds > 0:
            await anyio.sleep(seconds)
