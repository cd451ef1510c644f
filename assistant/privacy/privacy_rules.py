"""The shop's privacy rules: consent's defaults and how long what is kept, from `privacy.yaml` in AISLE_HOME.

What the file leaves out is as `privacy.yaml` beside this module has it. Above: `consents`, `retention`, the command line.
Below: `purposes`, `periods`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec
import yaml

from assistant.errors import AssistantError
from assistant.events import CHANNELS, PURPOSES
from assistant.privacy.periods import period
from assistant.privacy.purposes import ConsentRules

FILE: Final = "privacy.yaml"
SHIPPED: Final = Path(__file__).parent / FILE
Kind = Literal[
    "messages", "transcripts", "recordings", "notes", "summaries", "memories", "callbacks", "accounts", "audit"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
IN_THE_LOG: Final[tuple[Kind, ...]] = ("messages", "transcripts", "notes", "summaries")
"""What lies in a conversation's own log, and goes with it: the shortest of their periods decides."""


class InvalidPrivacyRules(AssistantError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}. docs/privacy.md shows every field; nothing was changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRules:
    """How long what is kept, by kind, and by channel where that differs ("any" for the others)."""

    kinds: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)
    refused: str = "7 days"
    """How long a conversation is kept whose customer turned "recording" off."""
    hour: int = 3
    """UTC, from when on the nightly run begins."""

    def keeps(self, kind: Kind, channel: str = "any") -> timedelta | None:
        """None: for ever."""
        spoken = self.kinds.get(kind, {})
        return period(spoken.get(channel) or spoken.get("any") or "forever")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRules:
    consent: ConsentRules = field(default_factory=ConsentRules)
    retention: RetentionRules = field(default_factory=RetentionRules)


def read_rules(home: Path) -> PrivacyRules:
    """Blocking. Raises InvalidPrivacyRules."""
    shipped, own = _read(SHIPPED), home / FILE
    return _rules(_merged(shipped, _read(own)), own) if own.exists() else _rules(shipped, SHIPPED)


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidPrivacyRules(path, f"{error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidPrivacyRules(path, f"it is not YAML: {error}") from error
    if raw is not None and not isinstance(raw, dict):
        raise InvalidPrivacyRules(path, "it must hold `consent:` and `retention:`")
    return raw or {}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _rules(raw: Mapping[str, Any], path: Path) -> PrivacyRules:
    consent, kept = raw.get("consent") or {}, raw.get("retention") or {}
    if problems := [*_unknown(raw, ("consent", "retention"), ""), *_misread(consent, kept)]:
        raise InvalidPrivacyRules(path, "; ".join(problems))
    kinds = {
        kind: kept[kind] if isinstance(kept[kind], dict) else {"any": kept[kind]} for kind in KINDS if kind in kept
    }
    retention = {name: kept[name] for name in ("refused", "hour") if name in kept}
    try:
        rules = PrivacyRules(
            consent=msgspec.convert(consent, ConsentRules),
            retention=msgspec.convert({"kinds": kinds, **retention}, RetentionRules),
        )
    except msgspec.ValidationError as error:
        raise InvalidPrivacyRules(path, str(error)) from error
    if problems := list(_faults(rules.retention)):
        raise InvalidPrivacyRules(path, "; ".join(problems))
    return rules


def _misread(consent: Any, kept: Any) -> Iterator[str]:
    if not isinstance(consent, dict) or not isinstance(kept, dict):
        yield "`consent:` and `retention:` must hold fields"
        return
    yield from _unknown(
        consent, ("notice", "defaults", "regions", "browser_signal", "do_not_sell", "opt_out"), "consent: "
    )
    yield from _unknown(consent.get("defaults") or {}, PURPOSES, "consent: defaults: ")
    yield from _unknown(kept, (*KINDS, "refused", "hour"), "retention: ")


def _unknown(raw: Any, known: tuple[str, ...], where: str) -> Iterator[str]:
    """A misspelt field must not pass for a rule that is not there."""
    for name in raw if isinstance(raw, dict) else ():
        if name not in known:
            yield f"{where}{name!r} is not one of {', '.join(known)}"


def _faults(rules: RetentionRules) -> Iterator[str]:
    for kind, periods in rules.kinds.items():
        for channel, text in periods.items():
            if channel != "any" and channel not in CHANNELS:
                yield f"retention: {kind}: {channel!r} is no channel ({', '.join(CHANNELS)}) and not any"
            yield from _no_period(text, f"retention: {kind}")
    yield from _no_period(rules.refused, "retention: refused")
    if not 0 <= rules.hour <= 23:
        yield f"retention: hour: {rules.hour} is no hour of the day"


def _no_period(text: str, where: str) -> Iterator[str]:
    try:
        period(text)
    except ValueError as error:
        yield f"{where}: {error}"
