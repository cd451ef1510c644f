"""`aisle bench holds faults`: the assistant before an endpoint that fails in every way that `faults_of_streams` knows.

The chain is the product's own: client, second try, queue, breaker, writer, turn, log. A turn counts only when it ends in
one whole reply that says what the shop's records say. Above: `serving_command`. Below: `serving_turns`, `faulty_endpoint`.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.serving.faults_of_streams import FAULTS, WHOLE
from eval.serving.faulty_endpoint import FaultyEndpoint, always, faulty_endpoint
from eval.serving.turns import QUESTIONS, Held, Shoppers, Turns, held, open_shop, settled
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings

Tell = Callable[[str], None]
SETTLING = 2.0
"""Seconds that our own work may take beside the model's deadline, on a busy machine."""
REST = 10.0
"""Seconds that a breaker rests (`circuit_breaker`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    endpoint: FaultyEndpoint
    shoppers: Shoppers
    deadline: float

    def idle(self) -> int:
        return self.endpoint.connections

    def held(self) -> Held:
        return held(idle_connections=self.idle())


@asynccontextmanager
async def scene(*, home: Path, deadline: float) -> AsyncIterator[Scene]:
    """home: with a shop in it, or where the demo shop is made."""
    with tempfile.TemporaryDirectory() as scratch:
        async with faulty_endpoint() as endpoint:
            settings = ModelSettings(engine="endpoint", endpoint_url=endpoint.url, name="faulty")
            async with open_language_model(settings, home=Path(scratch)) as model:
                assert model is not None
                async with open_shop(model, home=home, scratch=Path(scratch), deadline=deadline) as (_, shoppers):
                    yield Scene(endpoint=endpoint, shoppers=shoppers, deadline=deadline)


async def bench_faults(
    *, home: Path, deadline: float = 6.0, at_once: int = 2, faults: Sequence[str] = tuple(FAULTS), tell: Tell
) -> dict[str, Any]:
    """Each fault by itself, `at_once` conversations of one turn each; then the breaker."""
    async with scene(home=home, deadline=deadline) as here:
        await here.shoppers.visit(Turns())  # loads what is loaded at the first use
        before = here.held()
        by_fault = {}
        for number, fault in enumerate(faults, start=1):
            by_fault[fault or "none"] = figures = await one_fault(here, fault, at_once)
            tell(f"{number}/{len(faults)} {fault or 'none'}: {'held' if figures['held'] else 'DID NOT HOLD'}")
        after = await settled(before, here.idle)
        breaker = await the_breaker(here, tell)
    return {
        "held": sum(figures["held"] for figures in by_fault.values()),
        "of": len(by_fault),
        "left_behind": after.less(before),
        "breaker": breaker,
        "deadline_s": deadline,
        "by_fault": by_fault,
    }


async def one_fault(here: Scene, fault: str, at_once: int) -> dict[str, Any]:
    """`held`: whole and true replies within the deadline, by the model where the fault is legal, and health soon after."""
    here.endpoint.plan, asked = always(fault), here.endpoint.met.total()
    turns = Turns()
    async with asyncio.TaskGroup() as tasks:
        for number in range(at_once):
            tasks.create_task(here.shoppers.visit(turns, [QUESTIONS[number % len(QUESTIONS)]]))
    await here.endpoint.until_idle()
    calls = here.endpoint.met.total() - asked
    here.endpoint.plan = always("")
    recovered = await _well_again(here)
    figures = turns.figures()
    whole = not (figures["hung"] or figures["failed"] or figures["untrue_or_cut"] or figures["shown_otherwise"])
    in_time = figures["seconds"]["max"] <= here.deadline + SETTLING
    by_model = figures["written_by"].get("model", 0) == len(turns.told)
    return {
        "held": whole and in_time and recovered <= REST + SETTLING and (by_model or fault not in WHOLE),
        **figures,
        "calls_of_the_endpoint": calls,
        "well_again_after_s": round(recovered, 2),
    }


async def _well_again(here: Scene) -> float:
    """Seconds until the model writes again: none, or a breaker's rest where so many calls failed that it opened."""
    began = time.monotonic()
    while time.monotonic() - began < 3 * REST:
        turns, since = Turns(), time.monotonic() - began
        await here.shoppers.visit(turns, QUESTIONS[:1])
        if turns.told[0].written_by == "model":
            return since
        await asyncio.sleep(0.25)
    return time.monotonic() - began


async def the_breaker(here: Scene, tell: Tell, *, fault: str = "hang_after_headers") -> dict[str, Any]:
    """How many turns waited for a dead endpoint until it was left alone, and how long until it was taken back."""
    here.endpoint.plan = always(fault)
    waited, first_quick, asked = 0, 0.0, 0
    for _ in range(12):
        turns, asked_before = Turns(), here.endpoint.met.total()
        await here.shoppers.visit(turns, QUESTIONS[:1])
        asked = here.endpoint.met.total() - asked_before
        if not asked:
            first_quick = turns.told[0].seconds
            break
        waited += 1
    here.endpoint.plan = always("")
    tell(f"the breaker opened after {waited} turns; waiting until it tries again")
    closed_after = await _well_again(here)
    return {
        "turns_until_open": waited,
        "opened": not asked,
        "turn_while_open_s": round(first_quick, 3),
        "closed_after_s": round(closed_after, 1),
        "closed": closed_after < 3 * REST,
    }
