"""A call goes on with a conversation of a page, by a code that the caller keys in; and by nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.stores.small_tables import open_engine
from channels.call_center.keyed_codes import CodeKeys
from channels.errors import TransferCodeInvalid
from channels.moving.transfer import TransferCodes
from tests.channels.call_center.phone_house import FakeTalker, phone, phone_settings, twilio_call

pytestmark = pytest.mark.anyio
NUMBER = "+15550100"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def codes_of(keys: str) -> tuple[list[str], str]:
    """The codes, and the keys that are left for the session."""
    machine, codes, rest = CodeKeys(), [], ""
    for key in keys:
        taken, code = machine.press(key)
        codes += [code] if code else []
        rest += "" if taken else key
    return codes, rest


@pytest.mark.parametrize(
    ("keys", "codes", "rest"),
    [
        ("**12345678", ["12345678"], "*"),
        ("1*23#", [], "1*23#"),
        ("**1234**87654321", ["87654321"], "**"),
        ("**12#34", [], "*#34"),
        ("5**123456789", ["12345678"], "5*9"),
    ],
)
def test_two_stars_and_eight_digits_are_a_code_and_all_else_is_the_sessions(keys, codes, rest) -> None:
    assert codes_of(keys) == (codes, rest)


@given(st.text(alphabet="0123456789*#ABCD", max_size=60))
def test_whatever_is_pressed_a_code_is_eight_digits_and_digits_without_stars_are_never_taken(keys: str) -> None:
    codes, rest = codes_of(keys)
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    if "**" not in keys:
        assert rest == keys and not codes


def test_a_code_of_one_kind_is_none_of_the_other(tmp_path) -> None:
    codes = TransferCodes(open_engine(tmp_path), seconds=60)
    keys, device = codes.issue_keys("c_1").code, codes.issue("c_2").code
    assert keys.isdigit() and len(keys) == 8
    for wrong in (lambda: codes.redeem(keys), lambda: codes.redeem_keys(device), lambda: codes.redeem("keys:" + keys)):
        with pytest.raises(TransferCodeInvalid):
            wrong()
    assert codes.redeem_keys(keys) == "c_1"
    with pytest.raises(TransferCodeInvalid):
        codes.redeem_keys(keys)


async def test_a_call_goes_on_with_what_was_begun_on_a_page(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker, phone_settings(number=NUMBER)) as served:
        page = await served.start("web")
        told = (await page.post("/phone_codes", None)).json()
        assert told["number"] == NUMBER and told["url"] == f"tel:{NUMBER},,{told['keys']}" and "<svg" in told["qr_svg"]
        async with twilio_call(served) as twilio:
            first = await talker.call()
            for key in "7" + told["keys"]:
                await twilio.press(key)
            await twilio.speak()
            second = await talker.call(1)
            await second.until(lambda call: bool(call.heard))
            await twilio.stop()
            await twilio.connection.wait_closed()
        assert first.hung_up and first.digits == "7*" and first.grant.conversation != page.conversation_id
        assert second.grant.conversation == page.conversation_id and second.grant.channel == "call"
        assert (first.language, second.language) == ("en", ""), "the second speaks the conversation's own"
        events = [event["type"] for event in await page.events()]
        assert events[-2:] == ["channel_joined", "channel_left"]


async def test_a_wrong_code_opens_nothing_and_sounds_so_and_after_three_no_more_are_tried(tmp_path) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker, phone_settings(number=NUMBER)) as served, twilio_call(served) as twilio:
        call = await talker.call()
        for _ in range(3):
            for key in "**00000000":
                await twilio.press(key)
        await twilio.until(lambda frames: sum(frame["event"] == "mark" for frame in frames) == 3)
        await twilio.play_to_mark()
        right = served.app.state.front_door.transfer_codes.issue_keys("c_other").code
        for key in f"**{right}#":
            await twilio.press(key)
        await call.until(lambda call: call.digits.endswith("#"))
        assert call.played == [] and len(talker.calls) == 1 and not call.hung_up


async def test_without_a_number_of_the_shop_there_is_no_code_and_without_the_token_none_either(tmp_path) -> None:
    async with phone(tmp_path, FakeTalker()) as served:
        page = await served.start("web")
        assert (await page.post("/phone_codes", None)).status_code == 404
        path = page.path("/phone_codes")
        assert (await served.http.post(path)).status_code == 401
