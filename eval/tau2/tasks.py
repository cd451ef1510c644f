"""The public retail benchmark's tasks: reference actions and the records that must result, read from its files.

Above: `tau2_actions`. Below: the tools' arguments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.tools.arguments import Arguments, read_arguments

Json = dict[str, Any]

WRITES: Mapping[str, str] = {
    "cancel_pending_order": "cancel_order",
    "modify_pending_order_items": "change_items",
    "modify_pending_order_address": "change_order_address",
    "modify_user_address": "change_profile_address",
    "modify_pending_order_payment": "change_payment",
    "return_delivered_order_items": "return_items",
    "exchange_delivered_order_items": "exchange_items",
}
_ADDRESS = ("address1", "address2", "city", "state", "zip", "country")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    name: str
    arguments: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    id: str
    actions: tuple[Action, ...]
    expected: Json
    """{"orders": {id: record}, "users": {id: record}}"""
    errors: tuple[tuple[str, str], ...] = ()
    """Reference calls that fail in the benchmark's own shop."""
    user_id: str = ""


def read_train(folder: Path) -> tuple[Task, ...]:
    expected = json.loads((folder / "expected_train.json").read_bytes())
    return tuple(
        _train_task(one, expected[one["id"]]) for one in json.loads((folder / "tasks_train.json").read_bytes())
    )


def _train_task(one: Json, expected: Json) -> Task:
    actions = one["evaluation_criteria"]["actions"] or []
    return Task(
        id=one["id"],
        actions=tuple(Action(name=each["name"], arguments=each["arguments"]) for each in actions),
        expected=expected["changed"],
        errors=tuple((name, message) for name, message in expected["errors"]),
    )


def read_synthetic(path: Path) -> tuple[Task, ...]:
    return tuple(
        Task(
            id=str(one["id"]),
            actions=tuple(Action(name=each["name"], arguments=each["kwargs"]) for each in one["actions"]),
            expected=one["changed"],
            errors=tuple((name, message) for name, message in one["errors"]),
            user_id=one["user_id"],
        )
        for one in json.loads(path.read_bytes())
    )


def in_our_words(action: Action) -> Arguments:
    """The benchmark's arguments in our words; its user_id is left out: that is the session's."""
    theirs = dict(action.arguments)
    ours: Json = {name: theirs[name] for name in ("order_id", "reason", "payment_method_id") if name in theirs}
    if "new_item_ids" in theirs:
        pairs = zip(theirs["item_ids"], theirs["new_item_ids"], strict=True)
        ours["swaps"] = [{"old": old, "new": new} for old, new in pairs]
    elif "item_ids" in theirs:
        ours["items"] = theirs["item_ids"]
    if "address1" in theirs:
        ours["address"] = {name: theirs[name] for name in _ADDRESS}
    return read_arguments(WRITES[action.name], ours)
