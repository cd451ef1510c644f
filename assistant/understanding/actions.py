"""Buttons -> Commands. A button says exactly what it means; what it names is still checked where it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understanding.commands import (
    Ask,
    Choose,
    Command,
    Confirm,
    Decline,
    FlowName,
    Reference,
    StartFlow,
    TalkToHuman,
    Unclear,
)

_CART_FLOWS: dict[str, FlowName] = {
    "add_to_cart": "add_to_cart",
    "change_quantity": "change_cart",
    "remove_from_cart": "remove_from_cart",
}


def read_action(name: str, arguments: Mapping[str, Any]) -> Command:
    """The command of a button; Unclear for one that does not exist."""
    product, variant = _text(arguments, "product_id"), _text(arguments, "variant_id")
    references = (Reference(kind="id", text=product),) if product else ()
    match name:
        case "add_to_cart" | "change_quantity" | "remove_from_cart":
            flow = _CART_FLOWS[name]
            return StartFlow(
                flow=flow, references=references, variant=variant, quantity=_count(arguments.get("quantity"))
            )
        case "show_cart":
            return StartFlow(flow="show_cart")
        case "empty_cart":
            return StartFlow(flow="empty_cart")
        case "check_out":
            return StartFlow(flow="check_out")
        case "show_product":
            return Ask(about="product", question="", attribute="description", references=references)
        case "check_stock":
            return StartFlow(flow="check_stock", references=references, place=_text(arguments, "store_id"))
        case "show_on_map":
            store, spot = _text(arguments, "store_id"), _text(arguments, "spot")
            return StartFlow(flow="where_in_store", references=references, place=store, topic=spot)
        case "choose":
            return Choose(references=references or (Reference(kind="title", text=_text(arguments, "text")),))
        case "more_products":
            return StartFlow(flow="more_products")
        case "confirm":
            return Confirm(confirmation_id=_text(arguments, "confirmation_id"))
        case "decline":
            return Decline(confirmation_id=_text(arguments, "confirmation_id"))
        case "talk_to_human":
            return TalkToHuman(reason="pressed the button")
        case _:
            return Unclear(text=name)


def _text(arguments: Mapping[str, Any], name: str) -> str:
    value = arguments.get(name, "")
    return value[:200] if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999 else None
