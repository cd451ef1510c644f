"""The frames of protocol.md, version 1, as values: what a client may send and what it gets. Decoding is strict, pure and small.

Below: the assistant's events and signals. Above: `delivery`, `socket`, `stream` and the published AsyncAPI.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, assert_never

import msgspec

from assistant import signals
from assistant.events import AGENTS_ONLY, AssistantSaid, CartChanged, Event, ReplyReady, event_to_wire
from assistant.public_screen import Masked
from channels.errors import MalformedInbound, UnknownFrame
from channels.shopfront.product_documents import shown_cart, shown_picture


class ClientFrame(msgspec.Struct, tag_field="type", frozen=True, kw_only=True):
    """Root of what a client sends."""


class Hello(ClientFrame, tag="hello", frozen=True, kw_only=True):
    """The first frame, within 5 s."""

    token: str = ""
    """The conversation's token, or once a ticket of it (POST /v1/conversations/{id}/tickets)."""
    conversation_id: str
    after: int = 0
    """The last seq that the client has."""
    device: str = ""
    """Optional: a newer socket with the same one replaces the older (close code 4409)."""
    generation: str = ""
    """Optional: of the welcome that `after` was counted by. Another one than the server's: the log was restored since."""


class SendMessage(ClientFrame, tag="message", frozen=True, kw_only=True):
    client_id: str
    text: str


class SendAction(ClientFrame, tag="action", frozen=True, kw_only=True):
    client_id: str
    action: str
    arguments: dict[str, Any] = {}


class TypingChanged(ClientFrame, tag="typing", frozen=True, kw_only=True):
    on: bool


class Interrupt(ClientFrame, tag="interrupt", frozen=True, kw_only=True):
    turn_id: str
    heard: str | None = None


class Ack(ClientFrame, tag="ack", frozen=True, kw_only=True):
    seq: int


class Ping(ClientFrame, tag="ping", frozen=True, kw_only=True):
    pass


class AudioStart(ClientFrame, tag="audio_start", frozen=True, kw_only=True):
    """Binary frames of the customer's speech follow, and replies are spoken on this socket, in the same format."""

    format: str = "pcm16"
    """"pcm16" (little-endian) or "mulaw" (G.711), one channel."""
    rate: int
    """Samples a second, 8000 to 48000."""


class AudioEnd(ClientFrame, tag="audio_end", frozen=True, kw_only=True):
    """What was said until here is the whole utterance; its reply is still spoken."""


class PlayedSpeech(ClientFrame, tag="played", frozen=True, kw_only=True):
    """Optional: how much of a reply's speech was played, in milliseconds since its speech_start."""

    turn_id: str
    ms: float


AnyClientFrame = (
    Hello | SendMessage | SendAction | TypingChanged | Interrupt | Ack | Ping | AudioStart | AudioEnd | PlayedSpeech
)
CLIENT_FRAMES: tuple[type[AnyClientFrame], ...] = (
    Hello,
    SendMessage,
    SendAction,
    TypingChanged,
    Interrupt,
    Ack,
    Ping,
    AudioStart,
    AudioEnd,
    PlayedSpeech,
)


class ServerFrame(msgspec.Struct, tag_field="type", frozen=True, kw_only=True, omit_defaults=True):
    """Root of what a client gets."""


class Welcome(ServerFrame, tag="welcome", frozen=True, kw_only=True):
    conversation_id: str
    last_seq: int
    status: str
    state_hash: str = ""
    """Of the state after last_seq (docs/moving.md): a client that has all events up to there has the same."""
    generation: str = ""
    """The log's history. Where it changes, the same seqs stand for other events: say it in the next hello."""


class EventFrame(ServerFrame, tag="event", frozen=True, kw_only=True):
    event: dict[str, Any]


class DeltaFrame(ServerFrame, tag="delta", frozen=True, kw_only=True):
    """Words of the reply as they are written; a lower offset than before replaces what followed it."""

    turn_id: str
    offset: int
    text: str


class Snapshot(ServerFrame, tag="snapshot", frozen=True, kw_only=True):
    """What was already written, to a client that resumes during a turn."""

    turn_id: str
    offset: int
    text: str


class Live(ServerFrame, tag="live", frozen=True, kw_only=True):
    """The replay is over."""


class Reset(ServerFrame, tag="reset", frozen=True, kw_only=True):
    """Read the events by HTTP: live ones follow from the welcome's last_seq."""

    reason: str


class Accepted(ServerFrame, tag="accepted", frozen=True, kw_only=True):
    """Durable from here on."""

    client_id: str
    seq: int


class SignalFrame(ServerFrame, tag="signal", frozen=True, kw_only=True):
    """Never stored, may be dropped. The fields besides `signal` depend on it."""

    signal: Literal["typing", "stage", "presence", "transcript", "voice", "clause", "prompt", "timing", "queue"]
    """queue: where a customer stands who waits for a person, `position` 0 once they do not. voice: `state` of the call.
    clause: `start` and `end` in the reply's text, whose sound begins at `ms`. prompt: a sentence that is spoken and is no
    reply. timing: `stages` of a spoken turn, in milliseconds."""
    turn_id: str = ""
    stage: str = ""
    label: str = ""
    who: str = ""
    on: bool | None = None
    channel: str = ""
    online: bool | None = None
    text: str = ""
    final: bool | None = None
    turn: str = ""
    state: str = ""
    start: int | None = None
    end: int | None = None
    ms: int | None = None
    stages: dict[str, int] | None = None
    position: int | None = None
    ahead: int | None = None
    expected_wait_seconds: int | None = None
    open: bool | None = None
    opens_at: str = ""


