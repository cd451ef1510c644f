"""Mouthing: the mouth's half of the shell: pieces become sound, sound goes to the line, in order, and stops at once.

Above: `talking`. Below: the synthesizer and the line.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np

from channels.voice.commands import Begin, Clear, Drop, End, HangUp, Play, Synthesise
from channels.voice.cues import Cue, HandedOver, NotSynthesised, Synthesised
from channels.voice.line import CallTransport
from model_serving.audio import Audio
from model_serving.errors import ModelError
from model_serving.speech import Speech
from model_serving.synthesizers.espeak import EspeakVoice

PEAK_WINDOW = 0.032

ForLine = Begin | Play | End | Clear | HangUp


@dataclass(slots=True)
class Mouthing:
    line: CallTransport
    speech: Speech
    give: Callable[[Cue], None]
    start: Callable[[Coroutine[Any, Any, None]], object]
    caller: str
    _sounds: dict[int, bytes] = field(default_factory=dict)
    """By piece: what is to be played, or played again. At most as much as the session lets lie ahead."""
    _waiting: deque[ForLine] = field(default_factory=deque)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, command: Synthesise | Drop | ForLine) -> None:
        match command:
            case Synthesise():
                self.start(self._synthesise(command))
                return
            case Drop(piece=piece):
                self._sounds.pop(piece, None)
                return
            case Clear():
                self._waiting.clear()  # what the line has not got need not be cleared on it
        self._waiting.append(command)
        self._changed.set()

    async def run(self) -> None:
        """Hands over, one after the other."""
        while True:
            while not self._waiting:
                self._changed.clear()
                await self._changed.wait()
            await self._hand(self._waiting.popleft())

    async def _hand(self, command: ForLine) -> None:
        match command:
            case Begin(turn_id=turn_id):
                await self.line.begin(turn_id)
            case Play():
                await self._play(command)
            case End(turn_id=turn_id):
                await self.line.end(turn_id)
            case Clear(turn_id=turn_id):
                await self.line.clear(turn_id)
            case HangUp():
                await self.line.hang_up()
            case _:
                assert_never(command)

    async def _play(self, command: Play) -> None:
        pcm = self._sounds.get(command.piece)
        if pcm is None:
            return
        began = asyncio.get_running_loop().time()
        await self.line.play(pcm[2 * round(command.start * self.line.rate) :], mark=command.mark)
        self.give(HandedOver(mark=command.mark, took=asyncio.get_running_loop().time() - began))

    async def _synthesise(self, command: Synthesise) -> None:
        began = asyncio.get_running_loop().time()
        try:
            audio = await self._said(command)
        except ModelError:
            self.give(NotSynthesised(piece=command.piece))
            return
        took = asyncio.get_running_loop().time() - began
        pcm, peak = await asyncio.to_thread(_for_line, audio, self.line.rate)
        self._sounds[command.piece] = pcm
        self.give(Synthesised(piece=command.piece, seconds=len(pcm) / 2 / self.line.rate, peak=peak, took=took))

    async def _said(self, command: Synthesise) -> Audio:
        """Raises ModelError. A stock phrase is said by the plain voice where the good one cannot."""
        try:
            return await self.speech.say(command.text, language=command.language, pace=command.pace, caller=self.caller)
        except ModelError:
            if not command.stock:
                raise
        return await asyncio.to_thread(_plainly, command)


def _plainly(command: Synthesise) -> Audio:
    return EspeakVoice().speak(command.text, language=command.language, pace=command.pace)


def _for_line(audio: Audio, rate: int) -> tuple[bytes, float]:
    """Samples at the line's rate, and the RMS of the loudest 32 ms."""
    heard = audio.at(rate)
    size = max(1, round(PEAK_WINDOW * rate))
    whole = heard.samples[: len(heard.samples) - len(heard.samples) % size].reshape(-1, size)
    peak = float(np.sqrt((whole * whole).mean(axis=1)).max()) if len(whole) else 0.0
    return heard.pcm16(), peak
