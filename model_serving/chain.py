"""The chain that answers a turn: the model in use, smaller ones behind it, and whoever calls falls back to its template.

`serving` builds it over what it opened. Each link gives up early enough for the next to answer within the same deadline;
after the first word nothing is tried here. Who wrote is on the first and the last delta.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio

from model_serving.call_board import CallBoard
from model_serving.chat import ChatMessage, ModelDelta
from model_serving.circuit_breaker import CircuitBreaker
from model_serving.errors import ModelError
from model_serving.ports import Judges, LanguageModel
from model_serving.router import Route, RoutedModel

PATIENCE = 0.5
"""Of the time left, until a silent model that has another behind it is given up."""
NOTED_EVERY = 60.0
"""Seconds between two rows of the history about the same fall: a dead model fails every call."""

Noted = Callable[[str, str, str], None]
"""From which model, to which ("" for the template), why: for the history."""


class ModelChain:
    """LanguageModel over the first link and those behind it. One event loop."""

    def __init__(
        self,
        first: LanguageModel,
        others: Sequence[LanguageModel] = (),
        *,
        board: CallBoard,
        on_fall: Noted = lambda left, taken, why: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._links = (first, *others)
        self._board, self._on_fall, self._now = board, on_fall, now
        self._noted: dict[tuple[str, str], float] = {}
        self._routed = RoutedModel([unbroken(link) for link in self._links], on_switch=self._fell)

    @property
    def name(self) -> str:
        """Of the model in use, whoever may answer for it."""
        return self._links[0].name

    async def ready(self) -> bool:
        """Whether any link would answer; a silent one does not keep the others from saying so."""
        answers: list[bool] = []
        async with anyio.create_task_group() as tasks:

            async def ask(link: LanguageModel) -> None:
                answers.append(await link.ready())
                if answers[-1]:
                    tasks.cancel_scope.cancel()

            for link in self._links:
                tasks.start_soon(ask, link)
        return any(answers)

    @asynccontextmanager
    async def stream(self, messages: Sequence[ChatMessage], **asked: Any) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        """What the port's `stream` takes and gives."""
        async with self._routed.stream(messages, **asked) as deltas:
            yield deltas

    def judged(self, model: str, *, grounded: bool | None = None, valid: bool | None = None) -> None:
        """What the reader of a finished reply found. What a fallback wrote says nothing about a canary's stable model."""
        self._board.judged(model, grounded=grounded, valid=valid)
        first = self._links[0]
        if isinstance(first, Judges) and model not in [link.name for link in self._links[1:]]:
            first.judged(model, grounded=grounded, valid=valid)

    def _fell(self, left: str, taken: str, why: ModelError) -> None:
        self._board.fell_back(left, taken, why)
        noted = self._noted.get((left, taken))
        if noted is None or self._now() - noted >= NOTED_EVERY:
            self._noted[(left, taken)] = self._now()
            self._on_fall(left, taken, str(why))


def unbroken(model: LanguageModel, *, patience: float = 1.0) -> Route:
    """A route whose breaker never opens: the model has its own, or each of its failures is to be seen."""
    return Route(
        model=model, breaker=CircuitBreaker(failures=sys.maxsize, now=time.monotonic), share_of_deadline=patience
    )
