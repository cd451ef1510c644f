"""What conversations could teach, at the fake desk: the real tables, in memory, filled by hand. Above: fake_desk."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from assistant.desk.tables import stamp
from assistant.feedback.candidates import Candidate
from assistant.feedback.episodes import Line
from assistant.feedback.fitting import Unfit
from assistant.feedback.learned_sets import LearnedSets
from assistant.feedback.opening import open_sets
from assistant.feedback.proposing import labels
from assistant.feedback.reviewing import Changes, Reviewed
from assistant.sealing.ports import Unsealed


def said(*lines: str) -> tuple[Line, ...]:
    return tuple(Line(who="assistant" if n % 2 else "customer", text=text) for n, text in enumerate(lines))


CANDIDATES = (
    Candidate(
        conversation_id="c_1", seq=4, kind="not_found", language="en", channel="web", becomes="synonym", text="bolster",
        better="meditation cushion", label="find_products",
        exchange=said(
            "do you have a bolster for yoga?", "I have found nothing called “bolster”. Nearest to it are yoga mats.",
            "ok, a meditation cushion then", "Here are 4 meditation cushions, the cheapest at $29.00.",
        ),
    ),
    Candidate(
        conversation_id="c_2", seq=9, kind="rephrased", language="de", channel="mobile", becomes="reader_example",
        text="krieg ich mein geld wieder wenns nich passt", better="kann ich es zurückgeben", label="policy",
        exchange=said("krieg ich mein geld wieder wenns nich passt", "Das habe ich nicht verstanden.", "kann ich es zurückgeben"),
    ),
    Candidate(
        conversation_id="c_3", seq=6, kind="thumb_down", language="en", channel="kiosk", becomes="eval_case",
        text="something warm for a toddler, not wool", label="find_products",
        exchange=said("something warm for a toddler, not wool", "Here are 6 wool sweaters for men:"),
    ),
    Candidate(
        conversation_id="c_4", seq=12, kind="agent_edit", language="en", channel="web", becomes="writer_example",
        text="Your order was cancelled.", better="Done: I have cancelled it for you, and the refund is on its way.",
        exchange=(Line(who="draft", text="Your order was cancelled."),
                  Line(who="agent", text="Done: I have cancelled it for you, and the refund is on its way.")),
    ),
    Candidate(
        conversation_id="c_5", seq=8, kind="handoff", language="fr", channel="call", becomes="eval_case", reason="unclear",
        text="c'est pour le truc de l'autre jour", exchange=said("c'est pour le truc de l'autre jour", "Je vous passe quelqu’un."),
    ),
    Candidate(
        conversation_id="c_6", seq=5, kind="thumb_up", language="es", channel="web", becomes="eval_case",
        text="¿abrís el domingo en Portland?", label="find_store", conditions="stores: {min: 1}",
        exchange=said("¿abrís el domingo en Portland?", "Sí, de 10 a 18 horas."),
    ),
)  # fmt: skip


def furnished_sets() -> LearnedSets:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    sets = open_sets(engine, Unsealed())
    earlier = Candidate(
        conversation_id="c_0", seq=3, kind="not_found", language="en", channel="web", becomes="synonym",
        text="divan", better="sofa", exchange=said("a divan", "Nothing found."),
    )  # fmt: skip
    sets.reviewing.keep("c_0", [earlier])
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    kept = sets.reviewing.listed("open")[0].candidate_id
    sets.reviewing.decide(kept, "accepted", by="ada", at=stamp(at))
    sets.make(by="ada", at=at)
    sets.promote(1, by="ben", at=at, reason="buyers asked")
    for one in CANDIDATES:
        sets.reviewing.keep(one.conversation_id, [one])
    return sets


def add_review(app: FastAPI, desk: Any) -> None:
    def of_desk() -> LearnedSets:
        if desk.sets is None:
            desk.sets = furnished_sets()
        sets: LearnedSets = desk.sets
        return sets

    @app.get("/v1/desk/feedback")
    async def review(state: str = "open", kind: str = "") -> dict[str, Any]:
        sets = of_desk()
        found = sets.reviewing.listed(state, kind=kind)  # type: ignore[arg-type]
        return {
            "candidates": [told(one) for one in found], "counts": sets.reviewing.counts(), "kinds": sets.reviewing.kinds(),
            "labels": labels(), "sets": [asdict(one) for one in sets.sets()], **asdict(sets.standing()),
            "acts": [asdict(one) for one in sets.acts()],
        }  # fmt: skip

    @app.post("/v1/desk/feedback/sets")
    async def make() -> dict[str, Any]:
        made = of_desk().make(by="ada", at=datetime.now(UTC))
        return {"number": made.number, "label": made.label, "counts": made.counts()}

    @app.post("/v1/desk/feedback/{candidate_id}")
    async def decide(candidate_id: str, request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("POST", f"/feedback/{candidate_id}", json.dumps(body)))
        changes = Changes(**{name: value for name, value in body.items() if name != "state"})
        try:
            at = stamp(datetime.now(UTC))
            return JSONResponse(
                told(of_desk().reviewing.decide(candidate_id, body["state"], by="ada", at=at, changes=changes))
            )
        except Unfit as error:
            return JSONResponse({"code": f"unfit_{error.field}", "detail": str(error)}, 422)

    @app.get("/v1/desk/analytics/drift")
    async def drift() -> dict[str, Any]:
        rows: list[tuple[str, float | None, str, list[tuple[str, float, float]]]] = [
            ("languages", 0.31, "drifted", [("de", 0.12, 0.34), ("en", 0.7, 0.51)]),
            ("channels", 0.14, "shifted", [("mobile", 0.2, 0.31)]),
            ("intents", 0.04, "same", []),
            ("queries", 0.02, "same", []),
            ("not_understood", 0.11, "shifted", [("none", 0.8, 0.7)]),
            ("latency", 0.01, "same", []),
            ("thumbs", None, "not_measured", []),
        ]
        named = [
            {"of": of, "psi": psi, "verdict": verdict, "before": 320, "now": 310, "moved": moved}
            for of, psi, verdict, moved in rows
        ]
        return {"at": stamp(datetime.now(UTC)), "days": 7, "rows": named}


def told(one: Reviewed) -> dict[str, Any]:
    plain = asdict(one)
    return {**plain.pop("candidate"), **plain}
