"""Counting: what happened goes into metrics, the last hour, traces and the log. Many at a time: the first of them takes 100 µs
of CPU, since its code has left the processor's caches, those after it 20.

Above: `sight`. Below: measures, the last hour, spans.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from assistant.privacy.masking.known_words import TurnWords
from assistant.sight.happened import Ended, Happened, Late
from assistant.sight.recent import Minute, Recent
from assistant.sight.spans import Recording, Told, is_sampled, trace_of
from assistant.sight.turn_measures import TurnMeasures

log = logging.getLogger("aisle.turns")
TEMPLATE = "template"


class Traces(Protocol):
    """Where sampled turns go: `tracing`."""

    def turn(
        self,
        recording: Recording,
        ended: float,
        told: Mapping[str, Told],
        *,
        caller: str,
        failed: str,
        words: TurnWords | None,
    ) -> None:
        """caller: the `traceparent` of who asked, or ""; words: what must not stand in it."""
        ...

    def later(self, turn_id: str, name: str, began: float, ended: float, told: Mapping[str, Told]) -> None:
        """A span of a turn whose run is over."""
        ...


class Counting:
    def __init__(self, measures: TurnMeasures, recent: Recent) -> None:
        self._measures, self._recent = measures, recent

    def count(self, happened: Sequence[Happened], traces: Traces | None, share: float) -> None:
        """share: of the turns, traced."""
        minute, told = self._recent.minute(), log.isEnabledFor(logging.INFO)
        for one in happened:
            if isinstance(one, Late):
                self._late(one, minute, traces, share)
                continue
            self._turn(one, minute)
            self._writing(one, minute)
            if traces is not None and (one.failed or is_sampled(one.recording.turn_id, share)):
                traces.turn(
                    one.recording,
                    one.ended,
                    _told(one),
                    caller=one.caller,
                    failed=one.failed,
                    words=one.words,
                )
                self._measures.traced.inc()
            if told:
                log.info("turn %s", one.result, extra={"told": _line(one)})

    def _late(self, one: Late, minute: Minute, traces: Traces | None, share: float) -> None:
        seconds = one.ended - one.began
        self._measures.stages.observe(one.name, seconds)
        if one.turn_id:
            self._recent.stage(minute, one.name, seconds)
            if traces is not None and is_sampled(one.turn_id, share):
                told: Mapping[str, Told] = {"channel": one.channel} if one.channel else {}
                traces.later(one.turn_id, one.name, one.began, one.ended, told)

    def _turn(self, one: Ended, minute: Minute) -> None:
        recording, measures, recent = one.recording, self._measures, self._recent
        minute.results[one.result] = minute.results.get(one.result, 0) + 1
        recent.spoke(minute, str(one.conversation.id))
        measures.turn(one.result, one.channel)
        if not any(line.who == "assistant" for line in one.conversation.transcript):
            measures.conversations.inc()
        for span in recording.spans:
            seconds = span.ended - span.began
            if span.name != "receive":  # counted when it was
                measures.stages.observe(span.name, seconds)
            recent.stage(minute, span.name, seconds)
        measures.stages.observe("turn", one.ended - recording.began)
        recent.stage(minute, "turn", one.ended - recording.began)
        if one.failed:
            where = next((span.name for span in reversed(recording.spans) if span.failed), "")
            recent.mishap(recording.turn_id, one.failed, where)

    def _writing(self, one: Ended, minute: Minute) -> None:
        measures, turn_id, happened = self._measures, one.recording.turn_id, one.recording.happened
        by_model = one.reply is not None and one.reply.written_by not in ("", TEMPLATE)
        if one.reply is not None:
            minute.by_model += by_model
            measures.wrote("model" if by_model else TEMPLATE)
        if "fell_back" in happened and not by_model:
            minute.fallbacks += 1
            measures.fallbacks.inc()
            self._recent.mishap(turn_id, "fell_back", "model")
        if "not_grounded" in happened:
            minute.not_grounded += 1
            measures.not_grounded.inc()
            self._recent.mishap(turn_id, "not_grounded", "grounding")


def _told(one: Ended) -> dict[str, Told]:
    """Of a trace's root."""
    told: dict[str, Told] = {"result": one.result, "channel": one.channel, "messages": one.messages}
    if one.reply is not None:
        told |= {"language": one.reply.language, "written_by": one.reply.written_by, "cards": len(one.reply.cards)}
    return told | dict.fromkeys(sorted(one.recording.happened), True)


def _line(one: Ended) -> dict[str, Any]:
    """Of the log: ids, closed words, milliseconds."""
    turn_id = one.recording.turn_id
    line: dict[str, Any] = {"turn": turn_id, "trace": trace_of(turn_id), "conversation": str(one.conversation.id)}
    line |= _told(one) | ({"failed": one.failed} if one.failed else {})
    line["ms"] = round((one.ended - one.recording.began) * 1000, 1)
    stages: dict[str, float] = {}
    for span in one.recording.spans:
        stages[span.name] = round(stages.get(span.name, 0.0) + (span.ended - span.began) * 1000, 1)
    return line | {"stages_ms": stages}
