"""The audit log and the lineage of replies at the fake desk. Above: fake_desk. Below: its scenes."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from assistant.audit.acts import ACTS, DISCLOSING
from tests.ui import fake_desk_talks as scenes

Fields = dict[str, Any]
_ROWS: tuple[tuple[str, str, str, str, str, str, str, str, Fields], ...] = (
    ("0/91", "agent", "ada", "conversation_read", "conversation:c_tents", "marta", "claimed", "done", {"after": 0}),
    ("0/90", "agent", "ada", "conversation_claimed", "conversation:c_tents", "marta", "", "done", {}),
    ("0/89", "agent", "ben", "accounts_read", "", "", "", "role_too_low", {}),
    (
        "0/88",
        "assistant",
        "",
        "tool_done",
        "order:O-1042",
        "marta",
        "confirmation:y_3",
        "done",
        {"tool": "cancel_order"},
    ),
    (
        "0/87",
        "assistant",
        "",
        "customer_read",
        "conversation:c_tents",
        "marta",
        "turn:t1",
        "done",
        {"seen": ["orders"]},
    ),
    ("0/86", "agent", "ben", "archive_searched", "", "", "", "done", {"q": "h:9f2c", "past[].customer_id": ["lea"]}),
    ("0/85", "operator", "root", "model_changed", "model:model", "", "promoted", "done", {"version": "writer@2"}),
    ("0/84", "agent", "h:77ab01", "sign_in_refused", "", "", "password", "sign_in_refused", {}),
    ("0/83", "system", "", "opened", "", "", "server", "done", {"release": "0.1.0"}),
)


def entries() -> list[Fields]:
    names = ("place", "who_kind", "who", "act", "what", "whose", "why", "result", "details")
    return [
        {**dict(zip(names, row, strict=True)), "at": scenes.ago(40.0 * n), "discloses": row[3] in DISCLOSING}
        for n, row in enumerate(_ROWS)
    ]


def add_audit(app: FastAPI, desk: Any) -> None:
    @app.get("/v1/desk/audit")
    async def audit(request: Request) -> Fields:
        asked = {name: value for name, value in request.query_params.items() if name in ("who", "whose", "act")}
        desk.calls.append(("GET", f"/audit?{request.query_params}", ""))
        found = [one for one in entries() if all(one[name] == value for name, value in asked.items())]
        before = "" if asked or request.query_params.get("before") else "1.0.83"
        return {"entries": found, "before": before, "acts": list(ACTS)}

    @app.get("/v1/desk/audit/export")
    async def export() -> Response:
        return PlainTextResponse("".join(json.dumps(one) + "\n" for one in entries()), media_type="application/jsonl")

    @app.get("/v1/desk/conversations/{name}/replies/{seq}/lineage")
    async def lineage(name: str, seq: int) -> Fields:
        reply = next(event for event in desk.talks[name].events if event["seq"] == seq)
        shown = [{**one, "quote": one.get("subtitle", "")} for one in reply["data"].get("cards", [])]
        sources = [
            {
                "kind": one["kind"],
                "id": one.get("id", one["title"]),
                "title": one["title"],
                "quote": one["quote"],
                "version": "4f1c09a2b7de",
                "text": "Returns\nYou may return unworn goods within 30 days. The refund goes back the way you paid.",
                "now": "changed" if one["kind"] == "policy" else "same",
            }
            for one in [*reply["data"].get("citations", []), *shown]
        ]
        return {"conversation_id": name, "seq": seq, "sources": sources, "tools": [], "made_by": []}
