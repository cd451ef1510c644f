"""`aisle doctor` and `aisle serve` tell in a sentence how the phone stands, and never a secret."""

from __future__ import annotations

import asyncio
import socket

import pytest

from assistant.settings import AisleSettings
from channels.call_center.phone_settings import PhoneSettings
from channels.call_center.ways_in import ways_in
from channels.command_line.doctor import _phone
from channels.command_line.errors import CommandError
from channels.command_line.serve import _audio_sockets
from tests.channels.call_center.phone_house import FakeTalker, phone, phone_settings

pytestmark = pytest.mark.anyio
TOKEN, SECRET = "t0ken-of-twilio-account", "s3cret-of-the-asterisk"


@pytest.fixture
def anyio_backend():
    return "asyncio"


def test_every_way_is_closed_until_it_is_set_up_and_says_what_opens_it() -> None:
    found = ways_in(PhoneSettings(_env_file=None), "")
    assert [(way.name, way.open) for way in found] == [
        ("Twilio", False),
        ("AudioSocket", False),
        ("chan_websocket", False),
    ]
    assert all(way.way_out.startswith("AISLE_PHONE_") for way in found)


def test_open_ways_tell_where_and_what_they_still_lack() -> None:
    settings = PhoneSettings(
        _env_file=None,
        twilio_auth_token=TOKEN,
        asterisk_secret=SECRET,
        audiosocket_port=9092,
        audiosocket_allow="10.0.5.7",
    )
    twilio, audio_socket, chan_websocket = ways_in(settings, "https://shop.example/")
    assert twilio.detail.endswith("https://shop.example/v1/twilio/voice") and not twilio.way_out
    assert "127.0.0.1:9092 for 10.0.5.7" in audio_socket.detail and chan_websocket.open
    assert "AISLE_PUBLIC_URL" in ways_in(settings, "")[0].way_out
    assert not any(secret in str(way) for secret in (TOKEN, SECRET) for way in ways_in(settings, ""))


def test_doctor_tells_a_wrong_setting_and_a_missing_file_without_their_values(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AISLE_PHONE_ASTERISK_SECRET", "tooshort")
    wrong = _phone(AisleSettings(home=tmp_path))
    assert wrong.state == "failed" and "openssl rand" in wrong.detail and "tooshort" not in str(wrong)
    monkeypatch.delenv("AISLE_PHONE_ASTERISK_SECRET")
    monkeypatch.setenv("AISLE_PHONE_TWILIO_AUTH_TOKEN_FILE", str(tmp_path / "nowhere"))
    assert _phone(AisleSettings(home=tmp_path)).state == "failed"
    (tmp_path / "nowhere").write_text(TOKEN + "\n")
    found = _phone(AisleSettings(home=tmp_path))
    assert found.state == "ok" and TOKEN not in str(found)


async def test_a_port_of_audio_socket_that_is_in_use_is_told_with_the_way_out(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with phone(tmp_path, FakeTalker(), phone_settings(audiosocket_port=port)) as served:
            with pytest.raises(CommandError, match=f"127.0.0.1:{port} .* AISLE_PHONE_AUDIOSOCKET_PORT"):
                async with _audio_sockets(served.center):
                    pass


async def test_audio_sockets_are_listened_for_while_the_server_runs(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with phone(tmp_path, FakeTalker(), phone_settings(audiosocket_port=port)) as served:
        async with _audio_sockets(served.center):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
        with pytest.raises(OSError, match="onnect"):
            await asyncio.open_connection("127.0.0.1", port)
