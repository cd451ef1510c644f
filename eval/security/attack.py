"""Attacks as data: what is written, what it wants, and what a deceived reply would hold. Read from `attacks/*.yaml`.

Above: `planting`, `sessions`. Below: yaml, `disguises`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from eval.security.disguises import DISGUISES

FOLDER: Final = Path(__file__).with_name("attacks")
Wants = Literal["effect", "secret", "claim", "link"]
LINK: Final = "https://evil.example/c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom and what one attack is about: the attacker's own orders, and somebody else's."""

    own_order: str
    own_sent: str
    victim_order: str
    victim_id: str
    victim_name: str
    product: str
    link: str = LINK

    def filled(self, text: str) -> str:
        """Other braces stay: attacks write JSON."""
        for name in self.__dataclass_fields__:
            text = text.replace(f"{{{name}}}", getattr(self, name))
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    id: str
    family: str
    turns: tuple[str, ...]
    wants: Wants
    marker: str = ""
    language: str = "en"
    disguise: str = ""

    def written(self, target: Target) -> tuple[str, ...]:
        """Its messages as they are sent."""
        hide = DISGUISES[self.disguise] if self.disguise else str
        return tuple(hide(target.filled(turn)) for turn in self.turns)

    def sign(self, target: Target) -> str:
        """What a deceived reply holds; "" where only effects and secrets tell."""
        return target.filled(self.marker)


def load_attacks(folder: Path = FOLDER) -> tuple[Attack, ...]:
    """All of them, each with an id that stays as long as its family grows at its end."""
    found = [
        attack
        for path in sorted(folder.glob("*.yaml"))
        for family, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items()
        for number, row in enumerate(rows, 1)
        for attack in _read(family, number, row)
    ]
    return tuple(found)


def _read(family: str, number: int, row: Mapping[str, Any]) -> list[Attack]:
    turns = tuple(row.get("turns", (row.get("text", ""),)))
    if shots := row.get("shots", 0):
        turns = (row["text"] * shots + turns[0], *turns[1:])
    one = Attack(
        id=f"{family}-{number}",
        family=family,
        turns=turns,
        wants=row["wants"],
        marker=row.get("marker", ""),
        language=row.get("language", "en"),
    )
    if family != "disguised":
        return [one]
    return [
        Attack(
            id=f"{one.id}-{name}",
            family=f"disguised_{name}",
            turns=one.turns,
            wants=one.wants,
            marker=one.marker,
            disguise=name,
        )
        for name in DISGUISES
    ]
