"""Conversations, colleagues and figures of the fake desk: what an agent of a small outdoor shop could see on a Monday morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Fields = dict[str, Any]
USD = "USD"


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(amount: str) -> Fields:
    return {"amount": amount, "currency": USD}


COLLEAGUES: list[Fields] = [
    {"agent_id": "ada", "name": "Ada Lind", "role": "supervisor", "status": "available", "capacity": 4, "has": 0},
    {"agent_id": "ben", "name": "Ben Okafor", "role": "agent", "status": "available", "capacity": 4, "has": 1},
    {"agent_id": "ines", "name": "Inés Prado", "role": "agent", "status": "away", "capacity": 3, "has": 0},
    {"agent_id": "jon", "name": "Jon Weber", "role": "agent", "status": "offline", "capacity": 4, "has": 0},
]
TALENTS: dict[str, tuple[list[str], list[str]]] = {
    "ada": (["en", "de"], []),
    "ben": (["en"], ["returns"]),
    "ines": (["es", "fr"], ["bikes"]),
    "jon": (["de"], ["returns", "repairs"]),
}
TENT = {
    "kind": "product",
    "id": "tent-2",
    "title": "Varghult Jerv 2-Person Tent",
    "quote": "2.2 kg, 3 left online, $299.95",
}
RETURNS = {
    "kind": "policy",
    "id": "returns",
    "title": "Returns: How long you have",
    "quote": "Unused items can be returned within 30 days of delivery.",
}


def log(*facts: tuple[str, str, Fields], channel: str = "web", began: float = 400, step: float = 22) -> list[Fields]:
    """Events in order; each `(type, actor, data)`."""
    return [
        {
            "seq": n,
            "id": f"e{n}",
            "at": ago(began - n * step),
            "actor": {"kind": actor, "id": ""},
            "channel": channel,
            "type": kind,
            "data": data,
        }
        for n, (kind, actor, data) in enumerate(facts, 1)
    ]


def turn(number: int, text: str, tools: tuple[str, ...] = (), **more: Any) -> list[tuple[str, str, Fields]]:
    name = f"t{number}"
    looked = [
        fact
        for place, tool in enumerate(tools)
        for fact in (
            (
                "tool_called",
                "assistant",
                {"turn_id": name, "call_id": f"c{place}", "name": tool, "arguments": {"k": 4}},
            ),
            ("tool_returned", "assistant", {"turn_id": name, "call_id": f"c{place}", "name": tool, "result": {}}),
        )
    ]
    said = {"turn_id": name, "text": text, "language": "en", "written_by": "template", "cards": [], **more}
    return [
        ("turn_started", "assistant", {"turn_id": name, "answers": []}),
        *looked,
        ("assistant_said", "assistant", {"citations": [], "versions": {"index": "catalogue@4f1c"}, **said}),
    ]


def said(text: str, **more: Any) -> tuple[str, str, Fields]:
    return ("customer_said", "customer", {"client_id": text[:8], "text": text, **more})


def asked(reason: str = "asked", summary: str = "wants a person") -> tuple[str, str, Fields]:
    return ("handoff_requested", "system", {"reason": reason, "summary": summary})


STARTED = ("conversation_started", "system", {"locale": "en-US"})


def joined(channel: str) -> tuple[str, str, Fields]:
    return ("channel_joined", "customer", {"channel": channel})


def tents() -> list[Fields]:
    shown = (
        "These fit best:\n- **Varghult Jerv 2-Person Tent**: $299.95\n- **Kestrelby Elvar Trail**: $164.95, in stock"
    )
    return log(
        STARTED,
        joined("kiosk"),
        said("I need a tent for two under 300 dollars"),
        *turn(1, shown, ("find_products", "check_stock"), citations=[TENT]),
        joined("mobile"),
        said("which one is lighter?"),
        *turn(2, "On weight it is the **Varghult Jerv**: 2.2 kg against 3 kg.", ("product_details",), citations=[TENT]),
        said("ok and could I return it after a rainy weekend? I want to talk to a person about that"),
        asked(),
        *turn(3, "A colleague is asked and will see everything so far. Until then I am still here."),
        channel="mobile",
        began=330,
        step=18,
    )


def angry() -> list[Fields]:
    return log(
        STARTED,
        joined("web"),
        said("my parcel #W5918442 is late for the third time, this is unacceptable!!!"),
        *turn(1, "Order #W5918442 was shipped on Thursday and is expected tomorrow.", ("order_details",)),
        said("I have been told tomorrow for a week. Give me a person NOW"),
        asked("angry", "the parcel is late for the third time"),
        began=250,
        step=20,
    )


def spoken() -> list[Fields]:
    return log(
        STARTED,
        joined("call"),
        said("Guten Tag, ich möchte meine Bestellung umtauschen", audio=True, transcript_confidence=0.93),
        *turn(1, "Gern. Um welche Bestellung geht es?", language="de"),
        said("die Jacke, die ist zu klein", audio=True, transcript_confidence=0.9),
        asked("policy_refusal", "exchange after 30 days"),
        channel="call",
        began=110,
        step=12,
    )


def bens() -> list[Fields]:
    return log(
        STARTED,
        joined("web"),
        said("Can I change the address of my order?"),
        *turn(1, "I can, until it has been packed.", ("order_details",), citations=[RETURNS]),
        asked("unclear", "address change"),
        ("agent_joined", "agent", {"agent_id": "ben", "name": "Ben Okafor"}),
        ("agent_said", "agent", {"agent_id": "ben", "text": "Hello, this is Ben. Which street shall it go to?"}),
        said("12 Harbour Lane please"),
        began=900,
        step=60,
    )


MARTA = {
    "customer_id": "marta_keller_4410",
    "method": "token",
    "name": "Marta Keller",
    "email": "marta.keller@example.com",
    "phone": "+1 503 555 0142",
    "loyalty_tier": "Gold",
    "preferences": [{"trait": "shoe size", "value": "39"}, {"trait": "avoids", "value": "down"}],
    "address": {"address1": "44 Fern Street", "address2": "", "city": "Portland", "state": "OR", "zip": "97205"}
    | {"country": "USA"},
    "payment_methods": [
        {"id": "credit_card_88", "source": "credit_card", "brand": "Visa", "last_four": "4242"},
        {"id": "paypal_12", "source": "paypal", "brand": "", "last_four": ""},
    ],
}


def line(product: str, variant: str, title: str, quantity: int, price: str) -> Fields:
    return {
        "product_id": product,
        "variant_id": variant,
        "title": title,
        "quantity": quantity,
        "price": money(price),
    }


ORDERS: list[Fields] = [
    {
        "order_id": "#W5918442",
        "status": "pending",
        "placed_at": ago(260_000),
        "total": money("214.90"),
        "lines": [
            line("jacket", "jacket-m-blue", "Fjellheim Rain Jacket", 1, "149.95"),
            line("sock", "sock-39", "Merino Hiking Socks", 2, "32.475"),
        ],
    },
    {
        "order_id": "#W4410327",
        "status": "delivered",
        "placed_at": ago(2_600_000),
        "total": money("89.00"),
        "lines": [line("boot", "boot-39", "Steinar Trail Boot", 1, "89.00")],
    },
]
CART = {
    "items": [
        {
            "variant_id": "tent-2-green",
            "product_id": "tent-2",
            "title": "Varghult Jerv 2-Person Tent",
            "options": {"colour": "green"},
            "quantity": 1,
            "price": money("299.95"),
        }
    ],
    "total": money("299.95"),
}
PRODUCTS: list[Fields] = [
    {
        "id": "tent-2",
        "title": "Varghult Jerv 2-Person Tent, 2.2 kg",
        "brand": "Varghult",
        "price": money("299.95"),
        "rating": 4.5,
        "availability": "low_stock",
    },
    {
        "id": "tent-3",
        "title": "Kestrelby Elvar Trail 2-Person Tent, 2000 mm Waterproof",
        "brand": "Kestrelby",
        "price": money("164.95"),
        "rating": 4.1,
        "availability": "in_stock",
    },
]
REPLIES: list[Fields] = [
    {
        "reply_id": "r1",
        "shortcut": "hello",
        "title": "Greeting",
        "texts": {
            "en": "Hello {customer.first_name}, this is {agent.name}. I have read everything so far.",
            "de": "Guten Tag {customer.first_name}, hier ist {agent.name}.",
        },
        "shared": True,
        "owner": "ada",
        "updated_at": ago(900_000),
    },
    {
        "reply_id": "r2",
        "shortcut": "returns",
        "title": "Returns within 30 days",
        "texts": {"en": "Unused items can be returned within 30 days. Shall I start it for order {order.id}?"},
        "shared": True,
        "owner": "ada",
        "updated_at": ago(900_000),
    },
    {
        "reply_id": "r3",
        "shortcut": "rain",
        "title": "My words on wet tents",
        "texts": {"en": "A wet tent is a used tent, I am afraid. Drying it for a day saves the fabric."},
        "shared": False,
        "owner": "ada",
        "updated_at": ago(9_000),
    },
]
FIELDS = ["customer.first_name", "customer.last_name", "order.id", "order.status", "cart.total", "agent.name"]


def callbacks() -> list[Fields]:
    base = {"customer_id": "", "contact": "", "text": "", "language": "en", "agent": None, "outcome": "", "note": ""}
    return [
        {
            **base,
            "id": "cb1",
            "kind": "callback",
            "conversation_id": "c_angry",
            "name": "Tom Reyes",
            "phone": "+1 503 555 0199",
            "when": "after five",
            "asked_at": ago(5_400),
            "state": "open",
            "done_at": None,
        },
        {
            **base,
            "id": "cb2",
            "kind": "message",
            "conversation_id": "c_ben",
            "name": "Léa Martin",
            "phone": "",
            "contact": "lea@example.com",
            "text": "Avez-vous la veste en taille 42 ?",
            "when": "",
            "asked_at": ago(9_000),
            "state": "open",
            "done_at": None,
        },
    ]


def hours_of_day() -> list[Fields]:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=9)
    asked = (2, 5, 9, 12, 8, 6, 11, 7, 4)
    waits = (18.0, 24.0, 41.0, 95.0, 38.0, 22.0, 64.0, 30.0, 21.0)
    return [
        {
            "hour": (start + timedelta(hours=n)).isoformat().replace("+00:00", "Z"),
            "asked": count,
            "claimed": count - (n % 3 == 2),
            "service_level": 0.8,
            "wait_p50": waits[n],
            "wait_p95": waits[n] * 2.6,
        }
        for n, count in enumerate(asked)
    ]


def figures() -> Fields:
    counts = lambda **rows: [{"name": name, "count": count} for name, count in rows.items()]  # noqa: E731
    return {
        "from": ago(40_000),
        "to": ago(0),
        "level_seconds": 60,
        "now": {"waiting": 3, "longest_wait_seconds": 190.0, "with_agents": 1, "snoozed": 0, "callbacks_open": 2}
        | {"open": True},
        "asked": 64,
        "claimed": 61,
        "left_before": 3,
        "service_level": 0.83,
        "wait": {"p50": 31.0, "p95": 140.0, "n": 61},
        "handle": {"p50": 300.0, "p95": 910.0, "n": 54},
        "first_reply": {"p50": 22.0, "p95": 75.0, "n": 58},
        "by_hour": hours_of_day(),
        "by_channel": [
            {"name": name, "asked": n, "claimed": n} for name, n in (("web", 30), ("mobile", 18), ("call", 9))
        ],
        "reasons": counts(asked=31, policy_refusal=14, angry=9, unclear=7, high_value=3),
        "rules": counts(asked=31),
        "outcomes": counts(solved=41, call_back=7, not_solved=4, spam=2),
        "suggestions": {"made": 120, "used": 74, "unedited": 41, "edit_distance_p50": 14},
        "agents": [
            {"agent_id": "ada", "claimed": 9, "handle_p50": 280.0, "solved": 7},
            {"agent_id": "ben", "claimed": 14, "handle_p50": 240.0, "solved": 12},
        ],
    }
