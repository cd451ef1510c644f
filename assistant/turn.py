"""One turn, top to bottom: what was said -> commands -> flows -> say-acts -> words, grounded -> the reply.

Above: `assistant`, which commits what this returns. Below: understanding, flows, answering.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args
from zlib import crc32

from msgspec import structs

from assistant.answering.formats import ENGLISH, language_of
from assistant.answering.grounding import Support, support_of, ungrounded, unnamed, unsupported
from assistant.answering.say_acts import Apologise, Inform
from assistant.answering.voices import Voices
from assistant.answering.wording import Draft, draft
from assistant.answering.writer import TEMPLATE, Writer
from assistant.authority import IdentifyBy
from assistant.context import Asked, Context, context_of, to_plain
from assistant.conversation import Conversation, Unanswered
from assistant.customers import Customers
from assistant.errors import ShopUnavailable, StoreUnavailable, ToolError
from assistant.events import SYSTEM, AssistantSaid, ContextChanged
from assistant.flows.carrying_out import carry_out
from assistant.flows.handing_over import hand_over_by_rule
from assistant.flows.hearing_right import heard_right
from assistant.flows.knowing import keep, note
from assistant.flows.native_planner import NativePlanner
from assistant.flows.process import aged
from assistant.flows.waiting import while_waiting
from assistant.flows.work import Knowledge, Office, Work
from assistant.live_turn import LiveTurn
from assistant.ports import Clock, Shop
from assistant.privacy.masking.known_words import note_words
from assistant.shops.records import Store
from assistant.sight.spans import mark, stage
from assistant.tools.proposals import Caller
from assistant.tools.service import ServiceTools
from assistant.tools.session import ToolSession
from assistant.understanding.actions import read_action
from assistant.understanding.commands import Command, FillSlot, StartFlow
from assistant.understanding.intents import intents_of
from assistant.understanding.language_model import MessageReader, rules_decide
from assistant.understanding.languages import Basis, Clue, Tongue, following
from model_serving.affinity import customer_id, session_id
from retrieval.constraints import Need
from retrieval.errors import RetrievalError

log = logging.getLogger(__name__)

PUBLIC_CHANNELS = frozenset({"kiosk"})
"""Where others can look on: nothing personal is shown there, nor elsewhere while the conversation is open there."""
REMEMBERED_QUESTION = 3
"""Turns that an open question outlives: "what's your return policy?" may come between it and its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Runs turns. Holds what does not change between them."""

    understander: MessageReader
    knowledge: Knowledge
    shop: Shop
    clock: Clock
    voices: Voices
    """The languages in which the shop replies."""
    writer: Writer
    stores: Mapping[str, Store]
    currency: str
    detect_language: Callable[[str], Awaitable[Clue]]
    today: date | None = None
    tools: ServiceTools | None = None
    """The service agent's; None where the shop offers no changes."""
    customers: Customers | None = None
    """What is kept of customers beyond a conversation; None: nothing is."""
    office: Office | None = None
    """The desk, for whoever asks for a person; None: none is behind it."""
    native: NativePlanner | None = None
    """A model that calls tools itself; None: commands are carried out."""
    versions: Callable[[str], Mapping[str, str]] = lambda written_by: {}
    """What made a reply, by kind; the argument is the model's name, or "template"."""
    asks_elsewhere: bool = True
    """Who a customer is, is not asked before strangers: they are sent to their own phone."""
    identify_by: IdentifyBy = "email"
    """What makes a customer known."""
    names: Callable[[], Collection[str]] = frozenset
    """Brands and cities of this shop, lower case: a reply names them only with evidence."""

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        customer_id.set(conversation.customer_id)
        session_id.set(conversation.id)  # of this turn's task: engines keep a conversation's prefix where it was
        note_words(*(waiting.said.text for waiting in said))
        work = self._work(conversation, live)
        work.stage("understanding")
        with stage("listening"):
            languages = [await self._listen(work, waiting) for waiting in said]
        live.language = work.voice.language
        work.public = not PUBLIC_CHANNELS.isdisjoint((*conversation.channels, *(waiting.channel for waiting in said)))
        heard: list[Unanswered] = []
        for waiting, language in zip(said, languages, strict=True):
            work.said = waiting.seq
            work.elsewhere = self.asks_elsewhere and waiting.channel in PUBLIC_CHANNELS
            heard.append(await heard_right(work, waiting, language))
            self._note(work, heard[-1])
            await self._serve(work, heard[-1], language)
        if self.office is not None:
            await hand_over_by_rule(
                work, self.office.rules, [one.said.text for one in heard if one.said.action is None]
            )
        with stage("drafting"):
            reply = self._draft(work, conversation)
            said_so_far = [line.text for line in conversation.transcript if line.who == "customer"]
            said_so_far += [waiting.said.text for waiting in heard]
            said_so_far += _rating_asked(work.context.need)
            support = support_of(
                reply.cards,
                reply.citations,
                said_so_far,
                locale=work.phrases.locale,
                names=self.names(),
                stated=reply.text,
            )
        customer = " ".join(waiting.said.text for waiting in said)
        with stage("writing"):
            written = await self.writer.write(
                reply, support, customer=customer, transcript=conversation.transcript, live=live
            )
        text, written_by = written.text, written.written_by
        with stage("grounding"):
            wrong = _wrong(text, written_by, support, reply)
        if wrong:
            mark("not_grounded")
            log.warning("a reply of %s was not grounded: %s", written_by, wrong)
            text, written_by = reply.text, TEMPLATE
        self._remember(work, conversation)
        await self._keep(work)
        return AssistantSaid(
            turn_id=live.id,
            text=text,
            language=work.voice.language,
            cards=reply.cards,
            citations=reply.citations,
            quick_replies=reply.quick_replies,
            written_by=written_by,
            versions=dict(self.versions(written_by)),
            intents=tuple(dict.fromkeys(work.intents)),
        )

    def _work(self, conversation: Conversation, live: LiveTurn) -> Work:
        context = context_of(conversation)
        return Work(
            conversation=conversation,
            live=live,
            shop=self.shop,
            knowledge=self.knowledge,
            clock=self.clock,
            context=context,
            voice=self.voices.voice(_tongue(context, conversation.locale).language, conversation.locale),
            stores=dict(self.stores),
            currency=self.currency,
            cart=conversation.cart,
            customer_id=conversation.customer_id,
            today_is=self.today,
            desk=self._desk(conversation, live),
            customers=self.customers,
            office=self.office,
            identify_by=self.identify_by,
        )

    def _note(self, work: Work, waiting: Unanswered) -> None:
        """What the message says of its writer, before anything is done with it."""
        if self.customers is not None and waiting.said.action is None:
            note(work, waiting.said.text)

    async def _keep(self, work: Work) -> None:
        """The log has what could not be kept now, and the next turn keeps it."""
        try:
            await keep(work)
        except StoreUnavailable:
            log.exception("what the customer of %s said could not be kept", work.conversation.id)

    def _desk(self, conversation: Conversation, live: LiveTurn) -> ToolSession | None:
        if self.tools is None:
            return None
        caller = Caller(
            conversation=conversation.id,
            customer_id=conversation.customer_id,
            turn_id=live.id,
            epoch=conversation.epoch,
            proven=conversation.proven,
        )
        return ToolSession(tools=self.tools, caller=caller, record=lambda fact, actor: live.record(actor, fact))

    async def _listen(self, work: Work, waiting: Unanswered) -> str:
        """The message's language. Takes in what it tells of the conversation's, and replies in that from here on."""
        now = _tongue(work.context, work.conversation.locale)
        said = waiting.said
        if said.action is not None or said.text in work.context.titles.values():
            return now.language
        clue = await self.detect_language(said.text)
        after = following(now, clue)
        if after != now:
            work.know(language=after.language, language_basis=after.basis, leaning=after.leaning)
            work.voice = self.voices.voice(after.language, work.conversation.locale)
        if after.language != now.language and clue.strength in ("clear", "long", "asked"):
            self._excuse(work, after.language)
        return clue.language or after.language

    def _excuse(self, work: Work, language: str) -> None:
        """Says once, in the customer's own language, that replies come in the shop's."""
        if language not in self.voices.offered and (sentence := self.voices.excuse(language)):
            work.acts.append(Inform(about="other_language", values={"sentence": sentence}))

    async def _serve(self, work: Work, waiting: Unanswered, language: str) -> None:
        work.live.apology = work.voice.templates["failed"][0]
        if await while_waiting(work, waiting):
            return
        with stage("understanding"):
            commands = who_first(await self._commands(work, waiting, language))
        work.intents += intents_of(commands)
        if await self._planned(work, waiting, commands):
            return
        for command in commands:
            try:
                with stage("flows", command=type(command).__name__):
                    await carry_out(work, command)
            except (ToolError, RetrievalError, ShopUnavailable):
                log.exception("a flow failed on %s", type(command).__name__)
                work.acts.append(Apologise(about="failed"))

    async def _planned(self, work: Work, waiting: Unanswered, commands: Sequence[Command]) -> bool:
        """Whether a model has served the message by tools; what is the rules' alone to decide is never shown to it."""
        if self.native is None or waiting.said.action is not None or rules_decide(commands, work.context):
            return False
        return await self.native.serve(work, waiting.said.text)

    async def _commands(self, work: Work, waiting: Unanswered, language: str) -> Sequence[Command]:
        action = waiting.said.action
        work.knowledge = self.knowledge.speaking(language)
        if action is not None:
            return [read_action(action.name, action.arguments)]
        said = self.voices.in_english(waiting.said.text, work.voice.language)
        if said != waiting.said.text:
            language = ENGLISH
            work.knowledge = self.knowledge.speaking(language)
        context = replace(work.context, language=language)
        now = structs.replace(work.conversation, context=to_plain(context), cart=work.cart)
        return await self.understander.read(now, said)

    def _draft(self, work: Work, conversation: Conversation) -> Draft:
        if not work.acts:
            work.acts.append(Apologise(about="unclear"))
        before = [line.text for line in conversation.transcript if line.who == "assistant"][-1:]
        seed = crc32(f"{conversation.id}{conversation.last_seq}".encode())
        said_before = {sentence for text in before for sentence in text.split("\n")}
        return draft(work.acts, work.voice.templates, said_before=said_before, pick=lambda count: seed % count)

    def _remember(self, work: Work, conversation: Conversation) -> None:
        if not work.asked_now:
            work.know(asked=_aged(work.context.asked))
        work.know(process=aged(before=context_of(conversation).process, now=work.context.process))
        on_table = {*work.context.shown, *work.context.focus}
        titles = {**work.context.titles, **{key: product.title for key, product in work.remembered.items()}}
        work.know(titles={key: title for key, title in titles.items() if key in on_table})
        if work.context != context_of(conversation):
            work.record(ContextChanged(turn_id=work.live.id, context=to_plain(work.context)), SYSTEM)


