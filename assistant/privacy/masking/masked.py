"""Masked: a text without what is somebody's, as it may stand in a log, a trace, a metric or an analysis.

    masked("no order for maya@example.com")   ->  "no order for [email]"

Above: logs, traces, analytics. Below: recognisers (by form), `known_words` (what this turn knows).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from assistant.privacy.masking.known_words import TurnWords, exactly, fields_of, known_words, runs_of, stretches
from assistant.privacy.masking.recognisers import found_in

MOST: Final = 20_000
"""Characters that are looked at; what is longer is cut, for a log is no archive."""
_CUT: Final = "… [cut]"
Span = tuple[int, int, str]


def masked(text: str, *, words: TurnWords | None = None) -> str:
    """`words`: in place of what this task's turn knows."""
    if len(text) > MOST:
        text = text[:MOST] + _CUT
    spans = [(one.start, one.end, one.kind) for one in found_in(text)]
    known = words or known_words()
    if known is not None:
        spans += _known(text, known)
    return _without(text, spans) if spans else text


def masked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """A span's or a record's attributes: texts masked, also within lists; figures as they are."""
    return {key: _value(value) for key, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list | tuple):
        return type(value)(_value(one) for one in value)
    return masked_values(value) if isinstance(value, Mapping) else value


def _known(text: str, known: TurnWords) -> Iterable[Span]:
    parts = tuple(part for person in known.people for part in fields_of(person))
    pattern = exactly((*parts, *known.orders))
    if pattern is not None:
        yield from ((one.start(), one.end(), "customer") for one in pattern.finditer(text))
    for said in known.texts:
        yield from ((start, end, "words") for start, end in stretches(text, runs_of(said)))


def _without(text: str, spans: list[Span]) -> str:
    """What overlaps is one gap, named by what begins first."""
    parts: list[str] = []
    done = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= done:
            parts += [text[done:start], f"[{kind}]"]
        done = max(done, end)
    return "".join((*parts, text[done:]))
