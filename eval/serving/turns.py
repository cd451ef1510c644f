"""Turns of customers while models fail: what each brought, whether it was whole and true, and what they left behind.

`serving_faults`, `serving_kill` and their kin talk through it. Below: the assistant as bootstrap opens it; its writer is
watched by a Witness, so that every reply is compared with the draft that the shop's own records made.
"""

from __future__ import annotations

import asyncio
import gc
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from assistant.answering.grounding import Support
from assistant.answering.wording import Draft
from assistant.answering.writer import TEMPLATE, ModelWriter, Writer, Written
from assistant.assistant import Assistant
from assistant.bootstrap import Aisle, open_aisle
from assistant.conversation import Spoken
from assistant.events import AssistantSaid, ConversationId, TurnFailed, TurnId
from assistant.live_turn import LiveTurn
from assistant.settings import AisleSettings
from assistant.signals import Committed, Delta
from eval.metrics import percentile
from model_serving.ports import LanguageModel

QUESTIONS = ("hello", "show me tents", "how long do i have to return something?", "thanks!")
"""What a bench says: a greeting, a list with prices, a quote, small talk."""
HUNG = 60.0
"""Seconds after which a turn without a reply counts as hung."""
_DIGITS = re.compile(r"\d+")


class Witness:
    """A Writer that remembers the draft behind each reply."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.drafts: dict[TurnId, Draft] = {}

    async def write(
        self, draft: Draft, support: Support, *, customer: str, transcript: Sequence[Spoken], live: LiveTurn
    ) -> Written:
        self.drafts[live.id] = draft
        return await self._writer.write(draft, support, customer=customer, transcript=transcript, live=live)


def true_to(draft: Draft, text: str) -> bool:
    """Whether a reply says what the draft says: each line as it is, every figure, none besides, and no sentence cut off."""
    if text == draft.text:
        return True
    lines = [line for paragraph in draft.paragraphs for line in paragraph.lines]
    figures, known = set(_DIGITS.findall(text)), set(_DIGITS.findall(draft.text))
    return (
        all(line in text for line in lines)
        and figures == known
        and (bool(lines) or text.rstrip().endswith((".", "!", "?", ":", "”", ")", "*")))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds from the message to the durable reply. `shown` is what a page that follows the words shows in the end."""

    seconds: float
    text: str = ""
    written_by: str = ""
    failed: bool = False
    hung: bool = False
    true: bool = False
    shown: bool = False


@dataclass(slots=True)
class Turns:
    told: list[Turn] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        told = self.told
        return {
            "turns": len(told),
            "hung": sum(turn.hung for turn in told),
            "failed": sum(turn.failed for turn in told),
            "untrue_or_cut": sum(not turn.true for turn in told if not turn.hung and not turn.failed),
            "shown_otherwise": sum(not turn.shown for turn in told if not turn.hung and not turn.failed),
            "written_by": dict(Counter(turn.written_by for turn in told if turn.written_by)),
            "seconds": {p: round(percentile([turn.seconds for turn in told], share), 3)
                        for p, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))},
        }  # fmt: skip


class Shoppers:
    """Conversations of one assistant, whose replies are judged."""

    def __init__(self, assistant: Assistant, witness: Witness) -> None:
        self._assistant, self._witness = assistant, witness
        self._numbers = iter(range(10**9))

    async def start(self) -> ConversationId:
        return (await self._assistant.start(channel="api"))[0]

    async def say(self, conversation: ConversationId, text: str, *, within: float = HUNG) -> Turn:
        began, shown = time.perf_counter(), ""
        try:
            async with asyncio.timeout(within), self._assistant.subscribe(conversation) as messages:
                await self._assistant.receive(
                    conversation, text, client_id=f"bench-{next(self._numbers)}", channel="api"
                )
                async for message in messages:
                    if isinstance(message, Delta):
                        shown = shown[: message.offset] + message.text
                    if isinstance(message, Committed):
                        for event in message.events:
                            if isinstance(event.fact, AssistantSaid | TurnFailed):
                                return self._judged(event.fact, shown, time.perf_counter() - began)
        except TimeoutError:
            pass
        return Turn(seconds=time.perf_counter() - began, hung=True)

    def _judged(self, fact: AssistantSaid | TurnFailed, shown: str, seconds: float) -> Turn:
        if isinstance(fact, TurnFailed):
            return Turn(seconds=seconds, text=fact.text, failed=True)
        draft = self._witness.drafts.pop(fact.turn_id, None)
        return Turn(
            seconds=seconds,
            text=fact.text,
            written_by=TEMPLATE if fact.written_by == TEMPLATE else "model",
            true=draft is not None and true_to(draft, fact.text),
            shown=shown == fact.text,
        )

    async def visit(self, turns: Turns, texts: Sequence[str] = QUESTIONS) -> None:
        """One conversation, one turn after the other."""
        conversation = await self.start()
        for text in texts:
            turns.told.append(await self.say(conversation, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the process holds now."""

    tasks: int
    files: int
    """Open descriptors, sockets included."""
    children: int
    memory_mib: float

    def less(self, before: Held) -> dict[str, float]:
        return {
            "tasks": self.tasks - before.tasks,
            "files": self.files - before.files,
            "child_processes": self.children - before.children,
            "memory_mib": round(self.memory_mib - before.memory_mib, 1),
        }


def held(*, idle_connections: int = 0) -> Held:
    """idle_connections: that a server in this process holds open on purpose, to serve the next request; not counted."""
    gc.collect()
    process = psutil.Process()
    return Held(
        tasks=len(asyncio.all_tasks()) - idle_connections,
        files=process.num_fds() - 2 * idle_connections,
        children=len(process.children(recursive=True)),
        memory_mib=process.memory_info().rss / (1 << 20),
    )


async def settled(before: Held, idle: Callable[[], int] = lambda: 0, *, within: float = 10.0) -> Held:
    """What is held once all that ends has ended: not more than before, or what is left after `within` seconds."""
    now = held(idle_connections=idle())
    for _ in range(int(within / 0.05)):
        if now.tasks <= before.tasks:
            break
        await asyncio.sleep(0.05)
        now = held(idle_connections=idle())
    return now


@asynccontextmanager
async def open_shop(
    model: LanguageModel, *, home: Path, scratch: Path, deadline: float = 6.0
) -> AsyncIterator[tuple[Aisle, Shoppers]]:
    """The product over the shop in `home`, its log in `scratch`, written by `model` wherever that works."""
    witness = Witness(ModelWriter(model, deadline=deadline))
    settings = AisleSettings(home=home, answering_writer="model", log_path=scratch / "conversations.db")
    async with open_aisle(settings, model=model, writer=witness) as aisle:
        yield aisle, Shoppers(aisle.assistant, witness)
