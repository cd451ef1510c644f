"""The public benchmark's synthetic tasks, played by a scripted customer: do exactly the expected records result?

Each task has the shop anew, the assistant without a language model, and a customer who knows the task's words alone. A task
is solved when every record that differs from the shop's first state is as expected, amounts to the cent; a wrong write is a
field that is neither as it was nor as expected; a write counts as without a yes when the customer's last message was none.
Where the reference is at fault (`tau2_faults` has the proof) the task is told apart: solved then means what the reference's
own actions give through our tools. A scripted customer is easier than one played by a language model.
Above: `tau2_command`. Below: customer, assistant, `tau2_actions`.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import msgspec

from assistant.assistant import Assistant
from assistant.conversation import Conversation
from assistant.events import Event, Fact
from assistant.shops.sql import SqlShop
from eval.metrics import percentile
from eval.tau2.actions import Ground, changed_since, copied, differences, items_as_ids, to_the_cent
from eval.tau2.customer import Customer, Heard, writes
from eval.tau2.dialogues import Brains
from eval.tau2.faults import repaired, same_item_swaps, variants_of
from eval.tau2.goals import read_goal
from eval.tau2.speech import Manner, Speech, manner_of
from eval.tau2.tasks import Json, Task, read_synthetic

MOST_MESSAGES_FIRST = 12
MOST_MESSAGES_EACH = 6
"""A conversation ends after so many messages, and so many more for each wish."""


@dataclass(slots=True, kw_only=True)
class Played:
    task: str
    seed: int
    kinds: tuple[str, ...]
    manner: Manner
    exact: bool = False
    by_ids: bool = False
    mended: bool = False
    """Exact once the expected records' known fault (one item's price on several) is mended."""
    wrong: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    without_yes: int = 0
    failed_turns: int = 0
    seconds: list[float] = field(default_factory=list)
    """Of each reply, by the clock on the wall."""
    cpu_seconds: list[float] = field(default_factory=list)
    """Of each reply, of this process: what a busy machine does not lengthen."""
    talk: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What all conversations share."""

    ground: Ground
    brains: Brains
    folder: Path
    instructions: Mapping[str, str]
    variants: Mapping[str, Json]


Ears = Callable[[str, Conversation], Awaitable[tuple[str, float]]]
"""By voice: what was heard of what the customer says, with its confidence; "" for nothing."""


async def play(stage: Stage, task: Task, seed: int, ears: Ears | None = None) -> Played:
    """One conversation, on a copy of the shop; ears: by voice."""
    shop = SqlShop.open(copied(stage.ground.file, stage.folder), create=False)
    goal = read_goal(stage.instructions[task.id])
    dice = random.Random(f"{task.id}/{seed}")
    manner = manner_of(dice)
    customer = Customer(goal=goal, speech=Speech(manner=manner, dice=dice), variants=stage.variants)
    played = Played(task=task.id, seed=seed, kinds=tuple(want.kind for want in goal.wants), manner=manner)
    try:
        assistant = stage.brains.assistant(shop)
        most = MOST_MESSAGES_FIRST + MOST_MESSAGES_EACH * len(goal.wants)
        await _talk(assistant, customer, played, most=most, ears=ears)
        await assistant.drain(seconds=5)
        _score(played, task, changed_since(shop, stage.ground.records), stage.ground.db)
    finally:
        shop.close()
    return played


