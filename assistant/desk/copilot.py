"""Copilot: what stands beside an agent. A summary that keeps up, drafts with their evidence, the customer, search, and the
same changes as the assistant's under the agent's name.

A draft is what the assistant would have said: the same turn, run on a copy, of which nothing is kept and nothing carried out.
Nothing goes out and nothing is changed without the agent's own act. Above: channels/desk. Below: turn, desk, tools.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from msgspec import structs
from rapidfuzz.distance import Levenshtein

from assistant.answering.phrases import Phrases
from assistant.assistant import Assistant
from assistant.context import context_of
from assistant.conversation import Conversation, Unanswered
from assistant.customers import Known
from assistant.desk.desk import Agent
from assistant.errors import AccessDenied, ShopUnavailable
from assistant.events import (
    ActionTaken,
    Actor,
    AgentSaid,
    AssistantSaid,
    CartChanged,
    Citation,
    ClientId,
    ConversationId,
    CustomerSaid,
    Event,
    Fact,
    HandoffRequested,
    SuggestionMade,
    SuggestionUsed,
    ToolReturned,
    TurnId,
)
from assistant.flows.telling_changes import lines_of, title_of
from assistant.ids import Ids
from assistant.live_turn import LiveTurn
from assistant.ports import ServiceTransaction
from assistant.tools.arguments import ARGUMENTS, read_arguments
from assistant.tools.confirmations import Answer
from assistant.tools.plan import Facts
from assistant.tools.proposals import Caller, read_proposed
from assistant.tools.refusals import Refusal
from assistant.tools.session import ToolSession
from assistant.translating import NoTranslation, Translation, Translator
from assistant.turn import Turns

T = TypeVar("T")
CART_ACTIONS = frozenset({"add_to_cart", "change_quantity", "remove_from_cart", "empty_cart"})
MOST_WORDS = 3
"""Last messages that a summary quotes."""


class NothingToDraft(AccessDenied):
    """The customer has not said anything that the assistant could answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that is proposed or done, in words for the agent."""

    title: str
    lines: tuple[str, ...]
    done: bool
    sealed: Mapping[str, Any]
    """To be sent back as it is to carry the change out; empty once that is done."""


class _NoWrites:
    """ShopWrites of a draft: a turn on a copy changes nothing."""

    async def transact(self, work: Callable[[ServiceTransaction], T]) -> T:
        raise ShopUnavailable("a draft changes nothing")


class Copilot:
    def __init__(self, assistant: Assistant, turns: Turns, ids: Ids, translator: Translator | None = None) -> None:
        self._assistant, self._turns, self._ids = assistant, turns, ids
        self.translator = translator
        """None: this shop has no translation."""
        writes = replace(turns.tools, writes=_NoWrites()) if turns.tools is not None else None
        self._drafting = replace(turns, tools=writes, customers=None, native=None, office=None)

    async def summary(self, conversation: ConversationId) -> str:
        """What a colleague needs to take over without asking again; plain facts, made by code."""
        state = await self._assistant.state(conversation)
        return _summary(state, await self._assistant.events(conversation), self._turns)

    async def known(self, conversation: ConversationId) -> Known | None:
        """The customer's own profile, orders and past, once it is known who they are. Raises ShopUnavailable."""
        state = await self._assistant.state(conversation)
        if not state.customer_id or self._turns.customers is None:
            return None
        try:
            return await self._turns.customers.known(state.customer_id)
        except AccessDenied:
            return None

    async def suggest(self, conversation: ConversationId, agent: Agent) -> SuggestionMade:
        """A draft of the next reply, kept in the log for agents. Raises NothingToDraft."""
        state = await self._assistant.state(conversation)
        said = _open_words(await self._assistant.events(conversation))
        if said is None:
            raise NothingToDraft("the customer has not said anything to answer yet")
        live = LiveTurn(id=self._ids.turn(), emit=lambda _: None)
        open_state = structs.replace(state, handoff=None, status="assistant")
        reply = await self._drafting(open_state, [said], live)
        if any(isinstance(fact, HandoffRequested) for _, fact in live.facts):
            reply = replace(reply, text=_greeting(agent, self._phrases(state)), cards=(), citations=())
        made = SuggestionMade(suggestion_id=self._ids.event(), text=reply.text, citations=_evidence(reply))
        await self._assistant.desk.record(conversation, agent, [made])
        return made

    async def translate(self, text: str, *, to: str, source: str = "") -> Translation:
        """Raises NoTranslation."""
        if self.translator is None:
            raise NoTranslation("no translation here: this shop's model was not measured to translate well enough")
        return await self.translator.translate(text, to=to, source=source)

    async def used(
        self, conversation: ConversationId, agent: Agent, suggestion: str, *, edited: bool, sent: str | None = None
    ) -> None:
        """sent: what went out; how far it lies from the draft is recorded."""
        made = (event.fact for event in reversed(await self._assistant.events(conversation)))
        draft = next((one for one in made if isinstance(one, SuggestionMade) and one.suggestion_id == suggestion), None)
        distance = Levenshtein.distance(draft.text, sent) if draft is not None and sent is not None else None
        changed = distance > 0 if distance is not None else edited
        fact = SuggestionUsed(suggestion_id=suggestion[:64], agent_id=agent.id, edited=changed, edit_distance=distance)
        await self._assistant.desk.record(conversation, agent, [fact])

    # -- changes under the agent's name ------------------------------------------------------------------------------

    async def act(
        self, conversation: ConversationId, agent: Agent, action: str, arguments: Mapping[str, Any]
    ) -> Change:
        """A change of the cart at once; one of orders is only proposed, for the agent to look at and carry out.

        Raises Refusal, AccessDenied (not theirs, or nobody is identified), NotClaimed, ClaimedByAnother.
        """
        state = await self._assistant.desk.mine(conversation, agent)
        if action in CART_ACTIONS:
            return await self._cart(state, agent, action, arguments)
        if action not in ARGUMENTS:
            raise Refusal("unknown_tool", tool=action[:60])
        asked = read_arguments(action, arguments)
        facts: list[Fact] = []
        try:
            proposal = await self._session(state, facts).propose(asked)
        finally:
            await self._assistant.desk.record(conversation, agent, facts)
        return self._change(state, proposal.facts, sealed=proposal.plain())

    async def carry_out(self, conversation: ConversationId, agent: Agent, sealed: Mapping[str, Any]) -> Change:
        """What `act` proposed, after the agent's yes: checked again as a whole. Raises Unconfirmed, too."""
        state = await self._assistant.desk.mine(conversation, agent)
        arguments, confirmation = read_proposed(sealed)
        answer = Answer(confirmation_id=confirmation.id, yes=True, said=state.last_seq)
        facts: list[Fact] = []
        try:
            done = await self._session(state, facts).execute(arguments, confirmation, answer)
        finally:
            await self._assistant.desk.record(conversation, agent, facts)
        return self._change(state, done.facts, sealed={})

    async def _cart(self, state: Conversation, agent: Agent, action: str, arguments: Mapping[str, Any]) -> Change:
        said = CustomerSaid(
            client_id=ClientId("desk"), text=action, action=ActionTaken(name=action, arguments=dict(arguments))
        )
        live = LiveTurn(id=self._ids.turn(), emit=lambda _: None)
        reply = await self._drafting(state, [Unanswered(seq=state.last_seq, said=said, channel="desk")], live)
        changed = [fact for _, fact in live.facts if isinstance(fact, CartChanged)]
        if not changed:
            raise Refusal("bad_arguments", problem=reply.text)
        await self._assistant.desk.record(state.id, agent, changed)
        return Change(title=reply.text.split("\n")[0], lines=(), done=True, sealed={})

    def _session(self, state: Conversation, facts: list[Fact]) -> ToolSession:
        if self._turns.tools is None:
            raise Refusal("unknown_tool", tool="this shop offers no changes")
        caller = Caller(
            conversation=state.id,
            customer_id=state.customer_id,
            turn_id=TurnId(f"desk_{state.last_seq}"),
            epoch=state.epoch,
            proven=True,
        )

        def record(fact: Fact, _: Actor) -> None:
            facts.append(fact)

        return ToolSession(tools=self._turns.tools, caller=caller, record=record)

    def _phrases(self, state: Conversation) -> Phrases:
        return self._turns.voices.voice(state.language or state.locale.split("-")[0], state.locale).phrases

    def _change(self, state: Conversation, facts: Facts, *, sealed: Mapping[str, Any]) -> Change:
        phrases = self._phrases(state)
        return Change(title=title_of(facts, phrases), lines=lines_of(facts, phrases), done=not sealed, sealed=sealed)


