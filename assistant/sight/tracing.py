"""Traces over OTLP/HTTP: a sampled turn becomes a span with its stages below it. Optional: `aisle[otel]`.

Nothing of OpenTelemetry is imported where AISLE_TRACES_URL is not set. A turn that is over is put into a queue; a thread makes
bytes of it and sends them. Attributes are figures and words of ours; texts are masked and kept short all the same, by what the turn
knew of its customer. Above: bootstrap. Below: `otlp`, `trace_sending`, spans.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from assistant.errors import AssistantError
from assistant.privacy.masking.known_words import TurnWords
from assistant.privacy.masking.masked import masked
from assistant.sight.sight_settings import SightSettings
from assistant.sight.spans import Recording, Told
from assistant.sight.trace_sending import Post, Sending, posting

if TYPE_CHECKING:
    from assistant.sight.otlp import Item

LONGEST: Final = 120
"""Characters of an attribute."""
_BETWEEN: Final = "\x1f"


class TracesUnavailable(AssistantError):
    """AISLE_TRACES_URL is set and OpenTelemetry's messages are not installed."""


class TurnTraces:
    """Traces."""

    def __init__(
        self,
        post: Post,
        *,
        service: str = "aisle",
        replica: str = "",
        on_lost: Callable[[int], None] = lambda count: None,
    ) -> None:
        from assistant.sight.otlp import EndedTurn, LateSpan, encoded

        told = {"service.name": service, "service.version": version("aisle"), "service.instance.id": replica}
        self._turn, self._late = EndedTurn, LateSpan
        epoch = time.time_ns() - time.perf_counter_ns()
        self._sending: Sending[Item] = Sending(partial(encoded, resource=told, epoch=epoch), post, on_lost=on_lost)

    def turn(
        self,
        recording: Recording,
        ended: float,
        told: Mapping[str, Told],
        *,
        caller: str,
        failed: str,
        words: TurnWords | None = None,
    ) -> None:
        whole, *each = plain([told, *(span.told for span in recording.spans)], words)
        spans = [
            span if own is span.told else replace(span, told=own)
            for span, own in zip(recording.spans, each, strict=True)
        ]
        self._sending.add(
            self._turn(
                turn_id=recording.turn_id,
                began=recording.began,
                ended=ended,
                spans=spans,
                told=whole,
                caller=caller,
                failed=failed,
            )
        )

    def later(self, turn_id: str, name: str, began: float, ended: float, told: Mapping[str, Told]) -> None:
        (own,) = plain([told])
        self._sending.add(self._late(turn_id=turn_id, name=name, began=began, ended=ended, told=own))

    def flush(self) -> None:
        """Blocking."""
        self._sending.flush()

    def close(self) -> None:
        """Blocking: what waits is sent, for some seconds at most."""
        self._sending.close()


def plain(told: Sequence[Mapping[str, Told]], words: TurnWords | None = None) -> list[Mapping[str, Told]]:
    """Texts masked and short. All in one go where that changes nothing, which is as good as always: a look takes 5 µs."""
    texts = [value for one in told for value in one.values() if isinstance(value, str)]
    whole = _BETWEEN.join(texts)
    if not texts or (masked(whole, words=words) == whole and len(max(texts, key=len)) <= LONGEST):
        return list(told)
    return [
        {name: masked(value, words=words)[:LONGEST] if isinstance(value, str) else value for name, value in one.items()}
        for one in told
    ]


def open_traces(
    settings: SightSettings, *, replica: str = "", on_lost: Callable[[int], None] = lambda count: None
) -> TurnTraces | None:
    """None where traces are off. Raises TracesUnavailable."""
    if not settings.traces_url:
        return None
    if importlib.util.find_spec("opentelemetry") is None or importlib.util.find_spec("opentelemetry.proto") is None:
        raise TracesUnavailable("AISLE_TRACES_URL is set and OpenTelemetry is not installed: pip install 'aisle[otel]'")
    pairs = (pair.partition("=") for pair in settings.traces_headers.get_secret_value().split(",") if pair)
    url = settings.traces_url if settings.traces_url.endswith("/v1/traces") else f"{settings.traces_url}/v1/traces"
    post = posting(url, {name.strip(): value for name, _, value in pairs})
    return TurnTraces(post, replica=replica, on_lost=on_lost)