async def _talk(
    assistant: Assistant, customer: Customer, played: Played, *, most: int, ears: Ears | None = None
) -> None:
    conversation, _ = await assistant.start(channel="api")
    text = customer.first()
    for number in range(most):
        agreed = customer.agreed
        said, sure = (text, None) if ears is None else await ears(text, await assistant.state(conversation))
        if not said:
            continue  # nothing was heard: they say it again
        started, cpu = time.perf_counter(), time.process_time()
        received = await assistant.receive(
            conversation,
            said,
            client_id=f"m{number}",
            channel="api",
            audio=sure is not None,
            transcript_confidence=sure,
        )
        events = await assistant.wait_for_reply(conversation, received.seq, timeout=30)
        played.seconds.append(time.perf_counter() - started)
        played.cpu_seconds.append(time.process_time() - cpu)
        heard = heard_from(events)
        played.talk.append((text if said == text else f"{text}\n[heard: {said}]", heard.text))
        played.failed_turns += bool(heard.of("turn_failed"))
        played.without_yes += 0 if agreed else sum(writes(heard).values())
        if not (text := customer.answer(heard)):
            return


def heard_from(events: Sequence[Event]) -> Heard:
    plain = [{"type": kind_of(event.fact), "data": msgspec.to_builtins(event.fact)} for event in events]
    said = [event["data"]["text"] for event in plain if event["type"] in ("assistant_said", "turn_failed")]
    return Heard(text=said[-1] if said else "", events=plain)


def kind_of(fact: Fact) -> str:
    """A fact's type as the protocol names it."""
    name = type(fact).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _score(played: Played, task: Task, found: Json, db: Json) -> None:
    mended, _ = repaired(task.expected, variants_of(db), db["orders"])
    played.differences = differences(to_the_cent(task.expected), to_the_cent(found))
    played.exact = not played.differences
    played.by_ids = to_the_cent(items_as_ids(task.expected)) == to_the_cent(items_as_ids(found))
    played.mended = played.exact or not differences(to_the_cent(mended), to_the_cent(found))
    played.wrong = wrong_writes(task.expected, found, db)


def wrong_writes(expected: Json, found: Json, db: Json) -> list[str]:
    """Fields that are neither as they were nor as expected. Of changed items the id alone is looked at."""
    wrong = []
    for section in ("orders", "users"):
        for key, record in found.get(section, {}).items():
            wanted, before = expected.get(section, {}).get(key, db[section][key]), db[section][key]
            for name, value in record.items():
                now, then, once = (_bare(name, each) for each in (value, wanted.get(name), before.get(name)))
                if now != then and now != once and not _begun(name, now, then):
                    wrong.append(f"{key} {name}: expected {then}, found {now}")
    return wrong


def _bare(name: str, value: Any) -> Any:
    if name == "items" and isinstance(value, list):
        return sorted(item["item_id"] for item in value)
    if name == "payment_history" and isinstance(value, list):
        return [(one["transaction_type"], one["payment_method_id"]) for one in value]
    if name in ("payment_methods", "exchange_price_difference"):
        return None  # balances and differences follow from the orders' payments, and `exact` compares them
    return to_the_cent(value)


def _begun(name: str, now: Any, then: Any) -> bool:
    """Payments of which some are still to come, because a later wish of the task was not fulfilled."""
    return name == "payment_history" and isinstance(then, list) and bool(now == then[: len(now)])


def stage_of(data: Path, folder: Path, executor: ThreadPoolExecutor) -> Stage:
    """Raises UnreadableFeed, OSError."""
    ground = Ground.prepare(data / "db.json", folder)
    told = json.loads((data / "synthetic_tasks_dev.json").read_bytes())
    variants = {
        key: {"name": product["name"], "options": variant["options"]}
        for product in ground.db["products"].values()
        for key, variant in product["variants"].items()
    }
    return Stage(
        ground=ground,
        brains=Brains.of(ground.file, executor),
        folder=folder,
        instructions={str(one["id"]): one["instruction"] for one in told},
        variants=variants,
    )


