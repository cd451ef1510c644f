"""An agent for the official tau2-bench runner: its half-duplex interface around this assistant, for the retail domain.

    from tau2.registry import registry
    from eval.tau2.agent import factory
    registry.register_agent_factory(factory("…/domains/retail/db.json"), "aisle")

Reads are made on a mirror of the environment's records, as a shop's own records are read; every change goes through the
environment's tools, in its own words, and is what the benchmark scores. A change that the environment refuses is told to
the customer as not done, and a person is asked for. The package tau2 is imported when the factory is called, not before
(docs/evaluation.md). Above: the runner. Below: `tau2_dialogues.Brains`, `tau2_actions`.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assistant.assistant import Assistant
from assistant.events import (
    AssistantSaid,
    ConversationId,
    Event,
    HandoffRequested,
    ToolCalled,
    ToolReturned,
    TurnFailed,
)
from assistant.shops.sql import SqlShop
from eval.tau2.actions import Ground, copied
from eval.tau2.dialogues import Brains

Json = dict[str, Any]
T = TypeVar("T")
DEADLINE = 60.0
REFUSED = "I'm sorry, that could not be carried out, and nothing was changed. I'm handing you over to a colleague."
TRANSFER = "transfer_to_human_agents"
HOLD = "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."
"""What the benchmark's policy has said after a transfer; its customers end the conversation on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A call of the environment's tools."""

    name: str
    arguments: Json


class Messages(Protocol):
    """What of tau2's message classes is used, so that this can be tested without the package."""

    def text(self, content: str) -> Any: ...

    def calls(self, wanted: Sequence[Wanted]) -> Any: ...


@dataclass(slots=True, kw_only=True)
class State:
    """Of one conversation; the runner hands it back with each message."""

    assistant: Assistant
    shop: SqlShop
    folder: tempfile.TemporaryDirectory[str]
    conversation: ConversationId
    said: int = 0
    pending: str = ""
    """The reply that follows once the environment has done what was wanted."""


@dataclass(slots=True, kw_only=True)
class AisleAgent:
    """HalfDuplexAgent by shape: get_init_state, generate_next_message, stop, set_seed."""

    ground: Ground
    brains: Brains
    messages: Messages
    tools: Sequence[Any] = ()
    domain_policy: str = ""
    keeps: Any = None
    """The folder of the ground, for as long as the agent lives."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=lambda: _running_loop())

    def get_init_state(self, message_history: Sequence[Any] | None = None) -> State:
        """Raises ValueError for a conversation that began without this agent: its log would be missing."""
        if any(getattr(one, "role", "") == "user" for one in message_history or ()):
            raise ValueError("this agent keeps its own log: begin the conversation with it")
        folder = tempfile.TemporaryDirectory(prefix="aisle-tau2-")
        shop = SqlShop.open(copied(self.ground.file, Path(folder.name)), create=False)
        assistant = self.brains.assistant(shop)
        conversation, _ = self._run(assistant.start(channel="api"))
        return State(assistant=assistant, shop=shop, folder=folder, conversation=conversation)

    def generate_next_message(self, message: Any, state: State) -> tuple[Any, State]:
        if _is_result(message):
            return self._after(message, state), state
        events = self._run(self._turn(state, str(message.content or "")))
        customer = self._run(state.assistant.state(state.conversation)).customer_id
        reply, wanted = reply_of(events), wanted_of(events, customer)
        if not wanted:
            return self.messages.text(reply), state
        state.pending = HOLD if any(one.name == TRANSFER for one in wanted) else reply
        return self.messages.calls(wanted), state

    def stop(self, message: Any = None, state: State | None = None) -> None:
        if state is not None:
            self._run(state.assistant.drain(seconds=5))
            state.shop.close()
            state.folder.cleanup()

    def set_seed(self, seed: int) -> None:
        """Rules and templates draw nothing."""

    @classmethod
    def is_stop(cls, message: Any) -> bool:
        """Never: the customer ends it. A message with calls that stopped would leave them undone, which the runner refuses."""
        return False

    def _after(self, message: Any, state: State) -> Any:
        results = getattr(message, "tool_messages", None) or [message]
        if any(getattr(one, "error", False) for one in results):
            return self.messages.text(REFUSED)
        return self.messages.text(state.pending)

    async def _turn(self, state: State, text: str) -> Sequence[Event]:
        state.said += 1
        received = await state.assistant.receive(state.conversation, text, client_id=f"m{state.said}", channel="api")
        return await state.assistant.wait_for_reply(state.conversation, received.seq, timeout=DEADLINE)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(DEADLINE + 5)


def _running_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="aisle-tau2", daemon=True).start()
    return loop


def _is_result(message: Any) -> bool:
    return getattr(message, "role", "") == "tool" or bool(getattr(message, "tool_messages", None))


def reply_of(events: Sequence[Event]) -> str:
    """Never empty: the runner refuses empty messages."""
    said = [one.fact.text for one in events if isinstance(one.fact, AssistantSaid | TurnFailed) and one.fact.text]
    return said[-1] if said else "Could you say that in other words, please?"


def wanted_of(events: Sequence[Event], customer_id: str) -> tuple[Wanted, ...]:
    """What was really carried out in the mirror, in the environment's words and in the same order."""
    failed = {one.fact.call_id for one in events if isinstance(one.fact, ToolReturned) and one.fact.error}
    found = []
    for event in events:
        fact = event.fact
        if isinstance(fact, ToolCalled) and fact.arguments.get("step") == "execute" and fact.call_id not in failed:
            found.append(in_their_words(fact.name, {"user_id": customer_id, **fact.arguments}))
        elif isinstance(fact, HandoffRequested):
            found.append(Wanted(name=TRANSFER, arguments={"summary": fact.summary or fact.reason}))
    return tuple(found)


