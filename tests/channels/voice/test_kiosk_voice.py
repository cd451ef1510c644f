"""A kiosk's voice before strangers: shopping aloud, of the customer's own the neutral sentence alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation
from assistant.events import ASSISTANT, Actor, AssistantSaid, Card, CustomerIdentified, ToolCalled
from assistant.live_turn import LiveTurn
from assistant.public_screen import NEUTRAL
from tests.channels.house import Opened, build_house, serving
from tests.channels.voice.voice_house import ToneSpeech

pytestmark = pytest.mark.anyio

ORDER, TENTS, CANARY = "Where is my order?", "Which tents do you have?", "Kanarek"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def shop(conversation: Conversation, said: Any, live: LiveTurn) -> AssistantSaid:
    words = said[-1].said.text
    if words == "it is me":
        live.record(Actor(kind="customer", id=CANARY), CustomerIdentified(customer_id=CANARY, method="email"))
    if words == ORDER:
        live.record(ASSISTANT, ToolCalled(turn_id=live.id, call_id="1", name="get_order"))
    text = f"Order {CANARY} is on its way." if words == ORDER else "There is the Fjell."
    live.say(text)
    card = Card(kind="order" if words == ORDER else "product", id="1", title=CANARY if words == ORDER else "Fjell")
    return AssistantSaid(turn_id=live.id, text=text, language="en", cards=(card,))


async def test_what_is_asked_aloud_at_a_kiosk_is_answered_aloud_only_where_strangers_may_hear_it(
    tmp_path: Path,
) -> None:
    speech = ToneSpeech([ORDER, TENTS])
    async with serving(build_house(tmp_path, shop, speech=speech)) as served:
        kiosk = await served.start("kiosk")
        code = (await kiosk.post("/transfer_codes", {})).json()["code"]
        token = (await served.http.post(f"/v1/transfer_codes/{code}/redeem", json={"channel": "mobile"})).json()[
            "token"
        ]
        await Opened(served, kiosk.conversation_id, token, 0).say("it is me", "m1")
        async with served.socket(close_timeout=0.5) as socket:
            await socket.send(kiosk.hello())
            await socket.until("live")
            await socket.send({"type": "audio_start", "format": "pcm16", "rate": 16_000})
            await socket.until("signal", signal="voice", state="listening")
            for question in (ORDER, TENTS):
                pcm = speech.recording(question, 0.5).pcm16()
                await socket.connection.send(pcm)
                start = (await socket.until("speech_start"))[-1]
                await socket.until("speech_end", turn_id=start["turn_id"])
                await socket.send({"type": "played", "turn_id": start["turn_id"], "ms": 60_000})
                await socket.until_event("assistant_said")
    spoken = " ".join(speech.said)
    assert CANARY not in spoken and "not shown here" in spoken and "There is the Fjell." in spoken
    assert spoken.startswith(NEUTRAL["en"][:20])
