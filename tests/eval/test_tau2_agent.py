"""The agent for the official tau2-bench runner, against a recorded shape of its interface (the package is not needed)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.events import (
    ASSISTANT,
    AssistantSaid,
    ConversationId,
    Event,
    HandoffRequested,
    ToolCalled,
    ToolReturned,
    TurnId,
)
from eval.tau2.actions import Ground
from eval.tau2.agent import HOLD, REFUSED, TRANSFER, AisleAgent, Wanted, in_their_words, reply_of, wanted_of
from eval.tau2.dialogues import Brains

DATA = Path("../shared/data/tau2_retail")
ADDRESS = {"address1": "1 Elm", "address2": "", "city": "Austin", "state": "TX", "country": "USA", "zip": "78701"}


@dataclass
class Message:
    role: str
    content: str | None = None
    tool_calls: Sequence[Wanted] | None = None
    error: bool = False
    tool_messages: Sequence[Any] = field(default_factory=tuple)


class Plain:
    def text(self, content: str) -> Message:
        return Message(role="assistant", content=content)

    def calls(self, wanted: Sequence[Wanted]) -> Message:
        return Message(role="assistant", tool_calls=wanted)


def events(*facts: Any) -> list[Event]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Event(
            id=f"e{seq}",
            seq=seq,
            at=at,
            conversation=ConversationId("c"),
            actor=ASSISTANT,
            channel="api",
            fact=fact,
        )
        for seq, fact in enumerate(facts, 1)
    ]


def executed(name: str, call: str, **ours: Any) -> ToolCalled:
    return ToolCalled(turn_id=TurnId("t"), call_id=call, name=name, arguments={"step": "execute", **ours})


def test_what_was_carried_out_is_asked_of_the_environment_in_its_words_and_order() -> None:
    wanted = wanted_of(
        events(
            ToolCalled(turn_id=TurnId("t"), call_id="0", name="cancel_order", arguments={"step": "propose"}),
            executed("cancel_order", "1", order_id="#W1", reason="no longer needed"),
            ToolReturned(turn_id=TurnId("t"), call_id="1", name="cancel_order", result={}),
            executed("return_items", "2", order_id="#W2", items=["7"], payment_method_id="card"),
            ToolReturned(turn_id=TurnId("t"), call_id="2", name="return_items", error="Refusal"),
            HandoffRequested(reason="asked", summary="wants a person"),
        ),
        "ada_1",
    )
    assert wanted == (
        Wanted(name="cancel_pending_order", arguments={"order_id": "#W1", "reason": "no longer needed"}),
        Wanted(name=TRANSFER, arguments={"summary": "wants a person"}),
    )


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("change_profile_address", {"user_id": "ada_1", "address": ADDRESS}, {"user_id": "ada_1", **ADDRESS}),
        ("change_order_address", {"order_id": "#W1", "address": ADDRESS}, {"order_id": "#W1", **ADDRESS}),
        (
            "change_payment",
            {"order_id": "#W1", "payment_method_id": "p"},
            {"order_id": "#W1", "payment_method_id": "p"},
        ),
        (
            "exchange_items",
            {"order_id": "#W1", "swaps": [{"old": "1", "new": "2"}], "payment_method_id": "p"},
            {"order_id": "#W1", "item_ids": ["1"], "new_item_ids": ["2"], "payment_method_id": "p"},
        ),
    ],
)
def test_each_change_has_the_arguments_that_the_benchmark_names(name: str, ours: Any, theirs: Any) -> None:
    assert in_their_words(name, ours).arguments == theirs


def test_a_message_to_the_runner_is_never_empty() -> None:
    assert reply_of([])
    assert reply_of(events(AssistantSaid(turn_id=TurnId("t"), text="Done.", language="en"))) == "Done."


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AisleAgent]:
    if not (DATA / "db.json").exists():
        pytest.skip("needs ../shared/data/tau2_retail")
    ground = Ground.prepare(DATA / "db.json", tmp_path_factory.mktemp("tau2"))
    with ThreadPoolExecutor(1) as executor:
        yield AisleAgent(ground=ground, brains=Brains.of(ground.file, executor), messages=Plain())


@pytest.mark.slow
def test_a_conversation_ends_in_calls_of_the_environment_and_only_then_in_words(agent: AisleAgent) -> None:
    order = next(one for one in agent.ground.records.orders.values() if one.status == "pending")
    customer = agent.ground.records.customers[order.customer_id]
    state = agent.get_init_state()
    last = Message(role="assistant")
    for words in (f"cancel order {order.id}, no longer needed", customer.email, "yes", "yes"):
        last, state = agent.generate_next_message(Message(role="user", content=words), state)
        if last.tool_calls:
            break
    assert [call.name for call in last.tool_calls or ()] == ["cancel_pending_order"]
    assert last.content is None
    said, state = agent.generate_next_message(Message(role="tool", content="{}"), state)
    assert said.content
    refused, state = agent.generate_next_message(Message(role="tool", content="Error", error=True), state)
    assert refused.content == REFUSED
    agent.stop(state=state)


@pytest.mark.slow
def test_who_is_handed_over_is_told_so_in_the_policys_words_and_ends_it_themselves(agent: AisleAgent) -> None:
    state = agent.get_init_state([Message(role="assistant", content="Hi! How can I help you today?")])
    called, state = agent.generate_next_message(Message(role="user", content="I want to talk to a person"), state)
    assert [call.name for call in called.tool_calls or ()] == [TRANSFER]
    assert not agent.is_stop(called), "the runner would end before the call is made, and fail"
    said, state = agent.generate_next_message(Message(role="tool", content="Transfer successful"), state)
    assert said.content == HOLD
    agent.stop(state=state)
