"""A promise, how often it was looked at and where it broke (pure). Above: `promises`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_TOLD = 12


@dataclass(slots=True, kw_only=True)
class Promise:
    name: str
    about: str
    looked: int = 0
    broken: list[str] = field(default_factory=list)

    def look(self, held: bool, otherwise: str) -> None:
        self.looked += 1
        if not held:
            self.broken.append(otherwise)

    def plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "about": self.about,
            "looked": self.looked,
            "held": self.looked - len(self.broken),
            "broken": self.broken[:MOST_TOLD],
        }


class Tally:
    """Promises by name; one that is asked for and not declared is a mistake of ours."""

    def __init__(self, declared: Mapping[str, str]) -> None:
        self._promises = {name: Promise(name=name, about=about) for name, about in declared.items()}

    def look(self, name: str, held: bool, otherwise: str = "") -> None:
        self._promises[name].look(held, otherwise)

    def plain(self) -> list[dict[str, Any]]:
        return [one.plain() for one in self._promises.values()]

    def broken(self) -> Iterable[Promise]:
        return (one for one in self._promises.values() if one.broken)
