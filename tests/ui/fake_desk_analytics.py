"""How conversations went, at the fake desk: a month of them, made by a rule. Above: fake_desk. Below: the real figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from assistant.analytics.fact_rows import FactRow
from assistant.analytics.measuring import figures_of
from assistant.desk.tables import stamp

NOW = datetime.now(UTC).replace(microsecond=0)
CHANNELS = ("web", "web", "mobile", "web", "call", "kiosk", "mobile", "text")
LANGUAGES = ("en", "en", "de", "en", "es", "en", "fr", "de")
INTENTS = (
    "find_products",
    "policy:returns",
    "track_order",
    "product_question",
    "find_store",
    "unclear",
    "change_order:cancel",
)
NOT_FOUND = [
    ("kayak", 41),
    ("electric scooter with removable battery", 23),
    ("ice axe", 12),
    ("left handed scissors", 3),
]


def conversation(n: int) -> FactRow:
    began = NOW - timedelta(days=n % 30, minutes=n * 7 % 600, hours=2)
    searches, opened = int(n % 5 != 0), n % 3 != 0
    person = n % 9 == 0
    return FactRow(
        conversation_id=f"c_{n}",
        started_at=stamp(began),
        last_at=stamp(began + timedelta(minutes=4)),
        person_mark="",
        channels=(CHANNELS[n % 8],),
        language=LANGUAGES[n * 3 % 8],
        store="",
        customer_turns=2 + n % 4,
        replies=2 + n % 4,
        latency_p50=0.1 + n % 7 / 20,
        latency_max=0.9,
        not_understood=int(n % 11 == 0),
        failed_turns=0,
        intents=tuple({INTENTS[n % 7], INTENTS[n * n % 7]}),
        handoff=("asked", "unclear", "injury")[n % 3] if person else "",
        asked_for_person=person,
        agent_joined=person,
        outcome="",
        thumbs_up=int(n % 4 == 1),
        thumbs_down=int(n % 13 == 2),
        last_thumb="down" if n % 13 == 2 else "up" if n % 4 == 1 else "",
        changes_done=int(n % 10 == 7),
        searches=searches,
        not_found=int(searches and n % 7 == 3),
        opened=opened,
        carted=opened and n % 4 == 2,
        checked_out=opened and n % 12 == 2,
        closed=False,
    )


def add_analytics(app: FastAPI, desk: Any) -> None:
    @app.get("/v1/desk/analytics")
    async def analytics(request: Request) -> dict[str, Any]:
        desk.calls.append(("GET", f"/analytics?{request.query_params}", ""))
        asked = request.query_params
        rows = [conversation(n) for n in range(getattr(desk, "conversations", 640))]
        rows = [row for row in rows if asked.get("channel", "") in ("", *row.channels)]
        rows = [
            row
            for row in rows
            if asked.get("language", "") in ("", row.language) and row.started_at >= asked["from"][:19]
        ]
        found = figures_of(rows, now=NOW, not_found=NOT_FOUND if rows else (), left_out=12 if rows else 0)
        return {"from": asked["from"], "to": stamp(NOW), "read_at": stamp(NOW), **asdict(found)}

    @app.get("/v1/desk/analytics/export")
    async def export() -> Response:
        return PlainTextResponse("conversation_id\nc_0\n", media_type="text/csv")
