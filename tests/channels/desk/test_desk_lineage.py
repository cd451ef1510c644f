"""Why a reply was given, and the audit log, as the desk's calls tell them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from assistant.audit.reading import Sought, newest
from assistant.conversation import Conversation, Unanswered
from assistant.events import ASSISTANT, SYSTEM, AssistantSaid, ToolCalled, ToolReturned
from assistant.live_turn import LiveTurn
from assistant.shown import Citation
from channels.desk import accounts as module
from tests.channels.desk.test_desk_channel import AgentClient, admin_of, agent_of
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


async def sourced(conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
    live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="k1", name="policies", arguments={"asked": "returns"}))
    live.record(SYSTEM, ToolReturned(turn_id=live.id, call_id="k1", name="policies", result=["returns#0"]))
    return AssistantSaid(
        turn_id=live.id,
        text="Within 30 days.",
        language="en",
        citations=(Citation(kind="policy", id="returns#0", title="Returns", quote="Within 30 days."),),
        versions={"model": "template", "policy": "demo@1"},
        documents={"policy:returns#0": "4f1c09a2b7de"},
    )


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, sourced)) as running:
        yield running


@pytest.fixture
async def ada(served: Served) -> AgentClient:
    return await admin_of(served)


@pytest.fixture
async def ben(served: Served, ada: AgentClient) -> AgentClient:
    return await agent_of(served, ada, "ben")


async def test_a_reply_says_what_it_stands_on_and_the_look_is_written_down(served: Served, ben: AgentClient) -> None:
    customer = await served.start()
    events = (await customer.say("returns?", "m1"))["events"]
    seq = next(event["seq"] for event in events if event["type"] == "assistant_said")
    told = (await ben.get(f"/conversations/{customer.conversation_id}/replies/{seq}/lineage")).json()
    [source] = told["sources"]
    assert (source["quote"], source["version"], source["now"]) == ("Within 30 days.", "4f1c09a2b7de", "unknown")
    [tool] = told["tools"]
    assert tool["arguments"] == {"asked": "returns"} and tool["result"] == ["returns#0"]
    assert {one["part"]: one["version"] for one in told["made_by"]} == {"model": "template", "policy": "demo@1"}
    assert told["asked"] and told["milliseconds"] >= 0
    [(_, looked)] = newest(served.house.tables, Sought(act="lineage_read"), limit=5)
    assert (looked.who, looked.what) == ("ben", f"conversation:{customer.conversation_id}:{seq}")


async def test_what_is_no_reply_has_no_lineage(served: Served, ben: AgentClient) -> None:
    customer = await served.start()
    await customer.say("returns?", "m1")
    for place in (
        f"{customer.conversation_id}/replies/1",
        f"{customer.conversation_id}/replies/999",
        "c_none/replies/1",
    ):
        assert (await ben.get(f"/conversations/{place}/lineage")).status_code == 404


async def test_a_supervisor_reads_filters_and_exports_the_log_and_an_agent_does_not(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    await ben.get("/queue")
    assert (await ben.get("/audit")).status_code == 403
    told = (await ada.get("/audit?who=ben&limit=2")).json()
    assert [one["act"] for one in told["entries"]] == ["audit_read", "queue_read"]
    assert told["entries"][0]["result"] == "role_too_low" and told["entries"][1]["discloses"]
    older = (await ada.get(f"/audit?who=ben&limit=2&before={told['before']}")).json()["entries"]
    assert older and older[0]["place"] not in {one["place"] for one in told["entries"]}
    assert (await ada.get("/audit?before=nonsense")).status_code == 422
    lines = (await ada.get("/audit/export?who=ben")).text.splitlines()
    assert {json.loads(line)["who"] for line in lines} == {"ben"} and all("link" in json.loads(line) for line in lines)
    acts = [one.act for _, one in newest(served.house.tables, Sought(who="admin"), limit=2)]
    assert acts == ["data_exported", "audit_read"]
