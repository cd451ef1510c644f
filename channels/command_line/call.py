"""`aisle call`: a caller of ours, in real time, against a running server; what was said is printed, both sides are kept."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, TextIO
from urllib.parse import urlsplit

import typer

from channels.call_center.caller_end.audio_socket_wire import AudioSocketWire, by_audio_socket
from channels.call_center.caller_end.chan_websocket_wire import by_chan_websocket
from channels.call_center.caller_end.ears import Ears
from channels.call_center.caller_end.handset import TICK, Cues, Handset, Heard
from channels.call_center.caller_end.microphone import open_microphone
from channels.call_center.caller_end.recording import write_stereo
from channels.call_center.caller_end.socket_wire import by_socket
from channels.call_center.caller_end.twilio_wire import by_twilio
from channels.call_center.caller_end.wire import CannotCall, Said, Wire
from channels.call_center.phone_settings import PhoneSettings
from channels.command_line.errors import CommandError
from channels.command_line.opening import AsJson, set_up_logging
from channels.settings import ChannelSettings
from model_serving.audio import Audio, decoded
from model_serving.errors import ModelError
from model_serving.speech import Speech, open_speech
from model_serving.speech_settings import SpeechSettings

LONGEST_WAV = 600.0
AUDIOSOCKET_PORT = 9_092
INAUDIBLE = 0.06
FAREWELL = 3.0
"""Seconds of silence before hanging up."""
PAGE_GREETING, PHONE_GREETING = 1.0, 5.0
"""Seconds in which the assistant may speak first."""
TRANSPORTS = ("socket", "twilio", "audiosocket", "chan_websocket")
_MARKS = {"caller": "> ", "assistant": "  ", "note": "  -- "}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    url: str
    transport: str
    wavs: tuple[Path, ...]
    texts: tuple[str, ...]
    mic: bool
    record: Path | None
    over: float
    pause: float
    patience: float
    longest: float
    locale: str
    caller: str
    hear: bool

    @property
    def language(self) -> str:
        return self.locale.split("-")[0].lower()


def call(
    url: Annotated[str, typer.Argument(help="A running server; of AudioSocket its HOST:PORT.")],
    wav: Annotated[
        list[Path] | None,
        typer.Option(help="A recording to play as the caller; may be repeated.", exists=True, dir_okay=False),
    ] = None,
    text: Annotated[list[str] | None, typer.Option(help="Said by our own voice; may be repeated.")] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Speak yourself; Ctrl-C hangs up.")] = False,
    transport: Annotated[str, typer.Option(help="socket, as a kiosk; twilio; audiosocket; chan_websocket.")] = "socket",
    record: Annotated[Path | None, typer.Option(help="Both sides as WAV: caller left, assistant right.")] = None,
    over: Annotated[float, typer.Option(min=0, help="Speak over each reply after so many seconds.")] = 0,
    pause: Annotated[float, typer.Option(min=0.2, help="Seconds of silence that end a reply.")] = 1.6,
    patience: Annotated[float, typer.Option(min=1, help="Seconds to wait for a reply.")] = 20,
    longest: Annotated[float, typer.Option(min=1, help="Seconds after which to hang up.")] = 300,
    locale: Annotated[str, typer.Option(help="The caller's language.")] = "",
    caller: Annotated[str, typer.Option(help="The number that a phone line shows; none: withheld.")] = "",
    deaf: Annotated[bool, typer.Option("--deaf", help="On a phone line: do not write down what is heard.")] = False,
    as_json: AsJson = False,
) -> None:
    """Call a running server; what each side says is printed as it goes. Utterances are said one after the other, each when
    the assistant has ended. A phone line carries no text, so there what is heard is written down by our own ears."""
    set_up_logging()
    plan = CallPlan(
        url=url,
        transport=transport,
        wavs=tuple(wav or ()),
        texts=tuple(text or ()),
        mic=mic,
        record=record,
        over=over,
        pause=pause,
        patience=patience,
        longest=longest,
        locale=locale,
        caller=caller,
        hear=not deaf,
    )
    _check(plan)
    told = asyncio.run(_called(plan, sys.stderr if as_json else sys.stdout))
    if as_json:
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def _check(plan: CallPlan) -> None:
    if plan.transport not in TRANSPORTS:
        raise CommandError(f"there is no transport {plan.transport!r}: {', '.join(TRANSPORTS)}")
    if plan.mic == bool(plan.wavs or plan.texts):
        raise CommandError("what does the caller say? --wav FILE or --text WORDS (each may be repeated), or --mic")
    if plan.record is not None and not plan.record.resolve().parent.is_dir():
        raise CommandError(f"{plan.record.parent} is no folder: --record needs one that exists")


def _carried(plan: CallPlan) -> AbstractAsyncContextManager[Wire]:
    if plan.transport == "audiosocket":
        parts = urlsplit(plan.url if "://" in plan.url else f"tcp://{plan.url}")
        return by_audio_socket(parts.hostname or "127.0.0.1", parts.port or AUDIOSOCKET_PORT)
    if plan.transport == "socket":
        return by_socket(plan.url, locale=plan.locale)
    if plan.transport == "chan_websocket":
        return _by_chan_websocket(plan)
    token = PhoneSettings().twilio_token()
    if not token:
        raise CommandError("a call by Twilio is signed: set AISLE_PHONE_TWILIO_AUTH_TOKEN as on the server")
    public_url = ChannelSettings().public_url
    return by_twilio(plan.url, token=token, public_url=public_url, caller=plan.caller, locale=plan.locale)


def _by_chan_websocket(plan: CallPlan) -> AbstractAsyncContextManager[Wire]:
    secret = PhoneSettings().asterisk_password()
    if not secret:
        raise CommandError("a call by chan_websocket shows a secret: set AISLE_PHONE_ASTERISK_SECRET as on the server")
    return by_chan_websocket(plan.url, secret=secret, caller=plan.caller, locale=plan.locale)


async def _called(plan: CallPlan, out: TextIO) -> dict[str, object]:
    try:
        async with AsyncExitStack() as opened:
            speech = await opened.enter_async_context(open_speech(SpeechSettings()))
            utterances = await _utterances(plan, speech)
            wire = await opened.enter_async_context(_carried(plan))
            heard = Heard(rate=wire.rate)
            handset = _handset(plan, wire, heard, utterances, opened)
            await _talk(plan, handset, speech, out)
    except CannotCall as error:
        raise CommandError(str(error)) from error
    return _told(plan, wire, heard)


async def _utterances(plan: CallPlan, speech: Speech | None) -> list[Audio]:
    """Raises CommandError."""
    try:
        found = [decoded(path.read_bytes(), longest=LONGEST_WAV) for path in plan.wavs]
        for text in plan.texts:
            if speech is None:
                raise CommandError("--text needs a voice, and AISLE_SPEECH_ENABLED=false switches it off: use --wav")
            found.append(await speech.say(text, language=plan.language or "en"))
    except ModelError as error:
        raise CommandError(str(error)) from error
    return found


def _handset(plan: CallPlan, wire: Wire, heard: Heard, utterances: list[Audio], opened: AsyncExitStack) -> Handset:
    frame_bytes = int(wire.rate * TICK) * 2
    if plan.mic:
        microphone = opened.enter_context(open_microphone(wire.rate, frame_bytes))
        return Handset(wire, microphone, heard, on_played=microphone.play, longest=plan.longest)
    pcm = [audio.at(wire.rate).pcm16() for audio in utterances]
    greeting = PAGE_GREETING if plan.transport == "socket" else PHONE_GREETING
    cues = Cues(
        pcm,
        frame_bytes,
        pause=plan.pause,
        farewell=max(FAREWELL, plan.pause),
        patience=plan.patience,
        over=plan.over,
        greeting=greeting,
    )
    return Handset(wire, cues, heard, longest=plan.longest)


async def _talk(plan: CallPlan, handset: Handset, speech: Speech | None, out: TextIO) -> None:
    heard = handset.heard

    def show(said: Said) -> None:
        out.write(f"{_MARKS[said.who]}{said.text}\n")
        out.flush()

    def written_down(said: Said) -> None:
        heard.said.append((heard.seconds, said))
        show(said)

    handset.on_said = show
    ears = Ears(speech, heard.rate, plan.language, written_down) if speech is not None else None
    if ears is not None and plan.hear and plan.transport != "socket":
        handset.on_fell_silent = ears.take
    try:
        await handset.run()
        if ears is not None:
            await ears.rest()
    finally:
        if plan.record is not None:
            write_stereo(plan.record, heard)
            out.write(f"Both sides: {plan.record}, {heard.seconds:.1f} s\n")


def _told(plan: CallPlan, wire: Wire, heard: Heard) -> dict[str, object]:
    pace = _pace(wire.intervals) if isinstance(wire, AudioSocketWire) and len(wire.intervals) > 1 else None
    return {
        "transport": plan.transport,
        "conversation_id": getattr(wire, "conversation", ""),
        "seconds": round(heard.seconds, 2),
        "reply_waits_ms": [round(1_000 * wait) for wait in heard.waits],
        "cut_in_ms": [round(1_000 * cut) for cut in heard.cuts],
        "playback_gaps_ms": [round(1_000 * gap) for gap in heard.gaps if gap > INAUDIBLE],
        **({"frame_interval_ms": pace} if pace else {}),
        "said": [{"at": round(at, 2), **asdict(said)} for at, said in heard.said],
        "recording": str(plan.record) if plan.record else "",
    }


def _pace(intervals: list[float]) -> dict[str, float]:
    """How evenly the server sends: 20 ms is due."""
    cuts = statistics.quantiles(intervals, n=100, method="inclusive")
    found = {"p1": cuts[0], "p50": cuts[49], "p99": cuts[98], "max": max(intervals)}
    return {name: round(1_000 * seconds, 2) for name, seconds in found.items()}
