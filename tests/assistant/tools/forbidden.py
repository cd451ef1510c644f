"""What a shop's rules forbid, tried on the tools: one line an attempt, with the code that must refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from assistant.tools.arguments import Arguments, read_arguments
from assistant.tools.policy import WRITES, CancelRule, ServicePolicy
from tests.assistant.tools.pottery import BENCHMARK, DEMO, ELSEWHERE, HOME, STATUSES

FOREIGN = ("#BOB", "#BOBSENT", "#NOSUCH", "", "' OR 1=1 --", "#PENDING #BOB", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    tool: str
    values: dict[str, Any]
    code: str
    """Of the refusal, or the error's name."""
    policy: ServicePolicy = BENCHMARK
    customer_id: str = "ann"

    @property
    def name(self) -> str:
        values = " ".join(f"{name}={_short(value)}" for name, value in self.values.items())
        return f"{self.policy.name}:{self.customer_id or 'nobody'}:{self.tool}:{values}->{self.code}"

    def arguments(self) -> Arguments:
        return read_arguments(self.tool, self.values)


def attempts() -> tuple[Attempt, ...]:
    return tuple(
        attempt
        for make in (
            _wrong_status, _not_theirs, _nobody, _not_offered, _odd_rules, _reasons, _swaps, _returns, _payments,
            _addresses, _windows, _amounts, _shapes,
        )
        for attempt in make()
    )  # fmt: skip


def values_for(tool: str, order: str) -> dict[str, Any]:
    """What would be allowed if the order were theirs and in the right state."""
    return {
        "cancel_order": {"order_id": order, "reason": "no longer needed"},
        "change_items": {"order_id": order, "swaps": swaps("pan-24", "pan-24r"), "payment_method_id": "card_a"},
        "change_order_address": {"order_id": order, "address": address()},
        "change_profile_address": {"address": address()},
        "change_payment": {"order_id": order, "payment_method_id": "paypal_a"},
        "return_items": {"order_id": order, "items": ["pan-24"], "payment_method_id": "card_a"},
        "exchange_items": {"order_id": order, "swaps": swaps("pan-24", "pan-24r"), "payment_method_id": "card_a"},
    }[tool]


def swaps(*ids: str) -> list[dict[str, str]]:
    return [{"old": old, "new": new} for old, new in zip(ids[::2], ids[1::2], strict=True)]


def address(**changes: str) -> dict[str, str]:
    whole = replace(ELSEWHERE, **changes)
    return {name: getattr(whole, name) for name in ("address1", "address2", "city", "state", "zip", "country")}


def _wrong_status() -> Iterator[Attempt]:
    for tool in ("cancel_order", "change_items", "change_order_address", "change_payment"):
        codes = {"#MODIFIED": "changed_already", "#CANCELLED": "cancelled_already", "#DELIVERED": "delivered_already"}
        codes |= {"#PROCESSED": "on_its_way", "#SHIPPED": "on_its_way"}
        for order in (*STATUSES, "#DELIVERED"):
            yield Attempt(tool=tool, values=values_for(tool, order), code=codes.get(order, "sent_back_already"))
    for tool in ("return_items", "exchange_items"):
        codes = dict.fromkeys(("#PENDING", "#MODIFIED", "#PROCESSED", "#SHIPPED"), "not_delivered")
        codes |= {"#CANCELLED": "cancelled_already"}
        for order in (*STATUSES, "#PENDING"):
            yield Attempt(tool=tool, values=values_for(tool, order), code=codes.get(order, "sent_back_already"))


def _not_theirs() -> Iterator[Attempt]:
    for tool in WRITES:
        if tool != "change_profile_address":
            for order in FOREIGN:
                yield Attempt(tool=tool, values=values_for(tool, order), code="AccessDenied")


def _nobody() -> Iterator[Attempt]:
    for tool in WRITES:
        for customer in ("", "no_such_customer"):
            yield Attempt(tool=tool, values=values_for(tool, "#PENDING"), code="AccessDenied", customer_id=customer)


def _not_offered() -> Iterator[Attempt]:
    nothing = ServicePolicy(name="closed")
    for tool in WRITES:
        yield Attempt(tool=tool, values=values_for(tool, "#PENDING"), code="not_offered", policy=nothing)


