"""How often a tool may be called: a hook, and a window in memory for one process. Above: `service`."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from assistant.tools.policy import ToolName

_MOST_CALLERS = 10_000


class RateLimit(Protocol):
    def admits(self, caller: str, tool: str, now: datetime, *, most: int | None = None) -> bool:
        """Counts the call when it is admitted. Never blocks. most: of the tool's own rule; the smaller one holds."""
        ...


class CallsPerMinute:
    """At most so many calls of one tool by one caller within any minute. Callers unseen for longest are forgotten.

    `most_of` says otherwise for some tools.
    """

    def __init__(self, most: int, most_of: Mapping[ToolName, int] | None = None) -> None:
        self._most = most
        self._most_of: dict[str, int] = {str(tool): calls for tool, calls in (most_of or {}).items()}
        self._calls: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def admits(self, caller: str, tool: str, now: datetime, *, most: int | None = None) -> bool:
        calls = self._calls.setdefault((caller, tool), deque())
        self._calls.move_to_end((caller, tool))
        while len(self._calls) > _MOST_CALLERS:
            self._calls.popitem(last=False)
        while calls and calls[0] <= now - timedelta(minutes=1):
            calls.popleft()
        allowed = self._most_of.get(tool, self._most)
        if len(calls) >= (allowed if most is None else min(allowed, most)):
            return False
        calls.append(now)
        return True
