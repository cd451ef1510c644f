"""The public retail benchmark's reference actions, through our own tools, against the records that must result.

    python -m eval.tau2.actions --data ../shared/data/tau2_retail [--json]

Each task has the shop anew. Its customer is who the reference identifies, else who owns the first order it names: as a
session would know them, never as an argument. Every write is proposed, answered with yes and executed. Afterwards the
records that differ from the shop's first state are compared with those expected: all of them, field by field, amounts to
the cent (the expected file holds binary rounding such as 71.96000000000001; how many agree without that is told too).
A task that falls short counts so, and `tau2_faults` says whether its reference is at fault: then the records must agree
once exactly that fault is taken out. Above: `tau2_command`. Below: `tau2_tasks`, the tools and the SQL shop.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from assistant.clock import SystemClock
from assistant.errors import AccessDenied, AssistantError
from assistant.events import Actor, Fact, TurnId
from assistant.identity import recognise
from assistant.shops.exporting import option_names_of
from assistant.shops.feeds.tau2 import as_tau2
from assistant.shops.importing import import_feed
from assistant.shops.records import Customer, Order
from assistant.shops.sql import SqlShop
from assistant.tools.confirmations import Answer
from assistant.tools.policy import ServicePolicy, shop_policy
from assistant.tools.proposals import Caller
from assistant.tools.service import ServiceTools, open_tools
from assistant.tools.session import ToolSession
from eval.tau2.faults import repaired, same_item_swaps, variants_of
from eval.tau2.tasks import WRITES, Action, Json, Task, in_our_words, read_synthetic, read_train

_NOT_OURS = ("calculate", "think", "list_all_product_types")


@dataclass(slots=True, kw_only=True)
class Outcome:
    task: str
    exact: bool = False
    without_rounding: bool = False
    """Equal even where the expected file holds binary rounding."""
    by_ids: bool = False
    """Equal to the cent when an order's items are compared by their ids alone: without their price and options."""
    refused: list[Json] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    expected_errors: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()
    """Proofs that the reference is at fault, and at nothing else: without them the records agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    orders: Mapping[str, Order]
    customers: Mapping[str, Customer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The benchmark's shop before any task."""

    file: Path
    """Its SQL form, in one file."""
    db: Json
    records: Records

    @classmethod
    def prepare(cls, db: Path, folder: Path) -> Ground:
        """Raises UnreadableFeed, OSError."""
        shop = SqlShop.open(folder / "first.db")
        try:
            import_feed(shop, db, currency="USD")
            return cls(file=folder / "first.db", db=json.loads(db.read_bytes()), records=_records(shop))
        finally:
            shop.close()


async def run_task(ground: Ground, scratch: Path, task: Task) -> Outcome:
    """On a copy of the shop in the folder `scratch`."""
    outcome = Outcome(task=task.id, expected_errors=task.errors)
    found = await _records_after(ground, scratch, task, shop_policy("tau2"), outcome)
    outcome.differences = differences(to_the_cent(task.expected), to_the_cent(found))
    outcome.exact = not outcome.differences
    outcome.without_rounding = found == task.expected
    outcome.by_ids = to_the_cent(items_as_ids(task.expected)) == to_the_cent(items_as_ids(found))
    if not outcome.exact:
        outcome.faults = await _faults(ground, scratch, task)
    return outcome


async def _faults(ground: Ground, scratch: Path, task: Task) -> tuple[str, ...]:
    """The reference's known faults; none unless they explain every difference."""
    expected, proofs = repaired(task.expected, variants_of(ground.db), ground.db["orders"])
    swaps = same_item_swaps(task)
    lenient = replace(shop_policy("tau2"), other_option_only=not swaps)
    found = await _records_after(ground, scratch, task, lenient, Outcome(task=task.id))
    explained = not differences(to_the_cent(expected), to_the_cent(found))
    return (*proofs, *swaps) if explained else ()


async def _records_after(ground: Ground, scratch: Path, task: Task, policy: ServicePolicy, outcome: Outcome) -> Json:
    copy = await anyio.to_thread.run_sync(copied, ground.file, scratch)
    shop = SqlShop.open(copy, create=False)
    try:
        await _Runner(shop=shop, tools=open_tools(shop, shop, policy, SystemClock()), outcome=outcome).run(task)
        return changed_since(shop, ground.records)
    finally:
        shop.close()


def copied(file: Path, scratch: Path) -> Path:
    for left in scratch.glob("copy.db*"):
        left.unlink()
    return Path(shutil.copyfile(file, scratch / "copy.db"))


