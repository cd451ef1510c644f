"""One's own data over HTTP: choices, what is kept, a copy, its deletion; for whoever may, and on their own device."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import SystemClock
from assistant.events import Actor, ConsentChanged, CustomerIdentified, Draft
from assistant.memories import Memory
from assistant.privacy.choices import Choices
from assistant.privacy.consents import Consents
from assistant.privacy.erasure_requests import ErasureRequests
from assistant.privacy.exporting.gathering import Sources
from assistant.privacy.exporting.signing import verify
from assistant.privacy.holds import LegalHolds
from assistant.privacy.office import PrivacyOffice
from assistant.privacy.privacy_rules import read_rules
from tests.assistant.small_shop import SmallShop
from tests.channels.house import House, Opened, Served, build_house, serving

pytestmark = pytest.mark.anyio


class NoMemories:
    def of(self, owner: str) -> tuple[Memory, ...]:
        return ()

    def keep(self, memories: Any) -> None: ...

    def forget(self, owner: str, trait: str = "", value: str = "") -> int:
        return 0

    def close(self) -> None: ...


def office_of(house: House, forgotten: list[str]) -> PrivacyOffice:
    rules, clock = read_rules(house.settings.home), SystemClock()
    holds, erasures = LegalHolds(house.tables, clock), ErasureRequests(house.tables, clock)

    async def in_thread(call: Any) -> Any:
        return call()

    async def conversations_of(customer: str) -> tuple[str, ...]:
        return tuple(await house.store.conversations())

    async def forget(customer: str) -> int:
        forgotten.append(customer)
        return 1

    consents = Consents(rules=rules.consent, choices=Choices(house.tables, clock), shop=house.shop, in_thread=in_thread)
    sources = Sources(
        log=house.store,
        shop=house.shop,
        memories=NoMemories(),
        tables=house.tables,
        consents=consents,
        holds=holds,
        erasures=erasures,
        rules=rules,
        in_thread=in_thread,
        conversations_of=conversations_of,
        callbacks_of=lambda conversation: (),
        changes_of=lambda customer: (),
    )
    return PrivacyOffice(
        rules=rules,
        consents=consents,
        holds=holds,
        erasures=erasures,
        sources=sources,
        home=house.settings.home,
        clock=clock,
        in_thread=in_thread,
        forget=forget,
    )


@pytest.fixture
def forgotten() -> list[str]:
    return []


@pytest.fixture
async def served(tmp_path: Path, forgotten: list[str]) -> AsyncIterator[Served]:
    house = build_house(tmp_path, shop=SmallShop())
    house.privacy = office_of(house, forgotten)
    async with serving(house) as served:
        yield served


async def known(served: Served, opened: Opened, *, proven: bool) -> None:
    fact = CustomerIdentified(customer_id="maya", method="email", proven=proven)
    draft = Draft(fact=fact, actor=Actor(kind="customer", id="maya"), channel="web")
    await served.house.store.append(opened.conversation_id, [draft])  # type: ignore[arg-type]
    session = await served.house.assistant._sessions.of(opened.conversation_id)  # type: ignore[arg-type]
    await served.house.assistant._sessions.catch_up(session)


async def put(opened: Opened, **consents: bool) -> Any:
    return await opened.served.http.put(
        opened.path("/consents"), json={"consents": consents, "client_id": "c1"}, headers=opened.headers
    )


def given(answer: Any) -> dict[str, tuple[bool, str]]:
    return {one["purpose"]: (one["given"], one["decided_by"]) for one in answer.json()["consents"]}


async def test_choices_start_as_the_shop_says_and_change_by_facts(served: Served) -> None:
    opened = await served.start()
    first = await opened.get("/consents")
    assert first.status_code == 200 and given(first)["memory"] == (True, "default")
    changed = await put(opened, memory=False, training=True)
    assert given(changed)["memory"] == (False, "customer") and given(changed)["training"] == (True, "customer")
    again = await put(opened, memory=False)
    assert given(again) == given(changed)
    events = await served.house.store.read(opened.conversation_id)  # type: ignore[arg-type]
    facts = [event.fact for event in events if isinstance(event.fact, ConsentChanged)]
    assert {(fact.purpose, fact.given) for fact in facts} == {("memory", False), ("training", True)}
    assert len(facts) == 2 and all(fact.notice and fact.client_id == "c1" for fact in facts)


async def test_memory_turned_off_is_forgotten_and_off_elsewhere(served: Served, forgotten: list[str]) -> None:
    opened, other = await served.start(), await served.start()
    for one in (opened, other):
        await known(served, one, proven=True)
    await put(opened, memory=False)
    assert forgotten == ["maya"]
    assert given(await other.get("/consents"))["memory"] == (False, "customer")


async def test_who_has_not_proven_it_turns_nothing_on_for_all(served: Served) -> None:
    opened, stranger = await served.start(), await served.start()
    await known(served, opened, proven=True)
    await known(served, stranger, proven=False)
    await put(opened, memory=False)
    assert given(await put(stranger, memory=True))["memory"] == (False, "customer")


async def test_a_browsers_signal_turns_off_what_it_covers(served: Served) -> None:
    answer = await served.http.post("/v1/conversations", json={"channel": "web"}, headers={"Sec-GPC": "1"})
    body = answer.json()
    opened = Opened(served, body["conversation_id"], body["token"], body["last_seq"])
    told = given(await opened.get("/consents"))
    assert not told["personalisation"][0] and not told["analytics"][0] and told["recording"][0]
    state = await served.house.assistant.state(opened.conversation_id)  # type: ignore[arg-type]
    assert body["last_seq"] == state.last_seq
    assert given(await put(opened, personalisation=True))["personalisation"] == (True, "customer")


@pytest.mark.parametrize(
    "body", [{}, {"consents": {}}, {"consents": {"everything": True}}, {"consents": {"memory": "x"}}]
)
async def test_a_wrong_choice_is_refused(served: Served, body: Any) -> None:
    opened = await served.start()
    answer = await served.http.put(opened.path("/consents"), json=body, headers=opened.headers)
    assert answer.status_code == 422


async def test_nobody_in_particular_gets_what_they_said_here(served: Served) -> None:
    opened = await served.start()
    await opened.post("/messages?wait=reply", {"client_id": "m1", "text": "hello canary-1"})
    told = (await opened.get("/own_data")).json()
    assert told["who"] == "nobody" and told["counts"]["conversations"] == 1 and told["erasure"] == "none"
    answer = await opened.get("/own_data/export")
    assert answer.headers["content-type"] == "application/zip" and "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        data = archive.read("my-data.json")
        assert verify(data, archive.read("my-data.json.sig")) == archive.read("public-key.txt").decode().strip()
    assert "canary-1" in json.dumps(json.loads(data)["conversations"])
    page = await opened.get("/own_data/export?format=html")
    assert "canary-1" in page.text and page.headers["cache-control"] == "no-store"


async def test_who_has_only_said_who_they_are_signs_in_first(served: Served) -> None:
    opened = await served.start()
    await known(served, opened, proven=False)
    assert (await opened.get("/own_data")).json()["who"] == "named"
    refused = await opened.get("/own_data/export")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_proven")
    erase = await opened.post("/own_data/erase", {"scope": "customer", "client_id": "e1"})
    assert (erase.status_code, erase.json()["code"]) == (403, "not_proven")


async def test_who_is_proven_gets_and_deletes_all(served: Served) -> None:
    opened = await served.start()
    await known(served, opened, proven=True)
    data = (await opened.get("/own_data/export?format=json")).json()
    assert data["profile"]["id"] == "maya" and data["orders"]
    asked = [await opened.post("/own_data/erase", {"scope": "customer", "client_id": "e1"}) for _ in range(2)]
    assert [one.status_code for one in asked] == [202, 202]
    (request,) = served.house.privacy.erasures.open()
    assert request.customer_id == "maya" and request.request_id == asked[0].json()["request_id"]
    assert (await opened.get("/own_data")).json()["erasure"] == "open"


async def test_a_legal_hold_is_a_plain_no(served: Served) -> None:
    opened = await served.start()
    served.house.privacy.holds.place(conversation_id=opened.conversation_id, reason="case 7", by="officer")
    refused = await opened.post("/own_data/erase", {"client_id": "e1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "legal_hold")
    assert "case 7" not in refused.text and "hold_" not in refused.text


async def test_on_a_public_screen_nothing_is_shown_taken_or_deleted(served: Served) -> None:
    kiosk = await served.start("kiosk")
    for answer in (
        await kiosk.get("/own_data"),
        await kiosk.get("/own_data/export"),
        await kiosk.post("/own_data/erase", {"client_id": "e1"}),
    ):
        assert answer.status_code == 409 and answer.json()["code"] == "own_device_needed"
    assert (await put(kiosk, memory=False)).status_code == 200


async def test_another_conversations_token_gets_nothing(served: Served) -> None:
    mine, others = await served.start(), await served.start()
    for path in ("/consents", "/own_data", "/own_data/export"):
        answer = await served.http.get(mine.path(path), headers=others.headers)
        assert answer.status_code == 401, path
