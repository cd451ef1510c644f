"""Conversations full of personal data, and what breaks in the middle of them: none of it in logs, metrics or answers' errors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.conversation import Conversation, Unanswered
from assistant.errors import ShopUnavailable
from assistant.events import AssistantSaid
from assistant.identity import access_customer
from assistant.live_turn import LiveTurn
from assistant.privacy.masking.log_masking import mask_logs, unmask_logs
from tests.assistant.small_shop import CUSTOMERS, SmallShop
from tests.channels.house import Served, build_house, echo, serving

pytestmark = pytest.mark.anyio

MAYA = CUSTOMERS[0]
SAID = (
    "My name is Gudrun Pfeffer, I live at Rosenweg 12b in 79104 Freiburg",
    "mail me at gudrun.pfeffer@web.example or call +49 761 4567890",
    "my card is 4111 1111 1111 1111 and my IBAN DE89 3704 0044 0532 0130 00",
    "hier ist Gudrun Pfeffer nochmal, Rückruf bitte an 0761 4567890",
    f"I am {MAYA.first_name} {MAYA.last_name}, {MAYA.email}, order #W1000001",
)
SECRETS = (
    *("Gudrun", "Pfeffer", "Rosenweg", "79104", "gudrun.pfeffer", "4567890", "4111 1111", "3704 0044"),
    *(MAYA.last_name, MAYA.email, "W1000001", MAYA.address.address1),
)


class Breaking:
    """A turn that breaks with the customer's words in its error, in one way after the other."""

    def __init__(self) -> None:
        self.turns = 0

    async def __call__(self, conversation: Conversation, said: Sequence[Unanswered], live: LiveTurn) -> AssistantSaid:
        self.turns += 1
        words = said[-1].said.text
        log = logging.getLogger("assistant.turn")
        await access_customer(SmallShop(), MAYA.id)
        log.warning("a plan for %r was not kept: %s", words, {"profile": MAYA})
        match self.turns % 5:
            case 0:
                raise ValueError(f"cannot read {words!r}")
            case 1:
                try:
                    raise KeyError(words)
                except KeyError as error:
                    raise ShopUnavailable(f"no row for {MAYA.email}: {error}") from error
            case 2:
                await asyncio.to_thread(_in_a_thread, MAYA.email, "+49 761 4567890")
            case 3:
                asyncio.get_running_loop().call_exception_handler({"message": f"a task died on {words}"})
        return await echo(conversation, said, live)


def _in_a_thread(email: str, phone: str) -> None:
    logging.getLogger("channels.sending").error("no message to %s nor %s", email, phone)


@pytest.fixture
def masking() -> Iterator[None]:
    mask_logs()
    yield
    unmask_logs()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, turn=Breaking(), shop=SmallShop())) as served:
        yield served


async def test_nothing_of_customers_reaches_logs_metrics_or_errors(
    masking: None, served: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    answers: list[Any] = []
    for round_ in range(3):
        opened = await served.start()
        for number, text in enumerate(SAID):
            body = {"client_id": f"m{round_}-{number}", "text": text}
            answers.append(await opened.post("/messages?wait=reply", body))
        # What is wrong with a call is told to whoever made it, and to nobody else.
        await opened.post("/messages", {"client_id": "x", "text": [SAID[0]]})
        await served.http.get(f"/v1/customers/{MAYA.email}")
    assert {answer.status_code for answer in answers} <= {200, 202}
    metrics = (await served.http.get("/metrics")).text
    seen = "\n".join((caplog.text, metrics, *capfd.readouterr()))
    assert "cannot read" in caplog.text and "Traceback" in caplog.text and "no message to" in caplog.text
    assert [secret for secret in SECRETS if secret.casefold() in seen.casefold()] == []