def in_their_words(name: str, ours: Mapping[str, Any]) -> Wanted:
    """The reverse of `tau2_actions.in_our_words`. Raises KeyError for a tool that the benchmark has not."""
    theirs, arguments = _THEIRS[name]
    return Wanted(name=theirs, arguments=arguments(ours))


def _order(ours: Mapping[str, Any]) -> Json:
    return {"order_id": ours["order_id"]}


def _swaps(ours: Mapping[str, Any]) -> Json:
    pairs = ours["swaps"]
    return {
        **_order(ours),
        "item_ids": [str(one["old"]) for one in pairs],
        "new_item_ids": [str(one["new"]) for one in pairs],
        "payment_method_id": ours["payment_method_id"],
    }


def _address(ours: Mapping[str, Any]) -> Json:
    names = ("address1", "address2", "city", "state", "country", "zip")
    return {name: ours["address"].get(name, "") for name in names}


_THEIRS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Json]]] = {
    "cancel_order": ("cancel_pending_order", lambda ours: {**_order(ours), "reason": ours["reason"]}),
    "change_items": ("modify_pending_order_items", _swaps),
    "change_order_address": ("modify_pending_order_address", lambda ours: {**_order(ours), **_address(ours)}),
    "change_profile_address": ("modify_user_address", lambda ours: {"user_id": ours["user_id"], **_address(ours)}),
    "change_payment": (
        "modify_pending_order_payment",
        lambda ours: {**_order(ours), "payment_method_id": ours["payment_method_id"]},
    ),
    "return_items": (
        "return_delivered_order_items",
        lambda ours: {
            **_order(ours),
            "item_ids": [str(one) for one in ours["items"]],
            "payment_method_id": ours["payment_method_id"],
        },
    ),
    "exchange_items": ("exchange_delivered_order_items", _swaps),
}


class Tau2Messages:
    """With the package's own classes."""

    def __init__(self) -> None:
        from tau2.data_model import message  # type: ignore[import-not-found]

        self._message = message
        self._calls = 0

    def text(self, content: str) -> Any:
        return self._message.AssistantMessage(role="assistant", content=content)

    def calls(self, wanted: Sequence[Wanted]) -> Any:
        made = []
        for one in wanted:
            self._calls += 1
            made.append(
                self._message.ToolCall(
                    id=f"aisle_{self._calls}", name=one.name, arguments=one.arguments, requestor="assistant"
                )
            )
        return self._message.AssistantMessage(role="assistant", content=None, tool_calls=made)


def factory(db: str | Path) -> Callable[..., AisleAgent]:
    """For `registry.register_agent_factory`. `db`: the retail domain's db.json; its shop is made once for all tasks."""
    folder = tempfile.TemporaryDirectory(prefix="aisle-tau2-shop-")
    ground = Ground.prepare(Path(db), Path(folder.name))
    brains = Brains.of(ground.file, ThreadPoolExecutor(1))
    loop = _running_loop()

    def make(tools: Sequence[Any], domain_policy: str, **more: Any) -> AisleAgent:
        del more
        return AisleAgent(
            ground=ground,
            brains=brains,
            messages=Tau2Messages(),
            tools=tools,
            domain_policy=domain_policy,
            keeps=folder,
            _loop=loop,
        )

    return make
