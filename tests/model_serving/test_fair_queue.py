"""The queue before the engines of speech: in turn by caller, finals before partials, bounded."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from model_serving.admission import Entry
from model_serving.errors import Overloaded
from model_serving.fair_queue import FairQueue

pytestmark = pytest.mark.anyio


async def settle() -> None:
    for _ in range(8):
        await anyio.lowlevel.checkpoint()


async def test_callers_are_served_in_turn_however_much_one_of_them_asks_for() -> None:
    queue = FairQueue(slots=1)
    served: list[str] = []

    async def ask(caller: str) -> None:
        async with queue.place(caller):
            served.append(caller)
            await settle()

    async with anyio.create_task_group() as tasks:
        for caller in ("chatty", "chatty", "chatty", "quiet", "other"):
            tasks.start_soon(ask, caller)
            await anyio.lowlevel.checkpoint()
    assert served == ["chatty", "quiet", "other", "chatty", "chatty"]


async def test_what_somebody_waits_for_goes_before_what_is_only_shown() -> None:
    queue = FairQueue(slots=1)
    served: list[str] = []

    async def ask(name: str, partial: bool) -> None:
        async with queue.place(name, partial=partial):
            served.append(name)

    async with anyio.create_task_group() as tasks, queue.place("first"):
        tasks.start_soon(ask, "shown", True)
        await settle()
        tasks.start_soon(ask, "final", False)
        await settle()
    assert served == ["final", "shown"]


async def test_partials_leave_a_place_free_and_give_up_soon() -> None:
    queue = FairQueue(slots=2)
    async with queue.place("a", partial=True):
        with pytest.raises(Overloaded):
            async with queue.place("b", partial=True):
                pass
        async with queue.place("c"):
            assert queue.working == 2
    assert (queue.working, queue.waiting) == (0, 0)


async def test_a_full_queue_gives_up_a_partial_first_and_then_refuses() -> None:
    queue = FairQueue(slots=1, waiting=1)
    entries: list[Entry] = []
    queue.on_entry = entries.append
    given_up: list[str] = []

    async def shown() -> None:
        try:
            async with queue.place("a", partial=True):
                raise AssertionError("there was no place for it")
        except Overloaded:
            given_up.append("a")

    async def waits() -> None:
        async with queue.place("b"):
            pass

    async with anyio.create_task_group() as tasks, queue.place("first"):
        tasks.start_soon(shown)
        await settle()
        tasks.start_soon(waits)
        await settle()
        assert given_up == ["a"]
        with pytest.raises(Overloaded) as refused:
            async with queue.place("c"):
                pass
        assert refused.value.retry_after > 0
    assert [entry.refused for entry in entries] == ["", "displaced", "full", ""]
    assert (queue.working, queue.waiting) == (0, 0)


async def test_who_leaves_the_queue_takes_no_place_along() -> None:
    queue = FairQueue(slots=1)

    async def waits() -> None:
        async with queue.place("b"):
            raise AssertionError("it was cancelled before")

    async with queue.place("a"):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waits)
            await settle()
            assert queue.waiting == 1
            tasks.cancel_scope.cancel()
        assert queue.waiting == 0
    async with queue.place("c"):
        assert queue.working == 1
    assert queue.working == 0
