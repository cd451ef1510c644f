"""`aisle eval voice`: how well the ears understand shoppers, what they make of noise, and what that costs.

Synthetic voices speak our own utterances (half of them held out: rates only) through the lines of `voice_sounds`; each goes the
way of a spoken turn: the detector over every frame, partials while it grows, the final transcript as the assistant reads it.
Above: `voice_command`. Below: `voice_corpus`, `voice_wording`, model_serving's speech.
"""

from __future__ import annotations

import os
import platform
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from eval.metrics import ratio_interval
from eval.voice.corpus import (
    AFTER,
    BEFORE,
    CONDITIONS,
    MANNERS,
    Condition,
    Manner,
    Split,
    Utterance,
    heard_as,
    other_languages,
    spoken,
    utterances,
)
from eval.voice.sounds import RATE, by_phone, without_speech
from eval.voice.wording import Errors, errors, understood
from model_serving.audio import Audio
from model_serving.partials import STEP
from model_serving.ports import SpeechDetector, Synthesizer, Transcript
from model_serving.speech import Speech, open_speech
from model_serving.speech_engines import Engines, load_engines
from model_serving.speech_settings import SpeechSettings

SEED = 7
NOISY: Sequence[Condition] = ("phone_white", "phone_babble")
ROBOTS = ("", "+f3", "+Andrea", "+m3")
"""espeak-ng's own voices, for a figure apart: nobody sounds like them."""
COSTED = 20
"""Utterances whose cost is measured with partials."""

OnStep = Callable[[str], None]
Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRun:
    splits: Sequence[Split] = ("practice", "heldout")
    manners: Sequence[Manner] = MANNERS
    conditions: Sequence[Condition] = CONDITIONS
    robots: bool = True
    languages: bool = True
    names: Sequence[str] = ()
    """Of the shop, as the assistant would tell them to the ears."""


@dataclass(slots=True)
class Tally:
    """Of one condition and split."""

    wrong: int = 0
    words: int = 0
    sentences: list[tuple[float, float]] = field(default_factory=list)
    """Words wrong and words said, of each."""
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)

    def add(self, found: Errors) -> None:
        self.wrong += found.wrong
        self.words += found.words
        self.sentences.append((found.wrong, found.words))

    def report(self) -> Report:
        kinds = {kind: f"{self.right[kind]}/{count}" for kind, count in sorted(self.of.items())}
        total, right = sum(self.of.values()), sum(self.right.values())
        rate = round(right / total, 3) if total else None
        interval = [round(end, 4) for end in ratio_interval(self.sentences)]
        return {
            "word_error_rate": rate_of(self), "interval_95": interval, "words": self.words, "entities_right": rate,
            "entities": kinds,
        }  # fmt: skip


