"""Which messengers the settings choose, what is tried again, and what is told of it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from channels.errors import DeliveryFailed
from channels.sending.folder import FolderMessenger
from channels.sending.messengers import Messengers, open_messengers
from channels.sending.retrying import Retrying
from channels.sending.sending_settings import SendingSettings, with_texting
from channels.sending.smtp import SmtpMessenger
from channels.sending.twilio_sms import TwilioMessenger
from channels.text_message.text_settings import TextSettings

pytestmark = pytest.mark.anyio

SMTP = {"smtp_host": "mail.peak.example", "email_from": "hello@peak.example"}
TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "secret", "sms_from": "+15550100"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Shaky:
    """Fails as told, then takes everything."""

    def __init__(self, *failures: bool) -> None:
        self.failures, self.taken = list(failures), 0

    async def send(self, to: str, text: str, *, subject: str = "") -> None:
        if self.failures:
            raise DeliveryFailed("not now", retryable=self.failures.pop(0))
        self.taken += 1


class Pauses:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def chosen(tmp_path: Path, *, local: bool, **settings: Any) -> dict[str, type]:
    found = open_messengers(SendingSettings(**settings), tmp_path, local=local).ways
    return {way: type(messenger) for way, messenger in found.items()}


def test_nothing_set_means_a_folder_on_ones_own_machine_and_nothing_elsewhere(tmp_path: Path) -> None:
    assert chosen(tmp_path, local=True) == {"email": FolderMessenger, "phone": FolderMessenger}
    assert chosen(tmp_path, local=False) == {}


def test_what_is_set_is_used(tmp_path: Path) -> None:
    assert chosen(tmp_path, local=False, **SMTP, **TWILIO) == {"email": SmtpMessenger, "phone": TwilioMessenger}
    assert chosen(tmp_path, local=True, **SMTP, sms="off") == {"email": SmtpMessenger}
    assert chosen(tmp_path, local=False, **SMTP, email="folder", sms="off") == {"email": FolderMessenger}


def test_where_the_shop_texts_by_twilio_its_codes_go_that_way_too() -> None:
    texts = TextSettings(twilio_account_sid="AC" + "0" * 32, twilio_auth_token="secret", number="+15550100")
    chosen = with_texting(SendingSettings(), texts)
    assert (chosen.twilio_token(), chosen.sms_from) == ("secret", "+15550100")
    for own in (SendingSettings(**TWILIO), SendingSettings(sms="off")):
        assert with_texting(own, texts) == own
    assert with_texting(SendingSettings(), TextSettings()) == SendingSettings()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"email": "smtp"}, "AISLE_SEND_SMTP_HOST"),
        ({"smtp_host": "mail.peak.example"}, "AISLE_SEND_EMAIL_FROM"),
        ({"sms": "twilio"}, "AISLE_SEND_TWILIO_ACCOUNT_SID"),
        ({"twilio_account_sid": "AC1", "sms_from": "+15550100"}, "AISLE_SEND_TWILIO_AUTH_TOKEN"),
        ({**TWILIO, "sms_from": "me!"}, "sms_from"),
    ],
)
def test_half_a_setting_is_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        SendingSettings(**settings)


def test_a_secret_may_lie_in_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")
    settings = SendingSettings(
        twilio_account_sid="AC1", twilio_auth_token_file=tmp_path / "token", sms_from="Peak", smtp_password="hush"
    )
    assert settings.twilio_token() == "secret" and settings.password() == "hush"
    assert "hush" not in repr(settings)


async def test_what_may_work_later_is_tried_again_with_longer_pauses() -> None:
    shaky, pauses = Shaky(True, True), Pauses()
    await Retrying(messenger=shaky, tries=3, sleep=pauses).send("ann@example.com", "hi")
    assert (shaky.taken, pauses.seconds) == (1, [2.0, 8.0])


async def test_what_is_final_or_fails_too_often_is_given_up() -> None:
    for failures, paused in (((False,), 0), ((True, True, True, True), 2)):
        pauses = Pauses()
        with pytest.raises(DeliveryFailed):
            await Retrying(messenger=Shaky(*failures), tries=3, sleep=pauses).send("ann@example.com", "hi")
        assert len(pauses.seconds) == paused


async def test_a_message_in_the_background_fails_for_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    messengers = Messengers(ways={"email": Shaky(False)})
    messengers.send_soon("email", "ann@example.com", "482913 is your code")
    await messengers.settled()
    assert messengers.failed == 1 and "given up" in caplog.text
    assert "482913" not in caplog.text and "ann@" not in caplog.text
