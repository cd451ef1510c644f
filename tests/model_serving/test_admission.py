"""The queue before an engine."""

from __future__ import annotations

from typing import get_args

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_serving.admission import Admission, AdmittedModel
from model_serving.chat import ChatMessage, Priority
from model_serving.errors import Overloaded
from model_serving.language_models.scripted import ScriptedModel

pytestmark = pytest.mark.anyio


class Callers:
    """Each enters with a priority, notes that it was served, and holds its slot until released."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission
        self.served: list[str] = []
        self.refused: list[str] = []
        self.release = anyio.Event()

    async def call(self, name: str, priority: Priority) -> None:
        try:
            async with self.admission.place(priority):
                self.served.append(name)
                await self.release.wait()
        except Overloaded:
            self.refused.append(name)


async def settle() -> None:
    for _ in range(5):
        await anyio.lowlevel.checkpoint()


async def test_a_live_turn_is_served_before_drafts_and_drafts_before_batch_work() -> None:
    callers = Callers(Admission(slots=1, waiting=8))
    async with anyio.create_task_group() as tasks:
        for name, priority in (("first", "batch"), ("b", "batch"), ("d", "draft"), ("l1", "live"), ("l2", "live")):
            tasks.start_soon(callers.call, name, priority)
            await settle()
        callers.release.set()
    assert callers.served == ["first", "l1", "l2", "d", "b"]


async def test_a_full_queue_refuses_with_an_estimate() -> None:
    admission = Admission(slots=1, waiting=1)
    callers = Callers(admission)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(callers.call, "works", "live")
        tasks.start_soon(callers.call, "waits", "live")
        await settle()
        with pytest.raises(Overloaded) as refused:
            async with admission.place("live"):
                pass
        assert refused.value.retry_after == pytest.approx(2.0)
        callers.release.set()


async def test_a_full_queue_gives_up_its_least_urgent_place_to_a_live_turn() -> None:
    callers = Callers(Admission(slots=1, waiting=2))
    async with anyio.create_task_group() as tasks:
        for name, priority in (("works", "live"), ("draft", "draft"), ("batch", "batch"), ("live", "live")):
            tasks.start_soon(callers.call, name, priority)
            await settle()
        assert callers.refused == ["batch"]
        callers.release.set()
    assert callers.served == ["works", "live", "draft"]


async def test_nobody_waits_longer_than_allowed() -> None:
    callers = Callers(Admission(slots=1, waiting=4, longest_wait=0.01))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(callers.call, "works", "live")
        await settle()
        await callers.call("waits", "live")
        assert callers.refused == ["waits"] and callers.admission.waiting == 0
        callers.release.set()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(get_args(Priority)), st.booleans()), max_size=20),
    st.integers(1, 3),
    st.integers(0, 4),
)
def test_no_slot_is_lost_whoever_gives_up(calls: list[tuple[Priority, bool]], slots: int, waiting: int) -> None:
    async def run() -> None:
        admission = Admission(slots=slots, waiting=waiting, longest_wait=5)
        callers = Callers(admission)
        async with anyio.create_task_group() as tasks:
            scopes = []

            async def call(number: int, priority: Priority, scope: anyio.CancelScope) -> None:
                with scope:
                    await callers.call(str(number), priority)

            for number, (priority, gives_up) in enumerate(calls):
                scope = anyio.CancelScope()
                tasks.start_soon(call, number, priority, scope)
                await anyio.lowlevel.checkpoint()
                assert admission.working <= slots and admission.waiting <= waiting
                if gives_up:
                    scopes.append(scope)
            for scope in scopes:
                scope.cancel()
            callers.release.set()
        assert (admission.working, admission.waiting) == (0, 0)

    anyio.run(run)


async def test_the_wait_counts_against_the_deadline() -> None:
    model = AdmittedModel(ScriptedModel({"": ["a"] * 1000}, delay=0.01), Admission(slots=1, longest_wait=60))
    async with model.stream([ChatMessage(role="user", content="")]) as deltas:
        await anext(deltas)
        with anyio.fail_after(5), pytest.raises(Overloaded):
            async with model.stream([ChatMessage(role="user", content="")], deadline=0.02):
                pass
    assert model.admission.working == 0
