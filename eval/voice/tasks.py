"""`aisle eval voice-tasks`: servicing goals by voice against the same goals in writing: how much does the ear cost?

The scripted customer of the benchmark's synthetic tasks plays each goal twice with the same dice. By voice each message is
said by the packaged voice, goes through a telephone's mu-law at 8 kHz and our own ears, and takes the way of a spoken turn.
The customer reads our replies as they are shown. Above: the command. Below: `tau2_synthetic`, the speech engines, `aloud`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from assistant.conversation import Conversation
from channels.voice.aloud import aloud
from channels.voice.expecting import expected
from eval.tau2.synthetic import Ears, Played, faults_of, play, stage_of
from eval.tau2.tasks import read_synthetic
from model_serving.audio import Audio, joined, mulaw, of_mulaw, silence
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings

GOALS = 40
WITHIN_POINTS = 5.0
PACE = 0.95
QUIET = 0.3
"""Seconds before and after each message."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
OnGoal = Callable[[int, int, Played, Played], None]


async def measure(
    data: Path, *, goals: int = GOALS, seed: int = 0, on_goal: OnGoal = lambda at, of, text, voice: None
) -> dict[str, Any]:
    """Goals whose reference is sound, in the file's order. Raises UnreadableFeed, OSError, RuntimeError without speech."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        stage = stage_of(data, Path(folder), executor)
        tasks = [
            one for one in read_synthetic(data / "synthetic_tasks_dev.json") if not faults_of(one, stage.ground.db)
        ][:goals]
        async with open_speech(SpeechSettings()) as speech:
            if speech is None:
                raise RuntimeError("speech is switched off: unset AISLE_SPEECH_ENABLED")
            ears = telephone(speech)
            pairs: list[tuple[Played, Played]] = []
            for task in tasks:
                pairs.append((await play(stage, task, seed), await play(stage, task, seed, ears)))
                on_goal(len(pairs), len(tasks), *pairs[-1])
    return report_of(pairs)


def telephone(speech: Speech) -> Ears:
    """Says a message, and hears it as it comes out of a telephone line. An address that has to be given again is spelled."""
    given: set[tuple[str, str]] = set()

    async def hear(text: str, conversation: Conversation) -> tuple[str, float]:
        addresses = {(conversation.id, found) for found in _ADDRESS.findall(text)}
        spelled = _ADDRESS.sub(lambda found: _spelled(found.group(0)), text) if addresses & given else text
        given.update(addresses)
        said = await speech.say(aloud(spelled), pace=PACE)
        heard = await speech.listen(on_the_line(said), language="en", expecting=expected(conversation).names)
        return heard.text, heard.confidence

    return hear


def _spelled(address: str) -> str:
    """ "o, m, a, r dot k, h, a, n, 3 5 6 3 at example dot com"."""
    who, _, where = address.partition("@")
    letters = ", ".join({".": "dot", "_": "underscore", "-": "dash"}.get(each, each.upper()) for each in who)
    return f"{letters}, at {where.replace('.', ' dot ')}"


def on_the_line(said: Audio) -> Audio:
    narrow = said.at(8_000)
    return of_mulaw(mulaw(joined([silence(QUIET, 8_000), narrow, silence(QUIET, 8_000)])))


def report_of(pairs: Sequence[tuple[Played, Played]]) -> dict[str, Any]:
    text, voice = [one for one, _ in pairs], [one for _, one in pairs]
    rates = [_rate(played) for played in (text, voice)]
    return {
        "note": "a scripted customer who reads our replies: only their words go over the line",
        "goals": len(pairs),
        "by_text": _told(text),
        "by_voice": _told(voice),
        "points_lost": round(rates[0] - rates[1], 1),
        "within": WITHIN_POINTS,
        "lost_by_voice": [
            {"task": spoken.task, "differences": spoken.differences[:4], "wrong": spoken.wrong[:4]}
            for written, spoken in pairs
            if written.exact and not spoken.exact
        ],
    }


def _rate(played: Sequence[Played]) -> float:
    return 100 * sum(one.exact for one in played) / max(1, len(played))


def _told(played: Sequence[Played]) -> dict[str, Any]:
    return {
        "solved": sum(one.exact for one in played),
        "percent": round(_rate(played), 1),
        "wrong_writes": sum(bool(one.wrong) for one in played),
        "writes_without_a_yes": sum(one.without_yes for one in played),
        "messages_each": round(sum(len(one.talk) for one in played) / max(1, len(played)), 1),
    }
