"""The synthetic tasks of the public retail benchmark, played by the second scripted customer: rates, and no failures shown.

    python -m eval.service_heldout.run --data ../shared/data/tau2_retail [--limit N] [--seeds 0 1 2 3] [--json]

Prints rates alone, by kind of task, so that whoever mends the assistant cannot fit it to this customer. Solved: all
records end as expected, items compared by their ids, amounts to the cent. `fair` leaves out the tasks whose reference
exchanges an item for itself, which the benchmark's own policy forbids. Above: the command line. Below: the customer, the
assistant without a language model, the shop.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio

from assistant.assistant import Assistant
from assistant.events import AssistantSaid, ConversationId, Event, TurnFailed
from assistant.shops.exporting import option_names_of
from assistant.shops.feeds.tau2 import as_tau2
from assistant.shops.sql import SqlShop
from eval.service_heldout.customer import Heard, HeldoutCustomer
from eval.tau2.actions import Ground, copied, items_as_ids, to_the_cent
from eval.tau2.dialogues import Brains
from eval.tau2.faults import same_item_swaps
from eval.tau2.tasks import Json, Task, read_synthetic


@dataclass(slots=True, kw_only=True)
class Played:
    task: str
    kind: str
    fair: bool
    solved: bool = False
    wrong_write: bool = False
    """A record that the task leaves alone has changed, or one that it changes has become something else."""
    failed_turns: int = 0
    talk: list[tuple[str, str]] = field(default_factory=list)
    found: Json = field(default_factory=dict)


async def play(brains: Brains, ground: Ground, folder: Path, task: Task, instruction: str, seed: int) -> Played:
    """One task, on a copy of the shop in `folder`."""
    played = Played(task=task.id, kind=_kind(task), fair=not same_item_swaps(task))
    shop = SqlShop.open(copied(ground.file, folder), create=False)
    try:
        await _talk(brains.assistant(shop), HeldoutCustomer.of(instruction, task=task.id, seed=seed), played)
        played.found = _changed(shop, ground)
    finally:
        shop.close()
    expected = to_the_cent(items_as_ids(task.expected))
    now = to_the_cent(items_as_ids(played.found))
    played.solved = now == expected
    played.wrong_write = _wrong(now, expected, _before(ground, now))
    return played


async def _talk(assistant: Assistant, customer: HeldoutCustomer, played: Played) -> None:
    conversation, _ = await assistant.start(channel="api")
    said: str | None = customer.opening()
    while said is not None:
        received = await assistant.receive(conversation, said, client_id=f"m{len(played.talk)}", channel="api")
        events = await assistant.wait_for_reply(conversation, received.seq, timeout=60)
        heard = await _heard(assistant, conversation, events[-1])
        played.failed_turns += isinstance(events[-1].fact, TurnFailed)
        played.talk.append((said, heard.text))
        said = customer.answer(heard)
    await assistant.drain(seconds=5)


async def _heard(assistant: Assistant, conversation: ConversationId, last: Event) -> Heard:
    fact = last.fact
    pending = (await assistant.state(conversation)).confirmation
    return Heard(
        text=fact.text if isinstance(fact, AssistantSaid | TurnFailed) else "",
        quick_replies=tuple(one.text for one in fact.quick_replies) if isinstance(fact, AssistantSaid) else (),
        changes=tuple(pending.arguments.get("changes", ())) if pending else None,
        summary=pending.summary if pending else "",
    )


def _changed(shop: SqlShop, ground: Ground) -> Json:
    before = ground.records
    orders = [order for order in shop.all_orders() if order != before.orders.get(order.id)]
    customers = [customer for customer in shop.all_customers() if customer != before.customers.get(customer.id)]
    whole = as_tau2((), customers, orders, option_names_of(shop))
    return {section: whole[section] for section in ("orders", "users") if whole[section]}


def _before(ground: Ground, found: Json) -> Json:
    """The same records as they were."""
    records = {section: {key: ground.db[section][key] for key in inner} for section, inner in found.items()}
    shorter: Json = to_the_cent(items_as_ids(records))
    return shorter


_FOLLOWS: Final = ("payment_history", "exchange_price_difference", "payment_methods")
"""Amounts follow from the other fields; `solved` compares them."""


def _wrong(found: Json, expected: Json, before: Json) -> bool:
    """A field of a record that is neither as it was nor as it should be. What was only done in part is missing, not wrong."""
    return any(
        value
        not in (before[section][key].get(name), expected.get(section, {}).get(key, before[section][key]).get(name))
        for section, inner in found.items()
        for key, record in inner.items()
        for name, value in record.items()
        if name not in _FOLLOWS
    )


def _kind(task: Task) -> str:
    if len(task.actions) > 1:
        return "several"
    name = task.actions[0].name
    return {"modify_pending_order_items": "modify"}.get(name, name.split("_")[0])


def rates_of(played: Iterable[Played]) -> Json:
    """Over any number of seeds; `solved_every_time` only where there are several."""
    by_kind: dict[str, list[Played]] = defaultdict(list)
    for one in played:
        by_kind[one.kind].append(one)
        by_kind["all"].append(one)
    return {kind: _rates(ones) for kind, ones in sorted(by_kind.items())}


def _rates(ones: Sequence[Played]) -> Mapping[str, Any]:
    fair = [one for one in ones if one.fair]
    runs: dict[str, list[bool]] = defaultdict(list)
    for one in fair:
        runs[one.task].append(one.solved)
    rates = {
        "dialogues": len(ones),
        "solved": round(sum(one.solved for one in ones) / len(ones), 4),
        "fair": len(fair),
        "solved_of_fair": round(sum(one.solved for one in fair) / max(1, len(fair)), 4),
        "with_wrong_writes": sum(one.wrong_write for one in ones),
        "failed_turns": sum(one.failed_turns for one in ones),
        "messages": round(sum(len(one.talk) for one in ones) / len(ones), 1),
    }
    most = max((len(each) for each in runs.values()), default=0)
    if most > 1:
        rates["solved_every_time"] = round(sum(all(each) for each in runs.values()) / len(runs), 4)
    return rates


def measure(data: Path, *, limit: int = 0, seeds: Sequence[int] = (0,), only: str = "") -> list[Played]:
    """Blocking; about a second a dialogue. Raises UnreadableFeed, OSError, ValueError."""
    file = data / "synthetic_tasks_dev.json"
    texts = {str(one["id"]): one["instruction"] for one in json.loads(file.read_bytes())}
    tasks = [task for task in read_synthetic(file) if not only or task.id == only]
    step = max(1, len(tasks) // limit) if limit else 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        ground = Ground.prepare(data / "db.json", Path(folder))
        brains = Brains.of(ground.file, executor)
        return [
            anyio.run(play, brains, ground, Path(folder), task, texts[task.id], seed)
            for seed in seeds
            for task in tasks[::step][: limit or None]
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the benchmark")
    parser.add_argument("--limit", type=int, default=0, help="so many tasks, evenly spread")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one run of all tasks for each")
    asked = parser.parse_args()
    played = measure(asked.data, limit=asked.limit, seeds=asked.seeds)
    sys.stdout.write(json.dumps(rates_of(played), indent=2) + "\n")


if __name__ == "__main__":
    main()