def _open_words(events: Sequence[Event]) -> Unanswered | None:
    """What the customer said last that nobody has answered; else their last message of all, for another wording."""
    said = [event for event in events if isinstance(event.fact, CustomerSaid) and event.fact.action is None]
    if not said:
        return None
    last_answer = max((event.seq for event in events if isinstance(event.fact, AssistantSaid | AgentSaid)), default=0)
    waiting = [event for event in said if event.seq > last_answer] or said[-1:]
    text = "\n".join(event.fact.text for event in waiting if isinstance(event.fact, CustomerSaid))
    newest = waiting[-1]
    assert isinstance(newest.fact, CustomerSaid)
    return Unanswered(seq=newest.seq, said=replace(newest.fact, text=text), channel=newest.channel)


def _evidence(reply: AssistantSaid) -> tuple[Citation, ...]:
    cards = tuple(
        Citation(kind=card.kind, id=card.id, title=card.title, quote=card.subtitle)
        for card in reply.cards
        if card.kind in ("product", "order", "store")
    )
    return (*reply.citations, *cards)


def _greeting(agent: Agent, phrases: Phrases) -> str:
    return phrases.say("agent.greeting", name=agent.name)


def _summary(state: Conversation, events: Sequence[Event], turns: Turns) -> str:
    context = context_of(state)
    who = f"Customer {state.customer_id} ({state.identified_by})" if state.customer_id else "Customer not identified"
    parts = [f"{who}, {state.language or state.locale}, by {', '.join(state.channels) or 'no channel'}."]
    if state.handoff is not None:
        why = state.handoff.reason
        parts.append("Asked for a person." if why == "asked" else f"A person was asked for: {why}.")
    if context.need is not None:
        parts.append(f"Looking for: {turns.knowledge.describe(context.need)}.")
    if context.shown:
        titles = [context.titles.get(key, "") for key in context.shown[:3]]
        parts.append(f"Was shown: {', '.join(filter(None, titles))}.")
    if state.cart.items:
        count = sum(item.quantity for item in state.cart.items)
        parts.append(f"Cart: {count} item(s), {state.cart.total.amount} {state.cart.total.currency}.")
    if context.order:
        parts.append(f"About order {context.order}.")
    if done := _done(events):
        parts.append(f"Done: {', '.join(done)}.")
    if state.confirmation is not None:
        parts.append(f"Open question: {state.confirmation.summary}.")
    said = [line.text for line in state.transcript if line.who == "customer"][-MOST_WORDS:]
    if said:
        parts.append("Last words: " + " / ".join(text[:200] for text in said))
    return " ".join(parts)


def _done(events: Sequence[Event]) -> tuple[str, ...]:
    """Changes that were carried out, by their tools' names."""
    executed = {
        event.fact.call_id: event.fact.name
        for event in events
        if isinstance(event.fact, ToolReturned) and not event.fact.error and _is_done(event.fact.result)
    }
    return tuple(name.replace("_", " ") for name in executed.values())


def _is_done(result: object) -> bool:
    return isinstance(result, Mapping) and "repeated" in result
