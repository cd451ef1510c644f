"""Route × role × own, free, a colleague's, foreign, missing: what each answers, generated from the app's router.

What is expected is what `authority.permit` says; that it says the right things, `tests/assistant/test_authority.py` asks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from assistant.acts import Act
from assistant.authority import AGENTS, RULES, Decision, Role, Thing, admit, permit
from assistant.events import ConversationId
from channels import front_door
from channels.acts import ACTS, ActMissing, declare_acts, routes_of
from channels.admin_rest import _control
from channels.desk.door import signed_in
from channels.sight.operator_door import operator
from tests.security.matrix_house import MISSING, Everybody, cheap_passwords, everybody

pytestmark = pytest.mark.anyio

STRANGERS = (Role.ANONYMOUS, Role.OPERATOR, Role.PROGRAM, Role.SITE)
HOLDERS = (Role.CUSTOMER, Role.SCREEN)
DESK = (Role.NEWCOMER, *AGENTS)
ASKING = (*STRANGERS, *HOLDERS, *DESK)
STATUS = {
    Decision.UNKNOWN: 401,
    Decision.NOT_THERE: 404,
    Decision.ROLE_TOO_LOW: 403,
    Decision.MUST_CHANGE: 403,
    Decision.OWN_DEVICE: 409,
    Decision.NOT_CLAIMED: 409,
    Decision.CLAIMED: 409,
}
CUSTOMERS_PATH = "/v1/conversations/{conversation_id}"
DESKS_PATH = "/v1/desk/conversations/{conversation_id}"
ANYBODYS = {act for act, rule in RULES.items() if Role.ANONYMOUS in rule}
CARRIERS = {act for act, rule in RULES.items() if set(rule) == {Role.CARRIER}}
ROUTES = {name: act for name, act in ACTS.items() if not name.startswith("WS ")}
GUARDED = {name: act for name, act in ROUTES.items() if act not in ANYBODYS | CARRIERS}
OPEN_ROUTES = {name for name, act in ROUTES.items() if act in ANYBODYS}

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
PUSH = {"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "a" * 87, "auth": "b" * 22}}
REPLY = {"shortcut": "hello", "texts": {"en": "hi"}}
BODIES: dict[str, Any] = {
    f"POST {CUSTOMERS_PATH}/messages": {"client_id": "m1", "text": "hi"},
    f"POST {CUSTOMERS_PATH}/actions": {"client_id": "a1", "action": "talk_to_human", "arguments": {}},
    f"POST {CUSTOMERS_PATH}/feedback": {"about_seq": 1, "rating": "up"},
    f"POST {CUSTOMERS_PATH}/interrupt": {"turn_id": "t_1"},
    f"POST {CUSTOMERS_PATH}/sign_in": {"email": "maya@example.com"},
    f"POST {CUSTOMERS_PATH}/sign_in/confirm": {"code": "123456"},
    f"POST {CUSTOMERS_PATH}/push_subscriptions": PUSH,
    f"POST {CUSTOMERS_PATH}/push_subscriptions/forget": {"endpoint": PUSH["endpoint"]},
    "POST /v1/desk/password": {"old": "no", "new": "a password nobody has"},
    "POST /v1/desk/agents": {"id": "new-one", "role": "agent"},
    "POST /v1/desk/agents/{agent_id}/role": {"role": "agent"},
    "PUT /v1/desk/me": {"status": "available"},
    "POST /v1/desk/replies": REPLY,
    "PUT /v1/desk/replies/{reply_id}": REPLY,
    "POST /v1/desk/callbacks/{callback_id}/done": {"outcome": "reached"},
    f"POST {DESKS_PATH}/transfer": {"to": {"queue": True}, "reason": "lunch"},
    f"POST {DESKS_PATH}/snooze": {"until": SOON},
    f"POST {DESKS_PATH}/close": {"outcome": "solved"},
    f"POST {DESKS_PATH}/messages": {"client_id": "d1", "text": "hello"},
    f"POST {DESKS_PATH}/notes": {"text": "a note"},
    f"POST {DESKS_PATH}/actions": {"action": "add_to_cart", "arguments": {}},
    f"POST {DESKS_PATH}/whispers": {"text": "psst"},
    f"POST {DESKS_PATH}/translations": {"text": "hello", "to": "de"},
    f"POST {DESKS_PATH}/call/transfer": {"to": "+4930123456"},
    "POST /v1/admin/models/canary/start": {"version": "writer@2", "share": 0.1},
    "POST /v1/admin/models/{kind}/promote": {"version": "writer@2"},
}
QUERIES = {"GET /v1/desk/search": "?q=x"}
NAMES = {"agent_id": "nobody", "kind": "model", "reply_id": "r_none", "callback_id": "cb_none"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def all_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Everybody]:
    cheap_passwords(monkeypatch)
    limits = {"messages_per_minute": 100_000, "messages_at_once": 100_000, "token_days": 1}
    async with everybody(tmp_path, **limits) as made:
        yield made


async def ask(everyone: Everybody, name: str, headers: dict[str, str], **names: str) -> httpx.Response:
    method, _, template = name.partition(" ")
    known = {**NAMES, **names}
    path = re.sub(r"\{(\w+)(?::path)?\}", lambda found: known.get(found[1], "1"), template) + QUERIES.get(name, "")
    if name.endswith("/stream"):
        everyone.app.state.front_door.stopping.set()  # so that a stream that opens ends
    try:
        return await everyone.http.request(method, path, headers=headers, json=BODIES.get(name, {}))
    finally:
        everyone.app.state.front_door.stopping.clear()


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that a stranger can see of an answer, but when it was."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in ("date", "x-request-id"))
    return answer.status_code, tuple(headers), answer.content


# -- declared ------------------------------------------------------------------------------------------------------------


async def test_every_route_that_is_served_is_an_act_and_no_line_is_left_over(all_of: Everybody) -> None:
    served = [name for name, _ in routes_of(all_of.app)]
    assert sorted(served) == sorted(set(served)), "a route is served twice"
    assert set(served) == set(ACTS)


async def test_a_route_without_an_act_stops_the_start(all_of: Everybody) -> None:
    async def back_door() -> None:
        """Nobody has said who may."""

    all_of.app.add_api_route("/v1/back_door", back_door, methods=["GET"])
    with pytest.raises(ActMissing, match="GET /v1/back_door"):
        declare_acts(all_of.app)


async def test_a_guarded_route_stands_behind_the_door_of_its_act(all_of: Everybody) -> None:
    """Its function is not reached but through the dependency that asks the policy."""
    doors = {
        front_door._granted: Role.CUSTOMER,
        signed_in: Role.ADMIN,
        _control: Role.OPERATOR,
        operator: Role.OPERATOR,
    }
    seen = 0
    for context in iter_route_contexts(all_of.app.routes):
        dependant = getattr(context, "dependant", None)
        if dependant is None:
            continue
        behind = {role for call, role in doors.items() if call in _calls(dependant)}
        for method in set(context.methods or ()) - {"HEAD"}:
            act = ACTS[f"{method} {context.path}"]
            if act in ANYBODYS | CARRIERS:
                assert not behind
            else:
                assert len(behind) == 1 and admit(*behind, act) is Decision.ALLOWED, f"{method} {context.path}"
                seen += 1
    assert seen == len(GUARDED)


def _calls(dependant: Any) -> set[Any]:
    return {dependant.call, *(call for each in dependant.dependencies for call in _calls(each))}


# -- customers' routes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ASKING)
async def test_customers_routes(all_of: Everybody, role: Role) -> None:
    counted: Counter[str] = Counter()
    for name, act in GUARDED.items():
        if not name.partition(" ")[2].startswith(CUSTOMERS_PATH):
            continue
        for thing in (Thing.OWN, Thing.FOREIGN, Thing.MISSING):
            await _customers_cell(all_of, role, name, act, thing)
            counted[thing] += 1
    assert counted[Thing.OWN] >= 15


async def _customers_cell(all_of: Everybody, role: Role, name: str, act: Act, thing: Thing) -> None:
    own = await all_of.conversation()
    other = await all_of.conversation()
    headers = all_of.headers(role)
    if role in HOLDERS:
        headers = {"Authorization": f"Bearer {all_of.token(own, 'kiosk' if role is Role.SCREEN else 'web')}"}
    asked = {Thing.OWN: own, Thing.FOREIGN: other, Thing.MISSING: ConversationId(MISSING)}[thing]
    before = (await all_of.house.assistant.state(other)).last_seq
    answer = await ask(all_of, name, headers, conversation_id=asked)
    decision = permit(role, act, Thing.FOREIGN if thing is Thing.MISSING else thing)
    cell = f"{name} as {role} of {thing}: {answer.status_code} {answer.text[:200]}"
    if decision is Decision.ALLOWED:
        assert (answer.status_code not in (401, 403) and answer.status_code < 500) or answer.status_code == 501, cell
    elif thing is Thing.OWN and decision is Decision.OWN_DEVICE:
        assert answer.status_code == 409, cell
    else:
        assert answer.status_code == 401, cell
    assert (await all_of.house.assistant.state(other)).last_seq == before, f"{cell}: it wrote"


@pytest.mark.parametrize("role", HOLDERS)
async def test_foreign_and_missing_are_answered_alike_to_the_byte(all_of: Everybody, role: Role) -> None:
    own, other = await all_of.conversation(), await all_of.conversation()
    headers = {"Authorization": f"Bearer {all_of.token(own, 'kiosk' if role is Role.SCREEN else 'web')}"}
    for name in GUARDED:
        if name.partition(" ")[2].startswith(CUSTOMERS_PATH):
            answers = {
                told(await ask(all_of, name, headers, conversation_id=one)) for one in (other, MISSING, "c_1", "*")
            }
            assert len(answers) == 1, name


async def test_a_token_that_is_wrong_is_answered_as_none(all_of: Everybody) -> None:
    own = await all_of.conversation()
    good = all_of.token(own)
    wrong = (
        "", "x", good[:-2] + "xx", good + "x", all_of.keys[Role.AGENT], all_of.keys[Role.SITE], MISSING, "a" * 9_000,
    )  # fmt: skip
    for name in GUARDED:
        if name.partition(" ")[2].startswith(CUSTOMERS_PATH):
            none = told(await ask(all_of, name, {}, conversation_id=own))
            for key in wrong:
                given = told(await ask(all_of, name, {"Authorization": f"Bearer {key}"}, conversation_id=own))
                assert given == none, f"{name} with {key[:20]!r}"


# -- the desk's ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ASKING)
async def test_the_desks_routes(all_of: Everybody, role: Role) -> None:
    cells = 0
    for name, act in GUARDED.items():
        path = name.partition(" ")[2]
        if not path.startswith("/v1/desk"):
            continue
        for thing in _things(path):
            await _desks_cell(all_of, role, name, act, thing)
            cells += 1
    assert cells > 100


def _things(path: str) -> tuple[Thing, ...]:
    if "{conversation_id}" in path or "{callback_id}" in path:
        return (Thing.OWN, Thing.FREE, Thing.ANOTHERS, Thing.MISSING)
    return (Thing.OWN, Thing.MISSING) if "{reply_id}" in path else (Thing.NOTHING,)


async def _desks_cell(all_of: Everybody, role: Role, name: str, act: Act, thing: Thing) -> None:
    as_agent = role if role in AGENTS else Role.AGENT
    names: dict[str, str] = {}
    if "{conversation_id}" in name:
        names["conversation_id"] = await all_of.standing(as_agent, thing)
    if "{callback_id}" in name:
        names["callback_id"] = await all_of.callback(as_agent, thing)
    if "{reply_id}" in name:
        names["reply_id"] = await all_of.reply(as_agent, thing)
    headers = all_of.headers(role)
    if act in (Act.SIGN_OUT_AS_AGENT, Act.CHANGE_PASSWORD) and admit(role, act) is Decision.ALLOWED:
        headers = _of_a_new_account(all_of, role)
    answer = await ask(all_of, name, headers, **names)
    decision = permit(role, act, thing) if admit(role, act) is Decision.ALLOWED else admit(role, act)
    if act is Act.WAKE and thing in (Thing.FREE, Thing.ANOTHERS) and decision is not Decision.ALLOWED:
        decision = admit(role, act)  # it was not laid aside: there is nothing to wake
    cell = f"{name} as {role} of {thing}: {answer.status_code} {answer.text[:200]}"
    if decision is Decision.ALLOWED:
        refused = act is Act.CHANGE_PASSWORD and answer.status_code == 401  # by the password, which is another's
        assert refused or answer.status_code not in (401, 403, 500), cell
        assert thing not in (Thing.FREE, Thing.ANOTHERS) or answer.json().get("code") not in (
            "claimed",
            "not_claimed",
        ), cell
    else:
        assert answer.status_code == STATUS[decision], cell


def _of_a_new_account(all_of: Everybody, role: Role) -> dict[str, str]:
    door = all_of.app.state.desk_door
    name = f"once-{role.value}"
    if door.accounts.find(name) is None:
        once = door.accounts.add(name, shown=name, role="agent" if role is Role.NEWCOMER else role.value)
        if role is not Role.NEWCOMER:
            door.accounts.change_password(name, once, f"the password of {name}")
    door.tokens.forget(name)
    return {"Authorization": f"Bearer {door.tokens.issue(door.accounts.find(name))}"}


async def test_an_agent_does_not_take_what_a_colleague_laid_aside(all_of: Everybody) -> None:
    mine = await all_of.standing(Role.SUPERVISOR, Thing.OWN)
    laid = await ask(all_of, f"POST {DESKS_PATH}/snooze", all_of.headers(Role.SUPERVISOR), conversation_id=mine)
    assert laid.status_code == 200, laid.text
    name = f"DELETE {DESKS_PATH}/snooze"
    assert (await ask(all_of, name, all_of.headers(Role.AGENT), conversation_id=mine)).json()["code"] == "claimed"
    assert (await ask(all_of, name, all_of.headers(Role.ADMIN), conversation_id=mine)).status_code == 200


async def test_ids_of_no_form_are_not_there(all_of: Everybody) -> None:
    odd = (
        "c_1",
        "c_" + "Z" * 24,
        "%00",
        "..%2F..%2Fetc",
        "c_" + "0" * 24 + "%0A",
        "%F0%9F%92%A9",
        "a" * 127,
        "note:1",
        "'--",
    )
    headers = all_of.headers(Role.ADMIN)
    for name in GUARDED:
        path = name.partition(" ")[2]
        if path.startswith(DESKS_PATH) or "{callback_id}" in path or "{reply_id}" in path:
            for one in odd:
                answer = await ask(all_of, name, headers, conversation_id=one, callback_id=one, reply_id=one)
                assert answer.status_code in (404, 422), f"{name} {one!r}: {answer.status_code} {answer.text[:200]}"


# -- the operator's, the carriers', everybody's ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ASKING)
async def test_the_operators_routes(all_of: Everybody, role: Role) -> None:
    for name in (one for one in GUARDED if one.partition(" ")[2].startswith("/v1/admin")):
        answer = await ask(all_of, name, all_of.headers(role))
        allowed = permit(role, GUARDED[name], Thing.NOTHING) is Decision.ALLOWED
        assert (answer.status_code != 401) is allowed, f"{name} as {role}: {answer.status_code}"
        assert answer.status_code < 500


@pytest.mark.parametrize("role", ASKING)
async def test_carriers_routes_are_shut_without_a_carrier_and_open_to_nobodys_token(
    all_of: Everybody, role: Role
) -> None:
    for name in (one for one, act in ROUTES.items() if act in CARRIERS):
        assert (await ask(all_of, name, all_of.headers(role))).status_code in (404, 401, 403), name


async def test_no_route_is_left_out(all_of: Everybody) -> None:
    """Every guarded route is in one of the matrices above."""
    kinds = (CUSTOMERS_PATH, "/v1/desk", "/v1/admin")
    assert [name for name in GUARDED if not name.partition(" ")[2].startswith(kinds)] == []
    assert len(OPEN_ROUTES) + len(GUARDED) + sum(act in CARRIERS for act in ROUTES.values()) == len(ROUTES)


@pytest.mark.parametrize("host", ["evil.example", "x.y/public?", "aisle.test/v1/shop?", "a@b", "[::1]", "v1:80#"])
async def test_a_host_header_opens_nothing(all_of: Everybody, host: str) -> None:
    own = await all_of.conversation()
    for name in GUARDED:
        answer = await ask(all_of, name, {"Host": host}, conversation_id=own)
        assert answer.status_code == 401, f"{name}: {answer.status_code}"


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ff", "%c0%ae", "%ed%a0%80"])
async def test_an_address_that_is_no_text_names_nothing(all_of: Everybody, odd: str) -> None:
    for path in (
        "/v1/products/{}",
        "/v1/stores/{}/floor_plan",
        "/v1/desk/conversations/{}",
        "/p/{}",
        "/v1/conversations/{}",
    ):
        answer = await all_of.http.get(path.format(odd), headers=all_of.headers(Role.ADMIN))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    answer = await all_of.http.get(f"/v1/products?q={odd}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