def _odd_rules() -> Iterator[Attempt]:
    """A shop may allow a thing in some states only; the others are named."""
    late = ServicePolicy(name="late", cancel_order=CancelRule(statuses=("processed",)))
    yield Attempt(tool="cancel_order", values=values_for("cancel_order", "#PENDING"), code="wrong_status", policy=late)


def _reasons() -> Iterator[Attempt]:
    for reason in (
        "",
        "changed my mind",
        "No Longer Needed",
        "no longer needed ",
        "found it cheaper",
        "because I say so",
    ):
        yield Attempt(
            tool="cancel_order", values={"order_id": "#PENDING", "reason": reason}, code="reason_not_accepted"
        )


def _swaps() -> Iterator[Attempt]:
    cases = (
        ((), "no_items"),
        (("pan-28", "pan-24"), "item_not_in_order"),
        (("nothing", "pan-24"), "item_not_in_order"),
        (("pan", "pan-24r"), "item_not_in_order"),
        (("pan-24", "pan-24r", "pan-24", "pan-20"), "item_not_in_order"),
        (("pan-20", "pan-24", "pan-20", "pan-24", "pan-20", "pan-24"), "item_not_in_order"),
        (("pan-24", "lamp-b"), "not_an_option"),
        (("lamp-w", "pan-24"), "not_an_option"),
        (("pan-24", "pan"), "not_an_option"),
        (("pan-24", "nothing"), "not_an_option"),
        (("pan-24", ""), "not_an_option"),
        (("pan-24", "pan-24r", "lamp-w", "kettle-g"), "not_an_option"),
        (("pan-24", "pan-24"), "same_item"),
        (("pan-24", "pan-24r", "lamp-w", "lamp-w"), "same_item"),
        (("pan-24", "pan-28"), "not_available"),
        (("pan-24", "pan-32"), "no_price"),
        (("kettle-s", "kettle-x"), "not_available"),
        (("kettle-s", "kettle-g", "kettle-s", "kettle-g"), "not_available"),
    )
    for tool, order in (("change_items", "#PENDING"), ("exchange_items", "#DELIVERED")):
        for ids, code in cases:
            values = {"order_id": order, "swaps": swaps(*ids), "payment_method_id": "card_a"}
            yield Attempt(tool=tool, values=values, code=code)
        for method, code in (
            ("card_b", "payment_method_unknown"),
            ("nothing", "payment_method_unknown"),
            ("", "payment_method_unknown"),
            ("credit_card", "payment_method_unknown"),
            ("invoice_a", "payment_method_not_accepted"),
        ):
            values = {"order_id": order, "swaps": swaps("pan-24", "pan-24r"), "payment_method_id": method}
            yield Attempt(tool=tool, values=values, code=code)
        for ids in (("pan-20", "pan-24", "pan-20", "pan-24"), ("lamp-w", "lamp-b", "kettle-s", "kettle-g")):
            values = {"order_id": order, "swaps": swaps(*ids), "payment_method_id": "gift_a"}
            yield Attempt(tool=tool, values=values, code="gift_card_too_low")


def _returns() -> Iterator[Attempt]:
    for items, code in (
        ([], "no_items"),
        (["nothing"], "item_not_in_order"),
        (["pan"], "item_not_in_order"),
        (["pan-24", "pan-24"], "item_not_in_order"),
        (["pan-20", "pan-20", "pan-20"], "item_not_in_order"),
        (["pan-24", "lamp-b"], "item_not_in_order"),
    ):
        values = {"order_id": "#DELIVERED", "items": items, "payment_method_id": "card_a"}
        yield Attempt(tool="return_items", values=values, code=code)
    for method, code in (
        ("paypal_a", "refund_target"),
        ("card_b", "payment_method_unknown"),
        ("", "payment_method_unknown"),
        ("invoice_a", "payment_method_not_accepted"),
    ):
        values = {"order_id": "#DELIVERED", "items": ["pan-24"], "payment_method_id": method}
        yield Attempt(tool="return_items", values=values, code=code)


