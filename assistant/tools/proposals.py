"""What passes between a flow and the tools: for whom a call is, what would be done, what was done. Values only.

Above: `session`, `service`, flows. Below: `plan`, `confirmations`, `arguments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.events import TurnId
from assistant.tools.arguments import Arguments, plain, read_arguments
from assistant.tools.confirmations import Confirmation, plain_confirmation, read_confirmation
from assistant.tools.plan import Facts, Plan
from assistant.tools.policy import WriteName
from assistant.tools.refusals import Unconfirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """For whom, and in which turn of which conversation. From the session, never from words."""

    conversation: str
    customer_id: str
    """Empty while nobody is identified: then only products and a person are to be had."""
    turn_id: TurnId
    epoch: int = 0
    """Of the conversation: see `Conversation.epoch`."""
    proven: bool = False
    """They proved who they are; or an agent answers for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would be done. `plain` carries arguments and confirmation through the log until the answer comes."""

    arguments: Arguments
    facts: Facts
    confirmation: Confirmation
    plan: Plan
    """For the proposals that are to follow this one."""

    @property
    def id(self) -> str:
        """The confirmation_id of the question."""
        return self.confirmation.id

    @property
    def tool(self) -> WriteName:
        return self.facts.tool

    def plain(self) -> dict[str, Any]:
        """As JSON values; `read_proposed` gives arguments and confirmation back."""
        confirmation = plain_confirmation(self.confirmation)
        return {"tool": self.tool, "arguments": plain(self.arguments), "confirmation": confirmation}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    facts: Facts
    repeated: bool = False
    """It had been done before, by the same message: the retry changed nothing."""


def read_proposed(values: Mapping[str, Any]) -> tuple[Arguments, Confirmation]:
    """Out of `Proposal.plain`. Raises Unconfirmed or Refusal for what is not one."""
    try:
        tool, arguments, confirmation = values["tool"], values["arguments"], values["confirmation"]
    except (KeyError, TypeError):
        raise Unconfirmed("forged") from None
    return read_arguments(tool, arguments), read_confirmation(confirmation)
