"""What a version is, what is in use of each kind and what was done: values only. `registry` keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

from model_serving.errors import ModelError

Kind = Literal["model", "adapter", "prompt", "encoder", "transcriber", "synthesizer", "index"]
KINDS: Sequence[Kind] = get_args(Kind)
Act = Literal[
    "promoted",
    "rolled_back",
    "pinned",
    "unpinned",
    "canary_begun",
    "canary_ended",
    "canary_rolled_back",
    "failed_to_open",
    "fell_back",
]
"""The last two are no one's decision: a version that would not start, a model that others answered for."""
BY_ITSELF = ("gates", "stage", "router")
"""Who did what nobody decided, in the history."""


class RegistryError(ModelError):
    """What was asked of the registry cannot be; the sentence says why and what can."""


class RegistryUnavailable(RegistryError):
    """Its file cannot be read or written now."""


class UnknownVersion(RegistryError):
    """Nothing of that kind is registered under that label."""


class Refused(RegistryError):
    """It is registered, and cannot be changed so now: pinned, in use already, nothing before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    kind: Kind
    name: str
    version: str
    digest: str
    """SHA-256 of the file or folder, in hex; "" where it lies elsewhere."""
    source: str = ""
    """A file or folder, an address, a package: what opens it."""
    licence: str = ""
    score: float | None = None
    measure: str = ""
    """What the score is of, with the command that measured it."""
    registered_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def label(self) -> str:
        """name@version, unique among its kind."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is in use of one kind. Labels; "" for none."""

    current: str = ""
    previous: str = ""
    canary: str = ""
    share: float = 0.0
    """Of the conversations that try the canary."""
    pinned: bool = False
    revision: int = field(default=0, compare=False)
    """Grows with every act, also one that leaves everything as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What the service last said it uses for one part of a reply."""

    part: str
    kind: Kind
    label: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    number: int
    at: datetime
    kind: Kind
    act: Act
    version: str
    by: str
    reason: str
