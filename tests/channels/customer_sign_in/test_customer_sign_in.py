"""A customer signs in by a code over HTTP: what is sent, what is answered, what the log has, and how they sign out again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.events import SYSTEM, ConversationClosed, ConversationId, Draft
from channels.customer_sign_in.addresses import email_address, phone_number
from tests.channels.customer_sign_in.sign_in_house import ANN, SignInHouse, sign_in_house
from tests.channels.house import Opened

pytestmark = pytest.mark.anyio

EMAIL = {"email": "ann@example.com"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SignInHouse]:
    async with sign_in_house(tmp_path) as opened:
        yield opened


async def last(opened: Opened) -> dict[str, object]:
    event = (await opened.events())[-1]
    return {"type": event["type"], **event["data"]}


@pytest.mark.parametrize(
    ("asked", "way", "to", "masked"),
    [
        (EMAIL, "email", "Ann@Example.com", "a•••@example.com"),
        ({"email": " ANN@example.COM "}, "email", "Ann@Example.com", "a•••@example.com"),
        ({"phone": "(303) 555-0142"}, "phone", "+13035550142", "+1 ••• ••• 0142"),
        ({"phone": "+1 303 555 0142"}, "phone", "+13035550142", "+1 ••• ••• 0142"),
    ],
)
async def test_who_confirms_the_code_that_was_sent_is_signed_in(
    house: SignInHouse, asked: dict[str, str], way: str, to: str, masked: str
) -> None:
    opened = await house.served.start()
    answer = await opened.post("/sign_in", asked)
    assert answer.status_code == 202
    assert answer.json() == {
        "expires_at": "2027-01-15T08:10:00Z",
        "resend_after": "2027-01-15T08:00:30Z",
        "sent_to": masked,
    }
    sent = await house.settled()
    assert sent.messages[-1][0] == to and "Peak Outdoor" in sent.messages[-1][1]
    confirmed = await opened.post("/sign_in/confirm", {"code": f" {sent.code[:3]}-{sent.code[3:]} "})
    assert confirmed.status_code == 200
    assert confirmed.json()["customer"] == {"first_name": "Ann"}
    assert await last(opened) == {
        "type": "customer_identified", "customer_id": "ann", "method": way, "proven": True,
    }  # fmt: skip
    status = (await opened.get()).json()
    assert status["customer"] == {"customer_id": "ann", "method": way}
    assert status["last_seq"] == confirmed.json()["seq"]


async def test_a_page_learns_what_it_may_offer(house: SignInHouse) -> None:
    opened = await house.served.start()
    nothing = {"ways": ["email", "phone"], "signed_in": False, "first_name": None, "waiting": None}
    assert (await opened.get("/sign_in")).json() == nothing
    asked = (await opened.post("/sign_in", EMAIL)).json()
    assert (await opened.get("/sign_in")).json() == {**nothing, "waiting": asked}
    code = (await house.settled()).code
    await opened.post("/sign_in/confirm", {"code": code})
    assert (await opened.get("/sign_in")).json() == {**nothing, "signed_in": True, "first_name": "Ann"}


@pytest.mark.parametrize(
    ("locale", "said"), [("de-AT", "Anmelden"), ("es", "identificarse"), ("fr", "connexion"), ("nb", "sign in")]
)
async def test_the_message_speaks_the_customers_language(house: SignInHouse, locale: str, said: str) -> None:
    opened = await house.served.start(locale=locale)
    await opened.post("/sign_in", EMAIL)
    _, text, subject = (await house.settled()).messages[-1]
    assert said in text and "10" in text and "Peak Outdoor" in subject
    assert house.sent.code not in subject


async def test_signing_out_ends_it_for_all_devices_and_voids_what_was_proven(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", {"phone": "+13035550142"})
    await opened.post("/sign_in/confirm", {"code": (await house.settled()).code})
    number = phone_number("+13035550142", region="")
    assert house.signing_in.proven.conversations_of(number) == (opened.conversation_id,)
    assert (await opened.post("/sign_out", {})).status_code == 204
    assert (await opened.get()).json()["customer"] is None
    assert await last(opened) == {"type": "customer_signed_out", "reason": "asked"}
    assert house.signing_in.proven.conversations_of(number) == ()
    before = len(await opened.events())
    assert (await opened.post("/sign_out", {})).status_code == 204
    assert len(await opened.events()) == before


async def test_a_code_on_its_way_is_void_after_a_sign_out(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", EMAIL)
    code = (await house.settled()).code
    await opened.post("/sign_out", {})
    assert (await opened.post("/sign_in/confirm", {"code": code})).status_code == 422


async def test_a_proven_number_finds_its_conversation_until_it_runs_out(house: SignInHouse) -> None:
    opened = await house.served.start()
    number = phone_number("(303) 555-0142", region="US")
    assert house.signing_in.proven.conversations_of(number) == ()
    await opened.post("/sign_in", {"phone": "+13035550142"})
    await opened.post("/sign_in/confirm", {"code": (await house.settled()).code})
    assert house.signing_in.proven.is_proven(ConversationId(opened.conversation_id), number)
    assert not house.signing_in.proven.is_proven(
        ConversationId(opened.conversation_id), email_address("ann@example.com")
    )
    assert house.served.app.state.front_door.proven_numbers(number.value) == (opened.conversation_id,), "for calls"
    house.clock[0] += 1_801
    assert house.signing_in.proven.conversations_of(number, within=1_800) == ()
    house.clock[0] += 24 * 3_600 + 1
    assert house.signing_in.proven.conversations_of(number) == ()


async def test_nobody_signs_in_on_a_kiosk_and_its_screen_is_told_no_name_and_no_address(house: SignInHouse) -> None:
    kiosk = await house.served.start("kiosk")
    for rest, body in (("/sign_in", EMAIL), ("/sign_in/confirm", {"code": "123456"})):
        refused = await kiosk.post(rest, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "own_device_needed")
    code = (await kiosk.post("/transfer_codes", {})).json()["code"]
    redeemed = await house.served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "mobile"})
    phone = Opened(house.served, kiosk.conversation_id, redeemed.json()["token"], 0)
    await phone.post("/sign_in", EMAIL)
    assert (await kiosk.get("/sign_in")).json()["waiting"] is None
    confirmed = await phone.post("/sign_in/confirm", {"code": (await house.settled()).code})
    assert confirmed.json()["customer"]["first_name"]
    assert (await kiosk.get("/sign_in")).json()["first_name"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "", "phone": ""},
        {"email": "ann@example.com", "phone": "+13035550142"},
        {"email": "x" * 400},
        {"email": 5},
    ],
)
async def test_one_of_the_two_is_given(house: SignInHouse, body: dict[str, object]) -> None:
    opened = await house.served.start()
    assert (await opened.post("/sign_in", body)).json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ann"},
        {"email": "ann@example"},
        {"email": "ann@example.com\nbcc: all@example.com"},
        {"email": "anň@example.com"},
        {"email": "ann@example.com, bob@example.com"},
        {"phone": "555"},
        {"phone": "call me"},
        {"phone": "+13035550142,+13035550143"},
    ],
)
async def test_what_is_no_address_is_said_at_once(house: SignInHouse, body: dict[str, str]) -> None:
    opened = await house.served.start()
    answer = await opened.post("/sign_in", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "sign_in_address_invalid")
    assert (await house.settled()).messages == []


async def test_a_way_that_the_shop_does_not_have_is_named(house: SignInHouse) -> None:
    del house.signing_in.messengers.ways["phone"]
    opened = await house.served.start()
    answer = await opened.post("/sign_in", {"phone": "+13035550142"})
    assert (answer.status_code, answer.json()["code"]) == (422, "sign_in_way_unavailable")
    assert (await opened.get("/sign_in")).json()["ways"] == ["email"]


async def test_a_shop_may_switch_it_off(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path, enabled=False) as house:
        opened = await house.served.start()
        assert (await opened.get("/sign_in")).json()["ways"] == []
        assert (await opened.post("/sign_in", EMAIL)).json()["code"] == "sign_in_way_unavailable"


async def test_foreign_tokens_open_nothing(house: SignInHouse) -> None:
    mine, other = await house.served.start(), await house.served.start()
    for method, rest, body in (
        ("GET", "/sign_in", None),
        ("POST", "/sign_in", EMAIL),
        ("POST", "/sign_in/confirm", {"code": "123456"}),
        ("POST", "/sign_out", {}),
    ):
        for headers in ({}, other.headers, {"Authorization": "Bearer nonsense"}):
            answer = await house.served.http.request(method, mine.path(rest), json=body, headers=headers)
            assert answer.status_code == 401, (method, rest)


async def test_neither_codes_nor_addresses_are_logged_or_kept_in_the_clear(
    house: SignInHouse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    opened = await house.served.start()
    await opened.post("/sign_in", EMAIL)
    code = (await house.settled()).code
    await opened.post("/sign_in/confirm", {"code": "000000"})
    ours = "".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("channels", "assistant"))
    )
    files = await asyncio.to_thread(lambda: b"".join(path.read_bytes() for path in tmp_path.rglob("house.db*")))
    for secret in (code, "ann@example", ANN.email):
        assert secret not in ours and secret.encode() not in files


async def test_a_mail_server_that_refuses_changes_nothing_that_is_answered(house: SignInHouse) -> None:
    house.sent.fails = True
    opened = await house.served.start()
    assert (await opened.post("/sign_in", EMAIL)).status_code == 202
    await house.settled()
    assert house.signing_in.messengers.failed == 1


async def test_a_closed_conversation_signs_nobody_in(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", EMAIL)
    code = (await house.settled()).code
    closed = Draft(fact=ConversationClosed(reason="done"), actor=SYSTEM, channel="web")
    await house.served.house.assistant._sessions.append(ConversationId(opened.conversation_id), [closed])
    for rest, body in (("/sign_in", EMAIL), ("/sign_in/confirm", {"code": code})):
        answer = await opened.post(rest, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conversation_closed")
