"""Ports of model serving. Speech ports join when speech does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from model_serving.chat import ChatMessage, ModelDelta, Priority, Sampling, ToolSpec


class LanguageModel(Protocol):
    """Streams a reply. Safe for concurrent calls."""

    @property
    def name(self) -> str:
        """As recorded in `written_by`."""
        ...

    def stream(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling = Sampling(),
        priority: Priority = "live",
        deadline: float = 30.0,
    ) -> AbstractAsyncContextManager[AsyncIterator[ModelDelta]]:
        """Deltas in order. Leaving the context before the end cancels the work in the engine.

        deadline: seconds from the call to the last delta. Raises Overloaded, ModelTimeout, ModelUnavailable,
        ContextOverflow or InvalidModelOutput, from entering or from iterating.
        """
        ...

    async def ready(self) -> bool:
        """Whether a call now would be answered. Cheap; never raises."""
        ...
