"""What every Messenger keeps to: mail server, Twilio's API and folder, each against the real thing or one that speaks like it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from channels.errors import DeliveryFailed
from channels.ports import Messenger
from channels.sending.folder import KEPT, FolderMessenger
from channels.sending.sending_settings import SendingSettings
from channels.sending.smtp import SmtpMessenger
from channels.sending.twilio_sms import TwilioMessenger
from tests.channels.sending.outside import (
    LATER,
    REFUSED,
    Arrived,
    mail_server,
    nobody_answers,
    own_certificate,
    twilio_api,
)

pytestmark = pytest.mark.anyio

TEXT = "Peak: 482913 is your code.\nSchöne Grüße – ¿todo bien? ✓"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Post:
    """A messenger, and what came of what it sent."""

    messenger: Messenger
    arrived: Callable[[], list[Arrived]]
    address: Callable[[str], str]


def mail_settings(folder: Path, port: int, security: str, **more: Any) -> SendingSettings:
    return SendingSettings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=security,
        smtp_ca_file=folder / "server.pem",
        email_from="Peak Outdoor <hello@peak.example>",
        **more,
    )


async def _mail(stack: AsyncExitStack, folder: Path, security: str) -> Post:
    box = stack.enter_context(mail_server(own_certificate(folder), security=security))
    messenger = SmtpMessenger.of(mail_settings(folder, box.port, security))
    return Post(messenger, lambda: box.arrived, lambda who: f"{who}@example.com")


async def _twilio(stack: AsyncExitStack, folder: Path) -> Post:
    twilio = await stack.enter_async_context(twilio_api())
    return Post(TwilioMessenger.of(twilio_settings(twilio.url)), lambda: twilio.arrived, lambda who: who)


def twilio_settings(url: str, **more: Any) -> SendingSettings:
    fields = {"twilio_account_sid": "AC1", "twilio_auth_token": "secret", "sms_from": "+15550100", "twilio_url": url}
    return SendingSettings(**{**fields, **more})


async def _folder(stack: AsyncExitStack, folder: Path) -> Post:
    def arrived() -> list[Arrived]:
        files = sorted((folder / "outgoing").glob("*.txt"))
        parts = [file.read_text(encoding="utf-8").split("\n", 3) for file in files]
        return [Arrived(to[4:], text.rstrip("\n"), subject[9:]) for to, subject, _, text in parts]

    return Post(FolderMessenger(folder=folder / "outgoing"), arrived, lambda who: who)


POSTS = {
    "smtp": lambda stack, folder: _mail(stack, folder, "none"),
    "smtp_starttls": lambda stack, folder: _mail(stack, folder, "starttls"),
    "smtp_tls": lambda stack, folder: _mail(stack, folder, "tls"),
    "twilio": _twilio,
    "folder": _folder,
}


@pytest.fixture(params=sorted(POSTS))
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        yield await POSTS[request.param](stack, tmp_path)


async def test_what_is_sent_arrives_as_it_was_written(post: Post) -> None:
    to = post.address("+15035550150")
    await post.messenger.send(to, TEXT, subject="Ihr Prüfcode")
    (arrived,) = post.arrived()
    assert (arrived.to, arrived.text) == (to, TEXT)
    assert arrived.subject in ("Ihr Prüfcode", "")


async def test_a_line_break_in_the_address_brings_no_second_header(post: Post) -> None:
    with pytest.raises(DeliveryFailed) as refused:
        await post.messenger.send(f"{REFUSED}@example.com\nBcc: all@example.com", TEXT)
    assert not refused.value.retryable and post.arrived() == []


async def test_several_messages_at_once_all_arrive(post: Post) -> None:
    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(post.messenger.send, post.address(f"+1503555015{number}"), TEXT)
    assert len({arrived.to for arrived in post.arrived()}) == 5


@pytest.mark.parametrize("which", ["smtp", "smtp_tls", "twilio"])
async def test_a_refusal_is_final_and_a_delay_is_not_and_neither_tells_whom_or_what(
    which: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncExitStack() as stack:
        post = await POSTS[which](stack, tmp_path)
        for who, retryable in ((REFUSED, False), (LATER, True)):
            with pytest.raises(DeliveryFailed) as failed:
                await post.messenger.send(post.address(who), TEXT)
            assert failed.value.retryable is retryable
            assert who not in str(failed.value)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("channels")]
    assert not any("482913" in line or REFUSED in line for line in ours)
    assert "482913" not in caplog.text


@pytest.mark.parametrize("which", ["smtp", "twilio"])
async def test_who_never_answers_is_given_up_in_time_and_tried_later(which: str, tmp_path: Path) -> None:
    own_certificate(tmp_path)
    async with nobody_answers() as port:
        messenger: Messenger = TwilioMessenger.of(twilio_settings(f"http://127.0.0.1:{port}", seconds=0.2))
        if which == "smtp":
            messenger = SmtpMessenger.of(mail_settings(tmp_path, port, "none", seconds=0.2))
        with pytest.raises(DeliveryFailed) as failed:
            await messenger.send("ann@example.com", TEXT)
    assert failed.value.retryable
    with pytest.raises(DeliveryFailed) as gone:
        await messenger.send("ann@example.com", TEXT)
    assert gone.value.retryable


async def test_a_mail_server_that_shows_another_certificate_gets_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    own_certificate(other)
    with mail_server(own_certificate(tmp_path), security="starttls") as box:
        messenger = SmtpMessenger.of(mail_settings(other, box.port, "starttls"))
        with pytest.raises(DeliveryFailed):
            await messenger.send("ann@example.com", TEXT)
    assert box.arrived == []


async def test_a_mail_server_is_shown_the_password_over_tls_alone(tmp_path: Path) -> None:
    with mail_server(own_certificate(tmp_path), security="starttls", password=True) as box:
        right = mail_settings(tmp_path, box.port, "starttls", smtp_user="shop", smtp_password="secret")
        await SmtpMessenger.of(right).send("ann@example.com", TEXT)
        assert box.over_tls == [True]
        wrong = mail_settings(tmp_path, box.port, "starttls", smtp_user="shop", smtp_password="guess")
        with pytest.raises(DeliveryFailed) as refused:
            await SmtpMessenger.of(wrong).send("ann@example.com", TEXT)
        assert not refused.value.retryable


async def test_twilio_sends_by_a_messaging_service_too_and_refuses_a_wrong_token() -> None:
    async with twilio_api() as twilio:
        service = "MG" + "0" * 32
        await TwilioMessenger.of(twilio_settings(twilio.url, sms_from=service)).send("+15550142", TEXT)
        assert twilio.arrived[0].sender == service
        with pytest.raises(DeliveryFailed) as refused:
            await TwilioMessenger.of(twilio_settings(twilio.url, twilio_auth_token="guess")).send("+15550142", TEXT)
        assert not refused.value.retryable and "20003" in str(refused.value)


async def test_the_folder_is_its_owners_and_keeps_the_newest(tmp_path: Path) -> None:
    messenger = FolderMessenger(folder=tmp_path / "outgoing")
    for number in range(KEPT + 3):
        await messenger.send("ann@example.com", str(number))
    files = sorted((tmp_path / "outgoing").iterdir())
    assert len(files) == KEPT and files[-1].read_text().endswith(f"{KEPT + 2}\n")
    assert files[0].stat().st_mode & 0o077 == 0 and (tmp_path / "outgoing").stat().st_mode & 0o077 == 0
