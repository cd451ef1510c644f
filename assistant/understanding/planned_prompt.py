"""The structured planner's prompt: instructions and examples first and always the same, so that an engine's prefix cache
hits; then the conversation; the message last (pure).

Titles and messages are given as JSON strings: data, never instructions. No rule is guarded by this text: what a model
answers is checked by code. Above: `language_model`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from assistant.context import Context
from assistant.conversation import Spoken
from assistant.dialogue import history
from model_serving.chat import ChatMessage

SYSTEM: Final = (
    "You read one message of a shop's customer and answer with JSON: the commands that it asks for, at most five.\n"
    "start_flow: flow is what to do; need is what to search for, in the customer's words; references point at products shown "
    "before (ordinal with position 1 for the first, -1 for the last; pronoun; described, title with text); change for "
    "serve_orders is cancel, return, exchange, address, payment or order (other options).\n"
    "ask: a question about a product (about=product) or the shop's rules (about=policy).\n"
    "fill_slot: who the customer is, or an order's number. choose: an answer to “which one?”. correct: “no, the other one”.\n"
    "greet: small talk. talk_to_human: they want a person. cancel_flow: “never mind”. unclear: anything else.\n"
    "Copy names, numbers and places from the message; leave out what it does not say."
)
_EXAMPLES: Final = (
    (
        "any rain jackets under 100 in blue?",
        '{"commands":[{"command":"start_flow","flow":"find_products","need":"rain jackets under 100 in blue"}]}',
    ),
    (
        "put two of the first one in my cart, and can I return it?",
        '{"commands":[{"command":"start_flow","flow":"add_to_cart","quantity":2,"references":[{"kind":"ordinal","position":1}]},'
        '{"command":"ask","about":"policy"}]}',
    ),
    ("cancel my last order", '{"commands":[{"command":"start_flow","flow":"serve_orders","change":"cancel"}]}'),
)
_FLOWS: Final = frozenset(
    (
        *("track_order", "list_orders", "show_cart", "empty_cart", "check_out", "add_to_cart", "remove_from_cart"),
        *("more_products", "compare", "check_stock", "find_store"),
    )
)
_TALK: Final = frozenset(
    (
        "hello",
        "thanks",
        "bye",
        "how_are_you",
        "praise",
        "who_are_you",
        "what_can_you_do",
        "assortment",
        "abuse",
        "complaint",
    )
)
HISTORY_TOKENS: Final = 400


def answer_of(label: str, text: str) -> str:
    """What a model should answer to a message of that label, as JSON; empty where the label says too little (pure)."""
    name, _, topic = label.partition("/")
    command: dict[str, str] | None = None
    match name:
        case "find_products":
            command = {"command": "start_flow", "flow": name, "need": text[:160]}
        case "policy":
            command = {"command": "ask", "about": "policy"}
        case "product_question" | "reviews":
            command = {"command": "ask", "about": "product"}
        case "change_order":
            command = {"command": "start_flow", "flow": "serve_orders", "change": topic}
        case "human":
            command = {"command": "talk_to_human"}
        case "never_mind":
            command = {"command": "cancel_flow"}
        case "off_topic":
            command = {"command": "unclear"}
        case _ if name in _FLOWS:
            command = {"command": "start_flow", "flow": name}
        case _ if name in _TALK:
            command = {"command": "greet", "kind": name}
        case _:
            pass
    return json.dumps({"commands": [command]}, separators=(",", ":"), ensure_ascii=False) if command else ""


def planner_messages(
    said: str,
    context: Context,
    transcript: Sequence[Spoken],
    cart: Sequence[str],
    *,
    learnt: Sequence[tuple[str, str]] = (),
) -> list[ChatMessage]:
    """learnt: (message, label) that a person accepted; the same for everybody until another set is promoted."""
    messages = [ChatMessage(role="system", content=SYSTEM)]
    told = ((text, answer) for text, label in learnt if (answer := answer_of(label, text)))
    for example, answer in (*_EXAMPLES, *told):
        messages.append(ChatMessage(role="user", content=f"MESSAGE: {json.dumps(example)}"))
        messages.append(ChatMessage(role="assistant", content=answer))
    before = history(transcript[:-1], tokens=HISTORY_TOKENS)
    known: dict[str, object] = {"earlier": before.earlier} if before.earlier else {}
    known |= {
        "before": before.lines,
        "shown": [context.titles.get(key, "")[:60] for key in context.shown],
        "cart": [title[:60] for title in cart[:8]],
        "asked": context.asked.slot if context.asked else "",
    }
    content = f"KNOWN: {json.dumps(known, ensure_ascii=False)}\nMESSAGE: {json.dumps(said[:1000], ensure_ascii=False)}"
    return [*messages, ChatMessage(role="user", content=content)]
