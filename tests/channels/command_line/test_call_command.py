"""`aisle call` says what it lacks in a sentence, and tells a call as JSON with both sides recorded."""

from __future__ import annotations

import io
import json
import wave

import pytest
from typer.testing import CliRunner

from channels.call_center.caller_end import microphone
from channels.call_center.caller_end.wire import CannotCall
from channels.command_line.call import CallPlan, _called, _check, _told
from channels.command_line.errors import CommandError
from channels.command_line.main import build_app
from tests.channels.call_center.phone_house import TOKEN, CallSeen, FakeTalker, phone
from tests.channels.call_center.test_caller_end import tone

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


def plan(**given) -> CallPlan:
    fields = {
        "url": "http://127.0.0.1:1", "transport": "socket", "wavs": (), "texts": (), "mic": False, "record": None,
        "over": 0, "pause": 1.6, "patience": 20, "longest": 20, "locale": "", "caller": "", "hear": False,
    }  # fmt: skip
    return CallPlan(**{**fields, **given})


@pytest.mark.parametrize(
    ("given", "way_out"),
    [
        ({"transport": "pigeon", "texts": ("Hello",)}, "socket, twilio, audiosocket"),
        ({}, "--wav FILE or --text WORDS"),
        ({"texts": ("Hello",), "mic": True}, "--wav FILE or --text WORDS"),
    ],
)
def test_what_cannot_be_called_is_told_with_the_way_out(given, way_out) -> None:
    with pytest.raises(CommandError, match=way_out):
        _check(plan(**given))


def test_a_recording_needs_a_folder(tmp_path) -> None:
    with pytest.raises(CommandError, match="--record"):
        _check(plan(texts=("Hello",), record=tmp_path / "nowhere" / "call.wav"))


def test_its_help_names_every_way() -> None:
    shown = CliRunner().invoke(build_app(["call"]), ["call", "--help"])
    assert shown.exit_code == 0 and "audiosocket" in shown.output and "--mic" in shown.output


async def test_a_server_that_is_not_there_is_told_with_the_way_out(tmp_path, wav) -> None:
    with pytest.raises(CommandError, match="aisle serve"):
        await _called(plan(wavs=(wav,)), io.StringIO())


def test_without_sounddevice_the_microphone_is_told_with_the_way_out(monkeypatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(microphone.importlib, "import_module", missing)
    with pytest.raises(CannotCall, match="pip install sounddevice"), microphone.open_microphone(8_000, 320):
        pass


def test_a_microphone_gives_what_was_said_and_plays_what_it_is_given() -> None:
    device = microphone.Microphone(4)
    played = bytearray(4)
    assert device.next_frame(assistant_speaks=False) == bytes(4)
    device.play(b"abcd")
    device.exchange(b"wxyz", played)
    assert bytes(played) == b"abcd" and device.next_frame(assistant_speaks=True) == b"wxyz"
    device.exchange(b"wxyz", played)
    assert bytes(played) == bytes(4)


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "question.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(tone(0.3))
    return path


async def test_one_command_calls_plays_a_recording_and_keeps_both_sides(tmp_path, wav, monkeypatch) -> None:
    async def reply(call: CallSeen) -> None:
        await call.until(lambda call: len(call.heard) > 16_000)
        await call.line.play(tone(0.2), mark="a")
        await call.until(lambda call: call.played == ["a"])
        await call.line.hang_up()

    async with phone(tmp_path, FakeTalker(reply)) as served:
        monkeypatch.setenv("AISLE_PHONE_TWILIO_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("AISLE_PUBLIC_URL", served.url)
        record = tmp_path / "call.wav"
        asked = plan(url=served.url, transport="twilio", wavs=(wav,), record=record)
        told = await _called(asked, out := io.StringIO())
    assert json.loads(json.dumps(told))["transport"] == "twilio" and told["seconds"] > 0.3
    assert "Both sides" in out.getvalue()
    with wave.open(str(record)) as file:
        assert file.getnchannels() == 2 and abs(file.getnframes() / 8_000 - told["seconds"]) < 0.05


def test_what_was_said_is_told_with_its_time() -> None:
    from channels.call_center.caller_end.handset import Heard
    from channels.call_center.caller_end.wire import Said

    heard = Heard(rate=8_000, waits=[0.88], said=[(1.234, Said(who="assistant", text="Hello."))])
    told = _told(plan(), object(), heard)
    assert told["said"] == [{"at": 1.23, "who": "assistant", "text": "Hello."}] and told["reply_waits_ms"] == [880]
