"""Sight: where turns, models and channels tell what they took. One a product; its registry stands on /metrics.

Telling costs some microseconds; a trace is made after the turn's end, on the exporter's thread where it can be. Above:
`assistant`, channels, bootstrap. Below: spans, measures, the last hour.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeVar

from prometheus_client import CollectorRegistry

from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn, TurnRunner
from assistant.sight.recent import Recent
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import Recording, Told, add, begin, end, is_sampled, mark, parent_of, recording_now
from assistant.sight.turn_measures import TurnMeasures
from model_serving.affinity import trace_parent
from model_serving.measured import Call

K = TypeVar("K")
V = TypeVar("V")
KEPT: Final = 4_096
"""Messages and replies on their way; the oldest is forgotten."""
TEMPLATE: Final = "template"


class Traces(Protocol):
    """Where sampled turns go: `tracing`."""

    def turn(self, recording: Recording, ended: float, told: Mapping[str, Told], *, caller: str, failed: str) -> None:
        """caller: the `traceparent` of who asked, or ""."""
        ...

    def later(self, turn_id: str, name: str, began: float, ended: float, told: Mapping[str, Told]) -> None:
        """A span of a turn whose run is over."""
        ...


class Sight:
    def __init__(self, settings: SightSettings | None = None, *, recent: Recent | None = None) -> None:
        self.settings = settings or SightSettings.model_construct()
        self.registry = CollectorRegistry()
        self.measures = TurnMeasures(self.registry)
        self.recent = recent or Recent()
        self.traces: Traces | None = None
        self.quiet = False
        """Nothing is told: what sight costs is measured against this."""
        self._received: OrderedDict[tuple[str, int], tuple[float, float, str]] = OrderedDict()
        self._committed: OrderedDict[str, float] = OrderedDict()

    # -- turns ---------------------------------------------------------------------------------------------------------

    def watching(self, run: TurnRunner) -> TurnRunner:
        @functools.wraps(run)
        async def watched(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
            if self.quiet:
                return await run(conversation, said, live)
            recording = Recording(str(live.id))
            token = begin(recording)
            trace_parent.set(parent_of(recording.turn_id, self._share))  # of this turn's task, as affinity's others
            caller = self._arrived(recording, conversation, said)
            result, failed, reply = "failed", "", None
            try:
                reply = await run(conversation, said, live)
                result = "replied"
            except asyncio.CancelledError:
                result = "interrupted"
                raise
            except Exception as error:
                failed = type(error).__name__
                raise
            finally:
                end(token)
                self._over(recording, conversation, said, result, failed, reply, caller)
            return reply

        return watched

    def received(self, conversation: str, seq: int, began: float, caller: str = "") -> None:
        """A message is durable. began: of the monotonic clock; caller: its `traceparent`."""
        if self.quiet:
            return
        now = time.perf_counter()
        self.measures.stage("receive", now - began)
        _keep(self._received, (conversation, seq), (began, now, caller))

    def stored(self, turn_id: str, began: float) -> None:
        """What the turn did and said is durable."""
        if self.quiet:
            return
        now = time.perf_counter()
        self._late(turn_id, "append", began, now, {})
        _keep(self._committed, turn_id, now)

    def delivered(self, turn_id: str, channel: str) -> None:
        """The reply is on its way to somebody; the first one counts, and only of those that were stored here."""
        began = self._committed.pop(turn_id, None)
        if began is not None:
            self._late(turn_id, "delivery", began, time.perf_counter(), {"channel": channel})

    def spoken(self, turn_id: str, *, hearing: float, speaking: float) -> None:
        """Seconds before and after the turn, told when its first sound has gone out."""
        now = time.perf_counter()
        self._late(turn_id, "hearing", now - hearing - speaking, now - speaking, {})
        self._late(turn_id, "speaking", now - speaking, now, {})

    def called(self, call: Call) -> None:
        """A call of a language model has ended; within a turn it is part of it."""
        usage, recording = call.usage, recording_now()
        if recording is None:
            return
        told: dict[str, Told] = {"model": call.model, "result": call.result}
        if usage is not None:
            read, cached, written = usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens
            told |= {"prompt_tokens": read, "cached_tokens": cached, "completion_tokens": written}
            self._spent(read, cached, written)
        if call.ttft is not None:
            told["time_to_first_token"] = round(call.ttft, 4)
        if call.result not in ("written", "left"):
            mark("fell_back")
        add("model", call.seconds, **told)

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _share(self) -> float:
        return self.settings.traces_share if self.traces is not None else 0.0

    def _arrived(self, recording: Recording, conversation: Conversation, said: Sequence[Unanswered]) -> str:
        """What was measured of the messages before the turn stands before it. Returns the first one's caller."""
        caller = ""
        for waiting in said:
            known = self._received.pop((str(conversation.id), waiting.seq), None)
            if known is not None:
                began, ended, by = known
                add("receive", ended - began)
                recording.spans[-1].began, recording.spans[-1].ended = began, ended
                caller = caller or by
        return caller

    def _over(
        self,
        recording: Recording,
        conversation: Conversation,
        said: Sequence[Unanswered],
        result: str,
        failed: str,
        reply: AssistantSaid | None,
        caller: str,
    ) -> None:
        now = time.perf_counter()
        channel = str(said[0].channel) if said else ""
        self._count(recording, conversation, result, failed, reply, channel, now)
        if self.traces is not None and (failed or is_sampled(recording.turn_id, self._share)):
            told: dict[str, Told] = {"result": result, "channel": channel, "messages": len(said)}
            if reply is not None:
                told |= {"language": reply.language, "written_by": reply.written_by, "cards": len(reply.cards)}
            told |= dict.fromkeys(sorted(recording.happened), True)
            self.traces.turn(recording, now, told, caller=caller, failed=failed)
            self.measures.traced.inc()

    def _count(
        self,
        recording: Recording,
        conversation: Conversation,
        result: str,
        failed: str,
        reply: AssistantSaid | None,
        channel: str,
        now: float,
    ) -> None:
        minute, measures = self.recent.minute(), self.measures
        minute.results[result] = minute.results.get(result, 0) + 1
        self.recent.spoke(minute, str(conversation.id))
        measures.turn(result, channel)
        if not any(line.who == "assistant" for line in conversation.transcript):
            measures.conversations.inc()
        for span in recording.spans:
            if span.name != "receive":  # counted when it was
                measures.stage(span.name, span.ended - span.began)
            self.recent.stage(minute, span.name, span.ended - span.began)
        measures.stage("turn", now - recording.began)
        self.recent.stage(minute, "turn", now - recording.began)
        if failed:
            where = next((span.name for span in reversed(recording.spans) if span.failed), "")
            self.recent.mishap(recording.turn_id, failed, where)
        self._count_writing(recording, reply)

    def _count_writing(self, recording: Recording, reply: AssistantSaid | None) -> None:
        minute, measures = self.recent.minute(), self.measures
        by_model = reply is not None and reply.written_by not in ("", TEMPLATE)
        if reply is not None:
            minute.by_model += by_model
            measures.written.labels("model" if by_model else TEMPLATE).inc()
        if "fell_back" in recording.happened and not by_model:
            minute.fallbacks += 1
            measures.fallbacks.inc()
            self.recent.mishap(recording.turn_id, "fell_back", "model")
        if "not_grounded" in recording.happened:
            minute.not_grounded += 1
            measures.not_grounded.inc()
            self.recent.mishap(recording.turn_id, "not_grounded", "grounding")

    def _spent(self, read: int, cached: int, written: int) -> None:
        minute, tokens, prices = self.recent.minute(), self.measures.tokens, self.settings
        for kind, count in (("prompt", read), ("cached", cached), ("completion", written)):
            tokens.labels(kind).inc(count)
        cost = (read * prices.cost_prompt_tokens + written * prices.cost_completion_tokens) / 1e6
        minute.tokens += read + written
        minute.cost += cost
        self.measures.cost.inc(cost)

    def _late(self, turn_id: str, name: str, began: float, ended: float, told: Mapping[str, Told]) -> None:
        self.measures.stage(name, ended - began)
        self.recent.stage(self.recent.minute(), name, ended - began)
        if self.traces is not None and is_sampled(turn_id, self._share):
            self.traces.later(turn_id, name, began, ended, told)


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)