def _payments() -> Iterator[Attempt]:
    for order, method, code in (
        ("#PENDING", "card_a", "same_payment_method"),
        ("#PENDING", "gift_a", "gift_card_too_low"),
        ("#PENDING", "card_b", "payment_method_unknown"),
        ("#PENDING", "", "payment_method_unknown"),
        ("#PENDING", "invoice_a", "payment_method_not_accepted"),
        ("#BYGIFT", "gift_a", "same_payment_method"),
        ("#REPAID", "card_a", "payment_changed_already"),
        ("#REPAID", "rich_a", "payment_changed_already"),
        ("#GONE", "card_a", "original_payment_gone"),
        ("#DEAR", "rich_a", "gift_card_too_low"),
    ):
        values = {"order_id": order, "payment_method_id": method}
        yield Attempt(tool="change_payment", values=values, code=code)
    yield Attempt(tool="cancel_order", values=values_for("cancel_order", "#GONE"), code="original_payment_gone")


def _addresses() -> Iterator[Attempt]:
    home = {name: getattr(HOME, name) for name in ("address1", "address2", "city", "state", "zip", "country")}
    cases = (
        *((address(**{name: ""}), "address_incomplete") for name in ("address1", "city", "state", "zip", "country")),
        (address(address1="   "), "address_incomplete"),
        *((address(zip=code), "address_invalid") for code in ("9740", "974011", "ABCDE", "97401-1", "９７４０１")),
        (home, "same_address"),
        (home | {"city": " Salem "}, "same_address"),
    )
    for tool, order in (("change_order_address", {"order_id": "#PENDING"}), ("change_profile_address", {})):
        for given, code in cases:
            yield Attempt(tool=tool, values={**order, "address": given}, code=code)
        for country in ("Canada", "Norway"):
            abroad = address(country=country)
            yield Attempt(tool=tool, values={**order, "address": abroad}, code="not_sent_there", policy=DEMO)


def _windows() -> Iterator[Attempt]:
    for tool in ("return_items", "exchange_items"):
        for order, code in (("#OLD", "too_late"), ("#UNDATED", "delivery_unknown")):
            yield Attempt(tool=tool, values=values_for(tool, order), code=code, policy=DEMO)
    for items in (["briefs-m"], ["pan-24", "briefs-m"]):
        values = {"order_id": "#DELIVERED", "items": items, "payment_method_id": "card_a"}
        yield Attempt(tool="return_items", values=values, code="not_returnable", policy=DEMO)


def _amounts() -> Iterator[Attempt]:
    up = {"swaps": swaps("kiln-s", "kiln-l"), "payment_method_id": "card_a"}
    back = {"order_id": "#DEARSENT", "items": ["kiln-s"], "payment_method_id": "card_a"}
    for tool, values, code in (
        ("cancel_order", values_for("cancel_order", "#DEAR"), "refund_too_large"),
        ("change_payment", values_for("change_payment", "#DEAR"), "refund_too_large"),
        ("return_items", back, "refund_too_large"),
        ("change_items", {"order_id": "#DEAR", **up}, "charge_too_large"),
        ("exchange_items", {"order_id": "#DEARSENT", **up}, "charge_too_large"),
    ):
        yield Attempt(tool=tool, values=values, code=code, policy=DEMO)


def _shapes() -> Iterator[Attempt]:
    for tool in WRITES:
        good = values_for(tool, "#PENDING")
        yield Attempt(tool=tool, values={**good, "customer_id": "bob"}, code="bad_arguments")
        yield Attempt(tool=tool, values={}, code="bad_arguments")
        yield Attempt(tool=tool, values=dict.fromkeys(good, 7), code="bad_arguments")
    for tool in ("delete_customer", "issue_refund", "", "propose", "__class__", "CANCEL_ORDER"):
        yield Attempt(tool=tool, values=values_for("cancel_order", "#PENDING"), code="unknown_tool")
    many = {"order_id": "#DELIVERED", "items": ["pan-20"] * 101, "payment_method_id": "card_a"}
    yield Attempt(tool="return_items", values=many, code="bad_arguments")
    yield Attempt(tool="cancel_order", values={"order_id": "#PENDING", "reason": "x" * 301}, code="bad_arguments")
    yield Attempt(tool="cancel_order", values={"order_id": "#PENDING\x00", "reason": "y"}, code="bad_arguments")
    yield Attempt(tool="change_profile_address", values={"address": address(city="Eugene\nX: 1")}, code="bad_arguments")
    yield Attempt(
        tool="change_payment", values={"order_id": ["#PENDING"], "payment_method_id": "paypal_a"}, code="bad_arguments"
    )


def _short(value: Any) -> str:
    return str(value)[:200].encode("ascii", "backslashreplace").decode().replace("\x00", "NUL").replace("\n", "NL")
