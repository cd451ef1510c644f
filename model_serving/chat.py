"""The words that language models speak: messages, tools, deltas. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]
Priority = Literal["live", "draft", "batch"]
"""Whose turn it is when an engine is full: a customer who waits, an agent's draft, work at night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    id: str
    name: str
    arguments: str
    """JSON text as the model wrote it; never trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    role: Role
    content: str
    tool_call_id: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    """What an assistant's message asked for; the answers follow with role `tool`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schema of an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDelta:
    """One step of a stream. The last one carries `finish` and, where the engine tells, `usage`."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Literal["stop", "length", "tool_calls", ""] = ""
    usage: Usage | None = None
    model: str = ""
    """On the first and the last one: who wrote the reply, where a router chose among several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    temperature: float = 0.0
    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    seed: int | None = None
