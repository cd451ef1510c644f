"""The session object of a Realtime client: what it may set, checked, and as it is told back (pure).

What would change the assistant (instructions, tools) is taken without effect: the shop's own flows decide what is said and
done. Above: `exchange`. Below: `sound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from channels.realtime.sound import FORMATS, PCM_RATE, Format
from channels.realtime.wire import BadEvent

SERVER_VAD: Mapping[str, Any] = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 500,
    "create_response": True,
    "interrupt_response": True,
    "idle_timeout_ms": None,
}
SEMANTIC_VAD: Mapping[str, Any] = {
    "type": "semantic_vad",
    "eagerness": "auto",
    "create_response": True,
    "interrupt_response": True,
}
VOICE = "aisle"
MODEL = "aisle"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConfig:
    heard: Format = "audio/pcm"
    spoken: Format = "audio/pcm"
    detection: Mapping[str, Any] | None = field(default_factory=lambda: dict(SERVER_VAD))
    """None: the client says where an utterance ends, by committing its buffer."""
    transcription: Mapping[str, Any] | None = None
    modality: str = "audio"
    speed: float = 1.0

    @property
    def language(self) -> str:
        return str((self.transcription or {}).get("language") or "")


def updated(config: SessionConfig, session: Mapping[str, Any], *, heard_already: bool) -> SessionConfig:
    """heard_already: sound has come, so that its format stays. Raises BadEvent."""
    if session.get("type") not in ("realtime", None):
        raise BadEvent("unsupported_session", "only sessions of type realtime are served here", param="session.type")
    audio = _object(session, "audio", "session.audio")
    heard, spoken = _object(audio, "input", "session.audio.input"), _object(audio, "output", "session.audio.output")
    if "format" in heard:
        wanted = _format(heard["format"], "session.audio.input.format")
        if heard_already and wanted != config.heard:
            raise BadEvent(
                "format_fixed",
                "the input's format cannot change once sound has come",
                param="session.audio.input.format",
            )
        config = replace(config, heard=wanted)
    if "format" in spoken:
        config = replace(config, spoken=_format(spoken["format"], "session.audio.output.format"))
    if "turn_detection" in heard:
        config = replace(config, detection=_detection(heard["turn_detection"]))
    if "transcription" in heard:
        config = replace(
            config, transcription=heard["transcription"] and dict(_object(heard, "transcription", "transcription"))
        )
    if "output_modalities" in session:
        config = replace(config, modality=_modality(session["output_modalities"]))
    if "speed" in spoken:
        config = replace(config, speed=_speed(spoken["speed"]))
    return config


def told(config: SessionConfig, session_id: str, *, expires_at: int) -> dict[str, Any]:
    """As session.created and session.updated carry it."""
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": session_id,
        "model": MODEL,
        "expires_at": expires_at,
        "output_modalities": [config.modality],
        "instructions": "",
        "tools": [],
        "tool_choice": "none",
        "max_output_tokens": "inf",
        "audio": {
            "input": {
                "format": _told_format(config.heard),
                "turn_detection": dict(config.detection) if config.detection is not None else None,
                "transcription": dict(config.transcription) if config.transcription else None,
                "noise_reduction": None,
            },
            "output": {"format": _told_format(config.spoken), "voice": VOICE, "speed": config.speed},
        },
    }


def _told_format(format: Format) -> dict[str, Any]:
    return {"type": format, "rate": PCM_RATE} if format == "audio/pcm" else {"type": format}


def _object(of: Mapping[str, Any], name: str, param: str) -> Mapping[str, Any]:
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadEvent("invalid_type", f"{param} is an object", param=param)
    return value


def _format(value: Any, param: str) -> Format:
    kind = value.get("type") if isinstance(value, dict) else value
    found = next((one for one in FORMATS if one == kind), None)
    if found is None:
        raise BadEvent("unsupported_format", f"{str(kind)[:40]!r} is not known: send {', '.join(FORMATS)}", param=param)
    if found == "audio/pcm" and isinstance(value, dict) and value.get("rate", PCM_RATE) != PCM_RATE:
        raise BadEvent("unsupported_rate", f"audio/pcm is {PCM_RATE} samples a second here", param=f"{param}.rate")
    return found


def _detection(value: Any) -> Mapping[str, Any] | None:
    if value is None:
        return None
    defaults = (
        {"server_vad": SERVER_VAD, "semantic_vad": SEMANTIC_VAD}.get(value.get("type", "server_vad"))
        if isinstance(value, dict)
        else None
    )
    if defaults is None:
        raise BadEvent(
            "invalid_value",
            "turn_detection is server_vad, semantic_vad or null",
            param="session.audio.input.turn_detection",
        )
    return {**defaults, **{key: given for key, given in value.items() if key in defaults}}


def _modality(value: Any) -> str:
    if value not in (["audio"], ["text"]):
        raise BadEvent("invalid_value", 'output_modalities is ["audio"] or ["text"]', param="session.output_modalities")
    return str(value[0])


def _speed(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.25 <= value <= 1.5:
        raise BadEvent("invalid_value", "speed is 0.25 to 1.5", param="session.audio.output.speed")
    return float(value)
