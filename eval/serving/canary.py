"""`aisle bench holds canary`: canaries of a tenth that get worse, over the real CanaryModel, by simulation with many seeds.

Time is virtual (`virtual_time`), so slow first words cost nothing. Both errors are counted: a bad canary that stays, and an
equal one that is sent away. Above: `serving_command`. Below: `model_serving.canary`.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from eval.metrics import Rate, percentile
from eval.serving.engine import Tell
from eval.virtual_time import simulated
from model_serving.affinity import session_id
from model_serving.canary import CanaryModel, tries
from model_serving.chat import ChatMessage, ModelDelta
from model_serving.errors import ModelError, ModelUnavailable

SHARE = 0.1
HEALTHY = 300
"""Turns of all customers before the canary gets worse."""
WITHIN = 200
"""Turns of all customers within which it must be gone."""
EQUAL_TURNS = 2000
HELLO = (ChatMessage(role="user", content="hello"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """How often a model's turns go wrong, and how soon it speaks (seconds, times a draw of its own)."""

    fails: float = 0.01
    breaks_off: float = 0.0
    ungrounded: float = 0.02
    invalid: float = 0.02
    first_word: float = 0.2


GOOD = Nature()
WORSE: Mapping[str, Nature] = {
    "dead": Nature(fails=1.0),
    "fails_half": Nature(fails=0.5),
    "fails_quarter": Nature(fails=0.25),
    "breaks_off_half": Nature(breaks_off=0.5),
    "four_times_slower": Nature(first_word=0.8),
    "twice_as_slow": Nature(first_word=0.4),
    "silent": Nature(first_word=60.0),
    "invalid_half": Nature(invalid=0.5),
    "ungrounded_half": Nature(ungrounded=0.5),
    "ungrounded_quarter": Nature(ungrounded=0.25),
}


@dataclass(slots=True)
class Drawn:
    """A LanguageModel of that nature."""

    name: str
    nature: Nature
    chance: random.Random

    async def ready(self) -> bool:
        return True

    @asynccontextmanager
    async def stream(self, messages: Sequence[ChatMessage], **asked: Any) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        nature, chance = self.nature, self.chance
        await anyio.sleep(nature.first_word * chance.lognormvariate(0, 0.4))
        if chance.random() < nature.fails:
            raise ModelUnavailable("drawn to fail")
        yield self._words(chance.random() < nature.breaks_off)

    async def _words(self, breaks: bool) -> AsyncIterator[ModelDelta]:
        yield ModelDelta(text="Good ")
        if breaks:
            raise ModelUnavailable("drawn to break off")
        yield ModelDelta(text="morning", finish="stop")


@dataclass(slots=True)
class Trial:
    """One canary's life among customers who come at random."""

    seed: int
    nature: Nature
    stable: Drawn = field(init=False)
    candidate: Drawn = field(init=False)
    model: CanaryModel = field(init=False)
    why: str = ""
    touched_others: int = 0
    """Turns of conversations outside the canary's share that it wrote, or that failed more than the stable model does."""
    by_candidate: int = 0
    tried: int = 0
    """Turns of the canary's conversations since it got worse."""

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self.stable = Drawn("stable", GOOD, chance)
        self.candidate = Drawn(f"candidate@{self.seed}", GOOD, chance)
        self.model = CanaryModel(self.stable, on_rollback=self._gone)
        self.model.begin(self.candidate, share=SHARE)

    def _gone(self, name: str, why: str) -> None:
        self.why = why

    async def run(self, turns: int, *, worse_after: int) -> int | None:
        """After how many turns since it got worse it was gone; None: it stayed."""
        for number in range(turns + worse_after):
            if number == worse_after:
                self.candidate.nature = self.nature
            conversation = f"c{self.seed}-{number // 3}"  # three turns each
            self.tried += number >= worse_after and tries(conversation, self.candidate.name, SHARE)
            await self._turn(conversation)
            if self.why:
                return number + 1 - worse_after
        return None

    async def _turn(self, conversation: str) -> None:
        session_id.set(conversation)
        mine = tries(conversation, self.candidate.name, SHARE)
        writer = self.stable.name
        try:
            async with self.model.stream(HELLO, deadline=6.0) as deltas:
                async for delta in deltas:
                    writer = delta.model or writer
        except ModelError:
            self.touched_others += not mine and writer != self.stable.name
            return
        self.by_candidate += writer == self.candidate.name
        self.touched_others += not mine and writer != self.stable.name
        nature = self.candidate.nature if writer == self.candidate.name else self.stable.nature
        chance = self.stable.chance
        self.model.judged(
            writer, grounded=chance.random() >= nature.ungrounded, valid=chance.random() >= nature.invalid
        )


async def bench_canary(*, seeds: int = 200, tell: Tell) -> dict[str, Any]:
    report: dict[str, Any] = {"share": SHARE, "turns_before_it_gets_worse": HEALTHY, "seeds": seeds}
    for kind, nature in WORSE.items():
        report[kind] = await anyio.to_thread.run_sync(_many, nature, seeds)
        tell(f"{kind}: {report[kind]['gone_within']['hits']} of {seeds} gone within {WITHIN} turns of all customers")
    report["equal"] = await anyio.to_thread.run_sync(_equal, seeds)
    tell(f"equal: {report['equal']['sent_away']['hits']} of {seeds} sent away in {EQUAL_TURNS} turns")
    return report


def _many(nature: Nature, seeds: int) -> dict[str, Any]:
    after, tried, touched, limit = [], [], 0, 10 * WITHIN
    for seed in range(seeds):
        trial, gone = _one(seed, nature, limit, HEALTHY)
        after.append(limit if gone is None else gone)
        tried.append(trial.tried)
        touched += trial.touched_others
    return {
        "gone_within": Rate(hits=sum(turns <= WITHIN for turns in after), of=seeds).to_plain(),
        "gone_within_ten_times_that": Rate(hits=sum(turns < limit for turns in after), of=seeds).to_plain(),
        "turns_of_all_customers": _spread(after),
        "turns_of_the_canary": _spread(tried),
        "touched_of_the_others": touched,
    }


def _spread(turns: Sequence[int]) -> dict[str, float]:
    return {name: percentile(turns, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))}


def _equal(seeds: int) -> dict[str, Any]:
    gone = [trial.why for seed in range(seeds) if (trial := _one(seed, GOOD, EQUAL_TURNS, 0)[0]).why]
    return {"turns": EQUAL_TURNS, "sent_away": Rate(hits=len(gone), of=seeds).to_plain(), "why": gone[:20]}


def _one(seed: int, nature: Nature, turns: int, worse_after: int) -> tuple[Trial, int | None]:
    async def run() -> tuple[Trial, int | None]:
        trial = Trial(seed, nature)
        return trial, await trial.run(turns, worse_after=worse_after)

    return simulated(run())
