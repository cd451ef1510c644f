"""Ears of a caller: writes down what the assistant was heard to say, for lines that carry sound alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from channels.call_center.caller_end.wire import Said
from model_serving.audio import of_pcm16
from model_serving.errors import ModelError
from model_serving.speech import Speech


@dataclass(slots=True)
class Ears:
    """One stretch after the other, in their order, beside the call."""

    speech: Speech
    rate: int
    language: str
    on_said: Callable[[Said], None]
    _stretches: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self, pcm: bytes) -> None:
        task = asyncio.ensure_future(self._write_down(pcm))
        self._stretches.add(task)
        task.add_done_callback(self._stretches.discard)

    async def rest(self) -> None:
        """Until all of it is written down."""
        await asyncio.gather(*self._stretches)

    async def _write_down(self, pcm: bytes) -> None:
        async with self._turn:
            try:
                found = await self.speech.listen(of_pcm16(pcm, self.rate), language=self.language)
            except ModelError as error:
                self.on_said(Said(who="note", text=f"not written down: {error}"))
                return
        if found.text:
            self.on_said(Said(who="assistant", text=found.text))
