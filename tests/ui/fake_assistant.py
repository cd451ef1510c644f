"""Conversations of the fake shop: a log, scripted replies by key word, and the faults that a test orders. Above: fake_server."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.websockets import WebSocket

from tests.ui.fake_call import FakeCall
from tests.ui.fake_catalogue import STORES, make_products, money


@dataclass
class Conversation:
    id: str
    token: str
    events: list[dict[str, Any]] = field(default_factory=list)
    cart: list[dict[str, Any]] = field(default_factory=list)
    status: str = "assistant"
    queues: set[asyncio.Queue[dict[str, Any]]] = field(default_factory=set)
    accepted: dict[str, tuple[int, str]] = field(default_factory=dict)
    turn: asyncio.Task[None] | None = None
    writing: dict[str, Any] | None = None
    call: FakeCall | None = None
    """Somebody talks: replies are spoken too."""
    channel: str = "web"

    def append(self, kind: str, actor: str, data: dict[str, Any]) -> int:
        seq = len(self.events) + 1
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        event = {"seq": seq, "id": f"e_{self.id}_{seq}", "conversation_id": self.id, "at": at, "channel": self.channel}
        self.events.append({**event, "actor": {"kind": actor, "id": ""}, "type": kind, "data": data})
        self.publish({"type": "event", "event": self.events[-1]})
        return seq

    def publish(self, frame: dict[str, Any]) -> None:
        for queue in self.queues:
            queue.put_nowait(frame)


@dataclass
class Faults:
    refuse_sockets: bool = False
    refuse_everything: bool = False
    duplicate_frames: bool = False
    swallow_accepted: int = 0
    skip_events: int = 0
    reset_once: bool = False
    pace: float = 0.012
    stage_pause: float = 0.05
    hold: bool = False
    heard_as: str = "Show me tents"
    """What any speech is taken for."""
    dead_ears: bool = False


class FakeShop:
    """The whole state of the fake: products, conversations, faults and what was received."""

    def __init__(self) -> None:
        self.products = make_products()
        self.conversations: dict[str, Conversation] = {}
        self.faults = Faults()
        self.received: list[dict[str, Any]] = []
        self.sockets: set[WebSocket] = set()
        self.released = asyncio.Event()

    def accept(self, talk: Conversation, frame: dict[str, Any]) -> int:
        """The seq of a message or action; the same client_id again is the same seq and starts nothing."""
        self.received.append(frame)
        body = json.dumps([frame.get("text"), frame.get("action"), frame.get("arguments")])
        known = talk.accepted.get(frame["client_id"])
        if known:
            if known[1] != body:
                raise ValueError("client_id_conflict")
            return known[0]
        data: dict[str, Any] = {"client_id": frame["client_id"], "text": frame.get("text") or describe(frame)}
        if frame["type"] == "action":
            data["action"] = {"name": frame["action"], "arguments": frame.get("arguments") or {}}
        seq = talk.append("customer_said", "customer", data)
        talk.accepted[frame["client_id"]] = (seq, body)
        self.start_turn(talk, frame)
        return seq

    def accept_speech(self, talk: Conversation, text: str) -> None:
        client_id = f"voice-{len(talk.events)}"
        talk.append("customer_said", "customer", {"client_id": client_id, "text": text, "audio": True})
        self.start_turn(talk, {"type": "message", "text": text})

    def start_turn(self, talk: Conversation, frame: dict[str, Any]) -> None:
        if talk.status != "assistant":
            return
        self.stop_turn(talk)
        talk.turn = asyncio.get_running_loop().create_task(self.run_turn(talk, frame))

    def stop_turn(self, talk: Conversation) -> None:
        if talk.turn and not talk.turn.done():
            talk.turn.cancel()
            if talk.writing:
                said = {**EMPTY_REPLY, "turn_id": talk.writing["turn_id"], "text": talk.writing["text"]}
                talk.append("assistant_said", "assistant", {**said, "interrupted": True})
                talk.writing = None

    async def run_turn(self, talk: Conversation, frame: dict[str, Any]) -> None:
        turn_id = f"t_{len(talk.events)}"
        talk.append("turn_started", "assistant", {"turn_id": turn_id})
        talk.writing = {"turn_id": turn_id, "text": ""}
        reply = self.reply_to(talk, frame)
        if stage := reply.pop("stage", None):
            signal = {"type": "signal", "signal": "stage", "turn_id": turn_id, "stage": stage[0], "label": stage[1]}
            talk.publish(signal)
            await asyncio.sleep(self.faults.stage_pause)
        after = reply.pop("after", [])
        await self.write(talk, turn_id, reply["text"])
        talk.writing = None
        if reply.pop("fails", False):
            talk.append(
                "turn_failed", "assistant", {"turn_id": turn_id, "code": "model_unavailable", "text": reply["text"]}
            )
            return
        await self.said(talk, {**EMPTY_REPLY, **reply, "turn_id": turn_id})
        for kind, data in after:
            talk.append(kind, "system", data)

    async def said(self, talk: Conversation, reply: dict[str, Any]) -> None:
        """With somebody on the line it is shown at once, and said when it was heard."""
        heard = None
        if talk.call:
            talk.append("reply_ready", "assistant", {name: reply[name] for name in reply if name != "interrupted"})
            heard = await talk.call.speak(reply["turn_id"], reply["text"])
        cut = {} if heard is None else {"text": heard, "interrupted": True}
        talk.append("assistant_said", "assistant", {**reply, **cut})

    async def write(self, talk: Conversation, turn_id: str, text: str) -> None:
        for word in re.findall(r"\s*\S+", text):
            assert talk.writing is not None
            delta = {"turn_id": turn_id, "offset": len(talk.writing["text"]), "text": word}
            talk.writing["text"] += word
            talk.publish({"type": "delta", **delta})
            await asyncio.sleep(self.faults.pace)
            if self.faults.hold and len(talk.writing["text"]) > 40:
                await self.released.wait()

    def reply_to(self, talk: Conversation, frame: dict[str, Any]) -> dict[str, Any]:
        if frame["type"] == "action":
            return self.reply_to_action(talk, frame["action"], frame.get("arguments") or {})
        text = frame["text"].lower()
        if "fail" in text:
            return {"text": "Sorry, I could not finish that. Please try once more.", "fails": True}
        if "zelt" in text:
            return {"text": "Gern. Für wie viele Personen soll das Zelt sein?", "language": "de"}
        if "order" in text:
            return reply_order()
        if "return" in text or "policy" in text:
            return reply_policy()
        if "store" in text:
            return reply_stores()
        if "cancel" in text:
            return self.reply_confirmation(talk)
        if "person" in text:
            return self.hand_off(talk)
        if "script" in text:
            return {
                "text": "<img src=x onerror=alert(1)> **bold** [evil](javascript:alert(1)) [tent](/p/p-lofoten-2-tent)"
            }
        named = [product for product in self.products.values() if product["title"].lower() in text]
        if named:
            return self.reply_product(named[0])
        if "tent" in text:
            return self.reply_tents()
        return {
            "text": "Happy to help. Tell me what you are looking for, and I will search the shop.",
            "quick_replies": [quick("Show me tents"), quick("Where is my order?"), quick("How do returns work?")],
        }

    def reply_product(self, product: dict[str, Any]) -> dict[str, Any]:
        text = (
            f"The {product['title']} weighs {product['attributes']['Weight']} and costs ${product['price']['amount']}."
        )
        return {"text": text, "stage": ("reading_product", "Reading the details…"), "cards": [product_card(product)]}

    def reply_tents(self) -> dict[str, Any]:
        tents = [product for product in self.products.values() if "Tents" in product["category"]]
        listed = "\n".join(f"- **{tent['title']}**, ${tent['price']['amount']}" for tent in tents)
        return {
            "stage": ("searching", "Searching the catalogue…"),
            "text": f"I found {len(tents)} tents that stand up to rain.\n\n{listed}\n\nThe Lofoten 2 Tent is the lightest.",
            "cards": [product_card(tent) for tent in tents],
            "quick_replies": [quick("Cheaper"), quick("In blue"), quick("For four people")],
        }

    def reply_to_action(self, talk: Conversation, action: str, given: dict[str, Any]) -> dict[str, Any]:
        if action in ("add_to_cart", "change_quantity", "remove_from_cart"):
            return self.change_cart(talk, action, given)
        if action == "talk_to_human":
            return self.hand_off(talk)
        if action in ("confirm", "decline"):
            answer = "yes" if action == "confirm" else "no"
            talk.append(
                "confirmation_answered", "customer", {"confirmation_id": given["confirmation_id"], "answer": answer}
            )
            return {
                "text": "Done: order #W1042 is cancelled." if answer == "yes" else "Alright, I left the order as it is."
            }
        product = self.products.get(str(given.get("product_id")))
        return self.reply_product(product) if product else {"text": "Noted."}

    def change_cart(self, talk: Conversation, action: str, given: dict[str, Any]) -> dict[str, Any]:
        product, variant = self.find_variant(given["variant_id"])
        before = next((item["quantity"] for item in talk.cart if item["variant_id"] == variant["id"]), 0)
        wanted = {"add_to_cart": before + int(given.get("quantity") or 1), "remove_from_cart": 0}.get(action)
        quantity = int(given["quantity"]) if wanted is None else wanted
        item = {
            "variant_id": variant["id"],
            "product_id": product["id"],
            "title": product["title"],
            "options": variant["options"],
            "quantity": quantity,
            "price": variant["price"],
            "image_url": f"{product['image_url']}?colour={variant['options'].get('colour', '')}",
        }
        others = [other for other in talk.cart if other["variant_id"] != variant["id"]]
        talk.cart = others + ([item] if quantity else [])
        total = sum(float(one["price"]["amount"]) * one["quantity"] for one in talk.cart)
        talk.append("cart_changed", "system", {"cart": {"items": talk.cart, "total": money(total)}})
        said = "is in your cart" if quantity else "is no longer in your cart"
        return {"text": f"The {product['title']} {said}."}

    def find_variant(self, variant_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        for product in self.products.values():
            for variant in product["variants"]:
                if variant["id"] == variant_id:
                    return product, variant
        raise KeyError(variant_id)

    def reply_confirmation(self, talk: Conversation) -> dict[str, Any]:
        asked = {"confirmation_id": "cf_1", "action": "cancel_order", "summary": "Cancel order #W1042 ($178.00)?"}
        talk.append("confirmation_asked", "assistant", {**asked, "arguments": {}})
        actions = [
            {"id": "yes", "label": "Yes, cancel it", "action": "confirm", "arguments": {"confirmation_id": "cf_1"}},
            {"id": "no", "label": "No, keep it", "action": "decline", "arguments": {"confirmation_id": "cf_1"}},
        ]
        card = {"kind": "confirmation", "id": "cf_1", "title": "Cancel order #W1042", "actions": actions}
        card["subtitle"] = "Senja 3 Tent and Nordlys 400. The money is back on your card in 3 to 5 days."
        return {"text": "I can cancel order #W1042. Shall I?", "cards": [{**card, "price": money(178)}]}

    def hand_off(self, talk: Conversation) -> dict[str, Any]:
        talk.status = "waiting_for_agent"
        handoff = ("handoff_requested", {"reason": "asked", "summary": ""})
        return {
            "text": "Of course. I am asking a colleague to join; they will see everything so far.",
            "after": [handoff],
        }


EMPTY_REPLY: dict[str, Any] = {"text": "", "language": "en", "cards": [], "citations": [], "quick_replies": []}


EMPTY_REPLY |= {"written_by": "template", "interrupted": False}


def describe(frame: dict[str, Any]) -> str:
    return str(frame.get("action", "")).replace("_", " ").capitalize()


def quick(text: str) -> dict[str, str]:
    return {"label": text, "text": text}


def product_card(product: dict[str, Any]) -> dict[str, Any]:
    add = {"variant_id": product["variants"][0]["id"], "quantity": 1}
    return {
        "kind": "product",
        "id": product["id"],
        "title": product["title"],
        "subtitle": f"{product['brand']} · {product['attributes']['Weight']}",
        "image_url": product["image_url"],
        "price": product["price"],
        "availability": product["availability"],
        "rating": product["rating"],
        "actions": [
            {"id": "add", "label": "Add to cart", "action": "add_to_cart", "arguments": add},
            {"id": "more", "label": "Details", "action": "show_product", "arguments": {"product_id": product["id"]}},
        ],
    }


def reply_order() -> dict[str, Any]:
    card = {
        "kind": "order",
        "id": "#W1042",
        "title": "Order #W1042",
        "subtitle": "On its way · expected Tuesday 24 November",
    }
    return {
        "stage": ("reading_orders", "Looking up your order…"),
        "text": "Order #W1042 left our warehouse on Friday and should reach you on Tuesday, 24 November.",
        "cards": [{**card, "price": money(178), "availability": "shipped", "actions": []}],
    }


def reply_policy() -> dict[str, Any]:
    quote = "Unused items can be returned within 60 days of delivery. We send the money back within 5 working days."
    return {
        "stage": ("reading_policies", "Reading the policies…"),
        "text": "You can return unused items within 60 days. The money is back within 5 working days.",
        "citations": [{"kind": "policy", "id": "returns", "title": "Returns", "quote": quote}],
        "quick_replies": [quick("Start a return")],
    }


def reply_stores() -> dict[str, Any]:
    cards = [
        {"kind": "store", "id": s[0], "title": s[1], "subtitle": f"{s[2]}, {s[3]} · open until 18:00", "actions": []}
        for s in STORES[:2]
    ]
    return {"text": "The two nearest are Fjord & Field Oslo and Fjord & Field Bergen.", "cards": cards}
