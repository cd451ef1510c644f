"""Recorded customers of the public retail benchmark, replayed: their messages as they are, against the records that came of them.

    python -m eval.tau2.dialogues --data ../shared/data/tau2_retail [--limit N] [--only ID] [--verbose] [--json]

Each dialogue has the shop anew and the assistant without a language model. The customer does not hear our replies: they
say what they once said to another agent, so a question of ours may stay unanswered. A dialogue is solved when every order
ends exactly as recorded (the recordings hold no profiles); a wrong write is a changed record that the recording leaves
alone, or a field of one that is neither as it was nor as recorded. Above: the command line. Below: the assistant, the shop.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from assistant.answering.voices import open_voices
from assistant.answering.writer import TemplateWriter
from assistant.assistant import Assistant
from assistant.buses.in_process import InProcessBus
from assistant.clock import SystemClock
from assistant.events import AssistantSaid, TurnFailed
from assistant.ids import RandomIds
from assistant.knowledge import ShopKnowledge
from assistant.shops.records import Order
from assistant.shops.sql import SqlShop
from assistant.stores.memory import MemoryEventStore
from assistant.tools.policy import shop_policy
from assistant.tools.service import open_tools
from assistant.turn import Turns
from assistant.understanding.classifier import FewShotClassifier, Label
from assistant.understanding.examples import EXAMPLES
from assistant.understanding.languages import Clue, detect
from assistant.understanding.lexicon import ShopLexicon
from assistant.understanding.reader import Understander
from eval.tau2.actions import Ground, copied
from retrieval.build import in_memory
from retrieval.embedders.minilm import MiniLmEmbedder
from retrieval.retriever import Retriever

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Replayed:
    id: int
    solved: bool = False
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failed_turns: int = 0
    talk: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Brains:
    """What is slow to make, once for all dialogues."""

    embedder: MiniLmEmbedder
    retriever: Retriever
    classifier: FewShotClassifier
    executor: ThreadPoolExecutor

    @classmethod
    def of(cls, file: Path, executor: ThreadPoolExecutor) -> Brains:
        embedder, shop = MiniLmEmbedder(), SqlShop.open(file, create=False)
        try:
            retriever = in_memory(tuple(shop.all_products()), tuple(shop.all_policies()), embedder)
        finally:
            shop.close()
        classifier = FewShotClassifier(embedder, EXAMPLES)
        return cls(embedder=embedder, retriever=retriever, classifier=classifier, executor=executor)

    def assistant(self, shop: SqlShop) -> Assistant:
        ids, clock = RandomIds(), SystemClock()
        lexicon = ShopLexicon(lambda: self.retriever.vocabulary, {})

        async def classify(text: str) -> Label | None:
            return self.classifier.label(text)

        async def language(text: str) -> Clue:
            return detect(text, lexicon.knows)

        knowledge = ShopKnowledge(
            lambda: self.retriever,
            shop,
            self.executor,
            embedder=self.embedder,
            category_counts=shop.category_counts,
            currency="USD",
            places={},
            store_names={},
        )
        turns = Turns(
            understander=Understander(lexicon, classify, serves_orders=True),
            tools=open_tools(shop, shop, shop_policy("tau2"), clock),
            knowledge=knowledge,
            shop=shop,
            clock=clock,
            detect_language=language,
            voices=open_voices(),
            writer=TemplateWriter(),
            stores={},
            currency="USD",
        )
        store = MemoryEventStore(clock=clock, ids=ids)
        return Assistant(store=store, bus=InProcessBus(), run_turn=turns, ids=ids)


async def replay(brains: Brains, ground: Ground, folder: Path, recorded: Json) -> Replayed:
    """One dialogue, on a copy of the shop in `folder`."""
    shop = SqlShop.open(copied(ground.file, folder), create=False)
    outcome = Replayed(id=recorded["id"])
    try:
        assistant = brains.assistant(shop)
        conversation, _ = await assistant.start(channel="api")
        for number, text in enumerate(recorded["user_messages"]):
            received = await assistant.receive(conversation, text, client_id=f"m{number}", channel="api")
            events = await assistant.wait_for_reply(conversation, received.seq, timeout=30)
            ending = events[-1].fact
            outcome.failed_turns += isinstance(ending, TurnFailed)
            outcome.talk.append((text, ending.text if isinstance(ending, AssistantSaid | TurnFailed) else ""))
        await assistant.drain(seconds=5)
        _compare(shop, ground, recorded["changed"], outcome)
    finally:
        shop.close()
    return outcome


_ORDER_FIELDS: Mapping[str, Callable[[Order], Any]] = {
    "status": lambda order: order.status,
    "items": lambda order: [line.variant_id for line in order.lines for _ in range(line.quantity)],
    "address": lambda order: _address(order),
    "payment_methods": lambda order: [payment.payment_method_id for payment in order.payments],
    "cancel_reason": lambda order: order.changes.get("cancel_reason"),
    "return_items": lambda order: order.changes.get("return_items"),
    "return_payment_method_id": lambda order: order.changes.get("return_payment_method_id"),
    "exchange_items": lambda order: order.changes.get("exchange_items"),
    "exchange_new_items": lambda order: order.changes.get("exchange_new_items"),
    "exchange_payment_method_id": lambda order: order.changes.get("exchange_payment_method_id"),
}


def _address(of: Order) -> Json:
    address = of.address
    return {name: getattr(address, name) for name in ("address1", "address2", "city", "state", "zip", "country")}


def _compare(shop: SqlShop, ground: Ground, changed: Json, outcome: Replayed) -> None:
    for order in shop.all_orders():
        expected = changed.get(order.id, {})
        _compare_fields(order.id, _fields(order), _fields(ground.records.orders[order.id]), expected, outcome)
    outcome.solved = not outcome.wrong and not outcome.missing


def _fields(order: Order) -> Json:
    return {name: read(order) for name, read in _ORDER_FIELDS.items()}


def _compare_fields(key: str, now: Json, before: Json, expected: Json, outcome: Replayed) -> None:
    for name, value in now.items():
        wanted = expected.get(name, before[name])
        if _same(value, wanted):
            continue
        told = f"{key} {name}: expected {wanted}, found {value}"
        (outcome.missing if _same(value, before[name]) else outcome.wrong).append(told)


def _same(one: Any, other: Any) -> bool:
    return bool(sorted(one) == sorted(other) if isinstance(one, list) and isinstance(other, list) else one == other)


def measure(data: Path, *, limit: int = 0, only: int | None = None) -> list[Replayed]:
    """Blocking. Raises UnreadableFeed, OSError."""
    recorded = json.loads((data / "recorded_dialogues_dev.json").read_bytes())
    chosen = [one for one in recorded if only is None or one["id"] == only][: limit or None]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        ground = Ground.prepare(data / "db.json", Path(folder))
        brains = Brains.of(ground.file, executor)
        return [anyio.run(replay, brains, ground, Path(folder), one) for one in chosen]


def report_of(replayed: Sequence[Replayed]) -> Json:
    return {
        "dialogues": len(replayed),
        "solved": sum(one.solved for one in replayed),
        "with_wrong_writes": sum(bool(one.wrong) for one in replayed),
        "failed_turns": sum(one.failed_turns for one in replayed),
        "unsolved": [{"id": one.id, "wrong": one.wrong, "missing": one.missing} for one in replayed if not one.solved],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the benchmark")
    parser.add_argument("--limit", type=int, default=0, help="only the first N")
    parser.add_argument("--only", type=int, help="only the dialogue of this id")
    parser.add_argument("--verbose", action="store_true", help="with every message and reply")
    asked = parser.parse_args()
    replayed = measure(asked.data, limit=asked.limit, only=asked.only)
    if asked.verbose:
        for one in replayed:
            sys.stdout.write(f"== {one.id} {'solved' if one.solved else 'unsolved'}\n")
            for said, reply in one.talk:
                sys.stdout.write(f"> {said}\n{reply}\n\n")
    sys.stdout.write(json.dumps(report_of(replayed), indent=2) + "\n")


if __name__ == "__main__":
    main()
