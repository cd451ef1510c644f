"""The state hash as a client computes it, from the wire's events alone: written from docs/moving.md, not from the product."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def nothing_yet() -> dict[str, Any]:
    return {
        "cart": {"items": [], "total": {"amount": "0.00", "currency": "USD"}},
        "confirmation": None,
        "identified": False,
        "question": None,
        "shown": [],
        "status": "assistant",
        "version": 1,
    }


def folded(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    state = nothing_yet()
    for event in events:
        state = {**state, **changed(event["type"], event["data"])}
    return state


def changed(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "conversation_started":
        return {"cart": {"items": [], "total": {"amount": "0.00", "currency": data.get("currency", "USD")}}}
    if kind == "cart_changed":
        cart = data["cart"]
        items = [{"quantity": item["quantity"], "variant_id": item["variant_id"]} for item in cart["items"]]
        return {"cart": {"items": items, "total": cart["total"]}}
    if kind == "customer_identified":
        return {"identified": bool(data["customer_id"]) or bool(data.get("private"))}
    if kind == "customer_signed_out":
        return {"identified": False, "confirmation": None, "question": None, "shown": []}
    if kind == "data_erased":
        return {**nothing_yet(), "status": "closed"}
    if kind == "confirmation_asked":
        return {"confirmation": data["confirmation_id"]}
    if kind == "confirmation_answered":
        return {"confirmation": None}
    if kind == "context_changed":
        asked = data["context"].get("asked")
        named = isinstance(asked, Mapping)
        return {"question": {name: asked.get(name, "") for name in ("flow", "slot")} if named else None}
    if kind in ("assistant_said", "reply_ready"):
        return listed(data)
    statuses = {
        "handoff_requested": "waiting_for_agent",
        "handoff_ended": "assistant",
        "agent_joined": "agent",
        "agent_left": "assistant",
        "conversation_closed": "closed",
    }
    return {"status": statuses[kind]} if kind in statuses else {}


def listed(data: Mapping[str, Any]) -> dict[str, Any]:
    cards, citations = data.get("cards") or [], data.get("citations") or []
    own = any(card["kind"] == "order" for card in cards) or any(
        citation["kind"] in ("order", "profile") for citation in citations
    )
    products = [card["id"] for card in cards if card["kind"] == "product"]
    return {"shown": products} if products and not own else {}


def canonical(state: Mapping[str, Any]) -> str:
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hashed(state: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(state).encode()).hexdigest()[:32]
