"""A canary: who gets it, who never does, and how it goes."""

from __future__ import annotations

import anyio
import pytest

from model_serving.affinity import session_id
from model_serving.canary import CanaryModel, tries
from model_serving.chat import ChatMessage
from model_serving.errors import ModelError, Overloaded
from model_serving.language_models.scripted import Fault, ScriptedModel

pytestmark = pytest.mark.anyio

HELLO = [ChatMessage(role="user", content="hello")]


class Trial:
    """A stable model and a candidate with a share of the conversations."""

    def __init__(self, *, share: float = 0.1) -> None:
        self.stable = ScriptedModel({"": ["stable"]}, name="stable")
        self.candidate = ScriptedModel({"": ["candidate"]}, name="candidate")
        self.gone: list[tuple[str, str]] = []
        self.model = CanaryModel(self.stable, on_rollback=lambda name, why: self.gone.append((name, why)))
        self.model.begin(self.candidate, share=share)

    async def turn(self, conversation: str, *, deadline: float = 5.0) -> str:
        session_id.set(conversation)
        async with self.model.stream(HELLO, deadline=deadline) as deltas:
            return "".join([delta.text async for delta in deltas])


async def test_a_conversation_stays_with_its_model_and_a_tenth_of_them_try_the_candidate() -> None:
    trial = Trial()
    first = {f"c_{number}": await trial.turn(f"c_{number}") for number in range(600)}
    again = {name: await trial.turn(name) for name in first}
    assert first == again
    assert 0.06 < sum(said == "candidate" for said in first.values()) / len(first) < 0.14


async def test_a_wider_share_keeps_those_who_had_the_candidate() -> None:
    names = [f"c_{number}" for number in range(300)]
    narrow = {name for name in names if tries(name, "candidate", 0.1)}
    wide = {name for name in names if tries(name, "candidate", 0.3)}
    assert narrow < wide


def test_what_belongs_to_no_conversation_is_not_tried_on() -> None:
    assert not any(tries("", f"candidate-{number}", 0.9) for number in range(50))
    assert tries("", "candidate", 1)


@pytest.mark.parametrize("fault", ["unavailable", "cut", "garbage"])
async def test_a_canary_that_gets_worse_goes_within_two_hundred_turns_and_touches_nobody_else(fault: Fault) -> None:
    trial = Trial()
    for number in range(300):
        await trial.turn(f"warm_{number}")
    trial.candidate.fault = fault
    touched, turns = set(), 0
    while not trial.gone and turns < 200:
        turns += 1
        try:
            await trial.turn(f"c_{turns}")
        except ModelError:
            touched.add(f"c_{turns}")
    assert trial.gone[0][0] == "candidate"
    assert turns <= 200
    assert all(tries(name, "candidate", 0.1) for name in touched)
    assert [await trial.turn(f"after_{number}") for number in range(50)] == ["stable"] * 50


async def test_a_canary_that_fails_before_its_first_word_costs_the_customer_nothing() -> None:
    trial = Trial(share=1)
    trial.candidate.fault = "unavailable"
    assert await trial.turn("c_1") == "stable"


async def test_a_silent_canary_is_given_up_in_time_and_counted() -> None:
    trial = Trial(share=0.5)
    trial.candidate.first_delay = 60
    for number in range(60):
        assert await trial.turn(f"c_{number}", deadline=0.05) == "stable"
    assert trial.gone[0][1].startswith("failed")


async def test_ungrounded_replies_take_the_canary_back() -> None:
    trial = Trial()
    for _ in range(60):
        trial.model.judged("stable", grounded=True)
    for _ in range(5):
        trial.model.judged("candidate", grounded=False)
    assert trial.gone[0][1].startswith("ungrounded")
    assert trial.model.trying == ("", 0.0)


async def test_a_busy_canary_is_not_a_worse_one() -> None:
    trial = Trial(share=1)
    trial.candidate.fault = "overload"
    for number in range(40):
        assert await trial.turn(f"c_{number}") == "stable"
    assert not trial.gone


async def test_a_busy_stable_model_says_so() -> None:
    trial = Trial()
    trial.model.end()
    trial.stable.fault = "overload"
    with pytest.raises(Overloaded):
        await trial.turn("c_1")


async def test_turns_of_an_ended_canary_count_against_nobody() -> None:
    trial = Trial(share=1)
    trial.candidate.first_delay = 0.02
    successor = ScriptedModel({"": ["next"]}, name="next")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(trial.turn, "c_1")
        await anyio.sleep(0.005)
        trial.model.begin(successor, share=1)
    assert trial.model.trying == ("next", 1)


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
async def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Trial(share=share)
