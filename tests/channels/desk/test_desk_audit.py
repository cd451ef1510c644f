"""What is done and seen at the desk is written down: every call is in the table or says why not, and leaves what it should."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy.exc import OperationalError

from assistant.audit.acts import Act
from assistant.audit.audit_tables import ENTRIES
from assistant.audit.noting import seen
from assistant.audit.reading import Recorded, Sought, newest
from assistant.audit.verifying import verify
from assistant.tools.policy import WRITES
from channels.acts import DESK_FRAME_ACTS
from channels.desk import accounts as module
from channels.desk.audit_rules import FRAMES, NEEDS_NONE, RULES
from channels.desk.audited import audited_names
from tests.channels.desk.test_desk_channel import AgentClient, admin_of, agent_of, hand_over
from tests.channels.house import Opened, Served, build_house, serving

pytestmark = pytest.mark.anyio

SAID = "my name is Canary Vale and my card is 4111"


class NothingBeside:
    """A copilot that knows nobody."""

    translator = None

    async def known(self, conversation: str) -> None:
        seen("u_7", "orders")  # as identity's door says it

    async def summary(self, conversation: str) -> str:
        return ""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COST", 2**4)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, hand_over)) as running:
        yield running


@pytest.fixture
async def ada(served: Served) -> AgentClient:
    return await admin_of(served)


@pytest.fixture
async def ben(served: Served, ada: AgentClient) -> AgentClient:
    return await agent_of(served, ada, "ben")


def entries(served: Served, **sought: str) -> list[Recorded]:
    """The oldest first."""
    return [one for _, one in newest(served.house.tables, Sought(**sought), limit=500)][::-1]


async def waiting(served: Served) -> Opened:
    customer = await served.start()
    await customer.say(SAID, "m1")
    return customer


async def test_every_call_of_the_desk_and_the_operator_leaves_an_entry_or_says_why_not(served: Served) -> None:
    served_names = set(audited_names(served.app))
    declared = {*RULES, *NEEDS_NONE}
    assert served_names - declared == set(), "say in channels/desk/audit_rules.py what they leave"
    assert declared - served_names == set(), "these are not served any more"
    assert not {*RULES} & {*NEEDS_NONE}
    assert all(NEEDS_NONE.values())


def test_every_frame_of_the_desks_socket_leaves_an_entry_or_is_declared_to_need_none() -> None:
    assert set(FRAMES) == set(DESK_FRAME_ACTS)


def test_every_rule_is_of_the_closed_set_of_acts() -> None:
    used = {rule.act for rule in RULES.values()} | {rule.refused for rule in RULES.values() if rule.refused}
    assert used <= set(get_args(Act))


def test_every_writing_tool_passes_the_one_door_that_is_audited() -> None:
    from assistant.audit.audited_tools import AuditedTools
    from assistant.tools.service import ServiceTools
    from assistant.tools.session import ToolSession

    assert WRITES
    assert AuditedTools.execute is not ServiceTools.execute
    assert "tools.execute" in _source(ToolSession.execute)  # all writing tools are this one call


def _source(function: Any) -> str:
    import inspect

    return inspect.getsource(function)


async def test_looking_at_a_conversation_is_written_down_before_it_is_shown(served: Served, ben: AgentClient) -> None:
    customer = await waiting(served)
    served.house.copilot = NothingBeside()
    shown = await ben.get(f"/conversations/{customer.conversation_id}")
    assert shown.status_code == 200, shown.text
    [looked] = entries(served, act="conversation_read")
    assert (looked.who, looked.what) == ("ben", f"conversation:{customer.conversation_id}")
    assert looked.details["seen:u_7"] == ["orders"]
    assert [one.who for one in entries(served, whose="u_7")] == ["ben"]


async def test_a_working_day_leaves_its_acts_in_order_and_no_words(
    served: Served, ben: AgentClient, tmp_path: Path
) -> None:
    customer = await waiting(served)
    here = f"/conversations/{customer.conversation_id}"
    await ben.get("/queue")
    await ben.post(f"{here}/claim", {})
    await ben.post(f"{here}/messages", {"client_id": "a1", "text": "Hello Canary Vale"})
    await ben.post(f"{here}/notes", {"text": "Canary Vale is upset"})
    await ben.get("/search?q=Canary+Vale")
    await ben.post(f"{here}/close", {"outcome": "solved", "note": "Canary Vale is glad"})
    await ben.post("/sign_out", {})
    acts = [one.act for one in entries(served, who="ben")]
    wanted = ["queue_read", "conversation_claimed", "message_sent", "note_written", "archive_searched"]
    assert acts[-len(wanted) - 2 :] == [*wanted, "conversation_closed", "signed_out"]
    everything = json.dumps([str(one) for one in entries(served)])
    assert "Canary" not in everything and "4111" not in everything
    sent = next(one for one in entries(served, act="message_sent"))
    assert sent.details["seq"] > 1
    found = next(one for one in entries(served, act="archive_searched"))
    assert found.details["q"].startswith("h:") and customer.conversation_id in str(found.details)
    assert verify(served.house.tables, served.app.state.desk_door.audit.chain.ring).holds


async def test_what_was_refused_is_written_with_its_reason(served: Served, ada: AgentClient, ben: AgentClient) -> None:
    customer = await waiting(served)
    here = f"/conversations/{customer.conversation_id}"
    await ada.post(f"{here}/claim", {})
    await ben.post(f"{here}/claim", {})
    await ben.get("/agents")
    assert [(one.act, one.result) for one in entries(served, who="ben")][-2:] == [
        ("conversation_claimed", "claimed"),
        ("accounts_read", "role_too_low"),
    ]


async def test_a_refused_sign_in_names_an_account_and_digests_what_is_none(served: Served, ada: AgentClient) -> None:
    for name in ("admin", "hunter2-my-password"):
        await served.http.post("/v1/desk/sign_in", json={"name": name, "password": "wrong wrong wrong"})
    known, unknown = entries(served, act="sign_in_refused")
    assert known.who == "admin" and known.result == "sign_in_refused"
    assert unknown.who.startswith("h:")


async def test_a_stranger_without_a_token_cannot_fill_the_log(served: Served) -> None:
    before = len(entries(served))
    for path in ("/queue", "/search?q=x", "/conversations/c_1"):
        assert (await served.http.get(f"/v1/desk{path}")).status_code == 401
    assert len(entries(served)) == before


async def test_accounts_and_roles_are_written_down_with_who_and_what(
    served: Served, ada: AgentClient, ben: AgentClient
) -> None:
    await ada.post("/agents/ben/role", {"role": "supervisor"})
    await ada.call("DELETE", "/agents/ben")
    added, changed, removed = (
        next(one for one in entries(served, act=act)) for act in ("account_added", "role_changed", "account_removed")
    )
    assert (added.who, added.details["id"], added.details["role"]) == ("admin", "ben", "agent")
    assert (changed.what, changed.details["role"]) == ("account:ben", "supervisor")
    assert removed.what == "account:ben"


async def test_where_nothing_can_be_written_down_nothing_is_shown_and_nothing_done(
    served: Served, ben: AgentClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await waiting(served)
    chain = served.app.state.desk_door.audit.chain

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(type(chain), "_append", full)
    first = await ben.get("/queue")
    then = await ben.post(f"/conversations/{customer.conversation_id}/claim", {})
    assert [first.status_code, then.status_code] == [503, 503]
    assert then.json()["code"] == "audit_unavailable"
    monkeypatch.undo()
    monkeypatch.setattr(module, "_COST", 2**4)
    await served.app.state.desk_door.audit.flush()
    again = await ben.get("/queue")
    assert again.json()["conversations"][0]["status"] == "waiting_for_agent"


async def test_a_screen_and_each_conversation_that_it_watches_are_written_down(
    served: Served, ben: AgentClient
) -> None:
    customer = await waiting(served)
    async with ben.socket() as screen:
        await screen.send(type="watch", conversation_id=customer.conversation_id, after=0)
        await screen.until("live")
    opened, looked = entries(served, who="ben")[-2:]
    assert (opened.act, looked.act, looked.why) == ("screen_opened", "conversation_read", "watching")
    assert looked.what == f"conversation:{customer.conversation_id}"


def test_the_log_keeps_no_column_for_words() -> None:
    assert {column.name for column in ENTRIES.columns} == {
        *("lane", "seq", "at", "key", "who_kind", "who", "act", "what", "whose", "why", "result", "details", "link")
    }
