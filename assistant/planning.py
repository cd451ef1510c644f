"""Planning: who turns a message into what is done: rules, a model by JSON schema, or a model that calls tools.

`assistant.planner` chooses. Each ends in the same flows and the same tools, with the same guards. Above: bootstrap. Below:
the readers, the native planner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import yaml

from assistant.flows.native_planner import NativePlanner
from assistant.understanding.language_model import MessageReader, StructuredUnderstander
from assistant.understanding.situation import Lexicon
from model_serving.ports import LanguageModel

PlannerChoice = Literal["rules", "structured", "native", "auto"]
_MEASURED: Final = Path(__file__).with_name("planners_measured.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    reader: MessageReader
    native: NativePlanner | None = None


def choose_planner(
    choice: PlannerChoice,
    rules: MessageReader,
    model: LanguageModel | None,
    lexicon: Lexicon,
    *,
    measured: PlannerChoice = "rules",
    seconds: float = 4.0,
    learnt: Callable[[], Sequence[tuple[str, str]]] = tuple,
) -> Planner:
    """Without a model, and for auto without a measurement: the rules, which need none."""
    chosen = measured if choice == "auto" else choice
    if model is None or chosen in ("rules", "auto"):
        return Planner(reader=rules)
    if chosen == "structured":
        return Planner(reader=StructuredUnderstander(rules, model, lexicon, deadline=seconds, learnt=learnt))
    return Planner(reader=rules, native=NativePlanner(model, deadline=seconds))


def measured_planner(model: LanguageModel | None) -> PlannerChoice:
    """Which planner was measured best with that model; the rules for one that nobody measured. Reads a file."""
    known: Mapping[str, Mapping[str, PlannerChoice]] = yaml.safe_load(_MEASURED.read_text(encoding="utf-8")) or {}
    return known.get(model.name, {}).get("planner", "rules") if model is not None else "rules"
