"""Values that generated customers speak of, each in one split only: kinds, colours, prices, places, names, numbers.

Above: `phrasings`, `reader_examples`. Below: values.yaml, the demo shop's stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from assistant.answering.tables import read_table
from assistant.shops.demo.stores import STORES
from eval.tuning.data.splits import share, split_of
from model_serving.tuning.examples import Split

Value = tuple[str, str | int]
"""As it stands in the message, and as it stands in the command."""
_HERE: Final = Path(__file__).parent
STRANGE: Final = 0.35
"""How often training speaks of what the demo shop has not: copying is taught, not a catalogue."""
_ORDINALS: Final = (
    ("the first one", 1), ("the second one", 2), ("the third one", 3), ("the 1st", 1), ("the 2nd", 2), ("the 3rd", 3),
    ("number 1", 1), ("number 2", 2), ("number three", 3), ("the last one", -1), ("the first", 1), ("the second", 2),
    ("no. 3", 3), ("the third", 3), ("#1", 1), ("option 2", 2), ("the last", -1), ("option three", 3), ("number one", 1),
    ("the one on top", 1), ("the fourth one", 4), ("number 4", 4), ("the bottom one", -1), ("the middle one", 2),
)  # fmt: skip
_NUMBERS: Final = (
    ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("6", 6), ("8", 8),
    ("10", 10), ("a dozen", 12), ("7", 7), ("9", 9), ("12", 12), ("seven", 7), ("eight", 8),
)  # fmt: skip


@cache
def table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_table(_HERE / "values.yaml")
    return found


@cache
def of_split(name: str, split: Split) -> tuple[str, ...]:
    return share(tuple(dict.fromkeys(table()[name])), split)


@cache
def needs(split: Split) -> tuple[str, ...]:
    return share(tuple(read_table(_HERE / "needs.yaml")), split)


@cache
def places(split: Split) -> tuple[str, ...]:
    """Cities of the shop and, to be copied all the same, some where it has no store."""
    return share(tuple(store.address.city for store in STORES), split)


@cache
def fillers(name: str, split: Split) -> tuple[str, ...]:
    """Openers, closers, joiners."""
    return share(tuple(table()[name]), split)


@dataclass(kw_only=True)
class Drawing:
    """Draws values for the slots of one message."""

    rng: Random
    split: Split
    titles: Sequence[str] = ()
    """Of products that may be named."""
    items: Sequence[str] = ()
    """Short names of what lies in the cart."""
    shown: int = 3

    def draw(self, slots: Sequence[str]) -> dict[str, Value]:
        drawn: dict[str, Value] = {}
        for slot in slots:
            if slot not in drawn:
                drawn |= self._draw(slot)
        return drawn

    def _draw(self, slot: str) -> dict[str, Value]:
        match slot:
            case "one":
                return self._ordinals()
            case "one2" | "position" | "position2" | "price_above":
                return {}
            case "price":
                return self._prices()
            case "language":
                return self._language()
            case "need":
                return {"need": _same(self._need())}
            case "email":
                return {"email": _same(self._email())}
            case _:
                return {slot: _plain(_DRAWS[slot](self))}

    def _ordinals(self) -> dict[str, Value]:
        able = [one for one in share(_ORDINALS, self.split, key=lambda one: one[0]) if one[1] <= self.shown]
        first = self.rng.choice(able)
        second = self.rng.choice([one for one in able if one[1] != first[1]] or able)
        return {
            "one": _same(first[0]),
            "position": (str(first[1]), first[1]),
            "one2": _same(second[0]),
            "position2": (str(second[1]), second[1]),
        }

    def _prices(self) -> dict[str, Value]:
        low = self.number(10, 600)
        high = self.number(low + 5, 2 * low + 60)
        sign = self.rng.choice(("", "$"))
        return {"price": _same(f"{sign}{low}"), "price_above": _same(f"{sign}{high}")}

    def number(self, low: int, high: int) -> int:
        while True:
            number = self.rng.randint(low, high)
            if split_of(f"number {number}") == self.split:
                return number

    def _language(self) -> dict[str, Value]:
        name = self.rng.choice(of_split("languages", self.split))
        return {"language": _same(name), "code": (table()["languages"][name],) * 2}

    def _need(self) -> str:
        pattern = self.rng.choice(needs(self.split))
        slots = [
            name
            for name in ("kind", "colour", "colour2", "adjective", "size", "use", "price")
            if f"{{{name}" in pattern
        ]
        drawn = self.draw(slots)
        return pattern.format_map({name: text for name, (text, _) in drawn.items()})

    def kind(self) -> str:
        if self.split == "train" and self.rng.random() < STRANGE:
            return self.rng.choice(table()["strange_kinds"])  # type: ignore[no-any-return]
        return self.rng.choice(of_split("kinds", self.split))

    def place(self) -> str:
        if self.split == "train" and self.rng.random() < STRANGE:
            return self._cased(self.rng.choice(table()["strange_places"]))
        return self._cased(self.rng.choice(places(self.split)))

    def _cased(self, name: str) -> str:
        return name if self.rng.random() < 0.5 else name.lower()

    def _email(self) -> str:
        first = self.rng.choice(of_split("first_names", self.split)).lower()
        last = self.rng.choice(of_split("last_names", self.split)).lower()
        form = self.rng.choice(
            ("{first}.{last}", "{first}{last}", "{last}.{first}", "{first}_{last}", "{first}.{last}{number}")
        )
        local = form.format(first=first, last=last, number=self.number(1, 99))
        return f"{local}@{self.rng.choice(table()['mail_hosts'])}"

    def order(self) -> str:
        form = self.rng.choice(("#F1{:06d}", "#W{:07d}", "F1{:06d}", "#F1{:06d}"))
        return form.format(self.number(100, 999_999))


def _same(text: str) -> Value:
    return (text, text)


def _plain(found: Value | str) -> Value:
    return (found, found) if isinstance(found, str) else found


_DRAWS: Final[Mapping[str, Callable[[Drawing], Value | str]]] = {
    "kind": Drawing.kind,
    "place": Drawing.place,
    "order": Drawing.order,
    "zip": lambda one: f"{one.number(1000, 99_999):05d}",
    "n": lambda one: one.rng.choice(share(_NUMBERS, one.split, key=lambda pair: pair[0])),
    "title": lambda one: one.rng.choice(one.titles),
    "item": lambda one: one.rng.choice(one.items),
    "first": lambda one: one.rng.choice(of_split("first_names", one.split)),
    "last": lambda one: one.rng.choice(of_split("last_names", one.split)),
    "colour": lambda one: one.rng.choice(of_split("colours", one.split)),
    "colour2": lambda one: one.rng.choice(of_split("colours", one.split)),
    "adjective": lambda one: one.rng.choice(of_split("adjectives", one.split)),
    "attribute": lambda one: one.rng.choice(of_split("attributes", one.split)),
    "size": lambda one: one.rng.choice(of_split("sizes", one.split)),
    "best": lambda one: one.rng.choice(of_split("best", one.split)),
    "use": lambda one: one.rng.choice(of_split("uses", one.split)),
}
