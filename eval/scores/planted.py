"""What `aisle eval mutate` found, as a file beside the report: which gate saw which planted fault.

Above: the mutations' command, which writes it; `whole` and the page, which show it. Below: nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

FILE: Final = "mutations.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedFault:
    fault: str
    about: str
    meant: str
    """"part/figure" of the gate that is there to see it."""
    told: str
    """What that gate said; empty: nothing."""
    others: tuple[str, ...]
    """What other gates said."""
    seconds: float

    @property
    def how(self) -> str:
        return f"{self.meant}: {self.told}" if self.told else "ONLY BY OTHERS" if self.others else "NOT CAUGHT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    finished_at: str
    git: str
    seconds: float
    cpu_seconds: float
    without_a_fault: tuple[str, ...]
    """What the gates said before anything was planted: nothing, or no line of the table means anything."""
    table: tuple[PlantedFault, ...]
    machine: Mapping[str, Any]

    @property
    def missed(self) -> tuple[str, ...]:
        """Faults that the gate which is there for them did not see."""
        return tuple(one.fault for one in self.table if not one.told)

    @property
    def sound(self) -> bool:
        return not self.missed and not self.without_a_fault


def read_planted(path: Path) -> Planted | None:
    """None where there is none that can be read: the report says so."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Planted)
    except (OSError, msgspec.MsgspecError):
        return None


def write_planted(planted: Planted, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(planted), indent=1) + b"\n")
