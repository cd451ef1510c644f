"""What a task's text asks of the second scripted customer, read out of its words: who they are and what they want. Pure.

The customer knows the text of the task and nothing else: not the reference actions, not the shop.
Above: `service_heldout_customer`. Below: nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

GoalKind = Literal["cancel", "return", "exchange", "modify", "address", "payment"]

_WHO: Final = re.compile(r"Your name is ([^.]+?) and your (?:email is (\S+?)|zip code is (\d{5}))\. ")
_CLAUSE: Final = re.compile(
    r"Cancel order (?P<cancel>#W\d+) because (?P<reason>[^.]+)\."
    r"|Return (?P<return>#W\d+) via (?P<refund>\w+): (?P<items>.*?;)\s*(?=Return #W|For #W|Cancel order|$)"
    r"|For (?P<swap>#W\d+), (?P<verb>exchange|modify) (?P<swaps>.*?); via (?P<method>\w+)\."
    r"|For (?P<address>#W\d+), change address to (?P<where>\{.*?\}) \(same as (?P<same>[^)]+)\)\."
    r"|For (?P<paid>#W\d+), change payment to (?P<by>\w+)\."
)
_ITEM: Final = re.compile(r"(?P<name>[^{};]+?)\s*(?P<options>\{.*?\})?;\s*")
_SWAP: Final = re.compile(r"(?P<name>[^{};]+?) (?P<old>\{.*?\}) to (?P<new>\{.*?\})(?:; |$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One item for another option of it."""

    name: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    """Only what is to change."""

    @property
    def whole(self) -> Mapping[str, str]:
        return {**self.old, **self.new}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    kind: GoalKind
    order: str
    reason: str = ""
    method: str = ""
    items: tuple[Wish, ...] = ()
    """What goes back; told by its options where the order has several of its name."""
    wishes: tuple[Wish, ...] = ()
    address: Mapping[str, str] = field(default_factory=dict)
    same_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    email: str
    zip: str
    goals: tuple[Goal, ...]


def read_person(instruction: str) -> Person:
    """Raises ValueError for a text that is not understood to its end."""
    who = _WHO.match(instruction)
    if who is None:
        raise ValueError(f"no name in {instruction[:80]!r}")
    goals = tuple(_goal(found.groupdict()) for found in _CLAUSE.finditer(instruction))
    left = _CLAUSE.sub(" ", instruction[who.end() :])
    if not goals or re.search(r"#W|\{", left):
        raise ValueError(f"not understood: {left.strip()[:120]!r}")
    return Person(name=who[1], email=who[2] or "", zip=who[3] or "", goals=goals)


def _goal(found: Mapping[str, Any]) -> Goal:
    if found["cancel"]:
        return Goal(kind="cancel", order=found["cancel"], reason=found["reason"])
    if found["return"]:
        items = tuple(_item(each) for each in _ITEM.finditer(found["items"]))
        return Goal(kind="return", order=found["return"], method=found["refund"], items=items)
    if found["swap"]:
        wishes = tuple(_wish(each) for each in _SWAP.finditer(found["swaps"]))
        return Goal(kind=found["verb"], order=found["swap"], method=found["method"], wishes=wishes)
    if found["address"]:
        where = {name: value for name, value in ast.literal_eval(found["where"]).items() if name != "order_id"}
        return Goal(kind="address", order=found["address"], address=where, same_as=found["same"])
    return Goal(kind="payment", order=found["paid"], method=found["by"])


def _item(found: re.Match[str]) -> Wish:
    return Wish(name=found["name"].strip(), old=ast.literal_eval(found["options"] or "{}"), new={})


def _wish(found: re.Match[str]) -> Wish:
    old, new = ast.literal_eval(found["old"]), ast.literal_eval(found["new"])
    return Wish(name=found["name"].strip(), old=old, new=new)
