"""`aisle bench voice`: how fast a spoken turn is, by callers who speak in real time into a server of its own process.

Silence to sound with its stages, barge-in, several calls at once, and what listening costs. The wait is measured by the caller
from the last loud sample that was sent to the first sound that came. Fading (from there to where a speech detector, run over
the same recording, hears the last of it) and the server's stages make it up; what is left is told as outside
the stages. Above: the command line. Below: `bench_voice_caller`, `aisle serve`.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from assistant.settings import AisleSettings
from eval.bench.shop_index import whole_index
from eval.bench.start import READY_WITHIN, _free_port
from eval.bench.voice_caller import RATE, Caller, Recording, Turn, calling
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings

Report = dict[str, Any]
OnStep = Callable[[str], None]
ANSWER_SECONDS = 25.0
AFTER_REPLY = 0.8
INTO_REPLY = 1.2
"""Seconds of a reply after which it is spoken over."""
LONGEST_GAP = 0.06
STAGES = ("endpoint", "decode", "understanding", "writing", "synthesis", "transport")
REACH = {
    "first_audio_p50_ms": 700,
    "first_audio_p95_ms": 1_200,
    "own_p95_ms": 20,
    "barge_in_p95_ms": 300,
    "at_once_p95_ms": 2_500,
}
QUESTIONS = (
    "Do you have a tent for two people?",
    "How do returns work?",
    "Show me headphones under one hundred dollars.",
    "What are your opening hours in Portland?",
    "Which kettle is the cheapest?",
    "I am looking for running shoes.",
    "How long does shipping take?",
    "Do you have a warm sleeping bag?",
    "I need a bike light.",
    "What do you sell?",
)
INTERRUPTION = "No wait, show me lamps instead."


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceBench:
    turns: int = 20
    interruptions: int = 10
    calls: int = 4
    turns_at_once: int = 5
    home: Path | None = None
    """A shop with its index, of which a copy is served; else the demo shop is made, whole, before anything is measured."""


async def bench_voice(asked: VoiceBench, on_step: OnStep = lambda step: None) -> Report:
    """Minutes. Raises RuntimeError where the server does not start."""
    on_step("making the caller's recordings")
    questions, interruption = await _recordings()
    async with _served(on_step, asked.home) as (url, cpu_now):
        async with calling(url, cpu_now) as caller:
            on_step("one turn to warm up")
            await _ask(caller, questions[0])
            turns = [
                await _told(on_step, "turn", n, asked.turns, _ask(caller, questions[n % len(questions)]))
                for n in range(asked.turns)
            ]
        async with calling(url, cpu_now) as caller:
            cuts = [
                await _told(on_step, "barge-in", n, asked.interruptions, _interrupt(caller, questions[0], interruption))
                for n in range(asked.interruptions)
            ]
        on_step(f"{asked.calls} calls at once")
        together = await _at_once(url, cpu_now, questions, asked)
    return report_of(turns, cuts, together, asked)


async def _told(on_step: OnStep, what: str, number: int, of: int, work: Any) -> Any:
    on_step(f"{what} {number + 1} of {of}")
    return await work


async def _ask(caller: Caller, recording: Recording) -> Turn:
    await caller.quiet()
    await asyncio.sleep(AFTER_REPLY)
    turn = await caller.say(recording)
    if await caller.until(lambda: bool(turn.first_audio), seconds=ANSWER_SECONDS):
        await caller.until(lambda: bool(turn.over) and bool(turn.stages), seconds=ANSWER_SECONDS)
    return turn


async def _interrupt(caller: Caller, question: Recording, interruption: Recording) -> Turn:
    asked = await _ask(caller, question)
    if not asked.first_audio:
        return asked
    await caller.into_reply(INTO_REPLY)
    cut = await caller.say(interruption)
    await caller.until(lambda: bool(cut.first_audio), seconds=ANSWER_SECONDS)
    return cut


async def _at_once(
    url: str, cpu_now: Callable[[], float], questions: Sequence[Recording], asked: VoiceBench
) -> list[Turn]:
    async def call(number: int) -> list[Turn]:
        await asyncio.sleep(0.4 * number)
        async with calling(url, cpu_now) as caller:
            turns = [await _ask(caller, questions[(number + n) % len(questions)]) for n in range(asked.turns_at_once)]
            await caller.quiet()
            return turns

    return [turn for turns in await asyncio.gather(*(call(n) for n in range(asked.calls))) for turn in turns]


async def _recordings() -> tuple[list[Recording], Recording]:
    async with open_speech(SpeechSettings()) as speech:
        if speech is None:
            raise RuntimeError("speech is switched off: unset AISLE_SPEECH_ENABLED")
        questions = [await _said(speech, text) for text in QUESTIONS]
        return questions, await _said(speech, INTERRUPTION)


async def _said(speech: Speech, text: str) -> Recording:
    recording = Recording.of(text, (await speech.say(text)).at(RATE).pcm16())
    return await asyncio.to_thread(recording.detected, await speech.detector())


@asynccontextmanager
async def _served(on_step: OnStep, shop: Path | None) -> AsyncIterator[tuple[str, Callable[[], float]]]:
    """A server with the template writer, on a home of its own; and its CPU seconds so far."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="aisle-voice-") as home:
        environment = {
            **os.environ,
            "AISLE_HOME": home,
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "AISLE_SPEECH_LOAD": "start",
            "AISLE_MODEL_ENGINE": "none",
        }
        if shop is not None:
            shutil.copytree(shop, home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("conversations.db*"))
        on_step(await asyncio.to_thread(whole_index, AisleSettings(home=Path(home))))
        on_step("starting the server")
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "aisle"),
            "serve",
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            await _ready(url, process)
            yield url, lambda: _cpu(process.pid)
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.wait(), 30)


