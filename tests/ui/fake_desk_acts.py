"""What an agent does in a conversation of the fake desk, by the last word of its path. Above: fake_desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from tests.ui import fake_desk_talks as scenes

if TYPE_CHECKING:
    from tests.ui.fake_desk import FakeDesk

Fields = dict[str, Any]


async def claim(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    await desk.happen(name, "agent_joined", {"agent_id": "ada", "name": "Ada Lind"})
    await desk.queue(name, status="agent", agent={"agent_id": "ada", "name": "Ada Lind"})
    return {}


async def release(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    await desk.happen(name, "agent_left", {"agent_id": "ada", "name": "Ada Lind"})
    if body["to"] == "queue":
        await desk.happen(name, "handoff_requested", {"reason": "returned", "summary": ""})
        await desk.queue(name, status="waiting_for_agent", agent=None)
    else:
        await desk.tell({"type": "queue_left", "conversation_id": name})
    return {}


async def transfer(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    await desk.happen(name, "agent_left", {"agent_id": "ada", "name": "Ada Lind"})
    await desk.queue(name, status="waiting_for_agent", agent=None, for_agent={"agent_id": "ben", "name": "Ben Okafor"})
    return {}


async def snooze(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    await desk.happen(
        name, "conversation_snoozed", {"agent_id": "ada", "until": body["until"], "note": body.get("note", "")}
    )
    await desk.queue(name, snoozed_until=body["until"], snooze_note=body.get("note", ""))
    return {}


async def close(desk: FakeDesk, name: str, body: Fields, _: str) -> Any:
    if body["outcome"] == "other" and not body.get("note"):
        return JSONResponse({"code": "note_needed", "detail": "needs a note"}, 422)
    await desk.happen(name, "outcome_recorded", {"agent_id": "ada", "outcome": body["outcome"], "note": ""})
    await desk.happen(name, "conversation_closed", {"reason": body["outcome"]})
    await desk.tell({"type": "queue_left", "conversation_id": name})
    return {}


async def say(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    return {"seq": await desk.happen(name, "agent_said", {"agent_id": "ada", "text": body["text"]})}


async def note(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    return {"seq": await desk.happen(name, "note_added", {"agent_id": "ada", "text": body["text"], "kind": "note"})}


async def whisper(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    return {"seq": await desk.happen(name, "note_added", {"agent_id": "ada", "text": body["text"], "kind": "whisper"})}


async def suggest(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    made = {"suggestion_id": f"s{len(desk.calls)}", "text": "You have **30 days**.", "citations": [scenes.RETURNS]}
    return {"suggestions": [made]}


async def canned(desk: FakeDesk, name: str, body: Fields, reply: str) -> Fields:
    text = next(one["texts"]["en"] for one in desk.replies if one["reply_id"] == reply)
    filled = text.replace("{customer.first_name}", "Marta").replace("{agent.name}", "Ada")
    return {"text": filled, "language": "en", "missing": ["order.id"] if "{order.id}" in filled else []}


async def translate(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    return {"text": f"[{body['to']}] {body['text']}", "from": "de", "to": body["to"], "made_by": "fake"}


async def act(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    if body.get("sealed") or "cart" in body["action"] or body["action"] == "change_quantity":
        return {"title": "Done: " + body["action"].replace("_", " "), "lines": [], "done": True, "sealed": {}}
    lines = ["Fjellheim Rain Jacket, $149.95", "$214.90 goes back to Visa ending in 4242"]
    return {"title": "Cancel order #W5918442", "lines": lines, "done": False, "sealed": {"seal": 1}}


async def nothing(desk: FakeDesk, name: str, body: Fields, _: str) -> Fields:
    return {"seq": 0, "state": "dialing", "to": body.get("to", "")}


ACTS: dict[str, Any] = {
    "claim": claim,
    "release": release,
    "transfer": transfer,
    "snooze": snooze,
    "close": close,
    "messages": say,
    "notes": note,
    "whispers": whisper,
    "suggestions": suggest,
    "replies": canned,
    "translations": translate,
    "actions": act,
    "join": nothing,
    "call": nothing,
}
