"""Sound goes to the line in order, and stops at once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from channels.voice.commands import Begin, Clear, End, Play, Synthesise
from channels.voice.cues import Cue, HandedOver, NotSynthesised, Synthesised
from channels.voice.line import LineEvent
from channels.voice.mouthing import Mouthing
from model_serving.errors import ModelUnavailable
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class SlowLine:
    """CallTransport whose ear takes the next sound when it is let."""

    rate: int = 8_000
    screen: bool = False
    done: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    async def events(self) -> AsyncIterator[LineEvent]:
        return
        yield

    async def begin(self, turn_id: str) -> None:
        self.done.append("begin")

    async def play(self, pcm: bytes, *, mark: str) -> None:
        await self.ready.wait()
        self.done.append(f"{mark}:{len(pcm)}")

    async def end(self, turn_id: str) -> None:
        self.done.append("end")

    async def clear(self, turn_id: str) -> None:
        self.done.append("clear")
        self.cleared.set()

    async def hang_up(self) -> None:
        self.done.append("hang up")


@dataclass
class Mouth:
    line: SlowLine
    speech: ToneSpeech
    cues: list[Cue] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.mouthing = Mouthing(self.line, self.speech, self.give, self.start, caller="c")  # type: ignore[arg-type]
        self.start(self.mouthing.run())

    def give(self, cue: Cue) -> None:
        self.cues.append(cue)
        self.came.set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def until(self, kind: type) -> Any:
        async with asyncio.timeout(10):
            while not (found := [cue for cue in self.cues if isinstance(cue, kind)]):
                self.came.clear()
                await self.came.wait()
        return found[-1]


@pytest.fixture
async def mouth() -> AsyncIterator[Mouth]:
    made = Mouth(SlowLine(), ToneSpeech(["hello"]))
    yield made
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)


async def test_a_piece_becomes_sound_at_the_lines_rate_and_is_played_from_where_it_stood(mouth: Mouth) -> None:
    mouth.line.ready.set()
    mouth.mouthing.put(Synthesise(piece=1, text="hello you", language="en"))
    made = await mouth.until(Synthesised)
    assert made.seconds == pytest.approx(0.45, abs=0.01)
    assert made.peak == pytest.approx(0.35, abs=0.02)
    for command in (Begin(turn_id="t"), Play(piece=1, mark="t.1", start=0.2), End(turn_id="t")):
        mouth.mouthing.put(command)
    assert (await mouth.until(HandedOver)).mark == "t.1"
    size = int(mouth.line.done[1].split(":")[1])
    assert size == pytest.approx(0.25 * 8_000 * 2, abs=200)


async def test_what_the_line_has_not_got_when_it_is_cleared_is_never_given(mouth: Mouth) -> None:
    mouth.mouthing.put(Synthesise(piece=1, text="hello", language="en"))
    await mouth.until(Synthesised)
    for number in (1, 2, 3):
        mouth.mouthing.put(Play(piece=1, mark=f"t.{number}"))
    await asyncio.sleep(0)  # the first is being handed over, and the line is slow
    mouth.mouthing.put(Clear(turn_id="t"))
    mouth.line.ready.set()
    async with asyncio.timeout(5):
        await mouth.line.cleared.wait()
    assert [entry.split(":")[0] for entry in mouth.line.done] == ["t.1", "clear"]


async def test_a_reply_that_cannot_be_spoken_is_told_and_a_stock_phrase_is_said_plainly(mouth: Mouth) -> None:
    mouth.speech.mute = ModelUnavailable("the voice is gone")
    mouth.mouthing.put(Synthesise(piece=1, text="hello", language="en"))
    assert (await mouth.until(NotSynthesised)).piece == 1
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs the program espeak-ng")
    mouth.mouthing.put(Synthesise(piece=2, text="Sorry, I cannot hear you.", language="en", stock=True))
    assert (await mouth.until(Synthesised)).seconds > 0.5
