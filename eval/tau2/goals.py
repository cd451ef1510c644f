"""What a customer of the public benchmark's synthetic tasks wants, read from the task's own words (pure).

The words alone: neither the reference's actions nor its records. Above: `tau2_customer`. Below: nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

WantKind = Literal["cancel", "return", "swap", "address", "payment"]

_WHO = re.compile(
    r"Your name is (?P<name>.+?) and your (?:zip code is (?P<zip>\d{5})|email is (?P<email>\S+@\S+?\.com))\. "
    r"You are (?P<mood>[^.]*)\. "
)
_STEP = re.compile(
    r"Cancel order (?P<cancel>#W\d+) because (?P<reason>[^.]+)\. ?"
    r"|Return (?P<return>#W\d+) via (?P<refund>\w+): (?P<items>(?:[^{};:#]+(?:\{[^}]*\})?; )+)"
    r"|For (?P<address>#W\d+), change address to (?P<to>\{[^}]*\}) \(same as (?P<same>[^)]*)\)\. ?"
    r"|For (?P<payment>#W\d+), change payment to (?P<method>\w+)\. ?"
    r"|For (?P<swap>#W\d+), (?:exchange|modify) (?P<swaps>(?:[^{};:#]+\{[^}]*\} to \{[^}]*\}; )+)via (?P<pay>\w+)\. ?"
)
_ITEM = re.compile(r"(?P<name>[^{};:#]+?)(?: (?P<now>\{[^}]*\}))?(?: to (?P<to>\{[^}]*\}))?; ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An item of theirs: what it is, and for a swap what it is to become."""

    name: str
    now: Mapping[str, str] = field(default_factory=dict)
    to: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> dict[str, str]:
        return {**self.now, **self.to}


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    kind: WantKind
    order: str
    items: tuple[Piece, ...] = ()
    method: str = ""
    reason: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    same_as: str = ""
    """The other order that has that address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    name: str
    zip_code: str
    email: str
    wants: tuple[Want, ...]


class UnreadableGoal(ValueError):
    """The task's words are of a form not known here."""


def read_goal(instruction: str) -> Goal:
    """Raises UnreadableGoal when any of the words stays unread."""
    who = _WHO.match(instruction)
    if who is None:
        raise UnreadableGoal(f"who the customer is cannot be read from {instruction[:80]!r}")
    wants, at = [], who.end()
    while at < len(instruction.rstrip()):
        step = _STEP.match(instruction, at)
        if step is None:
            raise UnreadableGoal(f"{instruction[at : at + 80]!r} is no step that is known")
        wants.append(_want(step))
        at = step.end()
    return Goal(name=who["name"], zip_code=who["zip"] or "", email=who["email"] or "", wants=tuple(wants))


def _want(step: re.Match[str]) -> Want:
    if step["cancel"]:
        return Want(kind="cancel", order=step["cancel"], reason=step["reason"])
    if step["return"]:
        return Want(kind="return", order=step["return"], items=_pieces(step["items"]), method=step["refund"])
    if step["address"]:
        address = {key: value for key, value in _options(step["to"]).items() if key != "order_id"}
        return Want(kind="address", order=step["address"], address=address, same_as=step["same"])
    if step["payment"]:
        return Want(kind="payment", order=step["payment"], method=step["method"])
    return Want(kind="swap", order=step["swap"], items=_pieces(step["swaps"]), method=step["pay"])


def _pieces(text: str) -> tuple[Piece, ...]:
    return tuple(
        Piece(name=found["name"].strip(), now=_options(found["now"]), to=_options(found["to"]))
        for found in _ITEM.finditer(text)
    )


def _options(text: str | None) -> dict[str, str]:
    values = ast.literal_eval(text) if text else {}
    return {str(name): str(value) for name, value in values.items()}
