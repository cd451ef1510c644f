"""Changing an order: not done by this release, and said so, with the rule that applies and a person to turn to."""

from __future__ import annotations

from assistant.answering.say_acts import Refuse
from assistant.events import Citation
from assistant.flows.answer_policy import PASSAGE_FLOOR
from assistant.flows.quoting import best_sentences
from assistant.flows.work import Work
from assistant.understanding.commands import StartFlow

_QUESTIONS = {
    "return": "how do I return an item and how long do I have",
    "refund": "when do I get my refund",
    "exchange": "how do exchanges work",
    "cancel": "can I cancel an order before it ships",
    "address": "can I change the delivery address",
    "payment": "can I change the payment method",
    "order": "can I change an order after placing it",
}


async def change_order(work: Work, command: StartFlow) -> None:
    work.know(topic="orders", order=command.order or work.context.order)
    kind = command.change if command.change in _QUESTIONS else "order"
    question = _QUESTIONS[kind]
    passages = [p for p in await work.knowledge.passages(question, k=1) if p.score >= PASSAGE_FLOOR]
    quote = best_sentences(passages[0].text, question, count=2) if passages else ""
    citations = tuple(Citation(kind="policy", id=p.id, title=p.title, quote=quote) for p in passages)
    work.offer("talk_to_human")
    work.acts.append(
        Refuse(
            about="change_order_policy" if quote else "change_order",
            values={"what": work.phrases.say(f"doing.{kind}"), "quote": quote, "original": work.original(quote)},
            citations=citations,
            quick_replies=(work.phrases.reply("person"),),
        )
    )