@dataclass(slots=True, kw_only=True)
class _Runner:
    shop: SqlShop
    tools: ServiceTools
    outcome: Outcome
    customer_id: str = ""
    said: int = 0
    facts: list[Fact] = field(default_factory=list)

    async def run(self, task: Task) -> None:
        self.customer_id = task.user_id
        for action in task.actions:
            try:
                await self._do(action)
            except AssistantError as error:
                code = str(getattr(error, "code", type(error).__name__))
                self.outcome.refused.append(
                    {"action": action.name, "arguments": action.arguments, "code": code, "reason": str(error)}
                )

    async def _do(self, action: Action) -> None:
        if action.name.startswith("find_user_id_by"):
            await self._identify(action.arguments)
        elif action.name in WRITES:
            await self._write(action)
        elif action.name not in _NOT_OURS:
            await self._read(action)

    async def _identify(self, facts: Json) -> None:
        zip_code = facts.get("zip", "")
        given = {name: value for name, value in facts.items() if name != "zip"}
        customer = await recognise(self.shop, **given, zip_code=zip_code)
        if customer is None:
            raise AccessDenied("nobody of that name or e-mail")
        self.customer_id = self.customer_id or customer.id

    async def _write(self, action: Action) -> None:
        await self._know_customer(action)
        session, arguments = self._session(), in_our_words(action)
        proposal = await session.propose(arguments)
        self.said += 1
        yes = Answer(confirmation_id=proposal.id, yes=True, said=self.said)
        await session.execute(arguments, proposal.confirmation, yes)

    async def _read(self, action: Action) -> None:
        await self._know_customer(action)
        session, asked = self._session(), action.arguments
        match action.name:
            case "get_user_details":
                await session.profile()
            case "get_order_details":
                await session.order_details(asked["order_id"])
            case "get_product_details":
                if await session.product_details(asked["product_id"]) is None:
                    raise AccessDenied("no such product")
            case "get_item_details":
                if await session.variant_details(asked["item_id"]) is None:
                    raise AccessDenied("no such item")
            case "transfer_to_human_agents":
                await session.transfer_to_person(reason="asked", summary=asked["summary"])
            case _:
                raise ValueError(f"the reference calls {action.name!r}, which this evaluation does not know")

    async def _know_customer(self, action: Action) -> None:
        """A reference that identifies nobody acts for whoever owns what it names."""
        if self.customer_id:
            return
        if "user_id" in action.arguments:
            self.customer_id = action.arguments["user_id"]
        elif "order_id" in action.arguments:
            order = await self.shop.order(action.arguments["order_id"])
            self.customer_id = order.customer_id if order else ""

    def _session(self) -> ToolSession:
        caller = Caller(conversation="c_tau2", customer_id=self.customer_id, turn_id=TurnId(f"t_{self.said}"))
        return ToolSession(tools=self.tools, caller=caller, record=self._record)

    def _record(self, fact: Fact, actor: Actor) -> None:
        del actor
        self.facts.append(fact)


def _records(shop: SqlShop) -> Records:
    return Records(
        orders={order.id: order for order in shop.all_orders()},
        customers={customer.id: customer for customer in shop.all_customers()},
    )


def changed_since(shop: SqlShop, before: Records) -> Json:
    """What differs from the first state, as `aisle shop export --format tau2` writes it."""
    now = _records(shop)
    orders = [order for order in now.orders.values() if order != before.orders.get(order.id)]
    customers = [customer for customer in now.customers.values() if customer != before.customers.get(customer.id)]
    whole = as_tau2((), customers, orders, option_names_of(shop))
    return {section: whole[section] for section in ("orders", "users") if whole[section]}


def to_the_cent(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {name: to_the_cent(inner) for name, inner in value.items()}
    return [to_the_cent(inner) for inner in value] if isinstance(value, list) else value


def items_as_ids(records: Json) -> Json:
    orders = records.get("orders", {})
    shorter = {key: {**order, "items": [item["item_id"] for item in order["items"]]} for key, order in orders.items()}
    return {**records, "orders": shorter}


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Every field that differs, is missing or is too many, told for people."""
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = object()
        return [
            line
            for name in sorted(expected.keys() | found.keys())
            for line in differences(expected.get(name, missing), found.get(name, missing), f"{where}/{name}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for at, (one, other) in pairs for line in differences(one, other, f"{where}/{at}")]
    if expected == found:
        return []
    shown = [json.dumps(each, default=lambda _: "nothing")[:200] for each in (expected, found)]
    return [f"{where}: expected {shown[0]}, found {shown[1]}"]


def report_of(outcomes: Sequence[Outcome]) -> Json:
    """Figures, and each task that fell short with what was refused, what differs and whose fault it is."""
    exact, at_fault = sum(one.exact for one in outcomes), sum(bool(one.faults) for one in outcomes)
    return {
        "tasks": len(outcomes),
        "exact": exact,
        "reference_at_fault": at_fault,
        "unexplained": len(outcomes) - exact - at_fault,
        "exact_by_ids": sum(one.by_ids for one in outcomes),
        "exact_without_rounding": sum(one.without_rounding for one in outcomes),
        "refused_actions": dict(Counter(each["code"] for one in outcomes for each in one.refused)),
        "failing": [_failing(one) for one in outcomes if not one.exact],
        "exact_with_refusals": [
            {
                "task": one.task,
                "refused": [f"{each['action']}: {each['reason']}" for each in one.refused],
                "reference_errors": [f"{name}: {message}" for name, message in one.expected_errors],
            }
            for one in outcomes
            if one.exact and one.refused
        ],
    }


def _failing(one: Outcome) -> Json:
    return {
        "task": one.task,
        "reference_at_fault": bool(one.faults),
        "proof": list(one.faults),
        "refused": one.refused,
        "differences": one.differences,
    }


def measure(data: Path, *, each: int = 1) -> Json:
    """Both sets of the folder, or every `each`th of their tasks. Blocking. Raises UnreadableFeed, OSError."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground.prepare(data / "db.json", Path(folder))
        sets = {"train": read_train(data), "synthetic_dev": read_synthetic(data / "synthetic_tasks_dev.json")}
        return {
            name: report_of([anyio.run(run_task, ground, Path(folder), task) for task in tasks[::each]])
            for name, tasks in sets.items()
        }


if __name__ == "__main__":
    from eval.tau2.command import main

    main()