def measure(
    data: Path, *, seeds: int, tasks: int = 0, only: str = ""
) -> tuple[list[Played], Mapping[str, Sequence[str]]]:
    """Every task under every seed, and where the reference is at fault, with proof. Blocking."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        stage = stage_of(data, Path(folder), executor)
        chosen = [one for one in read_synthetic(data / "synthetic_tasks_dev.json") if not only or one.id == only]
        chosen = chosen[: tasks or None]
        faults = {one.id: faults_of(one, stage.ground.db) for one in chosen}
        return [anyio.run(play, stage, one, seed) for seed in range(seeds) for one in chosen], faults


def faults_of(task: Task, db: Json) -> tuple[str, ...]:
    """Proofs that the reference is at fault; `aisle eval tau2-actions` shows that nothing else is."""
    return (*repaired(task.expected, variants_of(db), db["orders"])[1], *same_item_swaps(task))


def report_of(played: Sequence[Played], faults: Mapping[str, Sequence[str]]) -> Json:
    """Rates over all conversations, over tasks for pass^k, by kind and by manner."""
    faulty = {key for key, proofs in faults.items() if proofs}
    by_task: dict[str, list[Played]] = defaultdict(list)
    for one in played:
        by_task[one.task].append(one)
    sound = [one for one in played if one.task not in faulty]
    seconds = [second for one in played for second in one.seconds]
    cpu = [second for one in played for second in one.cpu_seconds]
    every = [key for key, runs in by_task.items() if all(one.exact for one in runs)]
    every_mended = [key for key, runs in by_task.items() if all(one.mended for one in runs)]
    every_sound = [key for key in every if key not in faulty]
    return {
        "note": "a scripted customer: easier than one played by a language model",
        "tasks": len(by_task),
        "conversations": len(played),
        "exact": _rate(sum(one.exact for one in played), len(played)),
        "exact_by_ids": _rate(sum(one.by_ids for one in played), len(played)),
        "reference_at_fault": len(faulty),
        "exact_of_sound": _rate(sum(one.exact for one in sound), len(sound)),
        "exact_once_mended": _rate(sum(one.mended for one in played), len(played)),
        "pass_all_seeds": _rate(len(every), len(by_task)),
        "pass_all_seeds_of_sound": _rate(len(every_sound), len(by_task) - len(faulty)),
        "pass_all_seeds_once_mended": _rate(len(every_mended), len(by_task)),
        "conversations_with_wrong_writes": sum(bool(one.wrong) for one in played),
        "writes_without_a_yes": sum(one.without_yes for one in played),
        "failed_turns": sum(one.failed_turns for one in played),
        "messages_each": round(sum(len(one.talk) for one in played) / max(len(played), 1), 1),
        "reply_p50_ms": round(percentile(seconds, 0.5) * 1000, 1),
        "reply_p95_ms": round(percentile(seconds, 0.95) * 1000, 1),
        "reply_cpu_p50_ms": round(percentile(cpu, 0.5) * 1000, 1),
        "reply_cpu_p95_ms": round(percentile(cpu, 0.95) * 1000, 1),
        "by_kind": _by(sound, lambda one: sorted({"several" if len(one.kinds) > 1 else one.kinds[0], *one.kinds})),
        "by_manner": _by(sound, lambda one: _manners(one.manner)),
        "wrong_writes": [{"task": one.task, "seed": one.seed, "wrong": one.wrong} for one in played if one.wrong],
        "unsolved": [
            {"task": one.task, "seed": one.seed, "differences": one.differences[:6]} for one in played if not one.mended
        ],
        "faults": {key: list(faults[key]) for key in sorted(faulty)},
    }


def _manners(manner: Manner) -> list[str]:
    extra = "typos" if manner.typos else "corrects" if manner.corrects else "adds" if manner.adds else "no extras"
    return [
        f"opening: {manner.opening}",
        f"tone: {manner.tone}",
        f"options: {manner.options}",
        f"orders: {manner.orders}",
        extra,
    ]


def _by(played: Sequence[Played], keys: Any) -> Json:
    counted: dict[str, list[bool]] = defaultdict(list)
    for one in played:
        for key in keys(one):
            counted[key].append(one.exact)
    return {key: _rate(sum(values), len(values)) for key, values in sorted(counted.items())}


def _rate(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "0 of 0"
