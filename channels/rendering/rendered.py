"""Rendered: what goes out of an event on a channel: its messages in order, and what may be answered to them.

Above: `text_message`, `voice.recorded`, any channel that draws no cards of its own. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that may be answered, by pressing it or by its number: words, or a button's action."""

    label: str
    note: str = ""
    """What stands beside it: "$89.00, in stock"."""
    text: str = ""
    """What the customer says by it; "" for an action."""
    action: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    """Of the card that it is about, as the text names it; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    id: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message."""

    text: str
    buttons: tuple[Button, ...] = ()
    """Beside each other."""
    rows: tuple[Button, ...] = ()
    """In a list that `opens` opens; never together with `buttons`."""
    opens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    parts: tuple[Part, ...]
    options: tuple[Option, ...] = ()
    """As they are numbered, from 1."""
    numbered: bool = False
    """A number alone answers: the n-th of `options`."""
    later: str = ""
    """What a voice says only when asked for more."""


def numberable(options: Sequence[Option]) -> bool:
    """Where a choice is itself a number ("42" of sizes), a number is that choice and no place in a list."""
    return bool(options) and not any(re.fullmatch(r"\W*\d+\W*", option.label) for option in options)


def button_id(seq: int, number: int) -> str:
    """Says of which event it is: a button of yesterday's list still means yesterday's product."""
    return f"{seq}.{number}"


def read_button_id(text: str) -> tuple[int, int] | None:
    """seq and number; None for what is no id of ours."""
    seq, point, number = text.partition(".")
    digits = seq.isascii() and seq.isdigit() and number.isascii() and number.isdigit()
    return (int(seq), int(number)) if point and digits and len(text) <= 24 else None
