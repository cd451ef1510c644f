"""What a dependency says of itself, in one form. Above: `health`, the operator's page. Below: nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GOOD = ("ready", "off", "ok", "degraded", "starting", "fallback")
"""States that keep the service up: a model that still loads costs eloquence, not correctness."""


def state_of(told: Any) -> dict[str, Any]:
    if isinstance(told, Mapping):
        return {**told, "state": str(told.get("state", "ready"))}
    if isinstance(told, bool):
        return {"state": "ready" if told else "failed"}
    return {"state": str(told)}
