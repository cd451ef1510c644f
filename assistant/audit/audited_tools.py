"""What the assistant's tools and turns leave in the audit log, put around them from outside.

A change is recorded before it is carried out: who asked, for whom, which confirmation; without that entry it is refused. What
came of it follows. Customers' data that a turn read is one entry a turn, told while it runs (`noting`) and written after it.
Above: assembly. Below: the tools, `journal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from assistant.audit.acts import ASSISTANT, Act, Entry, Value
from assistant.audit.journal import Audit
from assistant.audit.noting import Watch, acting, watched
from assistant.conversation import Conversation, Unanswered
from assistant.errors import AssistantError
from assistant.events import AssistantSaid
from assistant.lineage import HouseRules
from assistant.live_turn import LiveTurn, TurnRunner
from assistant.sources import Sources
from assistant.tools.arguments import Arguments, order_of
from assistant.tools.confirmations import Answer, Confirmation
from assistant.tools.proposals import Caller, Done
from assistant.tools.service import ServiceTools


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedTools(ServiceTools):
    audit: Audit

    async def execute(
        self, caller: Caller, arguments: Arguments, confirmation: Confirmation, answer: Answer | None
    ) -> Done:
        """As ServiceTools, with an entry before and one after. Raises AuditUnavailable, too: nothing was done then."""
        what = f"order:{order_of(arguments)}" if order_of(arguments) else "profile"
        details: dict[str, Value] = {"tool": str(confirmation.tool), "said": answer.said if answer else 0}
        await self.audit.record(self._entry("tool_asked", caller, confirmation, what, "asked", details))
        try:
            done = await ServiceTools.execute(self, caller, arguments, confirmation, answer)
        except AssistantError as error:
            result = str(getattr(error, "code", type(error).__name__))
            self.audit.note(self._entry("tool_done", caller, confirmation, what, result, details))
            raise
        repeated = {**details, "repeated": done.repeated}
        self.audit.note(self._entry("tool_done", caller, confirmation, what, "done", repeated))
        return done

    @staticmethod
    def _entry(
        act: Act, caller: Caller, confirmation: Confirmation, what: str, result: str, details: dict[str, Value]
    ) -> Entry:
        return Entry(
            act=act,
            who=acting() or ASSISTANT,
            what=what,
            whose=caller.customer_id,
            why=f"confirmation:{confirmation.id}",
            result=result,
            details={**details, "conversation": caller.conversation, "turn": str(caller.turn_id)},
        )


def audited(tools: ServiceTools, audit: Audit) -> AuditedTools:
    values: dict[str, Any] = {one.name: getattr(tools, one.name) for one in fields(tools)}
    return AuditedTools(audit=audit, **values)


@dataclass(frozen=True, slots=True)
class AuditedTurns:
    """A turn runner: its reply bears what it stands on, and whose data the turn read is written down once it is over."""

    turns: TurnRunner
    audit: Audit
    sources: Sources
    rules: HouseRules

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        with watched(ASSISTANT) as watch:
            try:
                reply = await self.turns(conversation, said, live)
            finally:
                self._note(conversation, live, watch)
        return replace(
            reply,
            versions={**reply.versions, **self.rules.of(reply.language)},
            documents=self.sources.of(reply.cards, reply.citations),
        )

    def _note(self, conversation: Conversation, live: LiveTurn, watch: Watch) -> None:
        for customer, kinds in watch.seen.items():
            looked = Entry(
                act="customer_read",
                who=ASSISTANT,
                what=f"conversation:{conversation.id}",
                whose=customer,
                why=f"turn:{live.id}",
                details={"seen": tuple(sorted(kinds))},
            )
            self.audit.note(looked)
