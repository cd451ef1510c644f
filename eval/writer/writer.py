"""Which writer a reader prefers: the template's and the model's words for the same drafts, with the same evidence.

The template plays a suite; every draft it writes is kept, and a sample is reworded by the model through the assistant's own
ModelWriter, checks included. Pairs go to a reader blind (which is A and which B is drawn by the seed); the reader's choices
come back as a file. Below: `assistant.answering`, `dialogue`. Above: `aisle eval writer`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from assistant.answering.grounding import Support
from assistant.answering.wording import Draft
from assistant.answering.writer import TEMPLATE, ModelWriter, TemplateWriter, Written
from assistant.conversation import Spoken
from assistant.events import AssistantSaid, TurnId, empty_cart
from assistant.live_turn import LiveTurn
from eval.dialogue.product_names import ProductNames
from eval.dialogue.shop_facts import ShopFacts
from eval.grounding.grounded import judge
from eval.metrics import Rate, percentile
from model_serving.ports import LanguageModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A draft that was to be written, with all that a writer gets."""

    draft: Draft
    support: Support
    customer: str
    transcript: tuple[Spoken, ...]


@dataclass(slots=True)
class RecordingWriter:
    """Writes by template and keeps what it was given."""

    cases: list[Case] = field(default_factory=list)

    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        self.cases.append(Case(draft=draft, support=support, customer=customer, transcript=tuple(transcript)))
        return await TemplateWriter().write(draft, support, customer=customer, transcript=transcript, live=live)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    id: str
    customer: str
    template: str
    model: str
    written_by: str
    """"template" where the model's words failed the assistant's own checks: then both texts are the same."""
    seconds: float
    ungrounded: int
    """Figures and names in the model's words that the independent reading does not support."""

    @property
    def reworded(self) -> bool:
        return self.written_by != TEMPLATE and self.model != self.template


def sample(cases: Sequence[Case], count: int, *, seed: int) -> tuple[Case, ...]:
    """Drafts with different words, at most `count`, in the order in which they came."""
    different = list({case.draft.text: case for case in cases if case.draft.text}.values())
    if len(different) <= count:
        return tuple(different)
    kept = sorted(Random(seed).sample(range(len(different)), count))
    return tuple(different[index] for index in kept)


async def reword(case: Case, number: int, model: LanguageModel, shop: ShopFacts, names: ProductNames) -> Pair:
    live = LiveTurn(id=TurnId(f"w{number}"), emit=lambda signal: None)
    begun = time.perf_counter()
    written = await ModelWriter(model).write(
        case.draft, case.support, customer=case.customer, transcript=case.transcript, live=live
    )
    seconds = time.perf_counter() - begun
    said = [line.text for line in case.transcript if line.who == "customer"]
    reply = AssistantSaid(
        turn_id=live.id, text=written.text, language="en", cards=case.draft.cards, citations=case.draft.citations
    )
    verdict = judge(reply, said=[*said, case.customer], cart=empty_cart("USD"), shop=shop, names=names)
    return Pair(
        id=f"{number:03d}",
        customer=case.customer,
        template=case.draft.text,
        model=written.text,
        written_by=written.written_by,
        seconds=seconds,
        ungrounded=len(verdict.ungrounded),
    )


def blind(pairs: Iterable[Pair], *, seed: int) -> list[dict[str, str]]:
    """For a reader: what the customer said and two replies, A and B; only pairs that differ."""
    return [
        {"id": pair.id, "customer": pair.customer, "A": first, "B": second}
        for pair in pairs
        if pair.reworded
        for first, second in [
            (pair.model, pair.template) if _model_is_a(pair.id, seed) else (pair.template, pair.model)
        ]
    ]


def _model_is_a(pair_id: str, seed: int) -> bool:
    return Random(f"{seed}-{pair_id}").random() < 0.5


def writer_report(
    pairs: Sequence[Pair], choices: Mapping[str, str], *, model: str, seed: int, reader: str
) -> dict[str, Any]:
    """`choices`: "A", "B" or "same" by pair id. A draft that stays the template's counts half for each, as does "same"."""
    reworded = [pair for pair in pairs if pair.reworded]
    judged = [pair for pair in reworded if pair.id in choices]
    wins = sum(choices[pair.id] == ("A" if _model_is_a(pair.id, seed) else "B") for pair in judged)
    same = sum(choices[pair.id] == "same" for pair in judged)
    times = [pair.seconds * 1000 for pair in pairs]
    return {
        "model": model,
        "seed": seed,
        "drafts": len(pairs),
        "reworded": Rate(hits=len(reworded), of=len(pairs)).to_plain(),
        "ungrounded_figures": sum(pair.ungrounded for pair in reworded),
        "milliseconds": {name: round(percentile(times, share)) for name, share in (("p50", 0.5), ("p95", 0.95))},
        "reader": reader,
        "judged": len(judged),
        "model_preferred": Rate(hits=wins, of=len(judged)).to_plain(),
        "same": same,
        "template_preferred": Rate(hits=len(judged) - wins - same, of=len(judged)).to_plain(),
        "preferred": _preferred(wins, same, judged, len(pairs) - len(reworded)),
    }


def _preferred(wins: int, same: int, judged: Sequence[Pair], unchanged: int) -> float | None:
    """What assistant/answering/measured.yaml holds: the model's share of preference over all drafts, ties half."""
    if not judged:
        return None
    return round((wins + (same + unchanged) / 2) / (len(judged) + unchanged), 4)
