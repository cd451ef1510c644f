"""Standing: the little that a store must know of a conversation to judge an append and to find what was never answered.

A projection of the fold in `assistant.conversation`, small enough to be kept in a row beside the log and updated in the
same transaction. A property test holds the two together. Above: the stores. Below: events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.events import (
    AgentJoined,
    AgentLeft,
    AssistantSaid,
    ConversationClosed,
    CustomerSaid,
    DataErased,
    Fact,
    HandoffEnded,
    HandoffRequested,
    TurnFailed,
    TurnId,
    TurnStarted,
)

Desk = Literal["", "waiting", "agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    desk: Desk = ""
    """"waiting": a person was asked for; "agent": one is there."""
    by_people: bool = False
    """An agent answers, or the conversation is closed: what a customer says then waits for no turn."""
    turn: str = ""
    """The running turn; empty when none runs."""
    waiting: tuple[int, ...] = ()
    """Seqs of the customer_said that no turn has taken."""
    serving: tuple[int, ...] = ()
    """Seqs that the running turn serves."""

    @property
    def unanswered(self) -> bool:
        return bool(self.turn or (self.waiting and not self.by_people))

    def after(self, seq: int, fact: Fact) -> Standing:
        step = _STEPS.get(type(fact))
        return self if step is None else step(self, seq, fact)


def _customer_said(standing: Standing, seq: int, fact: Fact) -> Standing:
    return standing if standing.by_people else replace(standing, waiting=(*standing.waiting, seq))


def _turn_started(standing: Standing, seq: int, fact: TurnStarted) -> Standing:
    if fact.turn_id == standing.turn:
        return standing  # written again: the answer to the first writing was lost
    answers = frozenset(fact.answers)
    return replace(
        standing,
        turn=fact.turn_id,
        serving=tuple(said for said in standing.waiting if said in answers),
        waiting=tuple(said for said in standing.waiting if said not in answers),
    )


def _assistant_said(standing: Standing, seq: int, fact: AssistantSaid) -> Standing:
    """A reply cut off before its first word answers nothing."""
    unheard = fact.interrupted and not fact.text and not standing.by_people
    waiting = (*standing.serving, *standing.waiting) if unheard else standing.waiting
    return replace(standing, turn="", serving=(), waiting=waiting)


def _turn_failed(standing: Standing, seq: int, fact: Fact) -> Standing:
    return replace(standing, turn="", serving=())


def _person_asked_for(standing: Standing, seq: int, fact: Fact) -> Standing:
    return replace(standing, desk="waiting", by_people=False)


def _agent_joined(standing: Standing, seq: int, fact: Fact) -> Standing:
    return replace(standing, desk="agent", by_people=True, waiting=())


def _agent_left(standing: Standing, seq: int, fact: Fact) -> Standing:
    return replace(standing, desk="", by_people=False)


def _closed(standing: Standing, seq: int, fact: Fact) -> Standing:
    return replace(standing, desk="", by_people=True, waiting=())


def _erased(standing: Standing, seq: int, fact: Fact) -> Standing:
    return Standing(by_people=True)


_STEPS: dict[type, Callable[[Standing, int, Any], Standing]] = {
    CustomerSaid: _customer_said,
    TurnStarted: _turn_started,
    AssistantSaid: _assistant_said,
    TurnFailed: _turn_failed,
    HandoffRequested: _person_asked_for,
    AgentJoined: _agent_joined,
    AgentLeft: _agent_left,
    HandoffEnded: _agent_left,
    ConversationClosed: _closed,
    DataErased: _erased,
}


def ended_turn(fact: Fact) -> TurnId | None:
    """The turn of which this is the final fact. A log holds one final fact a turn."""
    return fact.turn_id if isinstance(fact, AssistantSaid | TurnFailed) else None
