"""The tools that a capable model is given: reads through the ToolSession, flows that answer, and changes that it may only propose.

There is no tool that says yes. Above: `native_planner`. Below: the service desk's tools, `msgspec` for their schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec

from assistant.flows.process import Kind
from assistant.tools.arguments import ARGUMENTS
from assistant.tools.policy import WRITES, ServicePolicy, WriteName
from model_serving.chat import ToolSpec

PROCESS_OF: Final[Mapping[WriteName, Kind]] = {
    "cancel_order": "cancel",
    "return_items": "return",
    "exchange_items": "swap",
    "change_items": "swap",
    "change_order_address": "address",
    "change_profile_address": "address",
    "change_payment": "payment",
}
_DOES: Final[Mapping[WriteName, str]] = {
    "cancel_order": "Propose to cancel an order that is not processed yet.",
    "return_items": "Propose to send back items of a delivered order; a variant id as often as pieces go back.",
    "exchange_items": "Propose to exchange items of a delivered order for other options of the same product.",
    "change_items": "Propose to change items of a pending order to other options of the same product.",
    "change_order_address": "Propose another address for a pending order.",
    "change_profile_address": "Propose another address in the customer's profile.",
    "change_payment": "Propose another payment method for a pending order.",
}
_TEXT: Final = {"type": "string", "maxLength": 200}


def tools_for(policy: ServicePolicy | None, *, identified: bool) -> tuple[ToolSpec, ...]:
    """Orders only of a customer who is known, and only the changes that the shop allows."""
    if policy is None or not identified:
        return _SHOP
    offered = tuple(_proposing(tool) for tool in WRITES if policy.offers(tool))
    return (*_SHOP, *_ORDERS, *offered)


def _spec(name: str, does: str, required: Sequence[str] = (), **properties: Any) -> ToolSpec:
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return ToolSpec(name=name, description=does, parameters=schema)


@cache
def _proposing(tool: WriteName) -> ToolSpec:
    """Its arguments as the tool itself has them; nothing is changed before the customer's own yes to exactly these."""
    (schema,), parts = msgspec.json.schema_components([ARGUMENTS[tool]], ref_template="#/$defs/{name}")
    own = parts.pop(ARGUMENTS[tool].__name__, schema)
    parameters = {**own, "additionalProperties": False, **({"$defs": parts} if parts else {})}
    return ToolSpec(name=tool, description=_DOES[tool], parameters=parameters)


_SHOP: Final = (
    _spec(
        "find_products",
        "Search the shop in the customer's words; what is found is shown to them.",
        ["words"],
        words=_TEXT,
    ),
    _spec(
        "answer_product_question",
        "Answer a question about a product that was shown, from its record.",
        ["product_id"],
        product_id=_TEXT,
    ),
    _spec("answer_policy_question", "Answer the customer's question from the shop's rules."),
    _spec("find_store", "Tell where a store is and when it opens.", place=_TEXT),
    _spec("show_cart", "Show the cart."),
    _spec("product_details", "Read a product: options, prices, variant ids.", ["product_id"], product_id=_TEXT),
    _spec("transfer_to_person", "Hand over to a person, when the customer asks for one or nothing else helps."),
)
_ORDERS: Final = (
    _spec("profile", "Read the customer's addresses and payment methods."),
    _spec("orders", "Read all of the customer's orders, newest first."),
    _spec("order_details", "Read one order.", ["order_id"], order_id=_TEXT),
    _spec("find_orders", "Read the orders that hold what is described.", ["description"], description=_TEXT),
    _spec("show_order", "Tell the customer where an order is.", ["order_id"], order_id=_TEXT),
)
