"""What stands beside a conversation that an agent watches: who else looks and writes, the summary, drafts, words of a call.

Agents tell each other over the desk's own topic of the bus, so that it holds over several replicas; nothing is stored.
Above: `socket`. Below: the desk, the copilot.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.desk.desk import Agent
from assistant.desk.roster import BEAT_SECONDS
from assistant.errors import AssistantError
from assistant.events import AgentSaid, ConversationId, CustomerSaid
from assistant.signals import AgentHere, Hearing
from channels.desk.door import DeskDoor
from channels.desk.rest import suggestion_document

log = logging.getLogger(__name__)

FORGOTTEN_SECONDS = 2.5 * BEAT_SECONDS
"""An agent who was not heard of for so long does not look at it any more."""
Frame = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Beside:
    door: DeskDoor
    agent: Agent
    conversation: ConversationId
    put: Callable[[Frame], None]
    drafts: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was written to the conversation."""
    _doing: Literal["reading", "writing"] = "reading"
    _others: dict[str, tuple[AgentHere, float]] = field(default_factory=dict)
    _summary: str = ""
    _drafted: int = 0

    @contextlib.asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """While open, the others know of this agent, and this agent of them."""
        tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._keep_up())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._say("gone")

    def write(self, on: bool) -> None:
        self._doing = "writing" if on else "reading"
        self.tell()
        if on:
            self._warn(*(here for here, _ in self._others.values() if here.doing == "writing"))

    def tell(self, *, asks: bool = False) -> None:
        """That this agent is still there."""
        self._say(self._doing, asks=asks)
        if self._forget():
            self._show()

    def _say(self, doing: Literal["reading", "writing", "gone"], *, asks: bool = False) -> None:
        agent = self.agent
        here = AgentHere(agent_id=agent.id, name=agent.name, role=agent.role, doing=doing, asks=asks)
        self.door.desk.tell_watching(self.conversation, here)

    # -- the others --------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        async with self.door.desk.watching(self.conversation) as messages:
            self.tell(asks=True)
            async for message in messages:
                if isinstance(message, AgentHere):
                    self._met(message)
                elif isinstance(message, Hearing):
                    heard = {"signal": "transcript", "text": message.text, "final": message.final}
                    self.put({"type": "signal", "conversation_id": self.conversation, **heard})

    def _met(self, here: AgentHere) -> None:
        if here.agent_id == self.agent.id:
            return
        if here.asks:
            self._say(self._doing)
        before = self._others.pop(here.agent_id, None)
        if here.doing != "gone":
            self._others[here.agent_id] = (here, time.monotonic())
        self._forget()
        if before is None or here.doing != before[0].doing:
            self._show()
            if here.doing == "writing" and self._doing == "writing":
                self._warn(here)

    def _forget(self) -> bool:
        oldest = time.monotonic() - FORGOTTEN_SECONDS
        silent = [name for name, (_, at) in self._others.items() if at < oldest]
        for name in silent:
            del self._others[name]
        return bool(silent)

    def _show(self) -> None:
        agents = [
            {"agent_id": here.agent_id, "name": here.name, "role": here.role, "doing": here.doing}
            for here, _ in self._others.values()
        ]
        self.put({"type": "agents", "conversation_id": self.conversation, "agents": agents})

    def _warn(self, *writing: AgentHere) -> None:
        for here in writing:
            agent = {"agent_id": here.agent_id, "name": here.name}
            self.put({"type": "collision", "conversation_id": self.conversation, "agent": agent})

    # -- the copilot -------------------------------------------------------------------------------------------------

    async def _keep_up(self) -> None:
        """After each change, once whatever came meanwhile is there; a summary or draft that fails is not missed long."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            try:
                await self._beside_claimed()
            except AssistantError as error:
                log.info("the copilot had nothing for %s: %s", self.conversation, error)

    async def _beside_claimed(self) -> None:
        state = await self.door.desk.state(self.conversation)
        if self.door.product.copilot is None or state.agent is None or state.agent.agent_id != self.agent.id:
            return
        summary = await self.door.copilot.summary(self.conversation)
        if summary != self._summary:
            self._summary = summary
            told = {"summary": summary, "made_by": "facts", "last_seq": state.last_seq}
            self.put({"type": "summary", "conversation_id": self.conversation, **told})
        if self.drafts:
            await self._draft()

    async def _draft(self) -> None:
        seq = await self._open_question()
        if seq <= self._drafted:
            return
        self._drafted = seq
        made = await self.door.copilot.suggest(self.conversation, self.agent)
        state = await self.door.desk.state(self.conversation)
        suggestion = {**suggestion_document(made).model_dump(), "language": state.language}
        frame = {"about_seq": seq, "suggestion": suggestion}
        self.put({"type": "draft", "conversation_id": self.conversation, **frame})

    async def _open_question(self) -> int:
        """The seq of what the customer said last, 0 where it is answered."""
        for event in reversed(await self.door.desk.log(self.conversation)):
            match event.fact:
                case AgentSaid():
                    return 0
                case CustomerSaid(action=None):
                    return event.seq
        return 0