def rate_of(tally: Tally) -> float:
    return round(tally.wrong / max(tally.words, 1), 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    utterance: Utterance
    manner: str
    audio: Audio
    others: Sequence[Audio]
    """Of the same voice, for babble."""
    seed: int


@asynccontextmanager
async def _opened(names: Sequence[str]) -> AsyncIterator[tuple[Speech, Engines]]:
    import onnxruntime

    onnxruntime.set_seed(SEED)
    engines = load_engines(SpeechSettings())
    async with open_speech(SpeechSettings(), load=lambda settings: engines) as speech:
        assert speech is not None
        speech.learn(names)
        await speech.warm()
        yield speech, engines


async def measure(chosen: VoiceRun, *, on_step: OnStep) -> tuple[Report, list[str]]:
    """The report, and what was misunderstood in the practice half."""
    began = time.monotonic()
    async with _opened(chosen.names) as (speech, engines):
        on_step("speaking")
        clips = _clips(engines.voice_for("en"), chosen)
        report: Report = {"engines": dict(speech.health()), "machine": _machine(), "utterances": _counted(clips)}
        report["lines"], missed = await _lines(speech, clips, chosen.conditions, on_step)
        if chosen.robots:
            on_step("other voices")
            report["robot_voices"] = await _robots(speech, chosen)
        if chosen.languages:
            on_step("other languages")
            report["other_languages"] = await _other_languages(speech, engines)
        on_step("what is no speech")
        report["not_speech"] = await _not_speech(speech, clips)
        on_step("cost")
        report["cpu_seconds_per_second_of_speech"] = await _cost(speech, clips[:COSTED])
    report["minutes"] = round((time.monotonic() - began) / 60, 1)
    return report, missed


def _clips(voice: Synthesizer, chosen: VoiceRun) -> list[Clip]:
    found: list[Clip] = []
    for manner in chosen.manners:
        for split in chosen.splits:
            lines = utterances(split)
            audios = [spoken(voice, line.said, manner) for line in lines]
            for at, (line, audio) in enumerate(zip(lines, audios, strict=True)):
                others = [*audios[:at], *audios[at + 1 :]]
                found.append(Clip(utterance=line, manner=manner.name, audio=audio, others=others, seed=SEED + at))
    return found


async def _lines(
    speech: Speech, clips: Sequence[Clip], conditions: Sequence[Condition], on_step: OnStep
) -> tuple[Report, list[str]]:
    tallies: dict[tuple[Condition, Split], Tally] = {}
    missed: list[str] = []
    for condition in conditions:
        for at, clip in enumerate(clips):
            if at % 40 == 0:
                on_step(f"{condition}: {at} of {len(clips)}")
            tally = tallies.setdefault((condition, clip.utterance.split), Tally())
            heard = await speech.listen(heard_as(clip.audio, condition, clip.others, clip.seed), language="en")
            line = _told(tally, clip.utterance, heard)
            if line and clip.utterance.split == "practice":
                missed.append(f"{condition}, {clip.manner}: {line}")
    return _by_line(tallies), missed


def _told(tally: Tally, utterance: Utterance, heard: Transcript) -> str:
    """A line when something was misunderstood."""
    found = errors(utterance.said, heard.text)
    tally.add(found)
    lost = []
    for kind, value in utterance.values:
        right = understood(kind, value, heard.text)
        tally.of[kind] += 1
        tally.right[kind] += right
        lost += [] if right else [f"{kind} {value}"]
    return f"{utterance.said!r} -> {heard.text!r} {', '.join(lost)}".rstrip() if found.wrong or lost else ""


def _by_line(tallies: Mapping[tuple[Condition, Split], Tally]) -> Report:
    lines = list(dict.fromkeys(condition for condition, _ in tallies))
    found: Report = {line: _by_split(tallies, (line,)) for line in lines}
    if set(NOISY) <= set(lines):
        found["phone_noise"] = _by_split(tallies, NOISY)
    return found


def _by_split(tallies: Mapping[tuple[Condition, Split], Tally], lines: Sequence[Condition]) -> Report:
    splits = list(dict.fromkeys(split for _, split in tallies))
    found: Report = {split: _sum(tallies[line, split] for line in lines).report() for split in splits}
    found["all"] = _sum(tallies[line, split] for line in lines for split in splits).report()
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.wrong, whole.words = whole.wrong + tally.wrong, whole.words + tally.words
        whole.sentences += tally.sentences
        whole.right += tally.right
        whole.of += tally.of
    return whole


async def _robots(speech: Speech, chosen: VoiceRun) -> Report:
    from model_serving.synthesizers.espeak import EspeakVoice

    found: Report = {}
    for condition in ("clean", "phone"):
        tally = Tally()
        for split in chosen.splits:
            for at, line in enumerate(utterances(split)):
                voice = EspeakVoice(variants={"en": f"en-us{ROBOTS[at % len(ROBOTS)]}"})
                clip = spoken(voice, line.said, MANNERS[0])
                heard = clip if condition == "clean" else by_phone(clip)
                _told(tally, line, await speech.listen(heard, language="en"))
        found[condition] = tally.report()
    return found


async def _other_languages(speech: Speech, engines: Engines) -> Report:
    from model_serving.transcripts import written

    found: Report = {}
    for language, lines in other_languages().items():
        clips = [spoken(engines.voice_for(language), line, MANNERS[0], language=language) for line in lines]
        of_language: Report = {}
        for condition in CONDITIONS:
            tally = Tally()
            for at, (line, clip) in enumerate(zip(lines, clips, strict=True)):
                others = [*clips[:at], *clips[at + 1 :]]
                heard = await speech.listen(heard_as(clip, condition, others, SEED + at), language=language)
                tally.add(errors(written(line, language=language), heard.text, english=False))
            of_language[condition] = rate_of(tally)
        found[language] = {"utterances": len(lines), "word_error_rate": of_language}
    return found


async def _not_speech(speech: Speech, clips: Sequence[Clip]) -> Report:
    """Ten clips by microphone and by phone: what was heard although nobody spoke to us."""
    heard: dict[str, str] = {}
    made = without_speech([clip.audio for clip in clips], SEED)
    for name, clip in made.items():
        for line, audio in (("microphone", clip), ("phone", by_phone(clip))):
            text = (await speech.listen(audio, language="en")).text
            if text:
                heard[f"{name}, {line}"] = text
    return {"clips": 2 * len(made), "transcripts": len(heard), "heard": heard}


async def _cost(speech: Speech, clips: Sequence[Clip]) -> Report:
    """CPU time of this process, by what it was spent on, over the seconds in which somebody spoke."""
    spent = dict.fromkeys(("detection", "partials", "final"), 0.0)
    detector = await speech.detector()
    seconds = 0.0
    partials = 0
    for clip in clips:
        audio = by_phone(clip.audio).at(RATE)
        seconds += audio.seconds - BEFORE - AFTER
        spent["detection"] += _cpu(partial(_detected, detector, audio))
        for end in _steps(audio):
            began = time.process_time()
            await speech.listen(Audio(samples=audio.samples[:end], rate=RATE), language="en", final=False)
            spent["partials"] += time.process_time() - began
            partials += 1
        began = time.process_time()
        await speech.listen(audio, language="en")
        spent["final"] += time.process_time() - began
    parts = {name: round(cpu / seconds, 4) for name, cpu in spent.items()}
    total = round(sum(spent.values()) / seconds, 4)
    return {**parts, "total": total, "partials_each": round(spent["partials"] / max(partials, 1), 4), "step": STEP}


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _detected(detector: SpeechDetector, audio: Audio) -> None:
    detector.reset()
    for start in range(0, len(audio.samples) - detector.frame + 1, detector.frame):
        detector.heard(Audio(samples=audio.samples[start : start + detector.frame], rate=RATE))


def _steps(audio: Audio) -> Iterable[int]:
    """Ends of the partials, from a step after the first sound to the last."""
    return range(round((BEFORE + STEP) * RATE), round((audio.seconds - AFTER) * RATE), round(STEP * RATE))


def _counted(clips: Sequence[Clip]) -> Report:
    texts = {clip.utterance.said: clip.utterance.split for clip in clips}
    splits = Counter(texts.values())
    seconds = sum(clip.audio.seconds - BEFORE - AFTER for clip in clips)
    return {
        **{str(split): count for split, count in splits.items()},
        "spoken": len(clips),
        "seconds_of_speech": round(seconds),
        "manners": len({c.manner for c in clips}),
    }


def _machine() -> Report:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0
    return {
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "processor": platform.machine(),
        "python": platform.python_version(),
    }
