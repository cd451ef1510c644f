"""The socket's frames: what a client sends, as JSON text, and what it gets, typed. Below: `values`. Above: `line`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .values import Event, read, read_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    conversation_id: str
    last_seq: int
    status: str = ""
    state_hash: str = ""
    """Of the state after last_seq: `log.state_hash` gives the same for the same events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Words of a reply as they are written. `offset` counts characters; a lower one than before replaces what followed."""

    turn_id: str
    offset: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was already written, to a client that comes during a turn."""

    turn_id: str
    offset: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFrame:
    client_id: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorFrame:
    code: str
    detail: str = ""
    client_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """typing, presence, stage, transcript, queue …: never stored, may be dropped. `fields` has what depends on it."""

    signal: str
    fields: Mapping[str, Any] = field(default_factory=dict)


ServerFrame = Welcome | Happened | Delta | Snapshot | Live | Reset | AcceptedFrame | ErrorFrame | Pong | Signal
Heard = Delta | Snapshot | Signal
"""What `conversation.signals()` gives."""

_PLAIN: dict[str, type[Any]] = {
    "welcome": Welcome,
    "delta": Delta,
    "snapshot": Snapshot,
    "live": Live,
    "reset": Reset,
    "accepted": AcceptedFrame,
    "error": ErrorFrame,
    "pong": Pong,
}


def read_frame(text: str | bytes) -> ServerFrame | None:
    """None: not a frame, or of a type that this version does not know; both are skipped."""
    try:
        raw = json.loads(text)
        return _typed(raw) if isinstance(raw, dict) else None
    except (ValueError, TypeError, KeyError):
        return None


def _typed(raw: dict[str, Any]) -> ServerFrame | None:
    match raw.get("type"):
        case "event":
            return Happened(event=read_event(raw["event"]))
        case "signal":
            told = {name: value for name, value in raw.items() if name not in ("type", "signal")}
            return Signal(signal=str(raw.get("signal", "")), fields=told)
        case str(name) if name in _PLAIN:
            frame: ServerFrame = read(_PLAIN[name], raw)
            return frame
        case _:
            return None


def write_frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"))
