"""Sight: where turns, models and channels tell what they took. One a product; its registry stands on /metrics.

Telling costs a few microseconds while a customer waits; `fold` counts what was told, once a second or when somebody looks.
Above: `assistant`, channels, bootstrap. Below: `counting`, spans, measures, the last hour.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry

from assistant.conversation import Conversation, Unanswered
from assistant.events import AssistantSaid
from assistant.live_turn import LiveTurn, TurnRunner
from assistant.privacy.masking.known_words import known_words
from assistant.sight.counting import Counting, Traces
from assistant.sight.happened import Ended, Happened, Late
from assistant.sight.recent import Recent
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import ROOT, Recording, Span, Told, add, begin, end, mark, parent_of, recording_now
from assistant.sight.turn_measures import TurnMeasures
from model_serving.affinity import trace_parent
from model_serving.measured import Call

K = TypeVar("K")
V = TypeVar("V")
KEPT: Final = 4_096
"""Messages and replies on their way; the oldest is forgotten."""
FOLDED_AT: Final = 512
"""So much is counted at once, though nobody asks: a replica without its second's tick keeps no more."""


class Sight:
    def __init__(self, settings: SightSettings | None = None, *, recent: Recent | None = None) -> None:
        self.settings = settings or SightSettings.model_construct()
        self._registry = CollectorRegistry()
        self.measures = TurnMeasures(self._registry)
        self._recent = recent or Recent()
        self._counting = Counting(self.measures, self._recent)
        self.traces: Traces | None = None
        self.quiet = False
        """Nothing is told: what sight costs is measured against this."""
        self.waiting: list[Happened] = []
        self._received: OrderedDict[tuple[str, int], tuple[float, float, str]] = OrderedDict()
        self._committed: OrderedDict[str, float] = OrderedDict()

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def registry(self) -> CollectorRegistry:
        """For Prometheus, with all that was told so far."""
        self.fold()
        return self._registry

    @property
    def recent(self) -> Recent:
        """The last hour, with all that was told so far."""
        self.fold()
        return self._recent

    def fold(self) -> None:
        """Counts what was told since."""
        if self.waiting:
            told, self.waiting = self.waiting, []
            self._counting.count(told, self.traces, self._share)

    # -- turns ---------------------------------------------------------------------------------------------------------

    def watching(self, run: TurnRunner) -> TurnRunner:
        @functools.wraps(run)
        async def watched(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
            if self.quiet:
                return await run(conversation, said, live)
            recording = Recording(str(live.id))
            token = begin(recording)
            # Of this turn's task, as affinity's others. Made where a model's server is asked, which most turns do not.
            trace_parent.set(functools.partial(parent_of, recording.turn_id, self._share))
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
                self._tell(
                    Ended(
                        recording,
                        time.perf_counter(),
                        conversation,
                        str(said[0].channel) if said else "",
                        len(said),
                        result,
                        failed,
                        reply,
                        caller,
                        known_words(),
                    )
                )
            return reply

        return watched

    def received(self, conversation: str, seq: int, began: float, caller: str = "") -> None:
        """A message is durable. began: of the monotonic clock; caller: its `traceparent`."""
        if self.quiet:
            return
        now = time.perf_counter()
        self._tell(Late("", "receive", began, now))
        _keep(self._received, (conversation, seq), (began, now, caller))

    def stored(self, turn_id: str, began: float) -> None:
        """What the turn did and said is durable."""
        if self.quiet:
            return
        now = time.perf_counter()
        self._tell(Late(turn_id, "append", began, now))
        _keep(self._committed, turn_id, now)

    def delivered(self, turn_id: str, channel: str) -> None:
        """The reply is on its way to somebody; the first one counts, and only of those that were stored here."""
        began = self._committed.pop(turn_id, None)
        if began is not None:
            self._tell(Late(turn_id, "delivery", began, time.perf_counter(), channel))

    def spoken(self, turn_id: str, *, hearing: float, speaking: float) -> None:
        """Seconds before and after the turn, told when its first sound has gone out."""
        now = time.perf_counter()
        self._tell(Late(turn_id, "hearing", now - hearing - speaking, now - speaking))
        self._tell(Late(turn_id, "speaking", now - speaking, now))

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

    def _tell(self, happened: Happened) -> None:
        self.waiting.append(happened)
        if len(self.waiting) >= FOLDED_AT:
            self.fold()

    def _arrived(self, recording: Recording, conversation: Conversation, said: Sequence[Unanswered]) -> str:
        """What was measured of the messages before the turn stands before it. Returns the first one's caller."""
        caller = ""
        for waiting in said:
            known = self._received.pop((str(conversation.id), waiting.seq), None)
            if known is not None:
                began, ended, by = known
                recording.spans.append(Span("receive", began, ROOT, ended))
                caller = caller or by
        return caller

    def _spent(self, read: int, cached: int, written: int) -> None:
        minute, tokens, prices = self._recent.minute(), self.measures.tokens, self.settings
        for kind, count in (("prompt", read), ("cached", cached), ("completion", written)):
            tokens.labels(kind).inc(count)
        cost = (read * prices.cost_prompt_tokens + written * prices.cost_completion_tokens) / 1e6
        minute.tokens += read + written
        minute.cost += cost
        self.measures.cost.inc(cost)


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)