async def _ready(url: str, process: asyncio.subprocess.Process) -> None:
    began = time.perf_counter()
    async with httpx.AsyncClient(base_url=url, timeout=5) as http:
        while time.perf_counter() - began < READY_WITHIN:
            if process.returncode is not None:
                raise RuntimeError(f"`aisle serve` ended with {process.returncode}")
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise RuntimeError(f"`aisle serve` was not ready after {READY_WITHIN:.0f} s")


def _cpu(pid: int) -> float:
    own = psutil.Process(pid)
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


# -- the report --------------------------------------------------------------------------------------------------------


def report_of(turns: Sequence[Turn], cuts: Sequence[Turn], together: Sequence[Turn], asked: VoiceBench) -> Report:
    answered = [turn for turn in turns if turn.first_audio and turn.stages]
    first = [1_000 * (turn.first_audio - turn.ended) for turn in answered]
    silenced = [1_000 * (turn.silenced - turn.onset) for turn in cuts if turn.silenced]
    fading = [1_000 * (turn.faded - turn.ended) for turn in answered]
    apart = [1_000 * (turn.first_audio - turn.faded) - turn.stages["total"] for turn in answered]
    report: Report = {
        "first_audio_ms": _spread(first),
        "stages_ms": {name: _spread([turn.stages[name] for turn in answered]) for name in (*STAGES, "own", "total")},
        "fading_ms": _spread(fading),
        "outside_the_stages_ms": _spread(apart),
        "unanswered": len(turns) - len(answered),
        "barge_in_ms": {**_spread(silenced), "unnoticed": len(cuts) - len(silenced)},
        "at_once": _together(together, asked),
        "listening_cpu_per_second_of_speech": _listening([*turns]),
        "machine": {
            "cpus": os.cpu_count(),
            "load": [round(one, 2) for one in os.getloadavg()],
            "system": platform.platform(terse=True),
        },
        "asked": {
            "turns": asked.turns,
            "interruptions": asked.interruptions,
            "calls": asked.calls,
            "turns_at_once": asked.turns_at_once,
        },
        "reach": REACH,
    }
    return report


def _together(turns: Sequence[Turn], asked: VoiceBench) -> Report:
    waits = [1_000 * (turn.first_audio - turn.ended) for turn in turns if turn.first_audio]
    gaps = [gap for turn in turns for gap in turn.gaps]
    return {
        "calls": asked.calls,
        "first_audio_ms": _spread(waits),
        "unanswered": len(turns) - len(waits),
        "gaps_over_60_ms": sum(gap > LONGEST_GAP for gap in gaps),
        "longest_gap_ms": round(1_000 * max(gaps, default=0.0), 1),
    }


def _listening(turns: Sequence[Turn]) -> float | None:
    """CPU seconds of the server, detection, partials and the final transcript, for each second that was spoken."""
    spoken = [(turn.cpu, turn.ended - turn.onset) for turn in turns if turn.cpu]
    seconds = sum(length for _, length in spoken)
    return round(sum(cpu for cpu, _ in spoken) / seconds, 3) if seconds else None


def _spread(values: Sequence[float]) -> Report:
    if not values:
        return {"n": 0}
    ranked = sorted(values)
    at = min(len(ranked) - 1, round(0.95 * (len(ranked) - 1)))
    return {
        "n": len(ranked),
        "p50": round(statistics.median(ranked), 1),
        "p95": round(ranked[at], 1),
        "max": round(ranked[-1], 1),
    }
