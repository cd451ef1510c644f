"""The gates under planted faults: one product stays open, each fault is planted, parts are measured, gates are asked.

The parts are those of `aisle eval all`, read by the same readers and judged by the same gates. Above: `command`.
Below: `faults`, `eval.scores`, `eval.integrity`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.running import Aisle
from assistant.shops.demo.shop import DemoShop, generate
from eval.dialogue.dialogue import play
from eval.dialogue.report import report
from eval.dialogue.scenarios import Suite, load_suite
from eval.dialogue.shop_facts import ShopFacts, facts_of
from eval.gates import SCORES
from eval.grounding.measure import measure as measure_grounding
from eval.integrity.opening import opened_copy
from eval.integrity.promises import look
from eval.mutations.fault import Fault, Probe
from eval.retrieval.suites import constrained, passages
from eval.scores import reading
from eval.scores.planted import PlantedFault
from eval.scores.reading import Reader
from eval.scores.result import PartResult
from eval.scores.verdict import asked
from eval.shopfronts import InProcess

READERS: dict[Probe, Reader] = {
    "sentinels": reading.dialogue,
    "integrity": reading.held,
    "constrained": reading.constrained,
    "passages": reading.passages,
    "grounding": reading.grounding,
}
PROBES: tuple[Probe, ...] = tuple(READERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    aisle: Aisle
    facts: ShopFacts
    demo: DemoShop
    suites: Path
    sentinels: Suite

    async def measured(self, probe: Probe) -> PartResult:
        """As `aisle eval all` reads it. What breaks altogether is a failed part, which the gates refuse, too."""
        empty = PartResult(name=probe, title=probe, area="", state="measured")
        try:
            raw = await self._raw(probe)
            figures, cases = READERS[probe]([raw])
        except Exception as error:  # noqa: BLE001 - whatever a planted fault breaks is its being seen
            return replace(empty, state="failed", reason=f"{type(error).__name__}: {error}"[:200])
        return replace(empty, figures=figures, cases=cases)

    async def _raw(self, probe: Probe) -> Any:
        if probe == "sentinels":
            front = InProcess(self.aisle.assistant, deadline=90)
            played = await play(self.sentinels, front, await self._now(), at_once=4)
            return report(played, seed=7, versions={})
        if probe == "integrity":
            return {"promises": (await look(self.aisle, await self._now())).plain()}
        if probe == "constrained":
            return await asyncio.to_thread(
                constrained, self.suites / "constrained.yaml", self.demo, self.aisle.retriever
            )
        if probe == "passages":
            return await asyncio.to_thread(passages, self.suites / "passages.yaml", self.aisle.retriever)
        return await asyncio.to_thread(measure_grounding, {"dev": self.suites / "grounding.yaml"})

    async def _now(self) -> ShopFacts:
        """With the orders as they stand: the last fault's conversations have changed some."""
        orders = await self.aisle.in_thread(lambda: {one.id: one for one in self.aisle.shop.all_orders()})
        return replace(self.facts, orders=orders)


@asynccontextmanager
async def open_house(home: Path, suites: Path) -> AsyncIterator[House]:
    async with opened_copy(home) as aisle:
        yield House(
            aisle=aisle,
            facts=await aisle.in_thread(facts_of, aisle.shop),
            demo=await asyncio.to_thread(generate),
            suites=suites,
            sentinels=load_suite(suites / "sentinels.yaml"),
        )


async def caught(house: House, fault: Fault, *, whole: bool = False) -> PlantedFault:
    """whole: under every probe, not only the one whose gate is meant to see it."""
    begun = time.monotonic()
    said: list[tuple[str, str]] = []
    with fault.plant():
        for probe in PROBES if whole else (fault.probe,):
            said += objections(await house.measured(probe))
    return PlantedFault(
        fault=fault.name,
        about=fault.about,
        meant=fault.meant,
        told=next((line for gate, line in said if gate == fault.meant), ""),
        others=tuple(line for gate, line in said if gate != fault.meant),
        seconds=round(time.monotonic() - begun, 1),
    )


async def caught_all(
    home: Path, suites: Path, faults: Sequence[Fault], *, whole: bool, tell: Callable[[PlantedFault], None]
) -> tuple[list[str], list[PlantedFault]]:
    """What the gates say without a fault (nothing, or no table means anything), and of each fault."""
    async with open_house(home, suites) as house:
        wanted = [probe for probe in PROBES if whole or any(probe == fault.probe for fault in faults)]
        sound = [line for probe in wanted for _, line in objections(await house.measured(probe))]
        found = []
        for fault in faults:
            found.append(await caught(house, fault, whole=whole))
            tell(found[-1])
        return sound, found


def objections(part: PartResult) -> list[tuple[str, str]]:
    """ "part/figure" of each gate that is missed, and its line; a part that failed is an objection of no gate."""
    if part.state == "failed":
        return [("", f"{part.name} failed: {part.reason}")]
    return [
        (f"{gate.part}/{one.figure if gate.every and not gate.figure else gate.figure}", one.told)
        for gate in SCORES
        if gate.part == part.name
        for one in asked(gate, part)
        if one.state != "passed"
    ]
