"""Messages on their way out: trouble at the carrier, a process that ends in the middle, and what the carrier tells later."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from channels.rendering.rendered import Part
from channels.text_message import sending_texts
from channels.text_message.messages import Line
from tests.channels.house import House, build_house
from tests.channels.text_message.carriers_fake import FakeCarriers
from tests.channels.text_message.text_house import PUBLIC, SHOP_NUMBER, NamedShop, Texted, text_of, texting

pytestmark = pytest.mark.anyio
LINE = Line(carrier="twilio", customer="+15550123", shop=SHOP_NUMBER)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending_texts, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("channels.text_message.rounds.IDLE_SECONDS", 0.05)


async def counted(texted: Texted, state: str, count: int = 1) -> None:
    """Waits until so many messages are in that state."""
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(texted.office.outgoing.counts)).get(state, 0) != count:  # noqa: ASYNC110  rows of a table tell nobody that they change
            await asyncio.sleep(0.01)


async def test_what_a_carrier_cannot_take_now_is_sent_again(texted: Texted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending_texts, "FIRST_PAUSE_SECONDS", 0.01)
    texted.office.sending.idle_seconds = 0.05
    texted.carriers.refusals += [(503, {}), (429, {"code": 20429})]
    await texted.sms("Hello")
    await texted.carriers.until(1)
    await counted(texted, "sent")
    assert texted.carriers.texts == ["You said: Hello"]


async def test_what_a_carrier_never_takes_is_given_up_and_the_next_goes(texted: Texted):
    texted.carriers.refusals.append((400, {"code": 21211}))
    await texted.sms("Hello")
    await texted.sms("Hello?")
    await texted.carriers.until(1)
    await counted(texted, "sent")
    assert texted.carriers.texts == ["You said: Hello?"]
    assert (await asyncio.to_thread(texted.office.outgoing.counts))["failed"] == 1


async def test_metas_limits_are_waited_out_and_its_refusals_are_not(texted: Texted, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sending_texts, "FIRST_PAUSE_SECONDS", 0.01)
    texted.office.sending.idle_seconds = 0.05
    texted.carriers.refusals += [(400, {"error": {"code": 130429}}), (400, {"error": {"code": 131047}})]
    await texted.whatsapp(text_of("Hello"))
    await counted(texted, "failed")
    assert texted.carriers.meta == []


async def test_a_message_whose_answer_was_lost_is_asked_for_and_not_sent_twice(tmp_path: Path, carriers: FakeCarriers):
    house = build_house(tmp_path, shop=NamedShop())
    carriers.silent = 1
    async with texting(house, carriers, seconds=0.3) as texted:
        sender = texted.office.sending.step.__self__
        sender.patience, texted.office.sending.idle_seconds = 0.1, 0.05
        await texted.sms("Hello")
        await counted(texted, "sent")
    assert carriers.texts == ["You said: Hello"] and carriers.asked >= 1
    house.tables.dispose()


async def test_a_process_that_ended_while_it_sent_leaves_nothing_lost_and_nothing_doubled(
    tmp_path: Path, carriers: FakeCarriers
):
    """Two messages were being handed over when it ended: the carrier has one of them."""
    house = build_house(tmp_path, shop=NamedShop())
    office = await _left_behind(house, carriers)
    for sender, had in (("+15550123", True), ("+15550999", False)):
        line = Line(carrier="twilio", customer=sender, shop=SHOP_NUMBER)
        known = office.lines.of(line)
        office.outgoing.queue(known.key, f"r{sender}", [Part(text=f"to {sender}")])
        (claimed,) = office.outgoing.claim(1, 0.0)
        if had:
            carriers.twilio.append(
                {"To": sender, "From": SHOP_NUMBER, "Body": claimed.part.text, "sid": "SMhad", "date_created": _now()}
            )
    async with texting(house, carriers) as texted:
        await counted(texted, "sent", 2)
    assert sorted(carriers.texts) == ["to +15550123", "to +15550999"]
    house.tables.dispose()


async def _left_behind(house: House, carriers: FakeCarriers):
    async with texting(house, carriers) as texted:
        return texted.office


def _now() -> str:
    from email.utils import formatdate

    return formatdate()


async def test_what_was_said_while_no_process_followed_goes_out_when_one_does(tmp_path: Path, carriers: FakeCarriers):
    house = build_house(tmp_path, shop=NamedShop())
    async with texting(house, carriers) as texted:
        await texted.sms("Hello")
        await texted.carriers.until(1)
        await counted(texted, "sent")
        (conversation,) = await texted.conversations()
    received = await house.assistant.receive(conversation, "while down", client_id="x", channel="text")
    await house.assistant.wait_for_reply(conversation, received.seq, timeout=5)
    async with texting(house, carriers) as texted:
        await carriers.until(2)
    assert carriers.texts == ["You said: Hello", "You said: while down"]
    house.tables.dispose()


async def test_a_message_taken_but_not_understood_when_the_process_ended_is_answered_by_the_next(
    tmp_path: Path, carriers: FakeCarriers
):
    house = build_house(tmp_path, shop=NamedShop())
    office = await _left_behind(house, carriers)
    from channels.text_message.messages import Inbound

    known = office.lines.of(LINE)
    assert office.inbox.put(Inbound(id="SM1", line=LINE, text="Hello"), known.key)
    assert not office.inbox.put(Inbound(id="SM1", line=LINE, text="Hello"), known.key)
    async with texting(house, carriers):
        await carriers.until(1)
    assert carriers.texts == ["You said: Hello"]
    house.tables.dispose()


async def test_what_the_carrier_tells_is_kept_and_never_goes_back(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    await counted(texted, "sent")
    path = texted.carriers.twilio[0]["StatusCallback"].removeprefix(PUBLIC)
    sid = texted.carriers.twilio[0]["sid"]
    for state in ("delivered", "sent", "queued"):
        answer = await texted.twilio(path, {"MessageSid": sid, "MessageStatus": state})
        assert answer.status_code == 200
    assert await asyncio.to_thread(texted.office.outgoing.counts) == {"delivered": 1}
    assert (await texted.twilio(path, {"MessageSid": sid}, signature="x")).status_code == 403


async def test_metas_word_settles_a_message_whose_answer_was_lost(texted: Texted):
    office = texted.office
    line = Line(carrier="meta", customer="15550123", shop="1")
    known = await asyncio.to_thread(office.lines.of, line)
    await asyncio.to_thread(office.outgoing.queue, known.key, "ref", [Part(text="Hello")])
    await asyncio.to_thread(office.outgoing.claim, 1, 600.0)
    status = {"id": "wamid.9", "status": "sent", "biz_opaque_callback_data": "ref.1"}
    await texted.whatsapp(statuses=[status])
    assert await asyncio.to_thread(office.outgoing.counts) == {"sent": 1}
    assert texted.carriers.meta == []


async def test_a_carrier_that_says_stop_is_obeyed(texted: Texted):
    await texted.sms("Hello")
    await texted.carriers.until(1)
    await counted(texted, "sent")
    path = texted.carriers.twilio[0]["StatusCallback"].removeprefix(PUBLIC)
    form = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "21610"}
    await texted.twilio(path, form)
    known = await asyncio.to_thread(texted.office.lines.of, LINE)
    assert known.stopped