def _tongue(context: Context, locale: str) -> Tongue:
    """The conversation's language so far: what was heard, else that of the browser."""
    if not context.language:
        return Tongue(language=language_of(locale), basis="place")
    basis: Basis = context.language_basis if context.language_basis in get_args(Basis) else "sure"  # type: ignore[assignment]
    return Tongue(language=context.language, basis=basis, leaning=context.leaning)


def _wrong(text: str, written_by: str, support: Support, reply: Draft) -> tuple[str, ...]:
    """A template's claims are what flows declare; its figures and names need evidence like a model's."""
    check = unsupported if written_by == TEMPLATE else ungrounded
    return (*check(text, support), *unnamed(text, reply.cards))


def _rating_asked(need: Need | None) -> list[str]:
    """The bound on ratings still in force, which may have been set longer ago than the transcript remembers."""
    bounds = [one.number for one in need.filters if one.field == "rating" and one.number is not None] if need else []
    return [f"{number} stars" for number in bounds]


def _aged(asked: Asked | None) -> Asked | None:
    """An unanswered question grows old: who the customer is stays open longest, "shall I?" not at all."""
    if asked is None or asked.slot in ("go_ahead", "need"):
        return None
    lives = REMEMBERED_QUESTION if asked.slot == "identity" else 1
    return replace(asked, age=asked.age + 1) if asked.age + 1 <= lives else None


def who_first(commands: Sequence[Command]) -> Sequence[Command]:
    """ "Where is my order? ada@shop.example": who they are is taken before what is asked, so that it is not asked for."""
    looks_up = any(isinstance(one, StartFlow) and one.flow in ("track_order", "list_orders") for one in commands)
    return sorted(commands, key=lambda one: not isinstance(one, FillSlot)) if looks_up else commands
