"""One turn, top to bottom: what was said -> commands -> flows -> say-acts -> words, grounded -> the reply.

Above: `assistant`, which commits what this returns. Below: understanding, flows, answering.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zlib import crc32

from assistant.answering.grounding import support_of, unnamed, unsupported
from assistant.answering.say_acts import Apologise, Inform
from assistant.answering.wording import Draft, Templates, draft
from assistant.answering.writer import Writer
from assistant.context import Asked, context_of, to_plain
from assistant.conversation import Conversation, Unanswered
from assistant.errors import ShopUnavailable, ToolError
from assistant.events import SYSTEM, AssistantSaid, ContextChanged
from assistant.flows.carrying_out import carry_out
from assistant.flows.process import aged
from assistant.flows.work import Knowledge, Work
from assistant.live_turn import LiveTurn
from assistant.ports import Clock, Shop
from assistant.shops.records import Store
from assistant.tools.proposals import Caller
from assistant.tools.service import ServiceTools
from assistant.tools.session import ToolSession
from assistant.understanding.actions import read_action
from assistant.understanding.commands import Command
from assistant.understanding.reader import Understander
from retrieval.errors import RetrievalError

log = logging.getLogger(__name__)

REMEMBERED_QUESTION = 3
"""Turns that an open question outlives: "what's your return policy?" may come between it and its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Runs turns. Holds what does not change between them."""

    understander: Understander
    knowledge: Knowledge
    shop: Shop
    clock: Clock
    templates: Templates
    writer: Writer
    stores: Mapping[str, Store]
    currency: str
    detect_language: Callable[[str], Awaitable[str]]
    english_only: Mapping[str, str]
    """By language: the sentence that says that replies come in English."""
    language: str = "en"
    today: date | None = None
    tools: ServiceTools | None = None
    """The service agent's; None where the shop offers no changes."""

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        work = self._work(conversation, live)
        live.stage("understanding", "Reading your message…")
        for waiting in said:
            work.said = waiting.seq
            await self._listen(work, waiting)
            await self._serve(work, waiting)
        reply = self._draft(work, conversation)
        said_so_far = [line.text for line in conversation.transcript if line.who == "customer"]
        support = support_of(reply.cards, reply.citations, said_so_far)
        customer = " ".join(waiting.said.text for waiting in said)
        written = await self.writer.write(
            reply, support, customer=customer, transcript=conversation.transcript, live=live
        )
        text, written_by = written.text, written.written_by
        if unsupported(text, support) or unnamed(text, reply.cards):
            log.warning("a reply of %s was not grounded: %s", written_by, unsupported(text, support))
            text, written_by = (reply.text, "template") if written_by != "template" else (text, written_by)
        self._remember(work, conversation)
        return AssistantSaid(
            turn_id=live.id,
            text=text,
            language=self.language,
            cards=reply.cards,
            citations=reply.citations,
            quick_replies=reply.quick_replies,
            written_by=written_by,
        )

    def _work(self, conversation: Conversation, live: LiveTurn) -> Work:
        return Work(
            conversation=conversation,
            live=live,
            shop=self.shop,
            knowledge=self.knowledge.speaking(context_of(conversation).language),
            clock=self.clock,
            context=context_of(conversation),
            stores=dict(self.stores),
            currency=self.currency,
            cart=conversation.cart,
            customer_id=conversation.customer_id,
            today_is=self.today,
            desk=self._desk(conversation, live),
        )

    def _desk(self, conversation: Conversation, live: LiveTurn) -> ToolSession | None:
        if self.tools is None:
            return None
        caller = Caller(conversation=conversation.id, customer_id=conversation.customer_id, turn_id=live.id)
        return ToolSession(tools=self.tools, caller=caller, record=lambda fact, actor: live.record(actor, fact))

    async def _listen(self, work: Work, waiting: Unanswered) -> None:
        """Says once, in the customer's own language, that this release answers in English."""
        if waiting.said.action is not None:
            return
        told = await self.detect_language(waiting.said.text)
        if told and told != work.context.language:
            work.know(language=told)
            work.knowledge = self.knowledge.speaking(told)
            if sentence := self.english_only.get(told, ""):
                work.acts.append(Inform(about="english_only", values={"sentence": sentence}))

    async def _serve(self, work: Work, waiting: Unanswered) -> None:
        for command in await self._commands(work, waiting):
            try:
                await carry_out(work, command)
            except (ToolError, RetrievalError, ShopUnavailable):
                log.exception("a flow failed on %s", type(command).__name__)
                work.acts.append(Apologise(about="failed"))

    async def _commands(self, work: Work, waiting: Unanswered) -> Sequence[Command]:
        action = waiting.said.action
        if action is not None:
            return [read_action(action.name, action.arguments)]
        now = replace(work.conversation, context=to_plain(work.context), cart=work.cart)
        return await self.understander.read(now, waiting.said.text)

    def _draft(self, work: Work, conversation: Conversation) -> Draft:
        if not work.acts:
            work.acts.append(Apologise(about="unclear"))
        before = [line.text for line in conversation.transcript if line.who == "assistant"][-1:]
        seed = crc32(f"{conversation.id}{conversation.last_seq}".encode())
        said_before = {sentence for text in before for sentence in text.split("\n")}
        return draft(work.acts, self.templates, said_before=said_before, pick=lambda count: seed % count)

    def _remember(self, work: Work, conversation: Conversation) -> None:
        if not work.asked_now:
            work.know(asked=_aged(work.context.asked))
        work.know(process=aged(before=context_of(conversation).process, now=work.context.process))
        on_table = {*work.context.shown, *work.context.focus}
        titles = {**work.context.titles, **{key: product.title for key, product in work.remembered.items()}}
        work.know(titles={key: title for key, title in titles.items() if key in on_table})
        if work.context != context_of(conversation):
            work.record(ContextChanged(turn_id=work.live.id, context=to_plain(work.context)), SYSTEM)


def _aged(asked: Asked | None) -> Asked | None:
    """An unanswered question grows old: who the customer is stays open longest, "shall I?" not at all."""
    if asked is None or asked.slot in ("go_ahead", "need"):
        return None
    lives = REMEMBERED_QUESTION if asked.slot == "identity" else 1
    return replace(asked, age=asked.age + 1) if asked.age + 1 <= lives else None
