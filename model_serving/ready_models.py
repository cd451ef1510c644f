"""Models that stand ready: one that is another from call to call, and versions that were opened to be taken into use.

`stage` keeps them; below is only the port.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import anyio

from model_serving.chat import ChatMessage, ModelDelta
from model_serving.ports import LanguageModel
from model_serving.registry import Version


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


class Labelled(Switched):
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
            yield (
                replace(delta, model=self._label) if delta.finish or delta.model else delta async for delta in deltas
            )


@dataclass(slots=True, eq=False)
class Loaded:
    """One version, opened in a task of its own so that versions may end in any order."""

    label: str
    version: Version | None = None
    model: LanguageModel | None = None
    trial: LanguageModel | None = None
    """The same, as a canary: measured, and given up early."""
    trouble: str = ""
    opened: anyio.Event = field(default_factory=anyio.Event)
    closing: anyio.Event = field(default_factory=anyio.Event)
    unused_since: float | None = None
