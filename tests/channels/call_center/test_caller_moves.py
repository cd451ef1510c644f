"""A call joins where its number was proven, if its carrier vouches for it; and a caller goes on on a screen by a code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest

from channels.call_center.caller import attested_by
from channels.call_center.spoken_codes import SAID, spaced
from channels.sending.messengers import Messengers
from model_serving.audio import Audio
from tests.channels.call_center.phone_house import (
    FakeTalker,
    FakeTwilio,
    announce,
    form_of,
    phone,
    phone_settings,
    ticket_in,
    twilio_call,
    twilio_socket,
)

pytestmark = pytest.mark.anyio
CALLER = "+15550100"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@dataclass
class Mouth:
    said: list[str] = field(default_factory=list)

    async def detector(self) -> None:
        """It is there."""

    async def say(self, text: str, *, language: str = "en", pace: float = 1.0, caller: str = "") -> Audio:
        self.said.append(text)
        return Audio(samples=np.zeros(1_600, dtype=np.float32), rate=16_000)


@dataclass
class Sent:
    messages: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        self.messages.append((to, text))


@pytest.mark.parametrize(
    ("stir", "attestation"),
    [
        ("TN-Validation-Passed-A", "passed"),
        ("TN-Validation-Passed-B", "failed"),
        ("TN-Validation-Passed-A-Diverted", "failed"),
        ("TN-Validation-Failed-A", "failed"),
        ("No-TN-Validation", "none"),
        ("", "none"),
        ("anything else", "failed"),
    ],
)
def test_only_a_carrier_that_knows_the_number_as_its_customers_vouches_for_it(stir: str, attestation: str) -> None:
    assert attested_by(stir) == attestation


def test_a_code_is_said_digit_by_digit_in_threes() -> None:
    assert spaced("4819023375") == "4 8 1, 9 0 2, 3 3 7, 5"


@pytest.mark.parametrize(
    ("stir", "joins"), [("TN-Validation-Passed-A", True), ("TN-Validation-Passed-C", False), ("", False)]
)
async def test_a_call_from_a_proven_number_goes_on_where_it_was_proven(tmp_path, stir: str, joins: bool) -> None:
    talker = FakeTalker()
    async with phone(tmp_path, talker) as served:
        page = await served.start("web")
        await served.house.assistant.identities.sign_in(page.conversation_id, "c1", method="phone", channel="web")
        served.app.state.front_door.proven_numbers = lambda number: (page.conversation_id,) if number == CALLER else ()
        answer = await announce(served, {**form_of(caller=CALLER), "StirVerstat": stir})
        async with twilio_socket(served) as connection:
            twilio = FakeTwilio(connection)
            await twilio.start(ticket_in(answer.text))
            call = await talker.call()
            assert (call.grant.conversation == page.conversation_id) == joins
            assert call.language == ("" if joins else "en")
            await twilio.stop()
            await connection.wait_closed()
        assert ("channel_left" in [event["type"] for event in await page.events()]) == joins


async def test_a_caller_hears_a_code_and_goes_on_on_a_screen(tmp_path) -> None:
    talker, mouth = FakeTalker(), Mouth()
    async with phone(tmp_path, talker, phone_settings(), speech=mouth) as served:
        served.app.state.front_door.messengers = None
        async with twilio_call(served) as twilio:
            call = await talker.call()
            for key in "**#":
                await twilio.press(key)
            await twilio.until(lambda frames: any(frame["event"] == "mark" for frame in frames))
            digits = re.sub(r"\D", "", mouth.said[0])
            assert digits[:10] == digits[10:] and mouth.said[0] == SAID["en"].format(digits=spaced(digits[:10]))
            taken = await served.http.post(f"/v1/transfer_codes/{digits[:10]}/redeem", json={"channel": "web"})
            assert taken.json()["conversation_id"] == call.grant.conversation


async def test_where_the_shop_sends_messages_the_code_comes_as_one_to_the_number_that_calls(tmp_path) -> None:
    talker, mouth, sent = FakeTalker(), Mouth(), Sent()
    async with phone(tmp_path, talker, phone_settings(), speech=mouth) as served:
        messengers = served.app.state.front_door.messengers = Messengers(ways={"phone": sent})
        async with twilio_call(served, caller=CALLER) as twilio:
            call = await talker.call()
            for key in "**#":
                await twilio.press(key)
            await twilio.until(lambda frames: any(frame["event"] == "mark" for frame in frames))
            await messengers.settled()
            ((to, text),) = sent.messages
            code = re.search(r"/m#transfer=(\d{10})$", text)
            assert to == CALLER and code is not None and code.group(1) not in mouth.said[0]
            taken = await served.http.post(f"/v1/transfer_codes/{code.group(1)}/redeem", json={"channel": "mobile"})
            assert taken.json()["conversation_id"] == call.grant.conversation