class SpeechStart(ServerFrame, tag="speech_start", frozen=True, kw_only=True, omit_defaults=False):
    """The reply's speech follows in binary frames; again after speech_stop where the customer had not meant to interrupt."""

    turn_id: str
    format: str
    rate: int


class SpeechEnd(ServerFrame, tag="speech_end", frozen=True, kw_only=True):
    """All of it was sent."""

    turn_id: str


class SpeechStop(ServerFrame, tag="speech_stop", frozen=True, kw_only=True):
    """What is not played yet is to be dropped."""

    turn_id: str


class SpeechSound(ServerFrame, tag="", frozen=True, kw_only=True):
    """A binary frame: no JSON, and whose it is, speech_start tells."""

    sound: bytes


class ErrorFrame(ServerFrame, tag="error", frozen=True, kw_only=True):
    code: str
    detail: str
    client_id: str | None = None


class Pong(ServerFrame, tag="pong", frozen=True, kw_only=True):
    pass


SERVER_FRAMES: tuple[type[ServerFrame], ...] = (
    Welcome,
    EventFrame,
    DeltaFrame,
    Snapshot,
    Live,
    Reset,
    Accepted,
    SignalFrame,
    SpeechStart,
    SpeechEnd,
    SpeechStop,
    ErrorFrame,
    Pong,
)

_ENCODER = msgspec.json.Encoder()
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_DECODERS = {str(frame.__struct_config__.tag): msgspec.json.Decoder(frame) for frame in CLIENT_FRAMES}


def encode(frame: ServerFrame) -> bytes:
    return frame.sound if isinstance(frame, SpeechSound) else _ENCODER.encode(frame)


def frame_type(frame: ServerFrame) -> str:
    return str(frame.__struct_config__.tag)


def decode(raw: str | bytes) -> AnyClientFrame:
    """Raises MalformedInbound for what is no frame at all, UnknownFrame for a type this version does not know."""
    fields = _fields(raw)
    name = _text(fields.get("type"))
    if name is None:
        raise MalformedInbound('a frame is a JSON object with a "type"', fatal=True)
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise UnknownFrame(name)
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        reason = str(error) or "too deeply nested"
        raise MalformedInbound(f"frame {name!r}: {reason}", client_id=_text(fields.get("client_id"))) from error


def _fields(raw: str | bytes) -> dict[str, msgspec.Raw]:
    try:
        return _OBJECT.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise _not_text(raw) or MalformedInbound("a frame is one JSON object in UTF-8", fatal=True) from error


def _not_text(raw: str | bytes) -> MalformedInbound | None:
    """Half a surrogate pair, as a browser sends of an emoji cut in two: JSON all the same, so the socket may stay."""
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    client_id = fields.get("client_id")
    return MalformedInbound("the frame's text is not Unicode", client_id=client_id if _is_text(client_id) else None)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _text(raw: msgspec.Raw | None) -> str | None:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeError):  # the latter for bytes inside that are no UTF-8
        return None


def visible(event: Event, image_origins: Sequence[str] = ()) -> dict[str, Any]:
    """The event as a customer may see it. One that is for agents only keeps its place in the log, and nothing else:
    a client that counts seqs must not take it for a loss. Pictures from elsewhere are drawn instead, as on the pages."""
    shown = event_to_wire(event)
    if isinstance(event.fact, AGENTS_ONLY):
        return {**shown, "actor": {"kind": "system", "id": ""}, "channel": "desk", "type": "withheld", "data": {}}
    if isinstance(event, Masked):
        return {**shown, "data": {**shown["data"], "private": True}}
    if isinstance(event.fact, AssistantSaid | ReplyReady) and event.fact.cards:
        cards = [_pictured(card, image_origins) for card in shown["data"]["cards"]]
        return {**shown, "data": {**shown["data"], "cards": cards}}
    if isinstance(event.fact, CartChanged):
        return {**shown, "data": {**shown["data"], "cart": shown_cart(shown["data"]["cart"], image_origins)}}
    return shown


def shown(event: Event) -> EventFrame:
    """As one sees it who shows no pictures from elsewhere."""
    return EventFrame(event=visible(event))


def _pictured(card: Mapping[str, Any], image_origins: Sequence[str]) -> Mapping[str, Any]:
    if card["kind"] != "product":
        return card
    return {**card, "image_url": shown_picture(card["id"], card.get("image_url") or "", image_origins)}


def signal_frame(signal: signals.Stage | signals.Typing | signals.Presence | signals.QueuePlace) -> SignalFrame:
    match signal:
        case signals.Stage(turn_id=turn_id, stage=stage, label=label):
            return SignalFrame(signal="stage", turn_id=turn_id, stage=stage, label=label)
        case signals.Typing(who=who, on=on):
            return SignalFrame(signal="typing", who=who, on=on)
        case signals.Presence(who=who, channel=channel, online=online):
            return SignalFrame(signal="presence", who=who, channel=channel, online=online)
        case signals.QueuePlace():
            return SignalFrame(
                signal="queue",
                position=signal.position,
                ahead=signal.ahead,
                expected_wait_seconds=signal.expected_wait_seconds,
                open=signal.open,
                opens_at=signal.opens_at,
            )
        case _:
            assert_never(signal)
